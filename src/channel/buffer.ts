/**
 * What holds the values between a put that has completed and the get that will take them.
 *
 * - A buffer is passive: `canAdd`, `canTake`, `add` and `take` run no code that could use the channel, and do not throw.
 * - Code of the user's that belongs to a built-in buffer runs outside of them: `weigh` before anything is touched, `tell`
 *   after everything is counted. A channel calls these two only if the buffer is `hooked`.
 * - `take` is called only when `canTake()`, `add` only when `canAdd()`.
 * - A buffer belongs to one channel; the built-in ones refuse a second.
 */
import { expect, expectInteger, noValue, on } from '../base/errors.js';
import { Queue } from '../base/queue.js';
import { PROTOCOL } from './protocol.js';

/**
 * A buffer of your own. The channel calls `add` for every value it accepts and `take` for every value it delivers, so a
 * buffer may reorder, merge or drop.
 *
 * A buffer is passive. Its methods do not use its channel and do not throw, and what they answer changes only by `add` and
 * `take`. A breach is an error of the put or the get that meets it, and says so; `cause` is what the method threw.
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

/**
 * A buffer as a channel works on one. A buffer of another copy of the library is known by `millrace`, since its class is another.
 */
export abstract class ChannelBuffer<T> implements ChanBuffer<T> {
  abstract readonly size: number;
  abstract readonly capacity: number;
  /** Whether it belongs to a channel. */
  claimed = false;
  /** Whether `take` gives the same value for ever. */
  readonly repeats: boolean = false;
  /** Whether it is first in, first out: then a value that a get waits for need not pass through it. */
  readonly isQueue: boolean = true;
  /** Whether `weigh` or `tell` runs code of the user's. */
  readonly hooked: boolean = false;
  /** Whether values may gather in it for a reader that takes many at once. */
  readonly gathers: boolean = true;
  /** What is called when it is full, or when no more will come, while values gather. */
  gatherer: (() => void) | null = null;

  get millrace(): number {
    return PROTOCOL;
  }
  abstract canAdd(): boolean;
  abstract canTake(): boolean;
  abstract add(value: T, weight?: number): void;
  abstract take(): T;
  /** The weight to be given to `add`. It may run code of the user's, and throw. */
  weigh(_value: T): number {
    return 0;
  }
  /** Tells the user of the values that `add` dropped. */
  tell(): void {}
  /** @throws Error if one of its methods runs: `what` would use the channel within it. */
  expectIdle(_what: string): void {}
  /** Drops all values. */
  clear(): void {
    while (this.canTake()) this.take();
  }
}

/** First in, first out. */
export class QueueBuffer<T> extends ChannelBuffer<T> {
  protected readonly queue: Queue<T> = new Queue<T>();
  readonly capacity: number;

  constructor(capacity: number) {
    super();
    this.capacity = capacity;
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
  add(value: T, _weight?: number): void {
    this.queue.push(value);
  }
  take(): T {
    return this.queue.shift();
  }
}

/** The methods that a buffer of the user's must have. */
const METHODS = ['canAdd', 'canTake', 'add', 'take'] as const;

/** A buffer of the user's: a breach of its contract is an error of the `add` or the `take` that follows. */
class CustomBuffer<T> extends ChannelBuffer<T> {
  override readonly isQueue = false;
  override readonly gathers = false;
  readonly #own: ChanBuffer<T>;
  /** The name of its channel. */
  readonly #of: string | undefined;
  /** Whether one of its methods runs. */
  #isBusy = false;
  #breach: Error | undefined = undefined;
  /** Of the latest use of its channel by one of its methods. */
  #misuse: Error | undefined = undefined;

  constructor(own: ChanBuffer<T>, of: string | undefined) {
    super();
    this.#own = own;
    this.#of = of;
  }
  get size(): number {
    return this.#own.size;
  }
  get capacity(): number {
    return this.#own.capacity;
  }
  canAdd(): boolean {
    return this.#call('canAdd') !== false;
  }
  canTake(): boolean {
    return this.#call('canTake') !== false;
  }
  add(value: T): void {
    this.#call('add', value);
    this.#check();
  }
  take(): T {
    const value = this.#call('take') as T | undefined; // Sound: it is a buffer of T.
    this.#check();
    if (value === undefined)
      throw noValue(
        `The buffer gave undefined${on(this.#of)}`,
        'canTake() must be false when there is nothing to take',
      );
    return value;
  }
  override expectIdle(what: string): void {
    if (!this.#isBusy) return;
    this.#misuse = new Error(
      `A buffer must not use its channel${on(this.#of)}: ${what}() was called by a method of it`,
    );
    throw this.#misuse;
  }
  override clear(): void {
    for (let left = this.size; left > 0 && this.#call('canTake') === true; left--) this.#call('take');
    this.#breach = undefined;
  }

  /** What a method answers; `undefined` if it breaks the contract, of which `add` or `take` tells. */
  #call(method: (typeof METHODS)[number], value?: T): unknown {
    if (this.#breach !== undefined) return undefined;
    this.expectIdle(method);
    this.#isBusy = true;
    try {
      return (this.#own[method] as (value?: T) => unknown)(value);
    } catch (error) {
      this.#breach =
        error === this.#misuse
          ? this.#misuse
          : new Error(`A buffer must not throw${on(this.#of)}: ${method}() did`, { cause: error });
      return undefined;
    } finally {
      this.#isBusy = false;
    }
  }
  #check(): void {
    const breach = this.#breach;
    this.#breach = undefined;
    if (breach !== undefined) throw breach;
  }
}

/** Whether it is a built-in buffer, of any copy of the library. */
function isBuiltIn<T>(buffer: ChanBuffer<T>): buffer is ChannelBuffer<T> {
  return (buffer as Partial<ChannelBuffer<T>>).millrace === PROTOCOL;
}

/** No more values should gather in a buffer: calls its reader, if there is one that lets them. @returns whether there is. */
export function gathered<T>(buffer: ChannelBuffer<T>): boolean {
  const { gatherer } = buffer;
  if (gatherer === null) return false;
  buffer.gatherer = null;
  gatherer();
  return true;
}

/**
 * What `new Chan(bufferOrSize)` was given, as a buffer that belongs to that channel; null for a rendezvous.
 *
 * @param of - the name of the channel, for errors.
 * @throws RangeError for a bad size; TypeError for what is no buffer, or is another channel's.
 */
export function claim<T>(given: number | ChanBuffer<T> | undefined, of?: string): ChannelBuffer<T> | null {
  if (given === undefined || given === 0) return null;
  if (typeof given === 'number') {
    expectInteger('n', given, 0);
    return new QueueBuffer<T>(given);
  }
  const isBuffer = METHODS.every(
    (name) => typeof (given as Partial<ChanBuffer<T>> | null)?.[name] === 'function',
  );
  expect(isBuffer, 'buffer', 'a size or a buffer', given);
  const buffer = isBuiltIn(given) ? given : new CustomBuffer(given, of);
  expect(!buffer.claimed, 'buffer', 'unused by another channel', given);
  buffer.claimed = true;
  return buffer.capacity === 0 && buffer.isQueue ? null : buffer;
}
