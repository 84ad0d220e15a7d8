/**
 * Ours without the gate that lets the event loop turn: the same build with the one question taken out that each
 * operation asks. It starves timers; it is here only to say what fairness costs.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { operationsOf } from './millrace-operations.js';

const GATE = /return --credit >= 0 \|\| look\(\);/;

const withoutGate = {
  name: 'without the gate',
  setup({ onLoad }) {
    onLoad({ filter: /breath\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!GATE.test(source)) throw new Error('the gate is not where it was: see peers/millrace-ungated.js');
      return { contents: source.replace(GATE, 'return true;') };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../../dist/index.js', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  plugins: [withoutGate],
  logLevel: 'silent',
});
const lib = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

export default { operations: operationsOf(lib) };
