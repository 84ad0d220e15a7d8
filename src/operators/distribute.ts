/**
 * Each value to one of several channels that is ready.
 *
 * - While a value waits, a waiter is parked on every channel that is open; of those at most one commits. A channel that closes gives
 *   its waiter back while there are others; the last that closes keeps it, so that the value can be read there.
 * - When all channels are closed nothing more is taken.
 */
import { unwatch, watch } from '../base/abort.js';
import { below } from '../base/random.js';
import { type Settle, Waiter } from '../channel/waiters.js';
import type { Drainable } from '../pull/drain-loop.js';
import type { Downstream } from '../pull/outlet.js';
import { Pump } from '../pull/pump.js';

const settleOffer: Settle = (waiter, value, failed) => {
  (waiter.owner as Distribution<unknown>).settled(waiter.index, value, failed);
};

/** One of the channels. */
class Out<T> {
  readonly chan: Downstream<T>;
  readonly waiter: Waiter<never>;
  /** Where it is in `open`; -1: it has closed. */
  place: number;
  readonly #gone: (out: Out<T>) => void;

  constructor(chan: Downstream<T>, owner: object, index: number, gone: (out: Out<T>) => void) {
    this.chan = chan;
    this.waiter = new Waiter<never>(null, settleOffer, owner);
    this.waiter.index = index;
    this.place = index;
    this.#gone = gone;
  }
  aborted(): void {
    this.#gone(this);
  }
}

export class Distribution<T> {
  readonly #all: readonly Out<T>[];
  readonly #open: Out<T>[];
  readonly #pump: Pump<T>;
  /** The value that is being sent, or waits. */
  #value: T | undefined = undefined;

  constructor(chan: Drainable<T>, outs: readonly Downstream<T>[]) {
    this.#all = [...new Set(outs)].map((out, i) => new Out<T>(out, this, i, (one) => this.#gone(one)));
    this.#open = [...this.#all];
    this.#pump = new Pump<T>(
      chan,
      (value) => {
        this.#value = value;
        return this.#send(value);
      },
      (cause) => {
        for (const out of this.#open.splice(0)) {
          out.place = -1;
          out.chan.close(cause);
        }
      },
    );
    for (const out of this.#all) {
      if (out.chan.signal.aborted) this.#gone(out);
      else watch(out.chan.signal, out);
    }
    if (this.#open.length === 0) this.#pump.stop(undefined);
    this.#pump.resume();
  }

  /** @returns whether the value was taken at once. */
  #send(value: T): boolean {
    const open = this.#open;
    // Those that were not asked yet stand first.
    for (let left = open.length; left > 0; left = Math.min(left, open.length)) {
      const out = open[below(left)] as Out<T>; // Sound: there are as many.
      this.#put(open[--left] as Out<T>, out.place);
      this.#put(out, left);
      try {
        const done = out.chan.offer(value);
        if (done === true) {
          this.#value = undefined;
          return true;
        }
        if (done === false) this.#gone(out);
      } catch (error) {
        this.#broke(out, error);
      }
    }
    // What parking runs may take the value, or close some.
    // oxlint-disable-next-line unicorn/no-useless-spread -- those that close leave the list
    for (const out of [...open]) if (this.#value === value && out.place >= 0) this.#park(out, value);
    return false;
  }

  #park({ chan, waiter, place }: Out<T>, value: T): void {
    waiter.value = value;
    waiter.source = chan;
    try {
      chan.park(waiter);
    } catch (error) {
      waiter.source = null; // It is not parked.
      this.#broke(this.#open[place] as Out<T>, error);
    }
  }

  /** One of the waiters was claimed. */
  withdraw(): void {
    for (const { waiter } of this.#open) {
      if (!waiter.waiting) continue;
      waiter.withdraw();
      waiter.value = undefined;
    }
  }

  settled(index: number, value: unknown, failed: boolean): void {
    const out = this.#all[index] as Out<T>; // Sound: a waiter's index is that of its channel.
    out.waiter.value = undefined;
    const waiting = this.#value as T; // Sound: one waited.
    if (failed) this.#broke(out, value);
    // Cancelled, or not taken: one of the others is to have it.
    const isDone = value === true || this.#open.length === 0;
    if (isDone) this.#value = undefined;
    if (isDone || this.#send(waiting)) this.#pump.resume();
  }

  /** Its buffer would not have the value: the channel fails. */
  #broke(out: Out<T>, error: unknown): void {
    out.chan.close(error);
    this.#gone(out);
  }

  #gone(out: Out<T>): void {
    const { place } = out;
    if (place < 0) return;
    const open = this.#open;
    const last = open.pop() as Out<T>; // Sound: `out` is in it.
    if (last !== out) this.#put(last, place);
    out.place = -1;
    unwatch(out.chan.signal, out);
    if (open.length > 0) out.waiter.withdraw();
    else this.#pump.stop(undefined);
  }

  #put(out: Out<T>, place: number): void {
    this.#open[place] = out;
    out.place = place;
  }
}
