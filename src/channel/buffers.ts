/**
 * What holds the values between a put that has completed and the get that will take them.
 *
 * - `take` is called only when `canTake()`, `add` only when `canAdd()`.
 * - A buffer belongs to one channel; the built-in ones refuse a second.
 */
import { expect, expectFunction, expectInteger, surface } from '../base/errors.js';
import { PROTOCOL } from './protocol.js';
import { Queue } from '../base/queue.js';

/**
 * A buffer of your own. The channel calls `add` for every value it accepts and `take` for every value it
 * delivers, so a buffer may reorder, merge or drop; an error thrown by `add` rejects the put it was called for.
 *
 * @example
 * ```ts
 * // Gives what came last first.
 * class Stack<T> implements ChanBuffer<T> {
 *   readonly #values: T[] = [];
 *   readonly capacity: number = 2;
 *   get size(): number {
 *     return this.#values.length;
 *   }
 *   canAdd(): boolean {
 *     return this.size < this.capacity;
 *   }
 *   canTake(): boolean {
 *     return this.size > 0;
 *   }
 *   add(value: T): void {
 *     this.#values.push(value);
 *   }
 *   take(): T {
 *     return this.#values.pop() as T; // it is asked only when there is one
 *   }
 * }
 * const ch = new Chan(new Stack<string>()).add('first', 'last').close();
 * await ch.collect(); // ['last', 'first']
 * ```
 */
export interface ChanBuffer<T> {
  /** How many values are held. */
  readonly size: number;
  /** How many can be held; `Infinity` for no limit. Only reported by `stats()`. */
  readonly capacity: number;
  /** Whether `add` may be called now; if not, puts wait. */
  canAdd(): boolean;
  /** Whether `take` may be called now; if not, gets wait. */
  canTake(): boolean;
  /**
   * Takes a value in.
   *
   * @param value - what is kept.
   */
  add(value: T): void;
  /** Gives the next value, and forgets it unless it is to be given again. */
  take(): T;
}

/** Options of {@link sliding} and {@link dropping}. */
export interface DropOptions<T> {
  /**
   * Called with every value that is dropped, also by `cancel()`. An error it throws becomes an uncaught one.
   *
   * @param value - what is dropped.
   */
  readonly onDrop?: ((value: T) => void) | undefined;
}

/** The built-in buffers: first in, first out. Known by `millrace`, since another copy of the library has a class of its own. @internal */
export class QueueBuffer<T> implements ChanBuffer<T> {
  /** Whether it belongs to a channel. */
  claimed = false;
  /** Whether `add` and `take` run no code of the user's. */
  readonly calm: boolean = true;
  /** Whether `take` gives the same value for ever. */
  readonly repeats: boolean = false;
  /** Who lets values gather here: to be called when it is full, and when no more will come. */
  gatherer: (() => void) | null = null;
  protected readonly queue: Queue<T> = new Queue<T>();
  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }
  get millrace(): number {
    return PROTOCOL;
  }
  get size(): number {
    return this.queue.length;
  }
  canAdd(): boolean {
    return this.queue.length < this.capacity;
  }
  canTake(): boolean {
    return this.queue.length > 0;
  }
  add(value: T): void {
    this.queue.push(value);
  }
  take(): T {
    return this.queue.shift();
  }
  /** Empties it, telling whoever asked to know what is dropped. */
  clear(): void {
    while (this.canTake()) this.take();
  }
}

class LossyBuffer<T> extends QueueBuffer<T> {
  override readonly calm = false;
  readonly #slides: boolean;
  readonly #onDrop: ((value: T) => void) | undefined;

  constructor(capacity: number, slides: boolean, options: DropOptions<T> | undefined) {
    super(capacity);
    this.#slides = slides;
    this.#onDrop = options?.onDrop;
    if (this.#onDrop !== undefined) expectFunction('onDrop', this.#onDrop);
  }
  override canAdd(): boolean {
    return true;
  }
  override add(value: T): void {
    if (this.queue.length < this.capacity) this.queue.push(value);
    else if (this.#slides) {
      const oldest = this.queue.shift();
      this.queue.push(value);
      this.#dropped(oldest);
    } else this.#dropped(value);
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

class WeightedBuffer<T> extends QueueBuffer<T> {
  override readonly calm = false;
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
  override add(value: T): void {
    const weight = this.#weigh(value);
    expect(
      typeof weight === 'number' && weight >= 0,
      'a weight',
      'a number of at least 0',
      weight,
      RangeError,
    );
    this.#held += weight;
    this.#weights.push(weight);
    super.add(value);
  }
  override take(): T {
    this.#held -= this.#weights.shift();
    // What rounding left over must not add up.
    if (this.#weights.length === 0) this.#held = 0;
    return super.take();
  }
}

/** Holds the first value for ever; every take gets it. */
class PromiseBuffer<T> extends QueueBuffer<T> {
  override readonly repeats = true;
  private value: T | undefined = undefined;

  override get size(): number {
    return this.canTake() ? 1 : 0;
  }
  override canAdd(): boolean {
    return true;
  }
  override canTake(): boolean {
    return this.value !== undefined;
  }
  override add(value: T): void {
    if (this.value === undefined) this.value = value;
  }
  override take(): T {
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
  return new PromiseBuffer<T>(1);
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
 * @param weigh - the weight of a value, at least 0; called once for each value buffered.
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

/** A built-in buffer, of any copy of the library; `undefined` for one of the user's, or none. @internal */
export function builtIn<T>(buffer: ChanBuffer<T> | null): QueueBuffer<T> | undefined {
  const own = buffer as QueueBuffer<T> | null; // Sound: given on only if it is.
  return own?.millrace === PROTOCOL ? own : undefined;
}

/** No more values should gather in a buffer that is calm: tells who let them. @returns whether somebody did. */
export function gathered<T>(buffer: ChanBuffer<T>): boolean {
  const own = buffer as QueueBuffer<T>; // Sound: only built-in ones are calm.
  const { gatherer } = own;
  if (gatherer === null) return false;
  own.gatherer = null;
  gatherer();
  return true;
}

/** Empties a buffer that is no longer needed. */
export function clear<T>(buffer: ChanBuffer<T> | null): void {
  const own = builtIn(buffer);
  if (own !== undefined) own.clear();
  else for (let left = buffer?.size ?? 0; left > 0 && buffer?.canTake(); left--) buffer.take();
}

/**
 * What `new Chan(bufferOrSize)` was given, as a buffer that belongs to that channel; null for a rendezvous.
 *
 * @throws RangeError for a bad size; TypeError for what is no buffer, or is another channel's.
 */
export function claim<T>(given: number | ChanBuffer<T> | undefined): ChanBuffer<T> | null {
  if (given === undefined) return null;
  const buffer = typeof given === 'number' ? fixed<T>(given) : given;
  const methods = ['canAdd', 'canTake', 'add', 'take'] as const;
  const isBuffer = methods.every(
    (name) => typeof (buffer as Partial<ChanBuffer<T>> | null)?.[name] === 'function',
  );
  expect(isBuffer, 'buffer', 'a size or a buffer', buffer);
  const own = builtIn(buffer);
  if (own !== undefined) {
    expect(!own.claimed, 'buffer', 'unused by another channel', buffer);
    own.claimed = true;
    if (own.capacity === 0) return null;
  }
  return buffer;
}
