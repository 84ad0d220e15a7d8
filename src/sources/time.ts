/**
 * Channels that time closes or fills.
 *
 * - The state is computed from the clock, and an alarm is set only while an operation waits. So a
 *   timeout that lost its select keeps no process alive, and an abandoned ticker costs nothing.
 */
import { Alarm, now } from '../base/clock.js';
import { expect, expectDuration } from '../base/errors.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { type ReadChan, full } from '../operators/complete.js';
import { PullChan } from '../pull/pull-chan.js';

class Timeout extends PullChan<never> {
  readonly #deadline: number;
  readonly #alarm: Alarm = new Alarm(() => {
    this.end(undefined);
  });

  constructor(deadline: number) {
    super();
    this.#deadline = deadline;
  }
  protected produce(): undefined | Pending {
    return now() >= this.#deadline ? undefined : PENDING;
  }
  protected override arm(): void {
    this.#alarm.set(this.#deadline);
  }
  protected override disarm(): void {
    this.#alarm.clear();
  }
  override get closed(): boolean {
    return this.over || now() >= this.#deadline;
  }
  override get drained(): boolean {
    return this.closed;
  }
  /** Waits with a get, which takes nothing because a timeout has no values. */
  override async join(options?: Abortable): Promise<void> {
    await this.get(options);
  }
}

/** One tick of {@link tickTock}. */
export interface Tick {
  /**
   * The number of the tick: 1 for the tick after the first interval, 0 for the immediate tick. A
   * gap means missed ticks.
   */
  readonly n: number;
  /** The time at which the tick was due, in milliseconds since 1970. */
  readonly time: number;
}

class Ticker extends PullChan<Tick> {
  readonly #ms: number;
  readonly #start: number = now();
  readonly #epoch: number = Date.now();
  #last: number;
  readonly #alarm: Alarm = new Alarm(() => this.serve());

  constructor(ms: number, immediate: boolean) {
    super();
    this.#ms = ms;
    this.#last = immediate ? -1 : 0;
  }
  get #due(): number {
    return this.#start + (this.#last + 1) * this.#ms;
  }
  protected produce(): Tick | Pending {
    const time = now();
    if (time < this.#due) return PENDING;
    const n = Math.max(this.#last + 1, Math.floor((time - this.#start) / this.#ms));
    this.#last = n;
    return { n, time: this.#epoch + n * this.#ms };
  }
  protected override arm(): void {
    this.#alarm.set(this.#due);
  }
  protected override disarm(): void {
    this.#alarm.clear();
  }
}

/**
 * Makes a channel that closes after `ms`, for example to limit how long a select waits. The channel
 * needs no clean-up: its timer is set only while an operation waits on it, so an unused timeout
 * keeps no process alive.
 *
 * @param ms - milliseconds from now; a number below 0 counts as 0, and `Infinity` never closes.
 * @returns the channel, which has no values.
 * @throws TypeError if `ms` is not a number.
 * @example
 * ```ts
 * const quiet = new Chan<string>();
 * const { key } = await select({ quiet, late: timeout(5) }); // 'late'
 * ```
 */
export function timeout(ms: number): ReadChan<never> {
  expectDuration('ms', ms);
  return full(new Timeout(now() + ms));
}

/**
 * Makes a channel with a tick every `ms`, without drift: tick `n` is due `n * ms` after the start,
 * however late earlier ticks were read. A slow reader finds at most one tick, the latest. Cancel
 * the channel to stop the ticks.
 *
 * @param ms - the interval in milliseconds, a finite number above 0.
 * @param options - `immediate`: whether the first tick, with `n` 0, is due at once. Default: false.
 * @returns the channel.
 * @throws RangeError if `ms` is not a finite number above 0.
 * @example
 * ```ts
 * for await (const { n } of tickTock(1).consume()) if (n >= 3) break;
 * ```
 */
export function tickTock(ms: number, options?: { readonly immediate?: boolean | undefined }): ReadChan<Tick> {
  expect(
    typeof ms === 'number' && ms > 0 && ms < Infinity,
    'ms',
    'a number of milliseconds above 0',
    ms,
    RangeError,
  );
  return full(new Ticker(ms, options?.immediate === true));
}
