/**
 * Channels that time closes or fills.
 *
 * - What has happened is read off the clock; an alarm is set only while somebody waits. So a timeout that lost its
 *   select keeps no process alive, and a ticker that was dropped costs nothing.
 */
import { Alarm, now } from '../base/clock.js';
import { expect, expectDuration } from '../base/errors.js';
import { PENDING, type Pending } from '../channel/protocol.js';
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
  /** It has no values, so that waiting for one takes nothing. */
  override async join(): Promise<void> {
    await this.get();
  }
}

/** One tick of {@link tickTock}. */
export interface Tick {
  /** Which tick: 1 for the first after one interval, 0 for the immediate one. A gap means that ticks were missed. */
  readonly n: number;
  /** When it was due, in milliseconds since 1970. */
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
 * A channel that closes itself after `ms`; for giving a select a limit. It needs no clean-up: a process can end
 * while nobody waits for it.
 *
 * @param ms - milliseconds from now; below 0 counts as 0, `Infinity` never closes.
 * @throws TypeError for what is not a number.
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
 * A channel with a tick every `ms`, without drift: tick `n` is due at `n * ms` after the start, however late the
 * ones before were read. A slow reader finds at most one tick waiting, the latest. Cancel it to end it.
 *
 * @param ms - milliseconds, above 0.
 * @param options - `immediate`: the first tick, with `n` 0, comes at once. Default false.
 * @throws RangeError for any other `ms`.
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
