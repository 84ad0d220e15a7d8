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
import { breathe } from '../base/turn.js';
import { type ChannelBuffer, type ChanBuffer, claim, gathered } from './buffer.js';
import type { Resolve } from '../base/promises.js';
import { atIndex, expect, expectInteger, noPut, on, overflow, surface } from '../base/errors.js';
import { remember } from '../base/named.js';
import { observer } from '../base/observe.js';
import { joinAmong, operateThen, settlePromise, wait } from './operation.js';
import {
  type Abortable,
  type Drained,
  FULL,
  PENDING,
  type Pending,
  type Sink,
  type Value,
} from './protocol.js';
import { NOBODY, type Settle, Waiter, WaiterList } from './waiters.js';
import type { ChanStats } from './stats.js';
import { ReadChan } from './read-chan.js';
import type { WriteChan } from './write-chan.js';

/** Options of a {@link Chan}. */
export interface ChanOptions {
  /** The channel's name in errors, warnings and `stats()`. */
  readonly name?: string | undefined;
  /**
   * How many puts, and how many gets, may wait at the same time: an integer of at least 0. One more
   * operation fails with a {@link ChanOverflowError}.
   *
   * @defaultValue no limit
   */
  readonly maxPending?: number | undefined;
}

/** The number of waiting puts on one channel at which a warning says that puts may be unawaited. */
const MANY_PUTS = 1024;

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
 * A channel carries values of type {@link Value}: anything but `undefined`. Use a `Chan<true>` for
 * a signal without a value, because nothing can be put into a `Chan<void>`. Generic code that puts
 * must say `<T extends Value>`.
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
export class Chan<in out T> extends ReadChan<T> implements WriteChan<T> {
  private getters: WaiterList = NOBODY;
  private puts: WaiterList = NOBODY;
  /**
   * Resolves a lone waiting get, which has no waiter: one reader is common, and this saves an
   * object.
   */
  private lone: Resolve | null = null;
  /** Null for a rendezvous and for a cancelled channel. */
  private store: ChannelBuffer<T> | null;
  private isClosed = false;
  private cause: unknown = undefined;
  private added = 0;
  private direct = 0;
  private buffered = 0;
  private queued = 0;
  private readonly name: string | undefined;
  private readonly maxPending: number;
  /** The number of waiters on one side from which on `queue` calls `limit`. */
  private few: number;
  private controller: AbortController | undefined = undefined;
  private joiners: Set<Resolve> | undefined = undefined;

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
    super();
    const { name, maxPending = Infinity } = options ?? {};
    expect(name === undefined || typeof name === 'string', 'name', 'a string', name);
    if (maxPending !== Infinity) expectInteger('maxPending', maxPending, 0);
    this.name = name;
    this.maxPending = maxPending;
    this.few = Math.min(maxPending, MANY_PUTS - 1);
    this.store = claim(buffer, name);
    this.repeats = this.store?.repeats === true;
    if (name !== undefined) remember(this);
    observer?.made(this, buffer);
  }

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

  /** @internal */
  override gather(resume: () => void): boolean {
    const buffer = this.store;
    if (buffer === null || !buffer.gathers || this.isClosed || buffer.gatherer !== null) return false;
    buffer.gatherer = resume;
    void breathe().then(() => gathered(buffer));
    return true;
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

  /** @internal */
  override queue(waiter: Waiter<never>, first?: boolean): void {
    const list = this.listOf(waiter);
    if (list.length >= this.few) this.limit(list);
    list.push(waiter, first);
    observer?.parked(this, waiter, waiter.value);
  }

  /** @internal */
  override keep(waiter: Waiter<never>, first?: boolean): boolean {
    const { store, gets } = this;
    const isEmpty = this.puts.head === null && (store === null || (store.isQueue && store.size === 0));
    if (!isEmpty || this.isClosed || gets.length >= this.few) return false;
    waiter.source = this;
    this.queue(waiter, first);
    return true;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  get drained(): boolean {
    return this.isClosed && this.puts.head === null && !this.store?.canTake();
  }

  join(options?: Abortable): Promise<void> {
    // With a signal that is aborted already, `joinAmong` rejects, as every operation does.
    if (this.isEnded() && options?.signal?.aborted !== true) return answer(undefined);
    return joinAmong((this.joiners ??= new Set()), options);
  }

  stats(): ChanStats {
    const { direct, queued } = this;
    const puts = direct + queued + this.added;
    const gets = direct + this.buffered + queued;
    const buffered = this.store?.size ?? 0;
    return {
      name: this.name,
      state: this.isClosed
        ? 'closed'
        : this.puts.head !== null
          ? 'puts-waiting'
          : this.gets.head !== null
            ? 'gets-waiting'
            : 'flowing',
      buffered,
      capacity: this.store?.capacity ?? 0,
      waitingPuts: this.puts.length,
      waitingGets: this.gets.length,
      puts,
      gets,
      // A promise buffer delivers copies, so every accepted value that it does not hold was
      // dropped.
      dropped: Math.max(0, puts - buffered - (this.repeats ? 0 : gets)),
      delivered: { direct, buffered: this.buffered, queued },
    };
  }

  // Internals.

  /** The waiting gets. Reading this getter gives a lone get its waiter. */
  private get gets(): WaiterList {
    const { lone } = this;
    if (lone !== null) {
      this.lone = null;
      if (this.getters === NOBODY) this.getters = new WaiterList();
      this.getters.push(new Waiter<never>(this, settlePromise, lone));
    }
    return this.getters;
  }

  /** Closes: gets receive `cause` after the remaining values, and `signal` aborts with `reason`. */
  private stop(cause: unknown, reason: unknown): void {
    this.isClosed = true;
    this.cause = cause;
    // User code may close the channel while `serve` runs; waiting gets may then have values coming.
    if (this.store !== null) this.serve(this.store);
    const gets = this.gets.drain();
    observer?.closed(this, cause);
    // With a reason the controller is made now, because the channel does not keep the reason.
    if (reason !== undefined) this.controller ??= makeController();
    this.controller?.abort(reason);
    for (const get of gets) get.settle(get, cause, cause !== undefined);
    this.ended();
    if (this.store !== null) gathered(this.store);
  }

  /**
   * Whether a new put may go to a waiting get. Waiting puts come first, except puts with siblings:
   * a select may wait on one channel both to put and to get.
   */
  private isNext(): boolean {
    const put = this.puts.head;
    return put === null || put.index >= 0;
  }

  /** Moves waiting puts into the room that a get has made in the buffer. */
  private refill(buffer: ChannelBuffer<T>): void {
    for (;;) {
      // Sound: all waiters in `puts` are puts of this channel.
      const put = this.puts.head as Waiter<unknown> | null;
      if (put === null || !buffer.canAdd()) return;
      const value = put.value as T; // Sound: a put's waiter carries a value of its channel.
      try {
        const weight = buffer.hooked ? buffer.weigh(value) : 0;
        // `weigh` may have used the channel, so check again.
        if (this.puts.head !== put || !buffer.canAdd()) continue;
        // Add the value before its put leaves the queue. The put may belong to a select, and
        // claiming it may run user code; the channel must not look drained to that code.
        buffer.add(value, weight);
      } catch (error) {
        if (this.puts.head === put) this.puts.shift()?.settle(put, error, true);
        continue;
      }
      this.added++;
      observer?.buffered(this, value, put);
      this.puts.shift();
      put.settle(put, true, false);
      if (this.gets.head !== null) this.serve(buffer);
      if (buffer.hooked) buffer.tell();
    }
  }

  /** Serves the waiting gets from the buffer. */
  private serve(buffer: ChannelBuffer<T>): void {
    while (this.gets.head !== null && buffer.canTake()) {
      let value: unknown;
      let failed = false;
      // Take the value before claiming its get: the claim may run user code.
      try {
        value = buffer.take();
        this.buffered++;
      } catch (error) {
        value = error;
        failed = true;
      }
      const get = this.gets.shift();
      if (get === null) return;
      if (!failed) observer?.unbuffered(this, value, get);
      get.settle(get, value, failed);
    }
  }

  /**
   * Takes from a buffer whose `take` may throw. A `take` that throws may still have made room, so
   * waiting puts then move into the buffer.
   */
  private takeFrom(buffer: ChannelBuffer<T>): T {
    try {
      return buffer.take();
    } catch (error) {
      this.refill(buffer);
      if (this.isClosed) this.ended();
      throw error;
    }
  }

  /**
   * Offers to a buffer that has room and runs user code: `weigh` before the channel changes, `tell`
   * after everything is counted.
   */
  private offerTo(buffer: ChannelBuffer<T>, value: T): boolean | Pending {
    const weight = buffer.weigh(value);
    // `weigh` may have used the channel, so check again.
    if (this.isClosed) return false;
    if (this.puts.head !== null || !buffer.canAdd()) return PENDING;
    buffer.add(value, weight);
    this.added++;
    observer?.buffered(this, value, null);
    if (this.gets.head !== null) this.serve(buffer);
    buffer.tell();
    return true;
  }

  private listOf(waiter: Waiter<never>): WaiterList {
    if (waiter.value !== undefined) return this.puts === NOBODY ? (this.puts = new WaiterList()) : this.puts;
    return this.gets === NOBODY ? (this.getters = new WaiterList()) : this.getters;
  }

  private isEnded(): boolean {
    return this.isClosed && (this.repeats || this.drained);
  }

  /** Resolves the promises of `join` if the channel has ended. */
  private ended(): void {
    if (!this.isEnded()) return;
    const { joiners } = this;
    this.joiners = undefined;
    if (joiners !== undefined) for (const resolve of joiners) wake(resolve, undefined, false);
  }

  /** Checks `list` before one more waiter enters. @throws ChanOverflowError at `maxPending`. */
  private limit(list: WaiterList): void {
    const side = list === this.puts ? 'puts' : 'gets';
    const name = this.name ?? 'a channel';
    if (list.length >= this.maxPending)
      throw overflow(`More than ${this.maxPending} ${side} wait on ${name}`);
    if (list !== this.puts) return;
    this.few = this.maxPending;
    const message = `${MANY_PUTS} puts wait on ${name}: a put is not awaited?`;
    const { process } = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } };
    if (process?.emitWarning === undefined) console.warn(message);
    else process.emitWarning(message, 'ChanPressureWarning');
  }
}
