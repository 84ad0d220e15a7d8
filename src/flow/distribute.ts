/**
 * Each value to one of several channels that is ready.
 *
 * - While a value waits, a waiter is parked on every channel that is open; of those at most one commits.
 * - When all channels are closed nothing more is taken.
 */
import { watch } from '../core/abort.js';
import { below } from '../core/random.js';
import { type Settle, Waiter } from '../core/waiters.js';
import type { Drainable } from '../consumer.js';
import type { Downstream } from './outlet.js';
import { Pump } from './pump.js';

const settleOffer: Settle = (waiter, value, failed) => {
  (waiter.owner as Distribution<unknown>).settled(waiter.index, value, failed);
};

export class Distribution<T> {
  readonly #open: Set<Downstream<T>>;
  readonly #pump: Pump<T>;
  /** Where the present value waits, and its waiters there. */
  #outs: Downstream<T>[] = [];
  #waiters: Waiter<never>[] = [];
  #value!: T;

  constructor(chan: Drainable<T>, outs: readonly Downstream<T>[]) {
    this.#open = new Set(outs);
    this.#pump = new Pump<T>(
      chan,
      (value) => this.#send(value),
      (cause) => {
        const left = [...this.#open];
        this.#open.clear();
        for (const out of left) out.close(cause);
      },
    );
    for (const out of this.#open) {
      if (out.signal.aborted) this.#open.delete(out);
      else watch(out.signal, { aborted: () => this.#gone(out) });
    }
    this.#left();
    this.#pump.resume();
  }

  #send(value: T): boolean {
    this.#value = value;
    const ready = [...this.#open];
    for (let left = ready.length; left > 0; left--) {
      const [out] = ready.splice(below(left), 1) as [Downstream<T>]; // Sound: there are `left`.
      try {
        const done = out.offer(value);
        if (done === true) return true;
        if (done === false) this.#gone(out);
      } catch (error) {
        this.#broke(out, error);
      }
    }
    this.#outs = [...this.#open];
    this.#waiters = this.#outs.map((out, i) => {
      const waiter = new Waiter<never>(out, settleOffer, this);
      waiter.value = value;
      waiter.index = i;
      return waiter;
    });
    const outs = this.#outs;
    const waiters = this.#waiters;
    for (let i = 0; i < waiters.length; i++) {
      const waiter = waiters[i] as Waiter<never>; // Sound: i is below the length, here and for the outs.
      if (!waiter.waiting) continue;
      try {
        (outs[i] as Downstream<T>).park(waiter);
      } catch (error) {
        waiter.source = null; // It is not parked.
        this.#broke(outs[i] as Downstream<T>, error);
      }
    }
    return false;
  }

  /** One of the waiters was claimed. */
  withdraw(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.withdraw();
  }

  settled(index: number, value: unknown, failed: boolean): void {
    if (failed) this.#broke(this.#outs[index] as Downstream<T>, value); // Sound: a waiter's index is that of its channel.
    // Cancelled, or not taken: one of the others is to have it.
    if (value === true || this.#send(this.#value)) this.#pump.resume();
  }

  /** Its buffer would not have the value: the channel fails. */
  #broke(out: Downstream<T>, error: unknown): void {
    out.close(error);
    this.#gone(out);
  }

  #gone(out: Downstream<T>): void {
    this.#open.delete(out);
    this.#left();
  }

  #left(): void {
    if (this.#open.size === 0) this.#pump.stop(undefined);
  }
}
