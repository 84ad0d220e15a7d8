/** What takes values ahead of its reader, or has calls in flight, as methods of every channel that can be read. */
import { expect, expectFunction, expectInteger } from '../base/errors.js';
import { type ChanBuffer, claim } from '../channel/buffer.js';
import { Chan } from '../channel/chan.js';
import type { Abortable, Value } from '../channel/protocol.js';
import type { WriteChan } from '../channel/write-chan.js';
import { upstream } from '../pull/inlet.js';
import { expectOut } from '../pull/outlet.js';
import { AsyncPipe, type AsyncPipeOptions, type CallContext } from './async-pipe.js';
import { Buffered } from './buffered.js';
import { Merge } from './combine.js';
import type { ReadChan } from './complete.js';
import { derive } from './fused.js';
import type { ParallelPipeOptions, Task, TaskContext } from './parallel.js';
import { Applied, apply } from './pipe.js';
import { channelOf } from './stage-chan.js';
import { pass } from './step.js';

/** What a task's function may return. */
type Results<U> = U | undefined | PromiseLike<U | undefined>;
type Call<T> = (value: T, context: CallContext) => unknown;

/** The operators of {@link ReadChan} that read ahead, or call functions at the same time. */
export abstract class ConcurrentOperators<out T> {
  /**
   * Reads ahead into a buffer, from the first time somebody asks, so that source and reader need not keep step.
   *
   * @param bufferOrSize - as of {@link Chan}; 0 reads nothing ahead.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws RangeError for a bad size; TypeError for what is no buffer.
   * @example
   * ```ts
   * await fromRange(3).buffer(2).collect(); // [0, 1, 2]
   * ```
   */
  buffer(bufferOrSize: number | ChanBuffer<T>, options?: Abortable): ReadChan<T> {
    const buffer = claim(bufferOrSize);
    if (buffer !== null) return channelOf(new Buffered<T>(upstream<T>(this), buffer), options);
    if (options?.signal === undefined) return derive<T>(this, pass());
    return channelOf(new Merge<T>([upstream<T>(this)]), options);
  }

  /**
   * Runs a coroutine between this channel and another: the output closes when it returns, with its error when it throws.
   *
   * Given an `out` it runs at once. Without one, it starts when somebody first asks for a value of the output; when that is
   * cancelled the coroutine's puts give `false`, its input ends, and `output.signal` is aborted.
   *
   * @param f - reads from `input` and writes to `output` as it likes.
   * @throws TypeError if `f` is no function, or `out` no channel.
   * @example
   * ```ts
   * const pairs = fromRange(4).asyncApply<number>(async (input, output) => {
   *   for await (const n of input) await output.put(n + ((await input.get()) ?? 0));
   * });
   * await pairs.collect(); // [1, 5]
   * ```
   */
  asyncApply<U>(f: (input: ReadChan<T>, output: WriteChan<U>) => unknown): ReadChan<U>;
  /**
   * The same, into a channel of yours.
   *
   * @param f - a coroutine that reads `input` and writes `output`.
   * @param out - its output: closed when `f` returns, with the error if it throws.
   * @returns `out`.
   * @throws TypeError if `f` is no function, or `out` no channel.
   * @example
   * ```ts
   * const out = new Chan<number>(8);
   * fromRange(3).asyncApply(async (input, output: Chan<number>) => {
   *   for await (const n of input) await output.put(2 * n);
   * }, out);
   * await out.collect(); // [0, 2, 4]
   * ```
   */
  asyncApply<W extends WriteChan<never>>(f: (input: ReadChan<T>, output: W) => unknown, out: W): W;
  asyncApply(f: (input: ReadChan<T>, output: never) => unknown, out?: WriteChan<never>): unknown {
    expectFunction('f', f);
    if (out !== undefined) expectOut(out);
    // A channel of its own, that can end before this one does.
    const input = derive<T>(this, pass());
    if (out === undefined) return channelOf(new Applied<unknown>(f, input, new Chan<unknown>()));
    void apply(f, input, out);
    return out;
  }

  /**
   * Calls `f` with each value, at most `n` calls at a time; gives the results in the order of the values. At most `2n` values are
   * taken and not yet delivered, so a slow call holds up the rest and memory does not grow.
   *
   * @param n - how many calls at a time, an integer of at least 1.
   * @param f - gets the value, and a `signal` that is aborted when the results are no longer wanted. What returns `undefined` is
   * left out.
   * @param options - see {@link AsyncPipeOptions}.
   * @throws RangeError for a bad `n`; TypeError for what is no function. If `f` throws, no more calls are made and the derived channel
   * fails when the results before that have been read; see `onError`.
   * @example
   * ```ts
   * await fromRange(3).asyncPipe(2, async (n) => n * n).collect(); // [0, 1, 4]
   * ```
   */
  asyncPipe<U extends Value>(
    n: number,
    f: (value: T, context: CallContext) => Iterable<U> | undefined | PromiseLike<Iterable<U> | undefined>,
    options: AsyncPipeOptions<T, Iterable<U>> & { readonly flatten: true },
  ): ReadChan<U>;
  asyncPipe<U extends Value>(
    n: number,
    f: (value: T, context: CallContext) => U | undefined | PromiseLike<U | undefined>,
    options?: AsyncPipeOptions<T, U> & { readonly flatten?: false | undefined },
  ): ReadChan<U>;
  asyncPipe(n: number, f: Call<T>, options?: AsyncPipeOptions<T, unknown>): ReadChan<unknown> {
    return calls(this, n, f, options, true);
  }

