/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The receiving end of every kind of channel: get, iterate and consume, built on `poll`, `park` and
 * `unpark` of `Selectable`.
 *
 * - An operation first polls. It makes and parks a waiter only if nothing was ready.
 * - Nothing in this file knows how a channel comes by its values.
 */
import { signalOf } from '../base/abort.js';
import { spend } from '../base/fairness.js';
import { answer, refuse } from '../base/settle.js';
import { Printed } from '../base/printed.js';
import { waitFor } from '../base/letting-go.js';
import { Consumption, Iteration } from './iteration.js';
import { operateThen, settlePromise, wait } from './operation.js';
import {
  type Abortable,
  type Drained,
  FULL,
  PENDING,
  PROTOCOL,
  type Pending,
  type Sink,
} from './protocol.js';
import type { ChanStats } from './stats.js';
import type { Waiter } from './waiters.js';

/**
 * The receiving end of a channel. A function that only reads should ask for this type. A
 * {@link Chan} is a `ReadChan`.
 *
 * In `millrace` every channel also has operators, such as `map` and `asyncPipe`.
 *
 * @example
 * ```ts
 * async function sum(numbers: ReadChan<number>): Promise<number> {
 *   let total = 0;
 *   for await (const n of numbers) total += n;
 *   return total;
 * }
 * await sum(new Chan<number>(3).add(1, 2, 3).close()); // 6
 * ```
 */
export abstract class ReadChan<out T> extends Printed implements AsyncIterable<T> {
  // The methods of Selectable are hidden from users' types: an editor would offer them beside
  // `get`, and no user needs them.
  /** @internal */
  abstract poll(): T | undefined | Pending;
  /** @internal */
  abstract park(waiter: Waiter<T>): void;
  /** @internal */
  abstract unpark(waiter: Waiter<T>): void;

  /**
   * Hangs up: the reader wants no more values. Buffered values are dropped, waiting puts settle
   * with `false`, waiting gets settle with `undefined`, and the producer of the values is released.
   *
   * @param reason - the reason with which the producer's {@link WriteChan.signal} aborts.
   */
  abstract cancel(reason?: unknown): void;
  /** Whether the channel accepts no more puts. */
  abstract readonly closed: boolean;
  /** Whether the channel is closed and nothing is left to read. */
  abstract readonly drained: boolean;
  /**
   * Resolves when the channel is closed and drained, or at once if it already is. A closed promise
   * channel counts as drained. `join` takes no value. On a derived channel or a source of several
   * values it does not look for the end either, but resolves after a reader has read the end.
   *
   * @param options - `signal`: aborting it rejects the promise, and changes nothing else.
   * @throws `signal.reason` when aborted.
   * @example
   * ```ts
   * const ch = new Chan<number>(1).add(1).close();
   * const ended = ch.join().then(() => 'ended');
   * await ch.get(); // 1
   * await ended; // 'ended'
   * ```
   */
  abstract join(options?: Abortable): Promise<void>;
  /**
   * Describes the channel at this moment: its buffered values, its waiting operations, its counts.
   *
   * @returns a snapshot, which does not change later.
   * @example
   * ```ts
   * const ch = new Chan<string>(2, { name: 'jobs' }).add('a');
   * ch.stats().buffered; // 1
   * ch.stats().capacity; // 2
   * ```
   */
  abstract stats(): ChanStats;

  /** The name of the channel's kind: `'ReadChan'`, or the name of a subclass such as `'Chan'`. */
  get [Symbol.toStringTag](): string {
    return 'ReadChan';
  }
  /**
   * Describes the channel in one line, as `console.log` also prints it: its buffer and its waiting
   * operations.
   *
   * @returns the line.
   * @example
   * ```ts
   * const ch = new Chan<number>(16, { name: 'jobs' }).add(1, 2);
   * String(ch); // "Chan 'jobs' { buffer: 2 of 16 }"
   * ```
   */
  toString(): string {
    const { name, state, buffered, capacity, waitingPuts, waitingGets } = this.stats();
    const parts: string[] = [];
    if (capacity > 0) parts.push(`buffer: ${buffered} of ${capacity}`);
    if (waitingPuts > 0) parts.push(`puts waiting: ${waitingPuts}`);
    if (waitingGets > 0) parts.push(`gets waiting: ${waitingGets}`);
    if (state === 'closed' || parts.length === 0) parts.push(state === 'closed' ? state : 'open');
    const title = name === undefined ? '' : ` '${name}'`;
    return `${this[Symbol.toStringTag]}${title} { ${parts.join(', ')} }`;
  }

  /** Distinguishes a channel of any copy of the library from a custom selectable. @internal */
  get millrace(): number {
    return PROTOCOL;
  }
  /**
   * Whether `poll` returns one value for ever. As a sequence, a promise channel has one.
   *
   * @internal
   */
  repeats = false;
  /**
   * Whether a cancel of the channel that reads from this one cancels this one too. True for a
   * source and a derived channel, false for a channel that the user made.
   *
   * @internal
   */
  get isOwned(): boolean {
    return false;
  }

