/** `dup`: copies every value to each of several channels. */
import { Printed } from '../base/printed.js';
import { Chan } from '../channel/chan.js';
import type { WriteChan } from '../channel/write-chan.js';
import type { Drainable } from '../pull/drain-loop.js';
import { Outlet, expectOut, finish } from '../pull/outlet.js';
import { type Goroutine, Pump } from '../pull/pump.js';
import { surface } from '../base/errors.js';
import type { ReadChan } from './complete.js';

/** Options of `Dup.tap`. */
export interface TapOptions {
  /**
   * Whether the channel is closed when the source ends.
   *
   * @defaultValue true
   */
  readonly close?: boolean | undefined;
}

interface Tap {
  readonly outlet: Outlet<never>;
  readonly close: boolean;
  /** Whether `tap()` made the channel. */
  readonly own: boolean;
  /** Whether the tap has not taken the present value yet. */
  behind: boolean;
}

/**
 * Copies every value of a source channel to each of its taps. Made by `dup()`.
 *
 * A tap is a channel that receives the copies. A value is offered to all taps at once, and the next
 * value is read when all taps have taken it. The slowest tap sets the pace; give a tap a buffer if
 * that matters. While there are no taps, values are dropped. A tap that closes is removed.
 */
export class Dup<T> extends Printed {
  readonly #taps: Map<unknown, Tap> = new Map<unknown, Tap>();
  readonly #pump: Goroutine;
  readonly #left: (chan: unknown, isLast: boolean) => void;
  readonly #finishTap: typeof finish;
  /** How many taps have not taken the present value yet. */
  #behind = 0;
  #over: { readonly cause: unknown } | undefined;

  /**
   * @param left - called when a tap was removed, perhaps the last one.
   * @param close - called for each tap when the source has ended.
   * @internal
   */
  constructor(
    chan: Drainable<T>,
    left: (chan: unknown, isLast: boolean) => void = () => {},
    close: typeof finish = finish,
  ) {
    super();
    this.#left = left;
    this.#finishTap = close;
    this.#pump = new Pump<T>(
      chan,
      (value) => this.#send(value),
      (cause) => this.#end(cause),
    );
    // Starts in a microtask, so that the code that made the Dup can add taps first.
    queueMicrotask(() => this.#pump.resume());
  }

  /** `'Dup'`. */
  get [Symbol.toStringTag](): string {
    return 'Dup';
  }
  /**
   * Describes this object in one line, which `console.log` prints too.
   *
   * @example
   * ```ts
   * const dup = fromRange(2).dup();
   * dup.tap();
   * String(dup); // 'Dup { taps: 1 }'
   * ```
   */
  toString(): string {
    return `Dup { taps: ${this.#taps.size} }`;
  }

  /**
   * Makes a rendezvous channel, which receives every value from now on.
   *
   * @returns the new channel. It is closed at once if the source has ended.
   * @example
   * ```ts
   * const numbers = fromRange(2).dup();
   * const [a, b] = [numbers.tap(), numbers.tap()];
   * await Promise.all([a.collect(), b.collect()]); // [[0, 1], [0, 1]]
   * ```
   */
  tap(): ReadChan<T>;
  /**
   * Adds a channel of yours as a tap, which receives every value from now on.
   *
   * @param out - the channel. If it is a tap already, nothing changes.
   * @param options - see {@link TapOptions}.
   * @returns `out`. If the source has ended, `out` is closed at once, unless the option `close` is
   * false.
   * @throws TypeError if `out` is not a channel.
   * @example
   * ```ts
   * const out = new Chan<number>(8);
   * fromRange(2).dup().tap(out);
   * await out.collect(); // [0, 1]
   * ```
   */
  tap<W extends WriteChan<T>>(out: W, options?: TapOptions): W;
  tap(out?: WriteChan<never>, options?: TapOptions): unknown {
    const chan = out === undefined ? new Chan<T>() : out;
    expectOut(chan);
    const close = options?.close !== false;
    if (this.#over !== undefined) finish(chan, this.#over.cause, close);
    else if (!this.#taps.has(chan)) {
      const tap: Tap = {
        outlet: new Outlet<never>(
          chan,
          () => this.#caughtUp(tap),
          () => this.#remove(chan, tap),
        ),
        close,
        own: out === undefined,
        behind: false,
      };
      this.#taps.set(chan, tap);
      tap.outlet.watch();
    }
    return chan;
  }

  /** @internal */
  has(chan: unknown): boolean {
    return this.#taps.has(chan);
  }

  /**
   * Removes a tap: it receives no more values, and a value that waits to be taken is withdrawn. A
   * channel that `tap()` made is closed.
   *
   * @param chan - the channel of the tap; any other channel is ignored.
   * @example
   * ```ts
   * const numbers = new Chan<number>();
   * const copies = numbers.dup();
   * const [a, b] = [copies.tap(), copies.tap()];
   * copies.untap(b);
   * await numbers.put(1);
   * await a.get(); // 1
   * b.closed; // true
   * ```
   */
  untap(chan: unknown): void {
    const tap = this.#taps.get(chan);
    if (tap === undefined) return;
    tap.outlet.drop();
    this.#remove(chan, tap);
    if (tap.own) tap.outlet.chan.close();
  }

  /**
   * Removes all taps: values are dropped until a tap is added. Channels that `tap()` made are
   * closed.
   *
   * @example
   * ```ts
   * const copies = new Chan<number>().dup();
   * const tap = copies.tap();
   * copies.untapAll();
   * tap.closed; // true
   * ```
   */
  untapAll(): void {
    // oxlint-disable-next-line unicorn/no-useless-spread -- closing a tap may add another
    for (const chan of [...this.#taps.keys()]) this.untap(chan);
  }

  /** Stops reading from the source, and ends the taps as at the end of the source. */
  close(): void {
    this.#pump.stop(undefined);
    this.#end(undefined);
  }

  /** Closes, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes, at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #send(value: T): boolean {
    // Counts one more, so that the pump does not continue before all taps were offered the value.
    this.#behind = 1;
    const taps = Array.from(this.#taps.values());
    for (const tap of taps) {
      // The tap was removed meanwhile.
      if (this.#taps.get(tap.outlet.chan) !== tap) continue;
      this.#behind++;
      tap.behind = true;
      if (tap.outlet.send(value as never)) this.#caughtUp(tap);
    }
    return --this.#behind === 0;
  }

  #caughtUp(tap: Tap): void {
    if (!tap.behind) return;
    tap.behind = false;
    if (--this.#behind === 0) this.#pump.resume();
  }

  #remove(chan: unknown, tap: Tap): void {
    this.#taps.delete(chan);
    this.#caughtUp(tap);
    this.#left(chan, this.#taps.size === 0);
  }

  #end(cause: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = { cause };
    if (cause !== undefined && this.#taps.size === 0) surface(cause);
    const taps = Array.from(this.#taps.values());
    this.#taps.clear();
    for (const tap of taps) {
      tap.outlet.leave();
      this.#finishTap(tap.outlet.chan, cause, tap.close);
    }
  }
}
