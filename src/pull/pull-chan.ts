/**
 * A channel that makes its values on demand: ranges, iterators, timers and derived channels.
 *
 * - The channel runs no loop. A value is produced inside the poll or the park of a reader, or when
 *   an input or a timer calls `serve`. While no reader waits, the channel is disarmed, so a program
 *   may drop it and leak nothing.
 * - Producing runs user code and never nests: a reader that asks meanwhile waits, and is served
 *   afterwards.
 * - If the reader was withdrawn while its value was produced, the value is kept for the next one.
 * - `busy` is 0 exactly while a value may be produced for a reader that asks.
 * - `open → ended → released`: the channel ends by itself, fails, or is cancelled. A failure or a
 *   cancel releases the channel, once; an end alone does not.
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

// The bits of `busy`: the channel has ended, a value is being produced, a value is kept, a reader
// waits, the channel was released.
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
  /** Resolves a lone waiting get, which has no waiter. */
  private lone: Resolve | null = null;
  private cause: unknown = undefined;
  private kept: T | Pending = PENDING;
  /** How many values readers have received. */
  protected delivered = 0;
  /** The reason of the cancel. */
  private parting: unknown = undefined;
  /** The releases upstream that the release of this channel left pending. */
  private lettings: Iterable<Letting> | undefined = undefined;
  private joiners: Set<Resolve> | null = null;
  /** Whether the channel continues by itself when the event loop has turned. */
  paused = false;
  /** Whether the waiting readers are served next: a reader that parks now need not poll or arm. */
  protected serving = false;

  // For subclasses.

  /** Returns a value, `undefined` at the end, or PENDING. An error it throws fails the channel. */
  protected abstract produce(): T | undefined | Pending;
  /** Called when a reader waits. From now on `serve` must be called when a value may be ready. */
  protected arm(): void {}
  /**
   * Called when no reader waits any more. `quiet`: a waiter was withdrawn, perhaps by a select, so
   * no user code may run now.
   */
  protected disarm(_quiet: boolean): void {}
  /**
   * Releases the inputs and iterators of the channel. Called once, after a cancel or a failure,
   * perhaps after the end, and never while a value is produced.
   */
  protected release(_reason: unknown): void {}

  get over(): boolean {
    return (this.busy & ENDED) !== 0;
  }
  /** Whether a reader waits. */
  protected get waited(): boolean {
    return (this.busy & WAITED) !== 0;
  }
  /** Whether a value may be produced for a reader that asks now. */
  protected get free(): boolean {
    return this.busy === 0;
  }

  /** Whether a reader waits and a value may be produced for it now. */
  protected get wanted(): boolean {
    return this.busy === WAITED;
  }

  /** Ends production that takes long and found nothing; it continues after an event loop turn. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    void breathe().then(() => {
      this.paused = false;
      this.goOn();
    });
  }
  /** Continues after a pause. */
  protected goOn(): void {
    this.serve();
  }

  /** Called before user code that produces a value runs outside of `produce`. */
  protected begin(): void {
    this.busy |= PRODUCING;
  }
  /** Called after that code. `some`: it produced a value. False: the channel was cancelled. */
  protected made(some: boolean): boolean {
    this.busy &= ~PRODUCING;
    if (some) this.delivered++;
    if (!this.over) return true;
    this.letGo(this.parting);
    return false;
  }

  /** Gives a value to the first waiting reader; keeps the value if no reader waits any more. */
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

  /** Keeps a value whose reader was withdrawn. */
  protected hold(value: T): void {
    this.kept = value;
    this.busy |= KEPT;
  }
  /** Takes the kept value out; PENDING for none. */
  protected unhold(): T | Pending {
    const { kept } = this;
    this.kept = PENDING;
    this.busy &= ~KEPT;
    return kept;
  }

  /** Counts a value that a `drain` produced without user code. */
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
    // Serving the waiting readers may have found the end.
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
    // If another reader waits, the channel is armed already, or its readers are about to be served.
    if (!waited && (this.busy & PRODUCING) === 0) this.arm();
  }

  /** @internal */
  override later(): Promise<T | undefined> {
    if (this.waited) return super.later();
    const pending = new Promise<T | undefined>((resolve) => {
      this.lone = resolve as Resolve; // Sound: `lone` is called only with a T or with the end.
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

  /** Ends the channel from outside, with `cause` if it fails; releases it, also after its end. */
  protected quit(cause: unknown, reason: unknown): void {
    if (!this.over) {
      this.end(cause);
      this.parting = reason;
    }
    // While a value is produced, `made` releases the channel afterwards.
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

  /** Serves the waiting readers while values can be produced. @internal */
  serve(): void {
    const { serving } = this;
    this.serving = true;
    let value: T | undefined | Pending;
    let found = true;
    while (found && (this.busy & (WAITED | PRODUCING)) === WAITED) {
      value = this.step();
      found = value !== undefined && value !== PENDING;
      if (found) this.give(value as T); // Sound: `found` excludes `undefined` and PENDING.
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

  // Private.

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

  /** Updates WAITED when a reader waits no more. */
  private fewer(): void {
    if (this.gets.head === null && this.lone === null) this.busy &= ~WAITED;
  }

  /** Returns one value, `undefined` at the end (after settling the waiting readers), or PENDING. */
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
    // User code in `produce` may have cancelled the channel.
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

  /** Ends the channel, with `cause` if it fails, and settles the waiting readers. */
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
    // With a signal that is aborted already, `joinAmong` rejects, as every operation does.
    if (this.drained && !aborted) return answer(undefined);
    // A get of a channel that repeats one value takes nothing, so a get may wait for the value.
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
