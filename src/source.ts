/**
 * A channel that makes its values on demand: ranges, iterators, timers, and what is derived from other channels.
 *
 * - It holds no goroutine. A value is produced inside the poll or the park of whoever asks, or when something it
 *   waits for calls `serve`; while nobody waits it is disarmed, so that dropping it leaks nothing.
 * - `producing` runs user code and never nests: who asks meanwhile waits in `gets` and is served afterwards.
 * - A value whose taker was withdrawn while it was produced is kept for the next.
 */
import { answer, breathe } from './core/breath.js';
import { PENDING, type Pending } from './core/protocol.js';
import { type Waiter, WaiterList } from './core/waiters.js';
import { type ChanStats, ReadChan } from './read-chan.js';

/** @internal */
export abstract class Source<T> extends ReadChan<T> {
  protected readonly gets: WaiterList = new WaiterList();
  protected over = false;
  private cause: unknown = undefined;
  private producing = false;
  private kept: T | Pending = PENDING;
  private delivered = 0;
  /** Why it was cancelled. */
  private parting: unknown = undefined;
  private joiners: (() => void)[] | null = null;

  /** A value, `undefined` at the end, or PENDING. What it throws fails the channel. */
  protected abstract produce(): T | undefined | Pending;
  /** Somebody waits now: see to it that `serve` is called when there may be something. */
  protected arm(): void {}
  /** Nobody waits any more. */
  protected disarm(): void {}
  /** Whether it goes on producing by itself when the event loop has turned. */
  protected paused = false;

  /** To be called when producing has found nothing yet and takes long: goes on when the event loop has turned. */
  protected pause(): void {
    if (this.paused) return;
    this.paused = true;
    void breathe().then(() => {
      this.paused = false;
      this.serve();
    });
  }
  /** It was cancelled, and nothing is being produced: release what produces the values. */
  protected release(_reason: unknown): void {}

  poll(): T | undefined | Pending {
    if (this.over) return this.ending();
    if (this.producing || this.gets.head !== null) return PENDING;
    const value = this.step();
    if (this.gets.head !== null) this.serve();
    if (value === undefined) return this.ending();
    if (value !== PENDING) this.delivered++;
    return value;
  }

  park(waiter: Waiter<T>): void {
    if (!this.over) {
      this.gets.push(waiter);
      this.serve();
    } else if (this.cause === undefined) waiter.commit(undefined);
    else waiter.fail(this.cause);
  }

  /** @internal */
  override queue(waiter: Waiter<T>): void {
    this.gets.push(waiter);
    if (!this.producing) this.arm();
  }

  unpark(waiter: Waiter<never>): void {
    this.gets.remove(waiter);
    this.rest();
  }

  cancel(reason?: unknown): void {
    if (this.over) return;
    this.end(undefined);
    this.parting = reason;
    // Otherwise the step that is running does it.
    if (!this.producing) this.release(reason);
  }

  /** Serves those who wait as far as values can be produced. @internal */
  serve(): void {
    while (this.gets.head !== null && !this.producing) {
      const value = this.step();
      if (value === undefined) return;
      if (value === PENDING) return this.gets.head === null ? this.rest() : this.arm();
      const get = this.gets.shift();
      if (get === null) this.kept = value;
      else {
        this.delivered++;
        get.settle(get, value, false);
      }
    }
    this.rest();
  }

  /** One value, `undefined` when it ended (whoever waits was told), or PENDING. */
  private step(): T | undefined | Pending {
    const kept = this.kept;
    if (kept !== PENDING) {
      this.kept = PENDING;
      return kept;
    }
    let value: T | undefined | Pending;
    let cause: unknown;
    this.producing = true;
    try {
      value = this.produce();
    } catch (error) {
      cause = error === undefined ? new Error('undefined was thrown') : error;
    }
    this.producing = false;
    if (this.over) {
      // Cancelled by what was called to produce it.
      this.release(this.parting);
      return undefined;
    }
    if (value === undefined) this.end(cause);
    else if (this.joiners !== null) this.arm();
    return value;
  }

  private ending(): undefined {
    if (this.cause !== undefined) throw this.cause;
    return undefined;
  }

  /** No more values: tells all who wait. */
  protected end(cause: unknown): void {
    if (this.over) return;
    this.over = true;
    this.cause = cause;
    this.kept = PENDING;
    this.disarm();
    const failed = cause !== undefined;
    for (let get = this.gets.shift(); get !== null; get = this.gets.shift()) get.settle(get, cause, failed);
    this.joined();
  }

  protected joined(): void {
    const joiners = this.joiners;
    this.joiners = null;
    if (joiners !== null) for (const resolve of joiners) resolve();
  }

  private rest(): void {
    if (this.gets.head === null && this.joiners === null) this.disarm();
  }

  get closed(): boolean {
    return this.over;
  }
  get drained(): boolean {
    return this.over;
  }

  join(): Promise<void> {
    if (this.over) return answer(undefined);
    return new Promise((resolve) => {
      (this.joiners ??= []).push(resolve);
      if (!this.producing) this.arm();
    });
  }

  stats(): ChanStats {
    const waitingGets = this.gets.length;
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