  /**
   * Takes the next value; waits until there is one.
   *
   * A value that is itself a promise is awaited by the promise of `get`. `getThen` passes such a
   * promise on as it is.
   *
   * @param options - `signal`: aborting it withdraws the get.
   * @returns the value; `undefined` once the channel is closed and drained.
   * @throws the cause that the channel was closed with, once it is drained; `signal.reason` when
   * aborted; {@link ChanOverflowError} if more gets would wait than `maxPending` allows.
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * await ch.put('hello');
   * await ch.get(); // 'hello'
   * ```
   */
  get(options?: Abortable): Promise<T | undefined> {
    try {
      const signal = options === undefined ? undefined : signalOf(options);
      const value = this.poll();
      if (value !== PENDING) return answer(value);
      return signal === undefined ? this.later() : wait(this, settlePromise, signal, undefined);
    } catch (error) {
      return refuse(error);
    }
  }

  /**
   * Takes the next value if there is one; never waits.
   *
   * @returns the value; `undefined` if there is no value now, and also once the channel is closed
   * and drained (see {@link ReadChan.drained}).
   * @throws the cause that the channel was closed with, once it is drained.
   * @example
   * ```ts
   * const ch = new Chan<number>(1);
   * ch.tryGet(); // undefined
   * ch.tryPut(1);
   * ch.tryGet(); // 1
   * ```
   */
  tryGet(): T | undefined {
    spend();
    const value = this.poll();
    return value === PENDING ? undefined : value;
  }

  /**
   * Takes the next value without a promise: calls back with the value, perhaps before `getThen`
   * returns.
   *
   * @param callback - called with `(value)`; with `(undefined)` once the channel is closed and
   * drained; with `(undefined, cause)` if the channel was closed with a cause. An error that it
   * throws becomes an uncaught error and does not affect the channel.
   * @throws TypeError if `callback` is not a function; {@link ChanOverflowError} if more gets would
   * wait than `maxPending` allows.
   * @example
   * ```ts
   * const ch = new Chan<number>();
   * ch.getThen((value) => console.log(value)); // prints 1
   * ch.tryPut(1);
   * ```
   */
  getThen(callback: (value: T | undefined, error?: unknown) => void): void {
    operateThen(this, callback, undefined);
  }

  /**
   * Iterates as the owner of the channel. When the loop is left, by `break`, `return`, a throw or
   * its natural end, the channel is cancelled together with the sources that it reads from. The
   * loop then waits until these sources are released (a generator's `finally`, a stream's
   * `cancel`), and throws an error of a release. An async generator is released only when its
   * current `await` is over.
   *
   * @returns the iterator.
   * @example
   * ```ts
   * for await (const n of fromRange().map((n) => 2 * n).consume()) {
   *   if (n === 6) break; // the range is released
   * }
   * ```
   */
  consume(): AsyncIterableIterator<T, undefined, undefined> {
    return new Consumption<T>(this);
  }

  /** Cancels the channel at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  /**
   * Cancels the channel at the end of an `await using` block. The block then waits until the
   * sources that the channel reads from are released, and throws an error of a release.
   *
   * @returns a promise that resolves when the sources are released.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return waitFor(() => this.cancel());
  }

  /**
   * Iterates over the values, with `for await`. A value that is itself a promise is passed on as it
   * is; only `await ch.get()` awaits it. Leaving the loop early does not close the channel, because
   * the channel may have other readers. If the iterator's `return()` is called while a `next()`
   * waits, this `next()` ends with `done` and takes no value.
   *
   * @returns the iterator.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined, undefined> {
    return new Iteration<T>(this);
  }

  /** Parks a waiter right after a poll that found nothing: at the end, or `first`. @internal */
  queue(waiter: Waiter<T>, _first?: boolean): void {
    this.park(waiter);
  }

  /** Returns the promise of the next value, right after a poll that found nothing. @internal */
  later(): Promise<T | undefined> {
    return wait<T | undefined>(this, settlePromise, undefined, undefined);
  }

  /** Passes the values that are ready to a sink. @internal */
  drain(sink: Sink<T>): Drained {
    for (;;) {
      const value = this.poll();
      if (value === undefined) return undefined;
      if (value === PENDING) return PENDING;
      if (!sink.push(value)) return FULL;
    }
  }

  /**
   * Parks a waiter that was just served, if the channel looks at its waiters again right after. See
   * `Drainable`.
   *
   * @internal
   */
  keep(_waiter: Waiter<never>, _first?: boolean): boolean {
    return false;
  }

  /** Lets values gather in the channel's buffer, if it has one. See `Drainable`. @internal */
  gather(_resume: () => void): boolean {
    return false;
  }
}
