/** Every value to each of several channels. */
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
  /** Whether we made its channel. */
  readonly own: boolean;
  /** Whether it has yet to take the present value. */
  behind: boolean;
}

/**
 * Every value of a channel to each of its taps: made by `dup()`.
 *
 * Values are offered to all taps at once, and the next is read when all have taken it: the slowest sets the pace, so give
 * a tap a buffer where it matters. Without taps values are dropped. A tap whose channel closes is removed.
 */
export class Dup<T> extends Printed {
  readonly #taps: Map<unknown, Tap> = new Map<unknown, Tap>();
  readonly #pump: Goroutine;
  readonly #left: (chan: unknown, isLast: boolean) => void;
  readonly #finishTap: typeof finish;
  /** How many taps have yet to take the present value. */
  #behind = 0;
  #over: { readonly cause: unknown } | undefined;

  /**
   * @param left - a tap was removed; perhaps the last.
   * @param close - a tap ended with the source.
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
    // Whoever makes one has time to tap it.
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
   * Gives every value from now on to a new rendezvous channel.
   *
   * @returns that channel. If the source has ended it is closed at once.
   * @example
   * ```ts
   * const numbers = fromRange(2).dup();
   * const [a, b] = [numbers.tap(), numbers.tap()];
   * await Promise.all([a.collect(), b.collect()]); // [[0, 1], [0, 1]]
   * ```
   */
  tap(): ReadChan<T>;
  /**
   * Gives every value from now on to a channel of yours.
   *
   * @param out - the channel. One that is tapped already is left as it is.
   * @param options - see {@link TapOptions}.
   * @returns `out`. If the source has ended it is closed at once.
   * @throws TypeError for what is no channel.
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
   * Gives a channel no more values; one that waits to be taken is withdrawn. A channel that `tap()` made is closed.
   *
   * @param chan - one that `tap` gave or was given; any other is ignored.
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
   * Removes all taps: values are dropped until there are others.
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
    // oxlint-disable-next-line unicorn/no-useless-spread -- what hears that one closes may add another
    for (const chan of [...this.#taps.keys()]) this.untap(chan);
  }

  /** Stops: reads no more, and closes the taps. */
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
    // One more, so that nobody goes on before all were offered it.
    this.#behind = 1;
    const taps = Array.from(this.#taps.values());
    for (const tap of taps) {
      // Removed meanwhile.
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
