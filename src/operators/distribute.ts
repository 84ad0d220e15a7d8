/**
 * The work of `distribute`: each value goes to one of several channels that is ready.
 *
 * - While a value waits, a waiter is parked on every open channel, and at most one of these waiters
 *   commits. When a channel closes, its waiter is withdrawn. The waiter of the last open channel
 *   stays, so that the value can still be read there.
 * - When all channels are closed, nothing more is taken.
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

/** One of the output channels. */
class Out<T> {
  readonly chan: Downstream<T>;
  readonly waiter: Waiter<never>;
  /** The index in `#open`; -1 if the channel has closed. */
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
  /** The value that is being sent, or waits; `undefined` for none. */
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
    // The first `left` channels of `open` were not asked yet.
    for (let left = open.length; left > 0; left = Math.min(left, open.length)) {
      const out = open[below(left)] as Out<T>; // Sound: `left` is at most the length of `open`.
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
    // User code that `park` runs may take the value, or close channels.
    // oxlint-disable-next-line unicorn/no-useless-spread -- closed channels leave `open`
    for (const out of [...open]) if (this.#value === value && out.place >= 0) this.#park(out, value);
    return false;
  }

  #park({ chan, waiter, place }: Out<T>, value: T): void {
    waiter.value = value;
    waiter.source = chan;
    try {
      chan.park(waiter);
    } catch (error) {
      waiter.source = null; // The channel threw, so the waiter is not parked.
      this.#broke(this.#open[place] as Out<T>, error);
    }
  }

  /** Called when one of the waiters was claimed: withdraws the other waiters. */
  withdraw(): void {
    for (const { waiter } of this.#open) {
      if (!waiter.waiting) continue;
      waiter.withdraw();
      waiter.value = undefined;
    }
  }

  settled(index: number, value: unknown, failed: boolean): void {
    const out = this.#all[index] as Out<T>; // Sound: a waiter has the index of its channel.
    out.waiter.value = undefined;
    const waiting = this.#value as T; // Sound: the value of the settled waiter is a T.
    if (failed) this.#broke(out, value);
    // If the channel was cancelled or has failed, the value goes to another channel.
    const isDone = value === true || this.#open.length === 0;
    if (isDone) this.#value = undefined;
    if (isDone || this.#send(waiting)) this.#pump.resume();
  }

  /** Closes a channel with an error of its buffer, or because no more puts may wait. */
  #broke(out: Out<T>, error: unknown): void {
    out.chan.close(error);
    this.#gone(out);
  }

  #gone(out: Out<T>): void {
    const { place } = out;
    if (place < 0) return;
    const open = this.#open;
    const last = open.pop() as Out<T>; // Sound: `out` is in `open`.
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
