/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The receiving end of every kind of channel: get, iterate, collect, over the three verbs of `Selectable`.
 *
 * - An operation first polls; only one that finds nothing ready makes a waiter and parks it.
 * - Nothing here knows how a channel comes by its values.
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
 * The receiving end of a channel. What only reads should ask for this; a {@link Chan} is one.
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
  // The verbs of Selectable. Users' types do not show them: an editor would offer them beside `get`, and none is what a user wants.
  /** @internal */
  abstract poll(): T | undefined | Pending;
  /** @internal */
  abstract park(waiter: Waiter<T>): void;
  /** @internal */
  abstract unpark(waiter: Waiter<T>): void;

  /**
   * The reader hangs up: no more values. What is buffered is dropped, waiting puts settle with `false`, waiting
   * gets with `undefined`, and whatever produces the values is released.
   *
   * @param reason - why; the reason of the producer's {@link WriteChan.signal}.
   */
  abstract cancel(reason?: unknown): void;
  /** Whether no more puts are accepted. */
  abstract readonly closed: boolean;
  /** Whether it is closed and nothing is left to read. */
  abstract readonly drained: boolean;
  /**
   * Settles when it is closed and drained; also if that was before. A closed promise channel counts as drained. It takes
   * nothing and looks for nothing: of a derived channel or a source it settles when the end has been read.
   *
   * @param options - `signal`: aborting it rejects with its reason, and changes nothing else.
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
   * What the channel holds and who waits, now.
   *
   * @example
   * ```ts
   * const ch = new Chan<string>(2, { name: 'jobs' }).add('a');
   * ch.stats().buffered; // 1
   * ch.stats().capacity; // 2
   * ```
   */
  abstract stats(): ChanStats;

  /** `'ReadChan'`, or the name of what it is beyond that. */
  get [Symbol.toStringTag](): string {
    return 'ReadChan';
  }
  /**
   * One line about it, as `console.log` prints it too: what it holds, and what waits.
   *
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

  /** Tells a channel, of any copy of the library, from a selectable of the user's. @internal */
  get millrace(): number {
    return PROTOCOL;
  }
  /** Whether polling gives the same value for ever: a promise channel, as a sequence, has one value. @internal */
  repeats = false;
  /** Whether it is cancelled with what reads from it: a source or a derived channel, but no channel that the user made. @internal */
  get isOwned(): boolean {
    return false;
  }

  /**
   * The next value; waits for one.
   *
   * A value that is itself a promise is awaited by this promise, as by any; `getThen` hands it over as it is.
   *
   * @param options - `signal`: aborting it withdraws the get.
   * @returns `undefined` once the channel is closed and drained.
   * @throws the cause, once drained, if the channel was closed with one; `signal.reason` when aborted;
   * {@link ChanOverflowError} if more gets wait than `maxPending` allows.
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
   * The next value if there is one; never waits.
   *
   * @returns `undefined` when there is none now, and when there will be none any more (see {@link ReadChan.drained}).
   * @throws the cause, once drained, if the channel was closed with one.
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
   * The promise-free `get`: calls back with the next value, perhaps before it returns.
   *
   * @param callback - `(value)`, with `undefined` once closed and drained; `(undefined, cause)` if the channel was
   * closed with a cause. An error it throws becomes an uncaught one; the channel stays whole.
   * @throws TypeError if `callback` is no function; {@link ChanOverflowError} as {@link ReadChan.get} rejects with.
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
   * Iteration by an owner: when the loop is left, by `break`, `return`, a throw or its natural end, the channel is cancelled, and with
   * it the sources that it reads from. The loop waits until these have let go (a generator's `finally`, a stream's `cancel`), and
   * throws an error of that. A generator lets go when what it is waiting for has come.
   *
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

  /** Cancels the channel, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.cancel();
  }

  /** Cancels the channel, at the end of an `await using` block, which waits and throws as {@link ReadChan.consume} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return waitFor(() => this.cancel());
  }

  /**
   * Iteration. A value that is itself a promise is given as it is: only `await ch.get()` awaits it. Leaving the loop early does not
   * close the channel: it may have other readers. A `next()` that waits when the iterator's `return()` is called ends with
   * `done`, and has taken nothing.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined, undefined> {
    return new Iteration<T>(this);
  }

  /** Parks a waiter right after a poll that found nothing; `first`: before all others. @internal */
  queue(waiter: Waiter<T>, _first?: boolean): void {
    this.park(waiter);
  }

  /** The next value, right after a poll that found nothing. @internal */
  later(): Promise<T | undefined> {
    return wait<T | undefined>(this, settlePromise, undefined, undefined);
  }

  /** Hands what is ready to a sink. @internal */
  drain(sink: Sink<T>): Drained {
    for (;;) {
      const value = this.poll();
      if (value === undefined) return undefined;
      if (value === PENDING) return PENDING;
      if (!sink.push(value)) return FULL;
    }
  }

  /** Parks a waiter that was just served, if those who wait are looked at again right after: see `Drainable`. @internal */
  keep(_waiter: Waiter<never>): boolean {
    return false;
  }

  /** Lets values gather in its buffer, if it has one: see `Drainable`. @internal */
  gather(_resume: () => void): boolean {
    return false;
  }
}
