/** Goroutines: async functions that run concurrently with their caller. */
import { inTurn } from '../base/settle.js';
import { expectFunction } from '../base/errors.js';
import { observer } from '../base/observe.js';

/**
 * Runs a function as a goroutine. The function starts once the code that called `go` waits or
 * returns, never inside the call of `go`.
 *
 * @param fn - usually an async function. If it throws, or if the promise it returns rejects, the
 * promise of `go` rejects with the same error.
 * @param args - the arguments that `fn` is called with.
 * @returns a promise of the result of `fn`. The promise need not be awaited, but its rejection is
 * then an unhandled rejection, which ends a Node process. {@link scope} handles the errors of
 * several goroutines.
 * @throws TypeError if `fn` is not a function.
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
