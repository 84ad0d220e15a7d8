/**
 * The sending end that a goroutine of ours feeds, one value at a time, and that tells at once when it takes no more.
 *
 * - At most one waiter is parked on the channel; dropped, that is gone, and so is the listener.
 */
import { follow, unwatch } from '../base/abort.js';
import { deliver } from '../base/settle.js';
import { expect, surface } from '../base/errors.js';
import { PENDING, PROTOCOL, type Pending, expectProtocol } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** What an outlet needs of its channel; every `WriteChan` has it. */
export interface Downstream<in T> {
  /** The protocol it follows, if it is a channel of ours. */
  readonly millrace?: number;
  readonly signal: AbortSignal;
  readonly offer: (value: T) => boolean | Pending;
  park(waiter: Waiter<never>): void;
  unpark(waiter: Waiter<never>): void;
  close(cause?: unknown): unknown;
}

/** @throws TypeError for what is no channel to write to. */
export function expectOut(thing: unknown): void {
  const { offer, park, millrace = PROTOCOL } = (thing ?? {}) as Partial<Downstream<unknown>>;
  expect(typeof offer === 'function' && typeof park === 'function', 'out', 'a channel', thing);
  expectProtocol(millrace);
}

/** What feeds it has ended: its channel ends with it if `close`; a failure that nobody is told of is an uncaught error. */
export function finish(chan: Downstream<never>, cause: unknown, close: boolean): void {
  if (close) chan.close(cause);
  else if (cause !== undefined) surface(cause);
}

const settleOutlet: Settle = (waiter, value, failed) => {
  deliver((waiter.owner as Outlet<never>).settled, value, failed, true);
};

export class Outlet<in T> {
  readonly chan: Downstream<T>;
  readonly #sent: () => void;
  readonly #gone: (reason: unknown) => void;
  readonly #waiter: Waiter<never>;
  #closed = false;

  /**
   * @param sent - a value that had to wait was taken.
   * @param gone - the channel takes no more; called at most once, perhaps in the midst of `send`.
   */
  constructor(chan: Downstream<T>, sent: () => void, gone: (reason: unknown) => void) {
    this.chan = chan;
    this.#sent = sent;
    this.#gone = gone;
    this.#waiter = new Waiter<never>(null, settleOutlet, this);
  }

  /** Begins to watch whether the channel takes more. */
  watch(): this {
    follow(this.chan.signal, this);
    return this;
  }

  /** Sends a value. False: it was not taken yet; `sent` or `gone` will be called. */
  send(value: T): boolean {
    if (this.#closed) return false;
    try {
      const done = this.chan.offer(value);
      if (done === true) return true;
      if (done === PENDING) {
        this.#waiter.value = value;
        this.#waiter.source = this.chan;
        this.chan.park(this.#waiter);
      } else this.aborted(undefined);
    } catch (error) {
      this.#waiter.source = null; // It is not parked.
      this.#waiter.value = undefined;
      this.#broke(error);
    }
    return false;
  }

  readonly settled = (value: unknown, failed: boolean): void => {
    // The next value may not come for long: this one is not kept.
    this.#waiter.value = undefined;
    if (this.#closed) {
      // There is nobody else to be told that what waited is lost.
      if (failed) surface(value);
    } else if (failed) this.#broke(value);
    else if (value === true) this.#sent();
    else this.aborted(undefined);
  };

  /** The channel's buffer would not have the value, or no more may wait: the channel fails. */
  #broke(error: unknown): void {
    this.leave();
    this.chan.close(error);
    this.#gone(error);
  }

  /** Its channel takes no more. A value that waits there may still be read, if it was closed and not cancelled. */
  aborted(reason: unknown): void {
    if (this.#closed) return;
    this.leave();
    this.#gone(reason);
  }

  /** Sends nothing more. A value that waits may still be taken. */
  leave(): void {
    this.#closed = true;
    unwatch(this.chan.signal, this);
  }

  /** Sends nothing more; takes a value that waits back. */
  drop(): void {
    this.leave();
    this.#waiter.withdraw();
    this.#waiter.value = undefined;
  }
}
