/**
 * Leaves out of the transpiler what an example has no use for: JSX, Flow, Jest, React, source maps, and the check of options
 * that we give ourselves. A third of it. That examples still compile, the tests of the site see.
 */
import type { Plugin } from 'vite';

const UNUSED =
  /\/sucrase\/dist\/esm\/(.*\/)?(flow|jsx\/index|jsx\/xhtml|computeSourceMap|formatTokens|\w*(Flow|JSX|ESMImport|React\w*|JestHoist)Transformer)\.js$/;
const CHECK = /\/sucrase\/dist\/esm\/Options\.js$/;

export function slimTranspiler(): Plugin {
  return {
    name: 'slim-transpiler',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      if (CHECK.test(id)) return 'export const validateOptions = () => {};';
      if (UNUSED.test(id)) return { code: 'export default {};', syntheticNamedExports: true };
      return undefined;
    },
  };
}
