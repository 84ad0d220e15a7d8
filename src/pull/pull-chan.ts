/**
 * A channel that makes its values on demand: ranges, iterators, timers, and what is derived from other channels.
 *
 * - It holds no goroutine. A value is produced inside the poll or the park of whoever asks, or when something it
 *   waits for calls `serve`; while nobody waits it is disarmed, so that dropping it leaks nothing.
 * - Producing runs user code and never nests: who asks meanwhile waits and is served afterwards.
 * - A value whose taker was withdrawn while it was produced is kept for the next.
 * - `busy` is 0 exactly while a value may simply be produced for whoever asks.
 * - `open → ended → released`. It ends by itself, fails, or is cancelled. A failure and a cancel release it, once; its end alone does not.
 */
import { causeOf } from '../base/errors.js';
import { spend } from '../base/fairness.js';
import { answer, wake } from '../base/settle.js';
import { breathe } from '../base/turn.js';
import { type Letting, gather, join } from '../base/letting-go.js';
import type { Resolve } from '../base/promises.js';
import { joinAmong, settlePromise } from '../channel/operation.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { NOBODY, Waiter, WaiterList } from '../channel/waiters.js';
import type { ChanStats } from '../channel/stats.js';
import { ReadChan } from '../channel/read-chan.js';

/** The bits of `busy`: it has ended, a value is being produced, one is kept, somebody waits for one; it was released. */
const ENDED = 1;
const PRODUCING = 2;
const KEPT = 4;
const WAITED = 8;
const RELEASED = 16;

function ignore(): void {}

/** @internal */
export abstract class PullChan<T> extends ReadChan<T> {
  private busy = 0;
  private gets: WaiterList = NOBODY;
  /** What resolves a lone waiting get, which has no waiter. */
  private lone: Resolve | null = null;
  private cause: unknown = undefined;
  private kept: T | Pending = PENDING;
  /** How many values were given. */
  protected delivered = 0;
  /** Why it was cancelled. */
  private parting: unknown = undefined;
  /** What its release has to wait for. */
  private lettings: Iterable<Letting> | undefined = undefined;
  private joiners: Set<Resolve> | null = null;
  /** Whether it goes on producing by itself when the event loop has turned. */
  paused = false;
  /** Whether those who wait are about to be looked at: who comes to wait meanwhile need not look or arm it himself. */
  protected serving = false;

  // For the classes below.

  /** A value, `undefined` at the end, or PENDING. What it throws fails the channel. */
  protected abstract produce(): T | undefined | Pending;
  /** Somebody waits now: see to it that `serve` is called when there may be something. */
  protected arm(): void {}
  /** Nobody waits any more. `quiet`: a waiter was withdrawn, perhaps one of a select, and no code of the user's may run now. */
  protected disarm(_quiet: boolean): void {}
  /** It was cancelled or has failed, and nothing is being produced: release what produces the values. Called once, perhaps after its end. */
  protected release(_reason: unknown): void {}

  /** Whether it has ended. */
  get over(): boolean {
    return (this.busy & ENDED) !== 0;
  }
  /** Whether somebody waits for a value. */
  protected get waited(): boolean {
    return (this.busy & WAITED) !== 0;
  }
  /** Whether a value may simply be produced for whoever asks. */
  protected get free(): boolean {
    return this.busy === 0;
  }

  /** Whether a value may simply be produced for somebody who waits. */
  protected get wanted(): boolean {
    return this.busy === WAITED;
  }

  /** To be called when producing has found nothing yet and takes long: goes on when the event loop has turned. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    void breathe().then(() => {
      this.paused = false;
      this.goOn();
    });
  }
  /** It was paused, and the event loop has turned. */
  protected goOn(): void {
    this.serve();
  }

  /** Before user code that produces a value is run, other than by `produce`. */
  protected begin(): void {
    this.busy |= PRODUCING;
  }
  /** After that; `some`: there is one, that goes to who asked. @returns false if the channel was cancelled meanwhile. */
  protected made(some: boolean): boolean {
    this.busy &= ~PRODUCING;
    if (some) this.delivered++;
    if (!this.over) return true;
    this.letGo(this.parting);
    return false;
  }

  /** Hands a value to the first who waits; if nobody does any more, keeps it. */
  protected give(value: T): void {
    const { lone } = this;
    if (lone !== null) {
      this.lone = null;
      this.busy &= ~WAITED;
      this.delivered++;
      return wake(lone, value, false);
    }
    const get = this.gets.shift();
    this.fewer();
    if (get === null) this.hold(value);
    else {
      this.delivered++;
      get.settle(get, value, false);
    }
  }

  /** Keeps a value whose taker was withdrawn. */
  protected hold(value: T): void {
    this.kept = value;
    this.busy |= KEPT;
  }
  /** Gives what it keeps; PENDING for nothing. */
  protected unhold(): T | Pending {
    const { kept } = this;
    this.kept = PENDING;
    this.busy &= ~KEPT;
    return kept;
  }

  /** A `drain` produced a value, running no user code. */
  protected handed(): void {
    this.delivered++;
  }

  // The receiving side.

  poll(): T | undefined | Pending {
    if (this.over) return this.ending();
    if ((this.busy & (PRODUCING | WAITED)) !== 0) return PENDING;
    const value = this.step();
    if (this.waited) this.serve();
    if (value === undefined) return this.ending();
    if (value !== PENDING) this.delivered++;
    // Who was served before may have found the end.
    return value === PENDING && this.over ? this.ending() : value;
  }

