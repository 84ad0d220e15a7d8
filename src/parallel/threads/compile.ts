/**
 * Compiles inline tasks: makes a function of its source.
 *
 * - The source of a method is not an expression, so it is evaluated as the only member of an object
 *   literal.
 * - An inline task that fails because of code outside its source throws an error that names the
 *   remedy.
 */
import { isPromise } from '../../base/promises.js';

export type Run = (...args: unknown[]) => unknown;

/** @throws TypeError if `source` does not evaluate to a function. */
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

/**
 * The expressions to try for `source`. A computed name may use variables that do not exist here, so
 * the name `run` replaces it.
 */
function* expressions(source: string): Generator<string, void> {
  yield `(${source})`;
  const [head = '', before = ''] = /^((?:(?:get|set|async)\b\s*)?\*?\s*)[[#]/.exec(source) ?? [];
  const rest = source.slice(head.length);
  if (head === '') yield method(source);
  else if (head.endsWith('#')) yield method(before + rest);
  // A computed name may contain `]`. Only after the `]` that ends the name, the rest is a method.
  else
    for (let end = rest.indexOf(']'); end >= 0; end = rest.indexOf(']', end + 1))
      yield method(`${before}run${rest.slice(end + 1)}`);
}

function method(source: string): string {
  return `Object.values(Object.getOwnPropertyDescriptors({ ${source} })).map((one) => one.value ?? one.get)[0]`;
}

function evaluate(expression: string): unknown {
  // esbuild with `keepNames` wraps inner functions in its helper `__name`.
  const helper = 'const __name = (f) => f;';
  // oxlint-disable-next-line no-eval -- that is what an inline task is
  return (0, eval)(`'use strict'; ${helper} ${expression}`);
}

/**
 * Makes `run` throw an error that names the remedy when it uses a variable of its original scope.
 */
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
  // The first pattern is the message of V8 and SpiderMonkey, the second that of JavaScriptCore.
  const name = /^(\S+) is not defined/.exec(message)?.[1] ?? /variable: (\S+)/.exec(message)?.[1];
  if (name === undefined) throw error;
  const [, why] = INSERTED.find(([pattern]) => pattern.test(name)) ?? [];
  const hint = why ?? 'only its source is sent. Give it with the value, or use task()';
  throw new ReferenceError(`An inline task cannot use '${name}' of the scope around it: ${hint}`, {
    cause: error,
  });
}

/** The names that tools insert into functions, each with the remedy for the error message. */
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
