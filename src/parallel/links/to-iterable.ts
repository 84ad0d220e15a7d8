/** What a task gives, for code that cannot wait: an iterator that blocks its thread. */
import { platform } from '#platform';
import type { Task } from '../../operators/parallel.js';
import { specOf } from '../pool/task.js';

/** What a task may return to be iterated. */
type Values<T> = Iterable<T> | AsyncIterable<T>;

/**
 * The values that a task gives, as an ordinary iterable for synchronous code: each loop runs the task on a thread of its own, and
 * blocks this one until there is a value. At most 256 are made ahead. What the task throws is thrown here; leaving the loop early
 * ends the task, whose `finally` blocks are run, and the thread.
 *
 * On Node, Bun and Deno. Nothing else happens on this thread while it is blocked: no timer, no I/O, also not what
 * the task prints.
 *
 * @param args - are copied, see {@link transfer}.
 * @param task - what makes the values.
 * @returns the values; each loop over it is a run of its own.
 * @throws TypeError for what is no task, or where no thread may block; the iterator throws a {@link WorkerError} if the thread dies.
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
  return { [Symbol.iterator]: () => block(spec, args) as Iterator<T> }; // Sound: what the task's function gives.
}
