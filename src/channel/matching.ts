/**
 * The inside of a channel: its waiters, its buffer and its end.
 *
 * - The methods here move values between waiting puts, the buffer and waiting gets. The operations
 *   of users, in channel/chan.ts, call these methods.
 * - Every method leaves the channel consistent before it settles a waiter, because settling a
 *   waiter may run user code.
 */
import { makeController } from '../base/abort.js';
import { expect, expectInteger, overflow } from '../base/errors.js';
import { remember } from '../base/named.js';
import { observer } from '../base/observe.js';
import type { Resolve } from '../base/promises.js';
import { wake } from '../base/settle.js';
import { breathe } from '../base/turn.js';
import { type ChanBuffer, type ChannelBuffer, claim, gathered } from './buffer.js';
import { settlePromise } from './operation.js';
import { PENDING, type Pending } from './protocol.js';
import { MANY_PUTS, warnOfPressure } from './pressure.js';
import { ReadChan } from './read-chan.js';
import type { ChanStats } from './stats.js';
import { NOBODY, Waiter, WaiterList } from './waiters.js';

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

/** The inside of a channel, below the operations of {@link Chan}. */
export abstract class Matching<T> extends ReadChan<T> {
  /** @internal */
  protected getters: WaiterList = NOBODY;
  /** @internal */
  protected puts: WaiterList = NOBODY;
  /**
   * Resolves a lone waiting get, which has no waiter: one reader is common, and this saves an
   * object.
   *
   * @internal
   */
  protected lone: Resolve | null = null;
  /** Null for a rendezvous and for a cancelled channel. @internal */
  protected store: ChannelBuffer<T> | null;
  /** @internal */
  protected isClosed = false;
  /** @internal */
  protected cause: unknown = undefined;
  /** @internal */
  protected added = 0;
  /** @internal */
  protected direct = 0;
  /** @internal */
  protected buffered = 0;
  /** @internal */
  protected queued = 0;
  /** @internal */
  protected readonly name: string | undefined;
  /** @internal */
  protected readonly maxPending: number;
  /** The number of waiters on one side from which on `queue` calls `limit`. @internal */
  protected few: number;
  /** @internal */
  protected controller: AbortController | undefined = undefined;
  /** @internal */
  protected joiners: Set<Resolve> | undefined = undefined;

  constructor(buffer: number | ChanBuffer<T> | undefined, options: ChanOptions | undefined) {
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

  /** @internal */
  override gather(resume: () => void): boolean {
    const buffer = this.store;
    if (buffer === null || !buffer.gathers || this.isClosed || buffer.gatherer !== null) return false;
    buffer.gatherer = resume;
    void breathe().then(() => gathered(buffer));
    return true;
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

  /** The waiting gets. Reading this getter gives a lone get its waiter. @internal */
  protected get gets(): WaiterList {
    const { lone } = this;
    if (lone !== null) {
      this.lone = null;
      if (this.getters === NOBODY) this.getters = new WaiterList();
      this.getters.push(new Waiter<never>(this, settlePromise, lone));
    }
    return this.getters;
  }

  /**
   * Closes: gets receive `cause` after the remaining values, and `signal` aborts with `reason`.
   *
   * @internal
   */
  protected stop(cause: unknown, reason: unknown): void {
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
   *
   * @internal
   */
  protected isNext(): boolean {
    const put = this.puts.head;
    return put === null || put.index >= 0;
  }

  /** Moves waiting puts into the room that a get has made in the buffer. @internal */
  protected refill(buffer: ChannelBuffer<T>): void {
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

  /** Serves the waiting gets from the buffer. @internal */
  protected serve(buffer: ChannelBuffer<T>): void {
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
   *
   * @internal
   */
  protected takeFrom(buffer: ChannelBuffer<T>): T {
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
   *
   * @internal
   */
  protected offerTo(buffer: ChannelBuffer<T>, value: T): boolean | Pending {
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

  /** @internal */
  protected listOf(waiter: Waiter<never>): WaiterList {
    if (waiter.value !== undefined) return this.puts === NOBODY ? (this.puts = new WaiterList()) : this.puts;
    return this.gets === NOBODY ? (this.getters = new WaiterList()) : this.getters;
  }

  /** @internal */
  protected isEnded(): boolean {
    return this.isClosed && (this.repeats || this.drained);
  }

  /** Resolves the promises of `join` if the channel has ended. @internal */
  protected ended(): void {
    if (!this.isEnded()) return;
    const { joiners } = this;
    this.joiners = undefined;
    if (joiners !== undefined) for (const resolve of joiners) wake(resolve, undefined, false);
  }

  /**
   * Checks `list` before one more waiter enters.
   *
   * @throws ChanOverflowError at `maxPending`.
   * @internal
   */
  protected limit(list: WaiterList): void {
    const side = list === this.puts ? 'puts' : 'gets';
    const name = this.name ?? 'a channel';
    if (list.length >= this.maxPending)
      throw overflow(`More than ${this.maxPending} ${side} wait on ${name}`);
    if (list !== this.puts) return;
    this.few = this.maxPending;
    warnOfPressure(name);
  }
}
