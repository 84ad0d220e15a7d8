/** The synchronous operators. Each method makes a step, and `derive` makes the step's channel. */
import { expectFunction, expectInteger } from '../base/errors.js';
import type { Value } from '../channel/protocol.js';
import * as steps from './step.js';
import type { ReadChan } from './complete.js';
import { derive } from './fused.js';

/** The synchronous operators of {@link ReadChan}. */
export abstract class SyncOperators<out T> {
  /**
   * Derives a channel of the results of `f` for each value.
   *
   * @param f - called with a value and its index, counted from 0; returns the new value.
   * @returns the derived channel. It fails if `f` throws or returns `undefined`.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await fromRange(3).map((n) => n * n).collect(); // [0, 1, 4]
   * ```
   */
  map<U extends Value>(f: (value: T, index: number) => U): ReadChan<U> {
    expectFunction('f', f);
    return derive(this, steps.map(f));
  }

  /**
   * Derives a channel of the values for which `p` returns true. As a case of a `select`, it is
   * ready only when it has such a value.
   *
   * @param p - called with a value and its index, counted from 0; returns whether to keep it.
   * @returns the derived channel. It fails if `p` throws.
   * @throws TypeError if `p` is not a function.
   * @example
   * ```ts
   * await fromRange(5).filter((n) => n % 2 === 0).collect(); // [0, 2, 4]
   * ```
   */
  filter<S extends T>(p: (value: T, index: number) => value is S): ReadChan<S>;
  filter(p: (value: T, index: number) => boolean): ReadChan<T>;
  filter(p: (value: T, index: number) => boolean): ReadChan<T> {
    expectFunction('p', p);
    return derive(this, steps.filter(p));
  }

  /**
   * Derives a channel of the values of the iterables that `f` returns, one by one.
   *
   * @param f - called with a value and its index, counted from 0; returns an iterable.
   * @returns the derived channel. It fails if `f` throws, if `f` does not return an iterable, or if
   * an iterable throws or gives `undefined`.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await from(['a b', 'c']).flatMap((line) => line.split(' ')).collect(); // ['a', 'b', 'c']
   * ```
   */
  flatMap<U extends Value>(f: (value: T, index: number) => Iterable<U>): ReadChan<U> {
    expectFunction('f', f);
    return derive(this, steps.flatMap(f));
  }

  /**
   * Derives a channel of the first `n` values. It takes exactly `n` values, and then leaves this
   * channel open and usable.
   *
   * @param n - how many values: an integer of at least 0.
   * @returns the derived channel.
   * @throws RangeError if `n` is not an integer of at least 0.
   * @example
   * ```ts
   * const numbers = fromRange();
   * await numbers.take(2).collect(); // [0, 1]
   * await numbers.get(); // 2
   * ```
   */
  take(n: number): ReadChan<T> {
    expectInteger('n', n, 0);
    return derive(this, steps.take(n));
  }

  /**
   * Derives a channel of all values but the first `n`.
   *
   * @param n - how many values to drop: an integer of at least 0.
   * @returns the derived channel.
   * @throws RangeError if `n` is not an integer of at least 0.
   * @example
   * ```ts
   * await fromRange(4).drop(2).collect(); // [2, 3]
   * ```
   */
  drop(n: number): ReadChan<T> {
    expectInteger('n', n, 0);
    return derive(this, steps.drop(n));
  }

  /**
   * Derives a channel of the values before the first value for which `p` returns false. This value
   * is taken from this channel and dropped.
   *
   * @param p - called with a value and its index, counted from 0; returns whether to continue.
   * @returns the derived channel. It fails if `p` throws.
   * @throws TypeError if `p` is not a function.
   * @example
   * ```ts
   * await fromRange().takeWhile((n) => n < 2).collect(); // [0, 1]
   * ```
   */
  takeWhile(p: (value: T, index: number) => boolean): ReadChan<T> {
    expectFunction('p', p);
    return derive(this, steps.takeWhile(p));
  }

  /**
   * Derives a channel that begins with the first value for which `p` returns false.
   *
   * @param p - called with a value and its index, counted from 0, until it returns false; returns
   * whether to drop the value.
   * @returns the derived channel. It fails if `p` throws.
   * @throws TypeError if `p` is not a function.
   * @example
   * ```ts
   * await fromRange(4).dropWhile((n) => n < 2).collect(); // [2, 3]
   * ```
   */
  dropWhile(p: (value: T, index: number) => boolean): ReadChan<T> {
    expectFunction('p', p);
    return derive(this, steps.dropWhile(p));
  }

