/** The built-in buffers. */
import { expect, expectFunction, expectInteger, surface } from '../base/errors.js';
import { Queue } from '../base/queue.js';
import { ChannelBuffer, type ChanBuffer, QueueBuffer } from './buffer.js';
import type { Value } from './protocol.js';

/** Options of {@link sliding} and {@link dropping}. */
export interface DropOptions<T> {
  /**
   * Called with every dropped value, including the values that `cancel()` drops. An error that it
   * throws becomes an uncaught error.
   *
   * @param value - the dropped value.
   */
  readonly onDrop?: ((value: T) => void) | undefined;
}

/** A buffer that drops a value when it is full: the oldest value if it slides, else the newest. */
class LossyBuffer<T> extends QueueBuffer<T> {
  override readonly hooked: boolean;
  override readonly gathers = false;
  readonly #slides: boolean;
  readonly #onDrop: ((value: T) => void) | undefined;
  /** The value that the latest `add` dropped, until `onDrop` is called with it. */
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

/** A buffer that holds values up to a total weight. */
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
    // Without this line the rounding errors of fractional weights would add up.
    if (this.#weights.length === 0) this.#held = 0;
    return this.queue.shift();
  }
}

/** A buffer that holds the first value for ever; every `take` returns it. */
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
    return this.value as T; // Sound: `take` is called only when `canTake()`.
  }
  override clear(): void {
    this.value = undefined;
  }
}

/**
 * Makes a buffer of `n` values. Puts wait while the buffer is full. `new Chan(n)` is short for
 * `new Chan(fixed(n))`.
 *
 * @param n - the number of values, an integer of at least 0; 0 makes a rendezvous.
 * @returns the buffer, for one channel.
 * @throws RangeError if `n` is not an integer of at least 0.
 * @example
 * ```ts
 * const ch = new Chan<string>(fixed(2));
 * ch.tryPut('a'); // true
 * ch.tryPut('b'); // true
 * ch.tryPut('c'); // undefined: would have to wait
 * ```
 */
export function fixed<T extends Value>(n: number): ChanBuffer<T> {
  expectInteger('n', n, 0);
  return new QueueBuffer<T>(n);
}

/**
 * Makes a buffer that drops its oldest value to make room for a new one when it is full, so puts
 * never wait.
 *
 * @param n - the number of values, an integer of at least 1.
 * @param options - `onDrop`: called with every dropped value.
 * @returns the buffer, for one channel.
 * @throws RangeError if `n` is not an integer of at least 1; TypeError if `onDrop` is not a
 * function.
 * @example
 * ```ts
 * const ch = new Chan<number>(sliding(2));
 * for (const n of [1, 2, 3]) ch.tryPut(n);
 * ch.tryGet(); // 2
 * ```
 */
export function sliding<T extends Value>(n: number, options?: DropOptions<T>): ChanBuffer<T> {
  expectInteger('n', n, 1);
  return new LossyBuffer<T>(n, true, options);
}

/**
 * Makes a buffer that drops every new value while it is full, so puts never wait. The put of a
 * dropped value still resolves to `true`.
 *
 * @param n - the number of values, an integer of at least 1.
 * @param options - `onDrop`: called with every dropped value.
 * @returns the buffer, for one channel.
 * @throws RangeError if `n` is not an integer of at least 1; TypeError if `onDrop` is not a
 * function.
 * @example
 * ```ts
 * const ch = new Chan<number>(dropping(2));
 * for (const n of [1, 2, 3]) ch.tryPut(n);
 * ch.tryGet(); // 1
 * ```
 */
export function dropping<T extends Value>(n: number, options?: DropOptions<T>): ChanBuffer<T> {
  expectInteger('n', n, 1);
  return new LossyBuffer<T>(n, false, options);
}

/**
 * Makes the buffer of a promise channel: every get receives the first value that was put, for ever,
 * also after closing. Later puts resolve to `true`, and their values are dropped. Iteration and
 * `collect` read a promise channel as a sequence of one value.
 *
 * @returns the buffer, for one channel.
 * @example
 * ```ts
 * const ch = new Chan<string>(promise());
 * ch.tryPut('first');
 * ch.tryPut('second');
 * ch.tryGet(); // 'first'
 * ch.tryGet(); // 'first'
 * ```
 */
export function promise<T extends Value>(): ChanBuffer<T> {
  return new PromiseBuffer<T>();
}

/**
 * Makes a buffer without a limit, for sources that cannot wait. Puts never wait and no value is
 * dropped, so a slow reader makes memory grow.
 *
 * @returns the buffer, for one channel.
 * @example
 * ```ts
 * const events = new Chan<string>(unbounded());
 * events.tryPut('never waits'); // true
 * ```
 */
export function unbounded<T extends Value>(): ChanBuffer<T> {
  return new QueueBuffer<T>(Infinity);
}

/**
 * Makes a buffer with a budget. Puts wait while the total weight of the held values is at or above
 * the budget. The value that reaches the budget is still accepted, so a value heavier than the
 * whole budget can pass.
 *
 * @param budget - the weight at which puts wait, a number above 0, in the unit of `weigh`.
 * @param weigh - returns the weight of a value, a number of at least 0. It is called before the
 * value is buffered; a value that `weigh` itself puts comes first.
 * @returns the buffer, for one channel.
 * @throws RangeError if `budget` is not a number above 0; TypeError if `weigh` is not a function. A
 * put whose weight is not a number of at least 0 rejects with a RangeError.
 * @example
 * ```ts
 * const chunks = new Chan<Uint8Array>(weighted(1 << 20, (chunk) => chunk.byteLength)); // 1 MiB
 * chunks.tryPut(new Uint8Array(1 << 20)); // true
 * chunks.tryPut(new Uint8Array(1)); // undefined: would have to wait
 * ```
 */
export function weighted<T extends Value>(budget: number, weigh: (value: T) => number): ChanBuffer<T> {
  expect(typeof budget === 'number' && budget > 0, 'budget', 'a number above 0', budget, RangeError);
  expectFunction('weigh', weigh);
  return new WeightedBuffer<T>(budget, weigh);
}
