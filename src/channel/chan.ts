/**
 * The channel.
 *
 * - `open → closed → drained`: a closed channel accepts no more puts; a drained one also has
 *   nothing left to read.
 * - The invariants of channel/protocol.ts hold.
 * - A channel with a buffer passes every value through the buffer, with one exception: a lone
 *   waiting get of an empty queue receives its value directly.
 * - A waiter with a `value` is a put; a waiter without one is a get.
 * - Each accepted put is counted once: in `direct` if it went to a waiting get, in `queued` if it
 *   was taken while it waited, or in `added` if it went into the buffer. An accepted value that is
 *   neither delivered nor buffered was dropped.
 */
import { makeController, signalOf } from '../base/abort.js';
import { spend } from '../base/fairness.js';
import { answer, hold, refuse, wake } from '../base/settle.js';
import { type ChanBuffer, gathered } from './buffer.js';
import type { Resolve } from '../base/promises.js';
import { atIndex, noPut, on, surface } from '../base/errors.js';
import { observer } from '../base/observe.js';
import { joinAmong, operateThen, wait } from './operation.js';
import {
  type Abortable,
  type Drained,
  FULL,
  PENDING,
  type Pending,
  type Sink,
  type Value,
} from './protocol.js';
import type { Settle, Waiter } from './waiters.js';
import { type ChanOptions, Matching } from './matching.js';
import type { WriteChan } from './write-chan.js';

const TRUE = Promise.resolve(true);
const FALSE = Promise.resolve(false);

function ignore(): void {}

/** The callback of a put that `add` queued. `add` has returned, so an error becomes uncaught. */
function added(_ok: boolean, error?: unknown): void {
  if (error !== undefined) surface(error);
}

/**
 * Settles the promise of a waiting put. Resolving with the promise `TRUE` takes more microtasks
 * than resolving with `true`, so the reader continues before the writer, as in Go. The reader is
 * then waiting again when the writer puts the next value, and a value whose reader already waits
 * costs one promise less.
 */
const settlePut: Settle = (waiter, value, failed) => {
  wake(waiter.owner as Resolve, value === true ? TRUE : value, failed);
};

/**
 * A channel: a place where goroutines meet to hand over values.
 *
 * A channel carries values of type {@link Value}: anything but `undefined`. So `new Chan<void>()`
 * and `new Chan<unknown>()` do not compile: use a `Chan<true>` for a signal without a value, and a
 * `Chan<Value>` for values of any type. Generic code that makes a channel or puts to one must say
 * `<T extends Value>`.
 *
 * Values are received in the order in which their puts were called, in every mode and through every
 * built-in buffer. Waiting gets are served in the order in which they were called.
 *
 * @example
 * ```ts
 * const ch = new Chan<string>();
 * ch.put('hello').then(() => ch.close());
 * for await (const word of ch) console.log(word); // prints hello
 * ```
 */
export class Chan<in out T> extends Matching<T> implements WriteChan<T> {
  /**
   * @param buffer - nothing or 0 for a rendezvous, where a put waits for its get; a number of
   * values; or a buffer: {@link fixed}, {@link sliding}, {@link dropping}, {@link promise},
   * {@link unbounded}, {@link weighted} or your own.
   * @param options - see {@link ChanOptions}.
   * @throws RangeError if the number of values or `maxPending` is not an integer of at least 0;
   * TypeError if `buffer` is not a buffer or belongs to another channel, or if `name` is not a
   * string.
   */
  constructor(buffer?: number | ChanBuffer<T>, options?: ChanOptions) {
    super(buffer, options);
    observer?.made(this, buffer);
  }

  /** `'Chan'`. */
  override get [Symbol.toStringTag](): string {
    return 'Chan';
  }

  // The sending side.

  put(value: T & Value, options?: Abortable): Promise<boolean> {
    try {
      const signal = options === undefined ? undefined : signalOf(options);
      const done = this.offer(value);
      if (done === PENDING) return wait(this, settlePut, signal, value);
      return spend() ? (done ? TRUE : FALSE) : hold(done);
    } catch (error) {
      return refuse(error);
    }
  }

  tryPut(value: T & Value): boolean | undefined {
    if (value === undefined) throw noPut('tryPut', on(this.name));
    spend();
    const done = this.offer(value);
    return done === PENDING ? undefined : done;
  }

  putThen(value: T & Value, callback: (ok: boolean, error?: unknown) => void = ignore): void {
    if (value === undefined) throw noPut('putThen', on(this.name));
    operateThen(this, callback, value);
  }

  /**
   * Puts several values without waiting, for example to seed a channel. A value that the channel
   * cannot accept now is queued as a waiting put. Engines limit the number of arguments of one call
   * to some 100,000.
   *
   * @param values - the values, none of them `undefined`.
   * @returns the channel.
   * @throws TypeError if a value is `undefined`; then no value is put. {@link ChanOverflowError} if
   * more puts would wait than `maxPending` allows, and any error of the buffer for a value that it
   * accepts now; the values before the failed value are put. A buffer's error for a value that had
   * to wait becomes an uncaught error.
   */
  add(...values: (T & Value)[]): this {
    const none = values.indexOf(undefined as never);
    if (none >= 0) throw noPut('add', atIndex(none, this.name));
    for (const value of values) if (this.tryPut(value) === undefined) this.putThen(value, added);
    return this;
  }

