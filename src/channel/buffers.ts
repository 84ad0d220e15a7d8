/** The built-in buffers. */
import { expect, expectFunction, expectInteger, surface } from '../base/errors.js';
import { Queue } from '../base/queue.js';
import { ChannelBuffer, type ChanBuffer, QueueBuffer } from './buffer.js';

/** Options of {@link sliding} and {@link dropping}. */
export interface DropOptions<T> {
  /**
   * Called with every value that is dropped, also by `cancel()`. An error it throws becomes an uncaught one.
   *
   * @param value - what is dropped.
   */
  readonly onDrop?: ((value: T) => void) | undefined;
}

/** Drops a value when it is full, the oldest or the newest. */
class LossyBuffer<T> extends QueueBuffer<T> {
  override readonly hooked: boolean;
  override readonly gathers = false;
  readonly #slides: boolean;
  readonly #onDrop: ((value: T) => void) | undefined;
  /** What the latest `add` dropped, until `onDrop` is called with it. */
  #lost: T | undefined = undefined;

  constructor(capacity: number, slides: boolean, options: DropOptions<T> | undefined) {
    super(capacity);
    this.#slides = slides;
    this.#onDrop = options?.onDrop;
    if (this.#onDrop !== undefined) expectFunction('onDrop', this.#onDrop);
    this.hooked = this.#onDrop !== undefined;
  }
  override canAdd(): boolean {
    return true;
  }
  override add(value: T): void {
    if (this.queue.length < this.capacity) return this.queue.push(value);
    let lost = value;
    if (this.#slides) {
      lost = this.queue.shift();
      this.queue.push(value);
    }
    if (this.hooked) this.#lost = lost;
  }
  override tell(): void {
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost !== undefined) this.#dropped(lost);
  }
  override clear(): void {
    while (this.queue.length > 0) this.#dropped(this.queue.shift());
  }
  #dropped(value: T): void {
    try {
      this.#onDrop?.(value);
    } catch (error) {
      surface(error);
    }
  }
}

/** Holds values up to a weight. */
class WeightedBuffer<T> extends QueueBuffer<T> {
  override readonly hooked = true;
  override readonly gathers = false;
  #held = 0;
  readonly #weights = new Queue<number>();
  readonly #weigh: (value: T) => number;

  constructor(budget: number, weigh: (value: T) => number) {
    super(budget);
    this.#weigh = weigh;
  }
  override canAdd(): boolean {
    return this.#held < this.capacity;
  }
  override weigh(value: T): number {
    const weight = this.#weigh(value);
    expect(
      typeof weight === 'number' && weight >= 0,
      'a weight',
      'a number of at least 0',
      weight,
      RangeError,
    );
    return weight;
  }
  override add(value: T, weight = 0): void {
    this.#held += weight;
    this.#weights.push(weight);
    this.queue.push(value);
  }
  override take(): T {
    this.#held -= this.#weights.shift();
    // What rounding left over must not add up.
    if (this.#weights.length === 0) this.#held = 0;
    return this.queue.shift();
  }
}

/** Holds the first value for ever; every take gets it. */
class PromiseBuffer<T> extends ChannelBuffer<T> {
  override readonly repeats = true;
  override readonly isQueue = false;
  readonly capacity = 1;
  private value: T | undefined = undefined;

  get size(): number {
    return this.canTake() ? 1 : 0;
  }
  canAdd(): boolean {
    return true;
  }
  canTake(): boolean {
    return this.value !== undefined;
  }
  add(value: T): void {
    if (this.value === undefined) this.value = value;
  }
  take(): T {
    return this.value as T; // Sound: called only when canTake().
  }
  override clear(): void {
    this.value = undefined;
  }
}

/**
 * A buffer of `n` values; puts wait while it is full. `new Chan(n)` is short for it.
 *
 * @param n - how many values, an integer of at least 0; 0 is a rendezvous.
 * @throws RangeError for any other `n`.
 * @example
 * ```ts
 * const ch = new Chan<string>(fixed(2));
 * ch.tryPut('a'); // true
 * ch.tryPut('b'); // true
 * ch.tryPut('c'); // undefined: would have to wait
 * ```
 */
export function fixed<T>(n: number): ChanBuffer<T> {
  expectInteger('n', n, 0);
  return new QueueBuffer<T>(n);
}

/**
 * A buffer that never makes a put wait: when full it drops the oldest value.
 *
 * @param n - how many values, an integer of at least 1.
 * @param options - `onDrop`: is told of what is dropped.
 * @throws RangeError for any other `n`.
 * @example
 * ```ts
 * const ch = new Chan<number>(sliding(2));
 * for (const n of [1, 2, 3]) ch.tryPut(n);
 * ch.tryGet(); // 2
 * ```
 */
export function sliding<T>(n: number, options?: DropOptions<T>): ChanBuffer<T> {
  expectInteger('n', n, 1);
  return new LossyBuffer<T>(n, true, options);
}

/**
 * A buffer that never makes a put wait: when full it drops the newest value. The put is `true` all the same.
 *
 * @param n - how many values, an integer of at least 1.
 * @param options - `onDrop`: is told of what is dropped.
 * @throws RangeError for any other `n`.
 * @example
 * ```ts
 * const ch = new Chan<number>(dropping(2));
 * for (const n of [1, 2, 3]) ch.tryPut(n);
 * ch.tryGet(); // 1
 * ```
 */
export function dropping<T>(n: number, options?: DropOptions<T>): ChanBuffer<T> {
  expectInteger('n', n, 1);
  return new LossyBuffer<T>(n, false, options);
}

/**
 * Makes a promise channel: the first value put is what every get receives, for ever, also after closing; later
 * puts are `true` and dropped. Read as a sequence (iteration, `collect`), it is a sequence of that one value.
 *
 * @example
 * ```ts
 * const ch = new Chan<string>(promise());
 * ch.tryPut('first');
 * ch.tryPut('second');
 * ch.tryGet(); // 'first'
 * ch.tryGet(); // 'first'
 * ```
 */
export function promise<T>(): ChanBuffer<T> {
  return new PromiseBuffer<T>();
}

/**
 * A buffer without a limit: puts never wait and nothing is dropped, so memory grows with a slow reader. For
 * sources that cannot wait.
 *
 * @example
 * ```ts
 * const events = new Chan<string>(unbounded());
 * events.tryPut('never waits'); // true
 * ```
 */
export function unbounded<T>(): ChanBuffer<T> {
  return new QueueBuffer<T>(Infinity);
}

/**
 * A buffer with a budget: puts wait while the weight held is at the budget or above it. The value that reaches the
 * budget is still accepted, so that one heavier than the whole budget can pass.
 *
 * @param budget - the weight at which puts wait, a number above 0, in whatever unit `weigh` returns.
 * @param weigh - the weight of a value, at least 0. Called before the value is buffered; a put that it calls comes first.
 * @throws RangeError for a bad budget; a bad weight rejects its put with a RangeError.
 * @example
 * ```ts
 * const chunks = new Chan<Uint8Array>(weighted(1 << 20, (chunk) => chunk.byteLength)); // 1 MiB
 * chunks.tryPut(new Uint8Array(1 << 20)); // true
 * chunks.tryPut(new Uint8Array(1)); // undefined: would have to wait
 * ```
 */
export function weighted<T>(budget: number, weigh: (value: T) => number): ChanBuffer<T> {
  expect(typeof budget === 'number' && budget > 0, 'budget', 'a number above 0', budget, RangeError);
  expectFunction('weigh', weigh);
  return new WeightedBuffer<T>(budget, weigh);
}
