/** An iterator over the values of a task that blocks its thread, for code that cannot await. */
import { platform } from '#platform';
import type { Task } from '../../operators/parallel.js';
import { specOf } from '../pool/task.js';

/** The result of a task that `toIterable` can iterate. */
type Values<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Makes an ordinary iterable of the values that a task yields, for synchronous code. Each loop over
 * the iterable runs the task on a thread of its own, and blocks the current thread until there is a
 * value. The task runs at most 256 values ahead. An error of the task is thrown in the loop.
 * Leaving the loop early ends the task, runs its `finally` blocks, and ends its thread.
 *
 * Works on Node, Bun and Deno. While the current thread is blocked, nothing else happens on it: no
 * timer fires, no I/O completes, and output of the task does not appear.
 *
 * @param task - the task, which returns an iterable or an async iterable.
 * @param args - the arguments of the task. They are copied; see {@link transfer} for moving
 * objects.
 * @returns the values; each loop over the iterable runs the task anew.
 * @throws TypeError if `task` is not a task, or in a browser, which has no thread that may block.
 * The iterator throws a {@link WorkerError} if the thread dies.
 * @example
 * ```ts
 * import { inline, toIterable } from 'millrace/parallel';
 *
 * const lines = inline(async function* (count: number) {
 *   for (let n = 0; n < count; n++) yield `line ${n}`; // or from a file, a socket …
 * });
 * [...toIterable(lines, 2)]; // ['line 0', 'line 1']
 * ```
 */
export function toIterable<A extends readonly unknown[], T>(
  task: Task<(...args: A) => Values<T> | PromiseLike<Values<T>>>,
  ...args: A
): Iterable<T> {
  const spec = specOf(task);
  const { block } = platform;
  if (block === undefined)
    throw new TypeError('toIterable needs a thread that may block: browsers have none');
  // Sound: the values of this iterator are those that the task's function yields.
  return { [Symbol.iterator]: () => block(spec, args) as Iterator<T> };
}
