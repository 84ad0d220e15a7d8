/**
 * What takes time, calls in flight or several channels, as methods of every channel that can be read. Each only checks its
 * arguments and makes its stage.
 */
import { givenSignal } from '../base/abort.js';
import { type ChanBuffer, claim } from '../channel/buffers.js';
import { expect, expectDuration, expectFunction, expectInteger } from '../base/errors.js';
import type { Abortable, Value } from '../channel/protocol.js';
import * as steps from './step.js';
import { AsyncPipe, type AsyncPipeOptions, type CallContext } from './async-pipe.js';
import { Buffered } from './buffered.js';
import type { Items } from './combinators.js';
import { Merge, SwitchMap, Zip, expectChan } from './combine.js';
import { Distribution } from './distribute.js';
import { Dup } from './dup.js';
import { expectOut } from '../pull/outlet.js';
import { Applied, apply, pipe } from './pipe.js';
import type { ParallelPipeOptions, Task, TaskContext } from './parallel.js';
import { Pub, type PubOptions } from './pub.js';
import type { Stage } from './stage.js';
import { Batch, Debounce, Delay, Sample, Throttle, TimeoutEach } from './time.js';
import { Operators } from './sync.js';
import type { ReadChan } from '../channel/read-chan.js';
import type { WriteChan } from '../channel/write-chan.js';

/** What a task's function may return. */
type Results<U> = U | undefined | PromiseLike<U | undefined>;
type Call<T> = (value: T, context: CallContext) => unknown;

/** The stages of {@link ReadChan}. */
export abstract class Stages<out T> extends Operators<T> {
  /**
   * Rows of one value of this channel and of each of the others. Ends with the first that ends. See {@link zip}.
   *
   * @param others - the other channels.
   * @throws TypeError for what is no channel.
   * @example
   * ```ts
   * await fromRange().zipWith(from(['a', 'b'])).collect(); // [[0, 'a'], [1, 'b']]
   * ```
   */
  zipWith<C extends readonly ReadChan<unknown>[]>(...others: C): ReadChan<[T, ...Items<C>]> {
    for (let i = 0; i < others.length; i++) expectChan(`channel ${i}`, others[i]);
    return this.staged(new Zip([this.self, ...others], false)) as ReadChan<[T, ...Items<C>]>; // Sound: that is what zipping gives.
  }

  /**
   * The values of the channel that `f` makes of the latest value; the one it made before is cancelled. Ends when this channel and
   * the last one have ended.
   *
   * @param f - gives a channel, which from then on belongs to this operator.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError if `f` is no function. If it throws, or returns no channel, the derived channel fails.
   * @example
   * ```ts
   * await from([1, 2]).switchMap((n) => from([n, n * 10])).collect(); // [1, 2, 20]
   * ```
   */
  switchMap<U>(f: (value: T, index: number) => ReadChan<U>, options?: Abortable): ReadChan<U> {
    expectFunction('f', f);
    return this.bounded(new SwitchMap<U>(this.self, f), options);
  }

  /**
   * What `stage` makes of this channel: your own operators in a chain.
   *
   * @param stage - is given this channel; what it returns is returned.
   * @example
   * ```ts
   * const evens = (input: ReadChan<number>) => input.filter((n) => n % 2 === 0);
   * await fromRange(5).through(evens).collect(); // [0, 2, 4]
   * ```
   */
  through<R>(stage: (input: ReadChan<T>) => R): R {
    expectFunction('stage', stage);
    return stage(this.self);
  }

