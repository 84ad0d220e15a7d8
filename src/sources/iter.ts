/** Channels over synchronous iterables: ranges and iterators, advanced on demand. */
import { LEAVE_OUT, atIndex, expect, noValue } from '../base/errors.js';
import { letGo } from '../base/letting-go.js';
import { type Drained, FULL, type Pending, type Sink, type Value } from '../channel/protocol.js';
import { type ReadChan, full } from '../operators/complete.js';
import { PullChan } from '../pull/pull-chan.js';
import { type Held, hold, unhold } from './net.js';

/**
 * The record for net.ts of how to return an iterator. It must not refer to the iterator's source.
 */
const held = (iterator: Iterator<unknown>): Held => ({ reader: { cancel: () => iterator.return?.() } });

class IterSource<T> extends PullChan<T> {
  private readonly iterable: Iterable<T>;
  private iterator: Iterator<T> | undefined;

  constructor(iterable: Iterable<T>) {
    super();
    this.iterable = iterable;
  }
  protected produce(): T | undefined | Pending {
    const iterator = this.iterator ?? this.open();
    let result: IteratorResult<T>;
    try {
      result = iterator.next();
    } catch (error) {
      this.close();
      throw error;
    }
    const { done, value } = result;
    if (done) return this.close();
    if (value === undefined)
      throw noValue(`from was given undefined by the iterator${atIndex(this.delivered)}`, LEAVE_OUT);
    return value;
  }
  private open(): Iterator<T> {
    const iterator = (this.iterator = this.iterable[Symbol.iterator]());
    if (iterator.return !== undefined) hold(this, held(iterator));
    return iterator;
  }
  /** Forgets the iterator, so that `release` does not call its `return()`. */
  private close(): undefined {
    if (this.iterator?.return !== undefined) unhold(this);
    this.iterator = undefined;
  }
  protected override release(): void {
    const { iterator } = this;
    this.close();
    letGo(() => iterator?.return?.());
  }
}

class RangeSource extends PullChan<number> {
  private i = 0;
  private readonly start: number;
  private readonly by: number;
  private readonly limit: number;

  constructor(start: number, end: number, step: number) {
    super();
    this.start = start;
    this.by = step;
    this.limit = end;
  }
  protected produce(): number | undefined {
    // A multiplication, because repeated addition would accumulate rounding errors of fractional
    // steps.
    const value = this.start + this.i++ * this.by;
    return this.by > 0 ? (value < this.limit ? value : undefined) : value > this.limit ? value : undefined;
  }
  override drain(sink: Sink<number>): Drained {
    // FAST PATH: may be removed without changing results. The loop of `produce`, with the constants
    // read once.
    const { start, by, limit } = this;
    while (this.free) {
      const value = start + this.i * by;
      if (by > 0 ? value >= limit : value <= limit) break;
      this.i++;
      this.handed();
      if (!sink.push(value)) return FULL;
    }
    return super.drain(sink);
  }
}

/**
 * Makes a channel of the values of an iterable. The iterator is advanced only when a reader asks
 * for a value, and its `return()` is called when the channel is cancelled. If the iterator throws,
 * the channel closes with the error. If the iterator gives `undefined`, the channel closes with a
 * TypeError.
 *
 * @param iterable - the iterable, which is asked for one value at a time.
 * @returns the channel.
 * @throws TypeError if `iterable` is not iterable.
 * @example
 * ```ts
 * await fromIter(new Set(['a', 'b'])).collect(); // ['a', 'b']
 * ```
 */
export function fromIter<T extends Value>(iterable: Iterable<T>): ReadChan<T> {
  expect(
    typeof (iterable as Partial<Iterable<T>> | null)?.[Symbol.iterator] === 'function',
    'iterable',
    'iterable',
    iterable,
  );
  return full(new IterSource(iterable));
}

/**
 * Makes a channel of the integers from 0 up to, but not including, `end`. The numbers are made on
 * demand.
 *
 * @param end - a number. Default: `Infinity`, so the channel has no end.
 * @returns the channel.
 * @throws RangeError if `end` is not a number.
 * @example
 * ```ts
 * await fromRange(3).collect(); // [0, 1, 2]
 * await fromRange().collect(2); // [0, 1]
 * ```
 */
export function fromRange(end?: number): ReadChan<number>;
/**
 * Makes a channel of the numbers from `start` up to, but not including, `end`, by `step`. The
 * numbers are made on demand.
 *
 * @param start - the first number, finite.
 * @param end - the end, a number that is not included; `Infinity`, or `-Infinity` when counting
 * down, for no end.
 * @param step - the difference between two numbers, finite and not 0; a step below 0 counts down.
 * Default: 1.
 * @returns the channel.
 * @throws RangeError if an argument is not a number in its range.
 * @example
 * ```ts
 * await fromRange(2, 5).collect(); // [2, 3, 4]
 * await fromRange(10, 0, -4).collect(); // [10, 6, 2]
 * ```
 */
export function fromRange(start: number, end: number, step?: number): ReadChan<number>;
export function fromRange(first?: number, second?: number, step = 1): ReadChan<number> {
  const [start, end] = second === undefined ? [0, first ?? Infinity] : [first ?? 0, second];
  expect(Number.isFinite(start), 'start', 'a number', start, RangeError);
  expect(typeof end === 'number' && !Number.isNaN(end), 'end', 'a number', end, RangeError);
  expect(Number.isFinite(step) && step !== 0, 'step', 'a number other than 0', step, RangeError);
  return full(new RangeSource(start, end, step));
}
