/**
 * Each value to one of several channels that is ready.
 *
 * - While a value waits, a waiter is parked on every channel that is open; of those at most one commits.
 * - When all channels are closed nothing more is taken.
 */
import { watch } from '../core/abort.js';
import { deliver } from '../core/breath.js';
import { below } from '../core/random.js';
import { type Settle, Waiter } from '../core/waiters.js';
import type { Drainable } from '../consumer.js';
import type { Downstream } from './outlet.js';
import { Pump } from './pump.js';

const settleOffer: Settle = (waiter, value, failed) => {
  const { owner } = waiter as unknown as { owner: Distribution<unknown> };
  deliver(owner.settled, value, failed, false);
};

export class Distribution<T> {
  private readonly open: Set<Downstream<T>>;
  private readonly pump: Pump<T>;
  private waiters: Waiter<never>[] = [];
  private value!: T;

  constructor(chan: Drainable<T>, outs: readonly Downstream<T>[]) {
    this.open = new Set(outs);
    this.pump = new Pump<T>(
      chan,
      (value) => this.send(value),
      (cause) => {
        const left = [...this.open];
        this.open.clear();
        for (const out of left) out.close(cause);
      },
    );
    for (const out of this.open) {
      if (out.signal.aborted) this.open.delete(out);
      else watch(out.signal, { aborted: () => this.gone(out) });
    }
    this.left();
    this.pump.resume();
  }

  private send(value: T): boolean {
    this.value = value;
    const outs = [...this.open];
    for (let left = outs.length; left > 0; left--) {
      const [out] = outs.splice(below(left), 1) as [Downstream<T>]; // Sound: there are `left`.
      const done = out.offer(value);
      if (done === true) return true;
      if (done === false) this.gone(out);
    }
    this.waiters = [...this.open].map((out) => {
      const waiter = new Waiter<never>(out, settleOffer, this);
      waiter.value = value;
      waiter.index = 0;
      return waiter;
    });
    for (const waiter of this.waiters) if (waiter.waiting) (waiter.source as Downstream<T>).park(waiter);
    return false;
  }

  /** One of the waiters was claimed. */
  withdraw(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter.withdraw();
  }

  readonly settled = (value: unknown, failed: boolean): void => {
    // Cancelled, and not taken: one of the others is to have it.
    if (failed || value !== true) {
      if (!this.send(this.value)) return;
    }
    this.pump.resume();
  };

  private gone(out: Downstream<T>): void {
    this.open.delete(out);
    this.left();
  }

  private left(): void {
    if (this.open.size === 0) this.pump.stop(undefined);
  }
}
