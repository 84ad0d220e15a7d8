/** The stages of `zip`, `zipLongest` and `combineLatest`: rows of one value of each channel. */
import { spend } from '../base/fairness.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { below } from '../base/random.js';
import { type Upstream, upstream } from '../pull/inlet.js';
import type { Items } from './combinators.js';
import { Combined, type Lane, expectChan, takeOut } from './combine.js';
import type { ReadChan } from './complete.js';
import { channelOf } from './stage-chan.js';

/**
 * Rows of one value of each channel. `longest`: the stage continues until all channels have ended,
 * with `undefined` for each channel that has ended.
 *
 * - While a row is incomplete, a channel that has given its value for the row is not read. But if
 *   the channel has failed right behind this value, the stage fails.
 */
export class Zip extends Combined<unknown[]> {
  protected override readonly inOrder = true;
  readonly #longest: boolean;
  /** The values of the next row, as far as they were given. */
  readonly #row: unknown[];
  /** How many values of the next row are missing. */
  #missing: number;
  /**
   * The first `#filled` inputs here have given their value for the next row. The first `#watched`
   * are watched, and the first `#checked` had not failed when they were checked.
   */
  #given: Lane[] = [];
  #filled = 0;
  #watched = 0;
  #checked = 0;
  /** The watched inputs whose channel has closed since. */
  readonly #suspects: Lane[] = [];

  constructor(chans: readonly Upstream<unknown>[], longest: boolean) {
    super(chans);
    this.#missing = chans.length;
    this.#row = chans.map(() => undefined);
    this.#longest = longest;
  }
  produce(): unknown[] | undefined | Pending {
    this.look();
    const { ready } = this;
    for (let lane = ready.pop(); lane !== undefined; lane = ready.pop()) {
      const value = lane.poll();
      if (value === PENDING) this.idle.push(lane);
      else {
        this.#missing--;
        if (value !== undefined) {
          this.#row[lane.index] = value;
          this.#given[this.#filled++] = lane;
        } else if (this.#longest) this.drop(lane);
        else return undefined;
      }
    }
    if (this.lanes.length === 0) return undefined;
    if (this.#missing > 0) {
      this.#check();
      return PENDING;
    }
    const row = this.#row.slice();
    this.#clear();
    this.#missing = this.lanes.length;
    // Sound: `i` is an index of `lanes`.
    for (let i = this.lanes.length - 1; i >= 0; i--) ready.push(this.lanes[i] as Lane);
    return row;
  }
  override arm(): void {
    super.arm();
    for (; this.#watched < this.#filled; this.#watched++) this.#given[this.#watched]?.watch();
  }
  override disarm(): void {
    super.disarm();
    this.#unwatch();
  }
  override closed(lane: Lane): void {
    this.#suspects.push(lane);
    this.serve();
  }
  /** @throws the cause of a channel that has failed right behind its value for the next row. */
  #check(): void {
    for (; this.#checked < this.#filled; this.#checked++) this.#given[this.#checked]?.failsNow();
    for (let lane = this.#suspects.pop(); lane !== undefined; lane = this.#suspects.pop()) lane.failsNow();
  }
  #unwatch(): void {
    while (this.#watched > 0) this.#given[--this.#watched]?.unwatch();
  }
  #clear(): void {
    this.#unwatch();
    this.#filled = this.#checked = 0;
    if (this.#suspects.length > 0) this.#suspects.length = 0;
    this.#row.fill(undefined);
  }
  protected override forget(): void {
    this.#clear();
    this.#given = [];
  }
}

/**
 * Rows of the latest value of each channel, one row at every new value. Unless `eager`, the first
 * row comes when each channel has given a value.
 *
 * - Until the first row, the stage reads all channels. It reads a second value of a channel only
 *   when the channels without a value have nothing, so that it drops no value of a possible row.
 */
export class CombineLatest extends Combined<unknown[]> {
  #latest: unknown[];
  #missing: number;
  /** Until the first row: the inputs that have just given a value, and may have another. */
  readonly #ahead: Lane[] = [];

  constructor(chans: readonly Upstream<unknown>[], eager: boolean) {
    super(chans);
    this.#latest = chans.map(() => undefined);
    this.#missing = eager ? 0 : chans.length;
  }
  produce(): unknown[] | undefined | Pending {
    this.look();
    if (this.#missing === 0) this.#readOn();
    const { ready } = this;
    let passes = 0;
    for (;;) {
      if (ready.length === 0 && this.#ahead.length > 0) {
        this.#readOn();
        // These inputs have many values. If that repeats, the event loop must turn.
        if (passes++ > 0 && !spend()) {
          this.channel.pause();
          return PENDING;
        }
      }
      if (ready.length === 0) return this.lanes.length === 0 ? undefined : PENDING;
      const at = below(ready.length);
      const lane = ready[at] as Lane; // Sound: `at` is an index of `ready`.
      const value = lane.poll();
      const isFirst = this.#missing > 0 && this.#latest[lane.index] === undefined;
      if (value === undefined && isFirst) return undefined; // No row can ever be complete.
      if (value === undefined || value === PENDING) {
        takeOut(ready, at);
        if (value === PENDING) this.idle.push(lane);
        else this.drop(lane);
        continue;
      }
      this.#latest[lane.index] = value;
      if (isFirst) this.#missing--;
      if (this.#missing === 0) return [...this.#latest];
      takeOut(ready, at);
      this.#ahead.push(lane);
    }
  }
  #readOn(): void {
    const ahead = this.#ahead;
    for (let lane = ahead.pop(); lane !== undefined; lane = ahead.pop()) this.ready.push(lane);
  }
  protected override forget(): void {
    this.#latest = [];
  }
}

/** The operator of {@link ReadChan} that makes rows. */
export abstract class ZipOperators<out T> {
  /**
   * Derives a channel of rows: arrays of one value of this channel and of each of `others`, as
   * {@link zip} makes them. It ends with the first channel that ends.
   *
   * @param others - the other channels.
   * @returns the channel of rows.
   * @throws TypeError if one of `others` is not a channel.
   * @example
   * ```ts
   * await fromRange().zipWith(from(['a', 'b'])).collect(); // [[0, 'a'], [1, 'b']]
   * ```
   */
  zipWith<C extends readonly ReadChan<unknown>[]>(...others: C): ReadChan<[T, ...Items<C>]> {
    for (let i = 0; i < others.length; i++) expectChan(`channel ${i}`, others[i]);
    // Sound: a row of `Zip` has one value of each channel, in the order of the channels.
    return channelOf(new Zip([upstream(this), ...others], false)) as ReadChan<[T, ...Items<C>]>;
  }
}