  close(cause?: unknown): this {
    if (this.isClosed) return this;
    this.store?.expectIdle('close');
    this.stop(cause, cause);
    return this;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = makeController();
      if (this.isClosed) this.controller.abort();
    }
    return this.controller.signal;
  }

  /** Puts a value if the put need not wait; otherwise returns {@link PENDING}. @internal */
  offer(value: T): boolean | Pending {
    if (value === undefined) throw noPut('put', on(this.name));
    if (this.isClosed) return false;
    const { store: buffer, lone } = this;
    // A lone get at an empty queue would take the value out of the queue at once, so the value goes
    // to the get directly.
    if (buffer !== null && (lone === null || !buffer.isQueue || buffer.hooked || buffer.size > 0)) {
      if (this.puts.head === null && buffer.canAdd()) {
        if (buffer.hooked) return this.offerTo(buffer, value);
        buffer.add(value);
        this.added++;
        observer?.buffered(this, value, null);
        if (this.gets.head !== null) this.serve(buffer);
        return true;
      }
      if (gathered(buffer)) return this.offer(value);
    }
    if (lone !== null) {
      this.lone = null;
      this.direct++;
      observer?.gave(this, value, lone);
      wake(lone, value, false);
      return true;
    }
    const get = this.getters.shift();
    if (get === null) return PENDING;
    this.direct++;
    observer?.gave(this, value, get);
    get.settle(get, value, false);
    return true;
  }

  // The receiving side.

  // FAST PATH: may be removed without changing results. Repeats the inherited body, so that the
  // engine compiles it for `Chan` alone.
  override get(options?: Abortable): Promise<T | undefined> {
    if (options !== undefined) return super.get(options);
    try {
      const value = this.poll();
      return value === PENDING ? this.later() : answer(value);
    } catch (error) {
      return refuse(error);
    }
  }

  /** @internal */
  override later(): Promise<T | undefined> {
    if (this.lone !== null || this.getters.head !== null || this.few === 0) return super.later();
    const pending = new Promise<T | undefined>((resolve) => {
      this.lone = resolve as Resolve; // Sound: `lone` is called only with a T or with the end.
    });
    observer?.parked(this, this.lone as unknown as Resolve, undefined);
    return pending;
  }

  /** @internal */
  poll(): T | undefined | Pending {
    const buffer = this.store;
    if (buffer !== null && buffer.canTake()) {
      // The waiting gets are about to be served from the buffer, and they come first.
      if (this.gets.head !== null) return PENDING;
      const value = buffer.isQueue ? buffer.take() : this.takeFrom(buffer);
      this.buffered++;
      observer?.unbuffered(this, value, null);
      if (this.puts.head !== null) this.refill(buffer);
      if (this.isClosed) this.ended();
      return value;
    }
    const put = this.puts.shift();
    if (put !== null) {
      const value = put.value as T; // Sound: a put's waiter carries a value of its channel.
      this.queued++;
      observer?.took(this, value, put);
      put.settle(put, true, false);
      if (this.isClosed) this.ended();
      return value;
    }
    if (!this.isClosed) return PENDING;
    if (this.cause !== undefined) throw this.cause;
    return undefined;
  }

  /** @internal */
  override drain(sink: Sink<T>): Drained {
    const buffer = this.store;
    // FAST PATH: may be removed without changing results. Takes values in a tight loop while no get
    // or put waits and more than one value is left. `push` may cancel the channel and so its store.
    if (buffer !== null && buffer.isQueue && this.gets.head === null) {
      while (buffer.size > 1 && this.puts.head === null && this.store === buffer) {
        const value = buffer.take();
        this.buffered++;
        observer?.unbuffered(this, value, null);
        if (!sink.push(value)) return FULL;
      }
    }
    return super.drain(sink);
  }

  cancel(reason?: unknown): void {
    const buffer = this.store;
    buffer?.expectIdle('cancel');
    this.store = null;
    observer?.cancelled(this);
    if (!this.isClosed) this.stop(undefined, reason);
    // The signal aborts before the puts are settled: an operator that offers one value to several
    // channels then withdraws its put here, and its puts on the other channels stay parked.
    const puts = this.puts.drain();
    for (const put of puts) put.settle(put, false, false);
    this.ended();
    buffer?.clear();
  }

  // Both sides.

  /** Parks a waiter until it can commit, or commits it at once if it can commit now. @internal */
  park(waiter: Waiter<never>): void {
    const isPut = waiter.value !== undefined;
    const buffer = this.store;
    // User code may have run since a select polled this channel, so check again. Waiters of one
    // select never match each other. Two waiters that match are both claimed before either is
    // settled. No value overtakes a buffered value.
    const gives = buffer !== null && buffer.canTake();
    const isReady = isPut
      ? this.isClosed ||
        (this.puts.head === null && buffer !== null && buffer.canAdd()) ||
        (!gives && this.isNext() && this.gets.hasOther(waiter.owner))
      : gives
        ? this.gets.head === null
        : this.isClosed || this.puts.hasOther(waiter.owner);
    if (!isReady) return this.queue(waiter);
    // `weigh` may use the channel, so the put is queued first and then added as a waiting put.
    if (isPut && buffer?.hooked === true && !this.isClosed) {
      this.queue(waiter);
      return this.refill(buffer);
    }
    waiter.claim();
    try {
      // Sound: a put's waiter carries a value of its channel.
      waiter.settle(waiter, isPut ? this.offer(waiter.value as T & Value) : this.poll(), false);
    } catch (error) {
      waiter.settle(waiter, error, true);
    }
  }

  /** @internal */
  unpark(waiter: Waiter<never>): void {
    this.store?.expectIdle('abort');
    this.listOf(waiter).remove(waiter);
    observer?.left(this, waiter);
    // Withdrawing the last put that waits on a closed channel drains the channel.
    if (this.isClosed) this.ended();
  }

  join(options?: Abortable): Promise<void> {
    // With a signal that is aborted already, `joinAmong` rejects, as every operation does.
    if (this.isEnded() && options?.signal?.aborted !== true) return answer(undefined);
    return joinAmong((this.joiners ??= new Set()), options);
  }
}
