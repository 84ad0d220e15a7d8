/**
 * One channel as the input of another: what derived and combined channels pull from.
 *
 * - At most one waiter is parked on the channel, and only while the host is armed; what it brings lies in `slot` until
 *   the host takes it, so that nothing is lost when whoever asked has gone.
 * - A promise channel is read as a sequence: its value once, then the end.
 */
import type { Drainable } from './drain-loop.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** What an input needs of its channel; every `ReadChan` has it. */
export interface Upstream<out T> extends Drainable<T> {
  /** The protocol it follows. */
  readonly millrace: number;
  stats(): { readonly name: string | undefined };
  park(waiter: Waiter<never>): void;
}

/** A channel, as what it is derived from. */
export function upstream<T>(chan: object): Upstream<T> {
  return chan as Upstream<T>; // Sound: operators are methods of channels only.
}

/** Who reads an input. */
export interface Host {
  /** Something may have become ready. */
  serve(): void;
  /** Takes a value at once if it can, and says how to go on. */
  accept?(value: unknown): Accepted;
}

/** The host cannot take the value: it is kept for `poll`, and the host is served. */
export const REFUSED = 0;
/** The host has taken the value, and is to be served. */
export const SERVE = 1;
/** The host has taken the value, and waits for the next; serving it would do nothing else. */
export const AGAIN = 2;
/** The host has taken the value, and waits for none; serving it would do nothing. */
export const ENOUGH = 3;
export type Accepted = typeof REFUSED | typeof SERVE | typeof AGAIN | typeof ENOUGH;

const settleInput: Settle = (waiter, value, failed) =>
  (waiter.owner as Inlet<unknown>).received(value, failed);

export class Inlet<out T> {
  readonly chan: Upstream<T>;
  /** Whether its end has been polled. */
  over = false;
  readonly #host: Host;
  /** One for all waits. */
  #waiter: Waiter<never> | null = null;
  /** Whether it is parked, or what it was committed with is on its way. */
  #armed = false;
  /** Whether what is asked for now takes the place of what was just received. */
  #again = false;
  #slot: unknown = PENDING;
  #failed = false;
  readonly #careful: boolean;

  /** @param careful - whether code of the user's may run between a poll that found nothing and `arm`. */
  constructor(chan: Upstream<T>, host: Host, careful = false) {
    this.chan = chan;
    this.#host = host;
    this.#careful = careful;
  }

  /** Whether it is neither at its end, nor waiting, nor holding anything. */
  get idle(): boolean {
    return !(this.over || this.#armed || this.#slot !== PENDING || this.chan.repeats);
  }

  /** Whether it is parked, or something is on its way to it. */
  get armed(): boolean {
    return this.#armed;
  }

  /** The next value, `undefined` at the end, or PENDING. @throws the cause of its end. */
  poll(): T | undefined | Pending {
    if (this.over) return undefined;
    if (this.#armed) return PENDING;
    let value = this.#slot as T | undefined | Pending; // Sound: what the channel gave, or PENDING.
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

  /** Looks whether there is nothing now; what there is stays for `poll`. */
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
   * Sees to it that the host is served when there is something. Call it after a poll that found nothing. A channel where no
   * more may wait counts as one that failed. If it was served a value and nothing came of that, it keeps its place in
   * the channel's queue.
   *
   * @returns whether it waits. If not, the channel had something after all: the host was served, and `poll` finds it.
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
      // It lets no more wait: whoever armed us is told as of any failure, but not in the midst of what he does.
      waiter.source = null;
      queueMicrotask(() => this.received(error, true));
    }
    return this.#armed;
  }

  /** @returns whether it waited, so that the channel has nothing. */
  disarm(): boolean {
    // One that was claimed is about to receive something.
    if (!this.#armed || this.#waiter === null || !this.#waiter.waiting) return false;
    this.#armed = false;
    this.#waiter.withdraw();
    return true;
  }

  received(value: unknown, failed: boolean): void {
    this.#armed = false;
    const host = this.#host;
    // Who takes values one by one, and may drop them, keeps his place.
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

  /** FAST PATH: may be removed without changing results. Parks again without asking the channel, where that has nothing. */
  #keep(): boolean {
    // Armed already: somebody came to wait while the value was handed on.
    return this.#armed || (this.#armed = this.chan.keep(this.#waiter as Waiter<never>, this.#again)); // Sound: it was just committed.
  }

  /** Forgets what it holds: nobody will ask for it. */
  drop(): void {
    this.#slot = PENDING;
  }

  /** The host gave a value: what is asked for now is for the next. */
  moved(): void {
    this.#again = false;
  }

  /** Nothing more is read, and what lies here is dropped. */
  leave(): void {
    this.disarm();
    // It may be about to arm it.
    this.over = true;
    this.#slot = PENDING;
  }

  /** The host was cancelled or has failed: sources and stages above it go too, a channel that the user made stays as it is. */
  hangUp(reason: unknown): void {
    this.leave();
    if (this.chan.isOwned) this.chan.cancel(reason);
  }
}