  park(waiter: Waiter<T>): void {
    if (!this.over) {
      this.enlist(waiter, false);
      this.serve();
    } else if (this.cause === undefined) waiter.commit(undefined);
    else waiter.fail(this.cause);
  }

  /** @internal */
  override queue(waiter: Waiter<T>, first = false): void {
    const { waited } = this;
    this.enlist(waiter, first);
    // If others wait it is armed already, or about to be served.
    if (!waited && (this.busy & PRODUCING) === 0) this.arm();
  }

  /** @internal */
  override later(): Promise<T | undefined> {
    if (this.waited) return super.later();
    const pending = new Promise<T | undefined>((resolve) => {
      this.lone = resolve as Resolve; // Sound: it is given a value of this channel, or its end.
    });
    this.busy |= WAITED;
    if ((this.busy & PRODUCING) === 0) this.arm();
    return pending;
  }

  unpark(waiter: Waiter<never>): void {
    this.gets.remove(waiter);
    this.fewer();
    this.rest(true);
  }

  cancel(reason?: unknown): void {
    this.quit(undefined, reason);
  }

  /** Ends it from outside, with `cause` if it fails, and releases it. One that has ended by itself is released too. */
  protected quit(cause: unknown, reason: unknown): void {
    if (!this.over) {
      this.end(cause);
      this.parting = reason;
    }
    // Otherwise the step that is running does it.
    if ((this.busy & PRODUCING) === 0) this.letGo(reason);
  }

  private letGo(reason: unknown): void {
    if ((this.busy & RELEASED) !== 0) return join(this.lettings);
    this.busy |= RELEASED;
    this.lettings = gather(() => this.release(reason));
  }

  override get isOwned(): boolean {
    return true;
  }

  /** Serves those who wait as far as values can be produced. @internal */
  serve(): void {
    const { serving } = this;
    this.serving = true;
    let value: T | undefined | Pending;
    let found = true;
    while (found && (this.busy & (WAITED | PRODUCING)) === WAITED) {
      value = this.step();
      found = value !== undefined && value !== PENDING;
      if (found) this.give(value as T); // Sound: just looked at.
    }
    this.serving = serving;
    if (value === PENDING && this.waited) return this.arm();
    this.rest(false);
  }

  /** @internal */
  override keep(waiter: Waiter<never>, first = false): boolean {
    if (!this.serving || this.over || !spend()) return false;
    waiter.source = this;
    this.enlist(waiter, first);
    return true;
  }

  // Inside.

  private enlist(waiter: Waiter<never>, first: boolean): void {
    const { lone } = this;
    if (this.gets === NOBODY) this.gets = new WaiterList();
    if (lone !== null) {
      this.lone = null;
      this.gets.push(new Waiter<never>(this, settlePromise, lone));
    }
    this.busy |= WAITED;
    this.gets.push(waiter, first);
  }

  /** One who waited does so no more. */
  private fewer(): void {
    if (this.gets.head === null && this.lone === null) this.busy &= ~WAITED;
  }

  /** One value, `undefined` when it ended (whoever waits was told), or PENDING. */
  private step(): T | undefined | Pending {
    if (this.kept !== PENDING) return this.unhold();
    let value: T | undefined | Pending;
    let cause: unknown;
    this.busy |= PRODUCING;
    try {
      value = this.produce();
    } catch (error) {
      cause = causeOf(error);
    }
    // Cancelled, perhaps, by what was called to produce it.
    if (!this.made(false)) return undefined;
    if (value === undefined) {
      this.end(cause);
      if (cause !== undefined) this.letGo(cause);
    }
    return value;
  }

  private ending(): undefined {
    if (this.cause !== undefined) throw this.cause;
    return undefined;
  }

  /** No more values: tells all who wait. */
  protected end(cause: unknown): void {
    if (this.over) return;
    const { lone } = this;
    this.lone = null;
    this.busy = (this.busy & PRODUCING) | ENDED;
    this.cause = cause;
    this.kept = PENDING;
    this.disarm(false);
    const failed = cause !== undefined;
    if (lone !== null) wake(lone, cause, failed);
    for (let get = this.gets.shift(); get !== null; get = this.gets.shift()) get.settle(get, cause, failed);
    const { joiners } = this;
    this.joiners = null;
    if (joiners !== null) for (const resolve of joiners) wake(resolve, undefined, false);
  }

  private rest(quiet: boolean): void {
    if (!this.waited) this.disarm(quiet);
  }

  get closed(): boolean {
    return this.over;
  }
  get drained(): boolean {
    return this.over;
  }

  join(options?: Abortable): Promise<void> {
    const aborted = options?.signal?.aborted === true;
    // One that is aborted already rejects first, as everywhere.
    if (this.drained && !aborted) return answer(undefined);
    // Of a channel that gives one value for ever, a get takes nothing.
    if (this.repeats)
      return this.get(options).then(ignore, (error: unknown) => {
        if (options?.signal?.aborted === true) throw error;
      });
    return joinAmong((this.joiners ??= new Set()), options);
  }

  stats(): ChanStats {
    const waitingGets = this.gets.length + (this.lone === null ? 0 : 1);
    return {
      name: undefined,
      state: this.closed ? 'closed' : waitingGets > 0 ? 'gets-waiting' : 'flowing',
      buffered: this.kept === PENDING ? 0 : 1,
      capacity: 0,
      waitingPuts: 0,
      waitingGets,
      puts: 0,
      gets: this.delivered,
      dropped: 0,
      delivered: { direct: this.delivered, buffered: 0, queued: 0 },
    };
  }
}
