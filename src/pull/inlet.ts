/**
 * An inlet: a channel as the input of a derived or combined channel. The reader of an inlet is its
 * host.
 *
 * - At most one waiter is parked on the channel, and only while the inlet is armed. The outcome
 *   that the waiter is committed with stays in `#slot` until the host polls it, so no value is lost
 *   if the reader that asked for it was withdrawn.
 * - A promise channel is read as a sequence: its value once, then the end.
 */
import type { Drainable } from './drain-loop.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** The members of a channel that an inlet uses; every `ReadChan` has them. */
export interface Upstream<out T> extends Drainable<T> {
  /** The version of the protocol that the channel follows. */
  readonly millrace: number;
  stats(): { readonly name: string | undefined };
  park(waiter: Waiter<never>): void;
}

/** Returns the channel of an operator's `this`, for a stage to read from. */
export function upstream<T>(chan: object): Upstream<T> {
  return chan as Upstream<T>; // Sound: only channels have operators.
}

/** The reader of an inlet. */
export interface Host {
  /** Called when the inlet may have something to poll. */
  serve(): void;
  /** Takes a value at once if the host can, and returns how the inlet is to continue. */
  accept?(value: unknown): Accepted;
}

/** The host did not take the value: the inlet keeps the value for `poll`, and serves the host. */
export const REFUSED = 0;
/** The host has taken the value: the inlet serves the host. */
export const SERVE = 1;
/** The host has taken the value: the inlet waits again, which is all that `serve` would do. */
export const AGAIN = 2;
/** The host has taken the value and wants no more for now: `serve` would do nothing. */
export const ENOUGH = 3;
export type Accepted = typeof REFUSED | typeof SERVE | typeof AGAIN | typeof ENOUGH;

const settleInput: Settle = (waiter, value, failed) =>
  (waiter.owner as Inlet<unknown>).received(value, failed);

export class Inlet<out T> {
  readonly chan: Upstream<T>;
  /** Whether nothing more is read: `poll` has given the end, or the inlet was left. */
  over = false;
  readonly #host: Host;
  /** Made at the first wait and used for every wait. */
  #waiter: Waiter<never> | null = null;
  /** Whether the waiter is parked, or is claimed and will call `received`. */
  #armed = false;
  /** Whether the next wait goes first in the channel's queue, in the place of the last wait. */
  #again = false;
  #slot: unknown = PENDING;
  #failed = false;
  readonly #careful: boolean;

  /**
   * @param careful - whether user code may run between a poll that found nothing and `arm`; then
   * `arm` checks the channel again.
   */
  constructor(chan: Upstream<T>, host: Host, careful = false) {
    this.chan = chan;
    this.#host = host;
    this.#careful = careful;
  }

  /** Whether a poll would ask the channel: the inlet is not over, not armed, and holds nothing. */
  get idle(): boolean {
    return !(this.over || this.#armed || this.#slot !== PENDING || this.chan.repeats);
  }

  /** Whether the waiter is parked, or is claimed and will call `received` soon. */
  get armed(): boolean {
    return this.#armed;
  }

  /**
   * Returns the next value, `undefined` at the end, or PENDING.
   *
   * @throws the cause that the channel failed with.
   */
  poll(): T | undefined | Pending {
    if (this.over) return undefined;
    if (this.#armed) return PENDING;
    // Sound: the slot holds what the channel gave, or PENDING; an error in it is only thrown.
    let value = this.#slot as T | undefined | Pending;
    if (value === PENDING) {
      try {
        value = this.chan.poll();
      } catch (error) {
        this.over = true;
        throw error;
      }
      if (value === PENDING) return value;
    } else {
      this.#slot = PENDING;
      if (this.#failed) {
        this.over = true;
        throw value;
      }
    }
    if (value === undefined || this.chan.repeats) this.over = true;
    return value;
  }

  /**
   * Asks the channel if the inlet is idle, and keeps the outcome for `poll`. Returns true if the
   * channel has nothing now.
   */
  looks(): boolean {
    if (!this.idle) return false;
    try {
      this.#slot = this.chan.poll();
      this.#failed = false;
    } catch (error) {
      this.#slot = error;
      this.#failed = true;
    }
    return this.#slot === PENDING;
  }

  /**
   * Parks the waiter, so that the host is served when the channel has something. Call `arm` after a
   * poll that found nothing. A channel on which no more gets may wait counts as failed. If the last
   * value became no value for a reader, the waiter keeps its place in the channel's queue.
   *
   * @returns whether the inlet waits. If not, the channel had something after all: the host was
   * served, and `poll` returns it.
   */
  arm(): boolean {
    if (this.over || this.#armed || this.#slot !== PENDING) return this.#armed;
    const waiter = (this.#waiter ??= new Waiter<never>(null, settleInput, this));
    waiter.source = this.chan;
    this.#armed = true;
    try {
      if (this.#careful) this.chan.park(waiter);
      else this.chan.queue(waiter, this.#again);
    } catch (error) {
      // No more gets may wait here. The host learns of this as of any failure, but in a microtask,
      // because the host is busy arming.
      waiter.source = null;
      queueMicrotask(() => this.received(error, true));
    }
    return this.#armed;
  }

  /** Withdraws the waiter. @returns whether the inlet waited, so that the channel has nothing. */
  disarm(): boolean {
    // A claimed waiter will call `received`, so the inlet stays armed.
    if (!this.#armed || this.#waiter === null || !this.#waiter.waiting) return false;
    this.#armed = false;
    this.#waiter.withdraw();
    return true;
  }

  received(value: unknown, failed: boolean): void {
    this.#armed = false;
    const host = this.#host;
    // A host that accepts values may drop this one, and then waits in the same place.
    this.#again = host.accept !== undefined;
    const plain = !failed && value !== undefined && !this.chan.repeats;
    const accepted = plain && host.accept !== undefined ? host.accept(value) : REFUSED;
    if (accepted === REFUSED) {
      this.#slot = value;
      this.#failed = failed;
    } else if (accepted === ENOUGH || (accepted === AGAIN && this.#keep())) {
      this.#again = false;
      return;
    }
    this.#host.serve();
    this.#again = false;
  }

  /**
   * FAST PATH: may be removed without changing results. Parks again without a poll if the channel
   * has nothing.
   */
  #keep(): boolean {
    // A reader that started waiting while the value was passed on has armed the inlet already.
    // Sound: the waiter was just committed, so it is not null.
    return this.#armed || (this.#armed = this.chan.keep(this.#waiter as Waiter<never>, this.#again));
  }

  /** Forgets the outcome that the slot holds. Call it only if the host will not poll again. */
  drop(): void {
    this.#slot = PENDING;
  }

  /** Called when a reader got a value: the next wait then goes last in the channel's queue. */
  moved(): void {
    this.#again = false;
  }

  /** Stops reading, and forgets the outcome that the slot holds. */
  leave(): void {
    this.disarm();
    // Needed because the host may be about to arm the inlet.
    this.over = true;
    this.#slot = PENDING;
  }

  /** Stops reading, and cancels the channel, unless the user made the channel. */
  hangUp(reason: unknown): void {
    this.leave();
    if (this.chan.isOwned) this.chan.cancel(reason);
  }
}
