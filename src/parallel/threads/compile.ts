/**
 * Functions out of source.
 *
 * - The source of a method is no expression: it is evaluated as the one member of an object.
 * - What is wrong with an inline task is said by an error that names the remedy.
 */
import { isPromise } from '../../base/promises.js';

export type Run = (...args: unknown[]) => unknown;

/** @throws TypeError for what is no function by itself. */
export function compile(source: string): Run {
  for (const expression of expressions(source)) {
    let made: unknown;
    try {
      made = evaluate(expression);
    } catch (error) {
      if (error instanceof SyntaxError) continue;
      throw error;
    }
    if (typeof made === 'function') return explained(made as Run);
  }
  throw new TypeError(`An inline task cannot be made of '${source.slice(0, 60)}'. Give it an arrow function`);
}

/** The ways in which the source may be meant. What a computed name is made of is not to be had here: such a name is replaced. */
function* expressions(source: string): Generator<string, void> {
  yield `(${source})`;
  const [head = '', before = ''] = /^((?:(?:get|set|async)\b\s*)?\*?\s*)[[#]/.exec(source) ?? [];
  const rest = source.slice(head.length);
  if (head === '') yield method(source);
  else if (head.endsWith('#')) yield method(before + rest);
  // Only where its name ends, there is a method after a bracket.
  else
    for (let end = rest.indexOf(']'); end >= 0; end = rest.indexOf(']', end + 1))
      yield method(`${before}run${rest.slice(end + 1)}`);
}

function method(source: string): string {
  return `Object.values(Object.getOwnPropertyDescriptors({ ${source} })).map((one) => one.value ?? one.get)[0]`;
}

function evaluate(expression: string): unknown {
  // Build tools that keep names wrap inner functions in a helper of theirs.
  const helper = 'const __name = (f) => f;';
  // oxlint-disable-next-line no-eval -- that is what an inline task is
  return (0, eval)(`'use strict'; ${helper} ${expression}`);
}

/** Says what is wrong when an inline function uses a variable of the scope that it was taken out of. */
export function explained(run: Run): Run {
  return (...args) => {
    try {
      const result = run(...args);
      return isPromise(result) ? result.then(undefined, explain) : result;
    } catch (error) {
      return explain(error);
    }
  };
}

function explain(error: unknown): never {
  const message = error instanceof ReferenceError ? error.message : '';
  // V8 and SpiderMonkey, JavaScriptCore.
  const name = /^(\S+) is not defined/.exec(message)?.[1] ?? /variable: (\S+)/.exec(message)?.[1];
  if (name === undefined) throw error;
  const [, why] = INSERTED.find(([pattern]) => pattern.test(name)) ?? [];
  const hint = why ?? 'only its source is sent. Give it with the value, or use task()';
  throw new ReferenceError(`An inline task cannot use '${name}' of the scope around it: ${hint}`, {
    cause: error,
  });
}

/** What tools put into functions, and what is to be done about it. */
const INSERTED: readonly (readonly [name: RegExp, hint: string])[] = [
  [
    /^(cov_|stry)/,
    "code coverage counts lines by it. Put '/* istanbul ignore next */' before the function, take coverage by V8, or use task()",
  ],
  [
    /^(__vite_ssr_|__vi_|_interop|.*__WEBPACK_|__webpack_)/,
    'a build tool has put it in place of an import. Import nothing in it, or use task()',
  ],
  [
    /^(__\w+|_(async|await|class|define|object)\w*|tslib_\d+)$/,
    'a build tool has put it there for older engines. Build for ES2022 or later, or use task()',
  ],
];
