/**
 * An outlet: sends values into a channel, one at a time, and learns at once when the channel
 * accepts no more.
 *
 * - At most one waiter is parked on the channel. `drop` withdraws it; `leave` and `drop` stop
 *   watching the channel's signal.
 */
import { follow, unwatch } from '../base/abort.js';
import { deliver } from '../base/settle.js';
import { expect, surface } from '../base/errors.js';
import { PENDING, PROTOCOL, type Pending, expectProtocol } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** The members of a channel that an outlet uses; every `WriteChan` has them. */
export interface Downstream<in T> {
  /** The version of the protocol that a channel of the library follows. */
  readonly millrace?: number;
  readonly signal: AbortSignal;
  readonly offer: (value: T) => boolean | Pending;
  park(waiter: Waiter<never>): void;
  unpark(waiter: Waiter<never>): void;
  close(cause?: unknown): unknown;
}

/** @throws TypeError unless `thing` is a channel that can be written to. */
export function expectOut(thing: unknown): void {
  const { offer, park, millrace = PROTOCOL } = (thing ?? {}) as Partial<Downstream<unknown>>;
  expect(typeof offer === 'function' && typeof park === 'function', 'out', 'a channel', thing);
  expectProtocol(millrace);
}

/**
 * Ends an output whose source has ended: closes `chan` with `cause` if `close` is true. Otherwise
 * no reader would receive `cause`, so it becomes an uncaught error.
 */
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
   * @param sent - called when a value that had to wait was taken.
   * @param gone - called at most once, when the channel accepts no more; perhaps during `send`.
   */
  constructor(chan: Downstream<T>, sent: () => void, gone: (reason: unknown) => void) {
    this.chan = chan;
    this.#sent = sent;
    this.#gone = gone;
    this.#waiter = new Waiter<never>(null, settleOutlet, this);
  }

  /** Watches the channel's signal, so that `gone` is called when the channel accepts no more. */
  watch(): this {
    follow(this.chan.signal, this);
    return this;
  }

  /** Sends a value. False: the value was not taken yet; then `sent` or `gone` is called. */
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
      this.#waiter.source = null; // The channel threw, so the waiter is not parked.
      this.#waiter.value = undefined;
      this.#broke(error);
    }
    return false;
  }

  readonly settled = (value: unknown, failed: boolean): void => {
    // The next value may come much later; until then the waiter must not keep this one alive.
    this.#waiter.value = undefined;
    if (this.#closed) {
      // The owner no longer listens, so the error that lost the value becomes uncaught.
      if (failed) surface(value);
    } else if (failed) this.#broke(value);
    else if (value === true) this.#sent();
    else this.aborted(undefined);
  };

  /** Closes the channel with an error of its buffer, or because no more puts may wait. */
  #broke(error: unknown): void {
    this.leave();
    this.chan.close(error);
    this.#gone(error);
  }

  /**
   * Called when the channel accepts no more. If the channel was closed and not cancelled, a waiting
   * value may still be read.
   */
  aborted(reason: unknown): void {
    if (this.#closed) return;
    this.leave();
    this.#gone(reason);
  }

  /** Stops sending. A waiting value may still be taken. */
  leave(): void {
    this.#closed = true;
    unwatch(this.chan.signal, this);
  }

  /** Stops sending, and withdraws a waiting value. */
  drop(): void {
    this.leave();
    this.#waiter.withdraw();
    this.#waiter.value = undefined;
  }
}
