/** Goroutines: async functions that run on their own. */
import { inTurn } from '../base/settle.js';
import { expectFunction } from '../base/errors.js';
import { observer } from '../base/observe.js';

/**
 * Runs a function as a goroutine: it starts once the code that called `go` waits or returns, never inside of it.
 *
 * @param fn - usually an async function; what it throws, or a promise it returns that rejects, rejects the promise.
 * @param args - what it is called with.
 * @returns a promise of its result. Nobody need await it, but then an error is an unhandled rejection, which ends a
 * Node process; {@link scope} takes care of the errors of several.
 * @throws TypeError if `fn` is no function.
 * @example
 * ```ts
 * const ch = new Chan<number>();
 * go(async (n) => { await ch.put(n * 2); }, 21);
 * await ch.get(); // 42
 * ```
 */
export function go<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  expectFunction('fn', fn);
  return start(fn, args);
}

async function start<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): Promise<Awaited<R>> {
  await inTurn();
  return await (observer === undefined ? fn(...args) : observer.ran(fn, args));
}
