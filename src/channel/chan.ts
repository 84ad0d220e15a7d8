/**
 * The channel.
 *
 * - `open → closed → drained`: closed takes no more puts; drained has nothing left to read either.
 * - The invariants of channel/protocol.ts. A channel with a buffer passes every value through it.
 * - A waiter with a value is a put, one without is a get.
 * - Counters: a put is handed over directly, taken while it waited, or added to the buffer; what is neither delivered nor
 *   still buffered was dropped.
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
  /** Names it in errors, warnings and `stats()`. */
  readonly name?: string | undefined;
  /**
   * How many operations may wait on one side, an integer of at least 0; one more throws {@link ChanOverflowError}.
   *
   * @defaultValue no limit
   */
  readonly maxPending?: number | undefined;
}

/** Puts that wait on one channel before somebody is told that perhaps nobody awaits them. */
const MANY_PUTS = 1024;

const TRUE = Promise.resolve(true);
const FALSE = Promise.resolve(false);

function ignore(): void {}

/** Of a put that `add` queued: its caller has gone. */
function added(_ok: boolean, error?: unknown): void {
  if (error !== undefined) surface(error);
}

/**
 * The waiter of a put's promise. The reader goes on first, as in Go, while `TRUE` takes its turns to arrive: then it waits
 * again when the writer comes with the next value, and a value that finds its reader waiting costs a promise less.
 */
const settlePut: Settle = (waiter, value, failed) => {
  wake(waiter.owner as Resolve, value === true ? TRUE : value, failed);
};