  /**
   * The same, but gives each result as soon as it is there.
   *
   * @param n - how many calls at a time, an integer of at least 1.
   * @param f - called with a value and the context of its call.
   * @param options - see {@link AsyncPipeOptions}.
   * @example
   * ```ts
   * const waits = from([20, 1]);
   * const done = waits.asyncPipeUnordered(2, async (ms) => {
   *   await sleep(ms);
   *   return ms;
   * });
   * await done.collect(); // [1, 20]
   * ```
   */
  asyncPipeUnordered<U extends Value>(
    n: number,
    f: (value: T, context: CallContext) => Iterable<U> | undefined | PromiseLike<Iterable<U> | undefined>,
    options: AsyncPipeOptions<T, Iterable<U>> & { readonly flatten: true },
  ): ReadChan<U>;
  asyncPipeUnordered<U extends Value>(
    n: number,
    f: (value: T, context: CallContext) => U | undefined | PromiseLike<U | undefined>,
    options?: AsyncPipeOptions<T, U> & { readonly flatten?: false | undefined },
  ): ReadChan<U>;
  asyncPipeUnordered(n: number, f: Call<T>, options?: AsyncPipeOptions<T, unknown>): ReadChan<unknown> {
    return calls(this, n, f, options, false);
  }

  /**
   * Runs a task with each value on other threads, on `n` at a time; gives the results in the order of the values. Small jobs
   * travel in batches.
   *
   * @param n - on how many threads at a time, an integer of at least 1.
   * @param task - as `task` or `inline` of `millrace/parallel` makes it. Its function gets the value, and a `signal`; values and
   * results are copied by structured cloning. What returns `undefined` is left out.
   * @param options - see {@link ParallelPipeOptions}.
   * @throws RangeError for a bad number; TypeError for what is no task. If the function throws, the derived channel fails when
   * the results before that have been read, with that error and the value's `index`; see `onError`.
   * @example
   * ```ts
   * import { fromRange } from 'millrace';
   * import { inline } from 'millrace/parallel';
   *
   * const square = inline((n: number) => n * n);
   * await fromRange(3).parallelPipe(2, square).collect(); // [0, 1, 4]
   * ```
   */
  parallelPipe<U extends Value>(
    n: number,
    task: Task<(value: T, context: TaskContext) => Results<Iterable<U>>>,
    options: ParallelPipeOptions<T, Iterable<U>> & { readonly flatten: true },
  ): ReadChan<U>;
  parallelPipe<U extends Value>(
    n: number,
    task: Task<(value: T, context: TaskContext) => Results<U>>,
    options?: ParallelPipeOptions<T, U> & { readonly flatten?: false | undefined },
  ): ReadChan<U>;
  parallelPipe(n: number, task: Task<unknown>, options?: object): ReadChan<unknown> {
    return threads(this, n, task, options, true);
  }

  /**
   * The same, but gives each result as soon as it is there.
   *
   * @param n - how many calls at a time, an integer of at least 1.
   * @param task - what is called with each value.
   * @param options - see {@link ParallelPipeOptions}.
   * @example
   * ```ts
   * import { fromRange } from 'millrace';
   * import { inline } from 'millrace/parallel';
   *
   * const square = inline((n: number) => n * n);
   * const squares = await fromRange(4).parallelPipeUnordered(2, square).collect();
   * squares.length; // 4
   * ```
   */
  parallelPipeUnordered<U extends Value>(
    n: number,
    task: Task<(value: T, context: TaskContext) => Results<Iterable<U>>>,
    options: ParallelPipeOptions<T, Iterable<U>> & { readonly flatten: true },
  ): ReadChan<U>;
  parallelPipeUnordered<U extends Value>(
    n: number,
    task: Task<(value: T, context: TaskContext) => Results<U>>,
    options?: ParallelPipeOptions<T, U> & { readonly flatten?: false | undefined },
  ): ReadChan<U>;
  parallelPipeUnordered(n: number, task: Task<unknown>, options?: object): ReadChan<unknown> {
    return threads(this, n, task, options, false);
  }
}

/** The channel of concurrent calls of `f`. */
function calls<T>(
  chan: object,
  n: number,
  f: Call<T>,
  options: AsyncPipeOptions<T, unknown> | undefined,
  ordered: boolean,
): ReadChan<unknown> {
  const operator = ordered ? 'asyncPipe' : 'asyncPipeUnordered';
  const { onError, key } = options ?? {};
  expectInteger('n', n, 1);
  expectFunction('f', f);
  if (onError !== undefined) expectFunction('onError', onError);
  if (key !== undefined) expectFunction('key', key);
  const stage = new AsyncPipe(upstream(chan), { ...options, operator, n, ahead: 2 * n, f, ordered });
  return channelOf(stage, options);
}

/** The channel of the calls of a task. */
function threads(
  chan: object,
  n: number,
  task: Task<unknown>,
  options: object = {},
  ordered: boolean,
): ReadChan<unknown> {
  expect(
    typeof (task as Partial<Task<unknown>> | null)?.stage === 'function',
    'task',
    'a task, as inline() or task() makes it',
    task,
  );
  return channelOf(task.stage(upstream(chan), options, n, ordered));
}