  /**
   * Derives a channel without repetitions: a value is dropped if its key equals the key of the
   * value just before, by `Object.is`.
   *
   * @param key - called with a value and its index, counted from 0; returns the value's key.
   * Default: the value is the key.
   * @returns the derived channel. It fails if `key` throws.
   * @throws TypeError if `key` is not a function.
   * @example
   * ```ts
   * await from([1, 1, 2, 1]).distinct().collect(); // [1, 2, 1]
   * ```
   */
  distinct(key?: (value: T, index: number) => unknown): ReadChan<T> {
    if (key !== undefined) expectFunction('key', key);
    return derive(this, steps.distinct(key));
  }

  /**
   * Derives a channel of arrays of `n` consecutive values. The last array may be shorter.
   *
   * @param n - how many values an array has: an integer of at least 1.
   * @returns the derived channel.
   * @throws RangeError if `n` is not an integer of at least 1.
   * @example
   * ```ts
   * await fromRange(3).group(2).collect(); // [[0, 1], [2]]
   * ```
   */
  group(n: number): ReadChan<T[]> {
    expectInteger('n', n, 1);
    return derive(this, steps.group(n));
  }

  /**
   * Derives a channel of groups of consecutive values with equal keys, by `Object.is`. A group is a
   * pair of the key and an array of the values.
   *
   * @param f - called with a value and its index, counted from 0; returns the value's key.
   * @returns the derived channel. It fails if `f` throws.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await from([1, 3, 2]).groupBy((n) => n % 2).collect(); // [[1, [1, 3]], [0, [2]]]
   * ```
   */
  groupBy<K>(f: (value: T, index: number) => K): ReadChan<[key: K, values: T[]]> {
    expectFunction('f', f);
    return derive(this, steps.groupBy(f));
  }

  /**
   * Derives a channel of accumulators. The first value is the first accumulator; `f` returns the
   * next accumulator for each further value.
   *
   * @param f - called with the accumulator, a value and the value's index, counted from 0; returns
   * the next accumulator.
   * @returns the derived channel. It fails if `f` throws or returns `undefined`.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await from([1, 2, 3]).scan((a, b) => a + b).collect(); // [1, 3, 6]
   * ```
   */
  scan(f: (total: T, value: T, index: number) => T): ReadChan<T>;
  /**
   * Derives a channel of accumulators: `f` returns the next accumulator for each value.
   *
   * @param f - called with the accumulator, a value and the value's index, counted from 0; returns
   * the next accumulator.
   * @param init - the accumulator of the first call; may be `undefined`. The channel does not give
   * it.
   * @returns the derived channel. It fails if `f` throws or returns `undefined`.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await fromRange(1, 4).scan((text, n) => text + n, '').collect(); // ['1', '12', '123']
   * ```
   */
  scan<A>(f: (total: A, value: T, index: number) => A, init: A): ReadChan<A>;
  scan<A>(f: (total: A, value: T, index: number) => A, ...init: A[]): ReadChan<A> {
    expectFunction('f', f);
    return derive(this, steps.scan(f, init));
  }

  /**
   * Derives a channel that passes every value on, after calling `f` with the value.
   *
   * @param f - called with a value and its index, counted from 0; its result is ignored.
   * @returns the derived channel. It fails if `f` throws.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * await fromRange(1).tap((n) => console.log(n)).collect(); // prints 0
   * ```
   */
  tap(f: (value: T, index: number) => unknown): ReadChan<T> {
    expectFunction('f', f);
    return derive(this, steps.tap(f));
  }

  /**
   * Derives a channel that passes every value on. If this channel fails, the derived channel gives
   * the result of `f` as its last value, and then ends.
   *
   * @param f - called with the error; returns the last value, or `undefined` for none.
   * @returns the derived channel. It fails if `f` throws.
   * @throws TypeError if `f` is not a function.
   * @example
   * ```ts
   * const failed = new Chan<string>().close(new Error('lost'));
   * await failed.catch((error) => String(error)).collect(); // ['Error: lost']
   * ```
   */
  catch<U extends Value = never>(f: (error: unknown) => U | undefined): ReadChan<T | U> {
    expectFunction('f', f);
    return derive(this, steps.rescue(f));
  }
}