/**
 * A channel: a place where goroutines meet to hand over values.
 *
 * What it carries is a {@link Value}: anything but `undefined`. So a signal without a value is a `Chan<true>`, as nothing can be
 * put into a `Chan<void>`; and generic code that puts says `<T extends Value>`.
 *
 * Values are received in the order in which their puts were called, and waiting gets are served in the order in
 * which they were called, in every mode and through every buffer.
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
  /** What resolves a lone waiting get, which has no waiter yet: one reader is the common case, and this saves an object. */
  private lone: Resolve | null = null;
  /** Null for a rendezvous, and once cancelled. */
  private store: ChannelBuffer<T> | null;
  private isClosed = false;
  private cause: unknown = undefined;
  private added = 0;
  private direct = 0;
  private buffered = 0;
  private queued = 0;
  private readonly name: string | undefined;
  private readonly maxPending: number;
  /** How many may wait on a side before `limit` has a look. */
  private few: number;
  private controller: AbortController | undefined = undefined;
  private joiners: Set<Resolve> | undefined = undefined;

  /**
   * @param buffer - nothing or 0 for a rendezvous, where a put waits for its get; a number of values; or a buffer:
   * {@link fixed}, {@link sliding}, {@link dropping}, {@link promise}, {@link unbounded}, {@link weighted}, your own.
   * @param options - see {@link ChanOptions}.
   * @throws RangeError for a bad size; TypeError for what is no buffer, or another channel's.
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
   * Queues several puts without waiting, for seeding a channel. Engines limit how many arguments a call can have: to some 100,000.
   *
   * @param values - none of them `undefined`.
   * @throws TypeError if a value is `undefined`; then none is put. What a buffer throws for a value that it is given now; then those
   * before it are put. If it throws for one that had to wait, that is an uncaught error.
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

  /** Sends a value if that needs no waiting, else {@link PENDING}. @internal */
  offer(value: T): boolean | Pending {
    if (value === undefined) throw noPut('put', on(this.name));
    if (this.isClosed) return false;
    const { store: buffer, lone } = this;
    // A lone reader waits at an empty buffer: what goes into a queue would come out again at once.
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

  // As inherited, for the engine to compile for channels alone.
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
      this.lone = resolve as Resolve; // Sound: it is given a value of this channel, or its end.
    });
    observer?.parked(this, this.lone as unknown as Resolve, undefined);
    return pending;
  }

  /** @internal */
  poll(): T | undefined | Pending {
    const buffer = this.store;
    if (buffer !== null && buffer.canTake()) {
      // Those that wait are about to be served first.
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
    // The common case in a loop of its own: no put waits for the room, and it is not the last value. No get can wait either.
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
    // After its signal: what offers one value to many channels takes its put here back, and the others stay as they are.
    const puts = this.puts.drain();
    for (const put of puts) put.settle(put, false, false);
    this.ended();
    buffer?.clear();
  }

  // Both.

  /** Keeps a waiter, of a put if it carries a value, else of a get, until it can commit; or commits it at once. @internal */
  park(waiter: Waiter<never>): void {
    const isPut = waiter.value !== undefined;
    const buffer = this.store;
    // Ready after all? Only what ran between a select's poll and here can have made it so. Waiters of one select never
    // match each other; those that do match are both claimed before either is told, and no value passes what the buffer has.
    const gives = buffer !== null && buffer.canTake();
    const isReady = isPut
      ? this.isClosed ||
        (this.puts.head === null && buffer !== null && buffer.canAdd()) ||
        (!gives && this.isNext() && this.gets.hasOther(waiter.owner))
      : gives
        ? this.gets.head === null
        : this.isClosed || this.puts.hasOther(waiter.owner);
    if (!isReady) return this.queue(waiter);
    // What weighs a value may use the channel: it is added as one that waited.
    if (isPut && buffer?.hooked === true && !this.isClosed) {
      this.queue(waiter);
      return this.refill(buffer);
    }
    waiter.claim();
    try {
      waiter.settle(waiter, isPut ? this.offer(waiter.value as T & Value) : this.poll(), false); // Sound: as in poll.
    } catch (error) {
      waiter.settle(waiter, error, true);
    }
  }

  /** @internal */
  unpark(waiter: Waiter<never>): void {
    this.store?.expectIdle('abort');
    this.listOf(waiter).remove(waiter);
    observer?.left(this, waiter);
    // The last put waiting on a closed channel may have been given up.
    if (this.isClosed) this.ended();
  }

  /** @internal */
  override queue(waiter: Waiter<never>, first?: boolean): void {
    const list = this.listOf(waiter);
    if (list.length >= this.few) this.limit(list);
    list.push(waiter, first);
    observer?.parked(this, waiter, waiter.value);
  }

  get closed(): boolean {
    return this.isClosed;
  }

  get drained(): boolean {
    return this.isClosed && this.puts.head === null && !this.store?.canTake();
  }

  join(options?: Abortable): Promise<void> {
    // One that is aborted already rejects first, as everywhere.
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
      // A promise buffer delivers copies: what is not held was dropped.
      dropped: Math.max(0, puts - buffered - (this.repeats ? 0 : gets)),
      delivered: { direct, buffered: this.buffered, queued },
    };
  }

  // Inside.

  /** The waiting gets. */
  private get gets(): WaiterList {
    const { lone } = this;
    if (lone !== null) {
      this.lone = null;
      if (this.getters === NOBODY) this.getters = new WaiterList();
      this.getters.push(new Waiter<never>(this, settlePromise, lone));
    }
    return this.getters;
  }

  /** Closes: readers get `cause` after what is left, whoever watches the signal gets `reason` now. */
  private stop(cause: unknown, reason: unknown): void {
    this.isClosed = true;
    this.cause = cause;
    // In the midst of serving, some may have a value coming.
    if (this.store !== null) this.serve(this.store);
    const gets = this.gets.drain();
    observer?.closed(this, cause);
    // Made now if need be: the reason is not kept otherwise.
    if (reason !== undefined) this.controller ??= makeController();
    this.controller?.abort(reason);
    for (const get of gets) get.settle(get, cause, cause !== undefined);
    this.ended();
    if (this.store !== null) gathered(this.store);
  }

  /** Whether a put goes to who waits for a value: behind puts that wait, but for those of a select that waits to put and to get. */
  private isNext(): boolean {
    const put = this.puts.head;
    return put === null || put.index >= 0;
  }

  /** Moves waiting puts into the room that a get has made. */
  private refill(buffer: ChannelBuffer<T>): void {
    for (;;) {
      const put = this.puts.head as Waiter<unknown> | null; // Sound: the puts of one channel.
      if (put === null || !buffer.canAdd()) return;
      const value = put.value as T; // Sound: as in poll.
      try {
        const weight = buffer.hooked ? buffer.weigh(value) : 0;
        // What weighs it may have used the channel.
        if (this.puts.head !== put || !buffer.canAdd()) continue;
        // The value is in before its put is taken out of a select, which may run code of the user's: the channel never looks drained.
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
      // Taken before its get is, which may run code of the user's.
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

  /** Takes from a buffer whose `take` may throw. Waiting puts then move into the room that it may have made. */
  private takeFrom(buffer: ChannelBuffer<T>): T {
    try {
      return buffer.take();
    } catch (error) {
      this.refill(buffer);
      if (this.isClosed) this.ended();
      throw error;
    }
  }

  /** Offers to a buffer that has room and runs code of the user's: before anything is touched, and when all is counted. */
  private offerTo(buffer: ChannelBuffer<T>, value: T): boolean | Pending {
    const weight = buffer.weigh(value);
    // That may have used the channel.
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

  /** Tells those who joined, if it is drained. */
  private ended(): void {
    if (!this.isEnded()) return;
    const { joiners } = this;
    this.joiners = undefined;
    if (joiners !== undefined) for (const resolve of joiners) wake(resolve, undefined, false);
  }

  /** One more is about to wait in `list`. @throws ChanOverflowError */
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
