/** The operators that read ahead of their reader, or call functions concurrently. */
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

/** The type of what a task's function may return. */
type Results<U> = U | undefined | PromiseLike<U | undefined>;
type Call<T> = (value: T, context: CallContext) => unknown;

/** The operators of {@link ReadChan} that read ahead, or call functions concurrently. */
export abstract class ConcurrentOperators<out T> {
  /**
   * Derives a channel that reads ahead into a buffer, so that the source and the reader need not
   * keep step. It starts to read ahead when a reader first asks for a value.
   *
   * @param bufferOrSize - a number of values, an integer of at least 0, or a buffer as of
   * {@link Chan}. 0 reads nothing ahead.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws RangeError if a number is not an integer of at least 0; TypeError if `bufferOrSize` is
   * neither a number nor a buffer, or belongs to another channel.
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
   * Runs a coroutine that reads from this channel and writes to a new channel. The coroutine starts
   * when a reader first asks for a value of the new channel.
   *
   * The new channel closes when the coroutine returns, and fails when the coroutine throws. If the
   * new channel is cancelled, the puts of the coroutine give `false`, its input ends, and
   * `output.signal` is aborted.
   *
   * @param f - the coroutine: reads from `input` and writes to `output`.
   * @returns the new channel.
   * @throws TypeError if `f` is not a function.
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
   * Runs a coroutine that reads from this channel and writes to `out`. The coroutine starts at
   * once. `out` closes when the coroutine returns, and closes with the error when it throws. If
   * `out` is cancelled, the puts of the coroutine give `false`, its input ends, and `output.signal`
   * is aborted.
   *
   * @param f - the coroutine: reads from `input` and writes to `output`.
   * @param out - the output of the coroutine.
   * @returns `out`.
   * @throws TypeError if `f` is not a function or `out` is not a channel.
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
    // The coroutine's own input, which can be cancelled and end before this channel does.
    const input = derive<T>(this, pass());
    if (out === undefined) return channelOf(new Applied<unknown>(f, input, new Chan<unknown>()));
    void apply(f, input, out);
    return out;
  }

  /**
   * Calls `f` with each value, at most `n` calls at a time, and gives the results in the order of
   * the values. At most `2n` values are taken and not yet delivered, so a slow call holds up later
   * values and memory does not grow.
   *
   * @param n - how many calls may run at a time: an integer of at least 1.
   * @param f - called with a value and a {@link CallContext}; returns the result or a promise of
   * it. A result of `undefined` is left out.
   * @param options - see {@link AsyncPipeOptions}.
   * @returns the channel of the results. If `f` throws, no more calls are made, and the channel
   * fails when the results before the error have been read; see `onError`.
   * @throws RangeError if `n` is not an integer of at least 1; TypeError if `f`, `onError` or `key`
   * is not a function.
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
   * Calls `f` with each value, at most `n` calls at a time, and gives each result as soon as its
   * call completes. At most `2n` values are taken and not yet delivered.
   *
   * @param n - how many calls may run at a time: an integer of at least 1.
   * @param f - called with a value and a {@link CallContext}; returns the result or a promise of
   * it. A result of `undefined` is left out.
   * @param options - see {@link AsyncPipeOptions}.
   * @returns the channel of the results. If `f` throws, no more calls are made, and the channel
   * fails when the results that came before the error have been read; see `onError`.
   * @throws RangeError if `n` is not an integer of at least 1; TypeError if `f`, `onError` or `key`
   * is not a function.
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
   * Runs a task with each value on other threads, on `n` threads at a time, and gives the results
   * in the order of the values. Values and results are copied by structured cloning, and travel in
   * batches.
   *
   * @param n - how many threads run the task at a time: an integer of at least 1.
   * @param task - a task that `task` or `inline` of `millrace/parallel` has made. Its function is
   * called with a value and a {@link TaskContext}. A result of `undefined` is left out.
   * @param options - see {@link ParallelPipeOptions}.
   * @returns the channel of the results. If the function throws, the channel fails with the error
   * when the results before the error have been read. The error has the `index` of the value. See
   * `onError`.
   * @throws RangeError if `n` or a number of the options is out of range; TypeError if `task` is
   * not a task, or an option is of a wrong type.
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
   * Runs a task with each value on other threads, on `n` threads at a time, and gives each result
   * as soon as it is there. Values and results are copied by structured cloning, and travel in
   * batches.
   *
   * @param n - how many threads run the task at a time: an integer of at least 1.
   * @param task - a task that `task` or `inline` of `millrace/parallel` has made. Its function is
   * called with a value and a {@link TaskContext}. A result of `undefined` is left out.
   * @param options - see {@link ParallelPipeOptions}.
   * @returns the channel of the results. If the function throws, the channel fails with the error
   * when the results that came before the error have been read. The error has the `index` of the
   * value. See `onError`.
   * @throws RangeError if `n` or a number of the options is out of range; TypeError if `task` is
   * not a task, or an option is of a wrong type.
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

/** Returns the channel of concurrent calls of `f`. */
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

/** Returns the channel of the calls of a task. */
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
