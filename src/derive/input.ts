/**
 * One channel as the input of another: what derived and combined channels pull from.
 *
 * - At most one waiter is parked on the channel, and only while the host is armed; what it brings lies in `slot` until
 *   the host takes it, so that nothing is lost when whoever asked has gone.
 * - A promise channel is read as a sequence: its value once, then the end.
 */
import { PENDING, type Pending } from '../core/protocol.js';
import { type Settle, Waiter } from '../core/waiters.js';

/** What an input needs of its channel; every `ReadChan` has it. */
export interface Upstream<out T> {
  readonly repeats: boolean;
  /** Whether it is a stage between a channel of the user's and another: cancelled with what it feeds. */
  readonly isStage: boolean;
  poll(): T | undefined | Pending;
  queue(waiter: Waiter<never>): void;
  unpark(waiter: Waiter<never>): void;
  cancel(reason?: unknown): void;
}

/** Who reads an input. */
export interface Host {
  /** Something may have become ready. */
  serve(): void;
}

const settleInput: Settle = (waiter, value, failed) =>
  (waiter.owner as Input<unknown>).received(value, failed);

export class Input<out T> {
  readonly chan: Upstream<T>;
  /** Whether its end has been polled. */
  over = false;
  private readonly host: Host;
  private waiter: Waiter<never> | null = null;
  private slot: unknown = PENDING;
  private failed = false;

  constructor(chan: Upstream<T>, host: Host) {
    this.chan = chan;
    this.host = host;
  }

  /** The next value, `undefined` at the end, or PENDING. @throws the cause of its end. */
  poll(): T | undefined | Pending {
    if (this.over) return undefined;
    if (this.waiter !== null) return PENDING;
    let value = this.slot as T | undefined | Pending; // Sound: what the channel gave, or PENDING.
    if (value === PENDING) {
      try {
        value = this.chan.poll();
      } catch (error) {
        this.over = true;
        throw error;
      }
      if (value === PENDING) return value;
    } else {
      this.slot = PENDING;
      if (this.failed) {
        this.over = true;
        throw value;
      }
    }
    if (value === undefined || this.chan.repeats) this.over = true;
    return value;
  }

  /**
   * Sees to it that the host is served when there is something. Call it after a poll that found nothing. A channel where no
   * more may wait counts as one that failed.
   */
  arm(): void {
    if (this.over || this.waiter !== null || this.slot !== PENDING) return;
    const waiter = new Waiter<never>(this.chan, settleInput, this);
    try {
      this.chan.queue(waiter);
      this.waiter = waiter;
    } catch (error) {
      // It lets no more wait: whoever armed us is told as of any failure, but not in the midst of what he does.
      this.slot = error;
      this.failed = true;
      queueMicrotask(() => this.host.serve());
    }
  }

  disarm(): void {
    this.waiter?.withdraw();
    this.waiter = null;
  }

  received(value: unknown, failed: boolean): void {
    this.waiter = null;
    this.slot = value;
    this.failed = failed;
    this.host.serve();
  }

  /** The host was cancelled: stages above it go too, a channel of the user's stays as it is. */
  hangUp(reason: unknown): void {
    this.disarm();
    if (this.chan.isStage) this.chan.cancel(reason);
  }
}
