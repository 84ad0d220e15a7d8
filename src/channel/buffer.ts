/**
 * Buffers: a buffer holds values between a completed put and the get that takes them.
 *
 * - A buffer is passive: `canAdd`, `canTake`, `add` and `take` run no code that could use the
 *   channel, and do not throw.
 * - User code of a built-in buffer runs outside these methods: `weigh` runs before the channel
 *   changes, `tell` runs after everything is counted. A channel calls `weigh` and `tell` only if
 *   the buffer is `hooked`.
 * - `take` is called only when `canTake()`, `add` only when `canAdd()`.
 * - A buffer belongs to one channel. The built-in buffers refuse a second channel.
 */
import { expect, expectInteger, noValue, on } from '../base/errors.js';
import { Queue } from '../base/queue.js';
import { PROTOCOL } from './protocol.js';

/**
 * A buffer of your own. The channel calls `add` for every value it accepts and `take` for every
 * value it delivers, so a buffer may reorder, merge or drop values.
 *
 * A buffer is passive: its methods must not use its channel and must not throw, and their answers
 * must change only by `add` and `take`. The put or the get that meets a breach fails with an Error
 * that names the breach; the Error's `cause` is what the method threw, if it threw.
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
  /** How many values the buffer holds. */
  readonly size: number;
  /** How many values the buffer can hold; `Infinity` for no limit. Only `stats()` reports it. */
  readonly capacity: number;
  /** Whether `add` may be called now. While it may not, puts wait. */
  canAdd(): boolean;
  /** Whether `take` may be called now. While it may not, gets wait. */
  canTake(): boolean;
  /**
   * Adds a value to the buffer.
   *
   * @param value - the value to hold.
   */
  add(value: T): void;
  /** Returns the next value, and forgets the value unless the buffer gives it repeatedly. */
  take(): T;
}

/**
 * A buffer as a channel uses it. `millrace` identifies the built-in buffers of another copy of the
 * library, whose class differs from this one.
 */
export abstract class ChannelBuffer<T> implements ChanBuffer<T> {
  abstract readonly size: number;
  abstract readonly capacity: number;
  /** Whether the buffer belongs to a channel. */
  claimed = false;
  /** Whether `take` returns one value for ever. */
  readonly repeats: boolean = false;
  /** Whether the buffer is first in, first out: a value for a waiting get may then bypass it. */
  readonly isQueue: boolean = true;
  /** Whether `weigh` or `tell` runs user code. */
  readonly hooked: boolean = false;
  /** Whether values may gather in the buffer for a reader that takes many values at once. */
  readonly gathers: boolean = true;
  /** While values gather: called when the buffer is full, and when no more values will come. */
  gatherer: (() => void) | null = null;

  get millrace(): number {
    return PROTOCOL;
  }
  abstract canAdd(): boolean;
  abstract canTake(): boolean;
  abstract add(value: T, weight?: number): void;
  abstract take(): T;
  /** Returns the weight to pass to `add`. May run user code, and may throw. */
  weigh(_value: T): number {
    return 0;
  }
  /** Passes the values that `add` dropped to the user's callback. */
  tell(): void {}
  /** @throws Error if the channel's method `_what` was called by a method of a custom buffer. */
  expectIdle(_what: string): void {}
  /** Drops all values. */
  clear(): void {
    while (this.canTake()) this.take();
  }
}

/** A first-in first-out buffer. */
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

/** The methods that a custom buffer must have. */
const METHODS = ['canAdd', 'canTake', 'add', 'take'] as const;

/** A custom buffer. The `add` or `take` after a breach of the contract throws the breach. */
class CustomBuffer<T> extends ChannelBuffer<T> {
  override readonly isQueue = false;
  override readonly gathers = false;
  readonly #own: ChanBuffer<T>;
  /** The name of the buffer's channel. */
  readonly #of: string | undefined;
  /** Whether a method of the custom buffer is running. */
  #isBusy = false;
  #breach: Error | undefined = undefined;
  /** The error of the latest use of the channel by a method of the custom buffer. */
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
    const value = this.#call('take') as T | undefined; // Sound: the buffer is a `ChanBuffer<T>`.
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

  /** Calls a method. Returns `undefined` after a breach, which `add` or `take` then throws. */
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

/** Whether `buffer` is a built-in buffer of any copy of the library. */
function isBuiltIn<T>(buffer: ChanBuffer<T>): buffer is ChannelBuffer<T> {
  return (buffer as Partial<ChannelBuffer<T>>).millrace === PROTOCOL;
}

/** Calls the reader that lets values gather in `buffer`, if any. @returns whether there was one. */
export function gathered<T>(buffer: ChannelBuffer<T>): boolean {
  const { gatherer } = buffer;
  if (gatherer === null) return false;
  buffer.gatherer = null;
  gatherer();
  return true;
}

/**
 * Turns the argument of `new Chan(bufferOrSize)` into a buffer that belongs to the channel; null
 * for a rendezvous.
 *
 * @param of - the name of the channel, for errors.
 * @throws RangeError if `given` is a number but not an integer of at least 0; TypeError if `given`
 * is neither a number nor a buffer, or belongs to another channel.
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
