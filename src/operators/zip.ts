/** Rows of one value of each of several channels. */
import { spend } from '../base/fairness.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { below } from '../base/random.js';
import { type Upstream, upstream } from '../pull/inlet.js';
import type { Items } from './combinators.js';
import { Combined, type Lane, expectChan, takeOut } from './combine.js';
import type { ReadChan } from './complete.js';
import { channelOf } from './stage-chan.js';

/**
 * Tuples of one value of each. `longest`: goes on until all have ended, with `undefined` for those that have.
 *
 * - While a row waits, the channels that have given theirs are not read, but a failure right behind what they gave fails it.
 */
export class Zip extends Combined<unknown[]> {
  protected override readonly inOrder = true;
  readonly #longest: boolean;
  /** What has been given of the next row. */
  readonly #row: unknown[];
  /** How many of the row are missing. */
  #missing: number;
  /** The first `#filled` of these have given theirs; of those the first `#watched` are watched, and the first `#checked` had not failed. */
  #given: Lane[] = [];
  #filled = 0;
  #watched = 0;
  #checked = 0;
  /** Those of the checked that have closed since. */
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
    for (let i = this.lanes.length - 1; i >= 0; i--) ready.push(this.lanes[i] as Lane); // Sound: there are as many.
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
  /** @throws the cause of one that has given its value, and has failed right behind that. */
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
 * The latest value of each, at every new value of any; waits for one of each unless `eager`.
 *
 * - While some have given none, it reads the others too. But it reads a second value of one only when those that have given none have
 *   nothing, so that no value is passed over for a row that could be made.
 */
export class CombineLatest extends Combined<unknown[]> {
  #latest: unknown[];
  #missing: number;
  /** While some are missing: those that may have more. */
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
        // They have much: where that goes on and on, the event loop must have its turn.
        if (passes++ > 0 && !spend()) {
          this.channel.pause();
          return PENDING;
        }
      }
      if (ready.length === 0) return this.lanes.length === 0 ? undefined : PENDING;
      const at = below(ready.length);
      const lane = ready[at] as Lane; // Sound: there are as many.
      const value = lane.poll();
      const isFirst = this.#missing > 0 && this.#latest[lane.index] === undefined;
      if (value === undefined && isFirst) return undefined; // There will never be one of each.
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
   * Rows of one value of this channel and of each of the others. Ends with the first that ends. See {@link zip}.
   *
   * @param others - the other channels.
   * @throws TypeError for what is no channel.
   * @example
   * ```ts
   * await fromRange().zipWith(from(['a', 'b'])).collect(); // [[0, 'a'], [1, 'b']]
   * ```
   */
  zipWith<C extends readonly ReadChan<unknown>[]>(...others: C): ReadChan<[T, ...Items<C>]> {
    for (let i = 0; i < others.length; i++) expectChan(`channel ${i}`, others[i]);
    return channelOf(new Zip([upstream(this), ...others], false)) as ReadChan<[T, ...Items<C>]>; // Sound: that is what zipping gives.
  }
}