  /**
   * Moves the values into a channel of yours, from now on, as fast as it takes them. When this channel ends, `out` is closed, with the
   * same cause; when `out` takes no more, nothing more is taken.
   *
   * @param options - `close`: whether `out` is closed at the end, default true. If not, a failure is an uncaught error.
   * `signal`: aborting it stops it, and hangs up; `out` is closed with its reason, unless `close` is false.
   * @param out - where the values go.
   * @returns `out`.
   * @throws TypeError for what is no channel.
   * @example
   * ```ts
   * await fromRange(3).pipe(new Chan<number>(8)).collect(); // [0, 1, 2]
   * ```
   */
  pipe<W extends WriteChan<T>>(out: W, options?: Abortable & { readonly close?: boolean | undefined }): W {
    expectOut(out);
    pipe<T>(this.self, out, options?.close !== false, givenSignal(options));
    return out;
  }

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
    if (buffer !== null) return this.bounded(new Buffered<T>(this.self, buffer), options);
    if (options?.signal === undefined) return this.derive(steps.pass());
    return this.bounded(new Merge<T>([this.self]), options);
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
    const input = this.derive<T>(steps.pass());
    if (out === undefined) return this.staged(new Applied<unknown>(f, input, this.channel()));
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
    return this.calls(n, f, options, true);
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
    return this.calls(n, f, options, false);
  }

  private calls(
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
    const stage = new AsyncPipe(this.self, { ...options, operator, n, ahead: 2 * n, f, ordered });
    return this.bounded(stage, options);
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
    return this.threads(n, task, options, true);
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
    return this.threads(n, task, options, false);
  }

  private bounded<U>(stage: Stage<U>, options: Abortable | undefined): ReadChan<U> {
    stage.outer = givenSignal(options);
    return this.staged(stage);
  }

  private threads(n: number, task: Task<unknown>, options: object = {}, ordered: boolean): ReadChan<unknown> {
    expect(
      typeof (task as Partial<Task<unknown>> | null)?.stage === 'function',
      'task',
      'a task, as inline() or task() makes it',
      task,
    );
    return this.staged(task.stage(this.self, options, n, ordered));
  }

  /**
   * Arrays of up to `size` values, or of what came within `ms` of the first; one at least of the two is to be given.
   *
   * @param limits - `size`: how many values, an integer of at least 1; `ms`: how long after the first of them, in ms. One of both or both.
   * `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws RangeError for a bad `size`; TypeError for a bad `ms`, or without either.
   * @example
   * ```ts
   * await fromRange(3).batch({ size: 2, ms: 100 }).collect(); // [[0, 1], [2]]
   * ```
   */
  batch(
    limits: Abortable & { readonly size?: number | undefined; readonly ms?: number | undefined },
  ): ReadChan<T[]> {
    const { size = Infinity, ms = Infinity } = limits;
    expect(size !== Infinity || ms !== Infinity, 'limits', 'a size, an ms, or both', 'neither');
    if (size !== Infinity) expectInteger('size', size, 1);
    expectDuration('ms', ms);
    return this.bounded(new Batch<T>(this.self, size, ms), limits);
  }

  /**
   * The last value of each burst: one that was followed by no other within `ms`. The last of all comes at the end.
   *
   * Like all operators of time it reads only while somebody waits for what it gives; a value's time is when it was read.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
   * @example
   * ```ts
   * await fromRange(3).debounce(5).collect(); // [2]
   * ```
   */
  debounce(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return this.bounded(new Debounce<T>(this.self, ms), options);
  }

  /**
   * The first value, and then the first that is read `ms` or more after the last one given; those between are dropped.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
   * @example
   * ```ts
   * await fromRange(3).throttle(1000).collect(); // [0]
   * ```
   */
  throttle(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return this.bounded(new Throttle<T>(this.self, ms), options);
  }

  /**
   * Every `ms` the latest value, if one came since; the last of all at the end.
   *
   * @param ms - milliseconds, above 0.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws RangeError for any other `ms`.
   * @example
   * ```ts
   * await fromRange(3).sample(5).collect(); // [2]
   * ```
   */
  sample(ms: number, options?: Abortable): ReadChan<T> {
    expect(typeof ms === 'number' && ms > 0, 'ms', 'a number of milliseconds above 0', ms, RangeError);
    return this.bounded(new Sample<T>(this.self, ms), options);
  }

  /**
   * Every value `ms` after it was read; up to 1,024 are read ahead while somebody waits.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
   * @example
   * ```ts
   * await fromRange(2).delay(5).collect(); // [0, 1]
   * ```
   */
  delay(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return this.bounded(new Delay<T>(this.self, ms), options);
  }

  /**
   * The same values, but it fails with a {@link TimeoutError} when none came for `ms`, since somebody began to wait where nobody
   * waited before.
   *
   * @param ms - milliseconds; `Infinity` for no limit.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
   * @example
   * ```ts
   * const silent = new Chan<string>();
   * await silent.timeoutEach(5).catch((error) => (error as Error).name).get(); // 'TimeoutError'
   * ```
   */
  timeoutEach(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return this.bounded(new TimeoutEach<T>(this.self, ms), options);
  }

  /**
   * Gives every value to each of several channels, from now on: see {@link Dup}.
   *
   * @example
   * ```ts
   * const numbers = fromRange(2).dup();
   * const [a, b] = [numbers.tap(), numbers.tap()];
   * await Promise.all([a.collect(), b.collect()]); // [[0, 1], [0, 1]]
   * ```
   */
  dup(): Dup<T> {
    return new Dup<T>(this.self, () => this.channel<T>());
  }

  /**
   * Gives every value to those who subscribe to its topic, from now on: see {@link Pub}.
   *
   * @param topic - the topic of a value; topics are the same as keys of a `Map`.
   * @param options - see {@link PubOptions}.
   * @throws TypeError if `topic` is no function. If it throws, the subscribers' channels fail.
   * @example
   * ```ts
   * const words = from(['apple', 'bean', 'avocado']).pub((word) => word[0]);
   * await words.sub('a').collect(); // ['apple', 'avocado']
   * ```
   */
  pub<K>(topic: (value: T) => K, options?: PubOptions<K>): Pub<T, K> {
    return new Pub<T, K>(this.self, topic, options, (buffer) => this.channel(buffer));
  }

  /**
   * Gives each value to one of the channels that is ready for it, at random, from now on. A channel that closes is left out, and when all
   * are closed nothing more is taken. When this channel ends they are closed, with the same cause.
   *
   * @param outs - the channels.
   * @throws TypeError for what is no channel.
   * @example
   * ```ts
   * const workers = [new Chan<number>(), new Chan<number>()];
   * fromRange(4).distribute(...workers);
   * (await merge(workers).collect()).length; // 4
   * ```
   */
  distribute(...outs: WriteChan<T>[]): void {
    outs.forEach(expectOut);
    void new Distribution<T>(this.self, outs);
  }

  private get self(): ReadChan<T> {
    return this as unknown as ReadChan<T>; // Sound: every one of these is a ReadChan.
  }
}
