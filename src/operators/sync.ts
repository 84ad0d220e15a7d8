/**
 * The synchronous operators, as methods of every channel that can be read. Each only says what its step is; how a channel is
 * derived is for the classes below to say.
 */
import { expectFunction, expectInteger } from '../base/errors.js';
import type { Value } from '../channel/protocol.js';
import * as steps from './step.js';
import type { ReadChan } from './complete.js';
import { derive } from './fused.js';

/** The synchronous operators of {@link ReadChan}. */
export abstract class SyncOperators<out T> {
  /**
   * What `f` makes of each value. `f` gets the value and how many came before.
   *
   * @param f - gets a value, and how many came before; gives the new value.
   * @throws TypeError if `f` is no function. If it throws, or returns `undefined`, the derived channel fails.
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
   * The values that `p` is true of. As a case of a select it is ready only for such a value.
   *
   * @param p - gets a value, and how many came before; says whether it stays.
   * @throws TypeError if `p` is no function. If it throws, the derived channel fails.
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
   * The values of the iterable that `f` makes of each value, one by one.
   *
   * @param f - gets a value, and how many came before; gives the values in its place.
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
   * The first `n` values, then the end. Reads exactly `n`, and leaves this channel open and usable.
   *
   * @param n - an integer of at least 0.
   * @throws RangeError for any other `n`.
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
   * All but the first `n` values.
   *
   * @param n - an integer of at least 0.
   * @throws RangeError for any other `n`.
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
   * The values before the first that `p` is false of; that one is taken and dropped.
   *
   * @param p - gets a value, and how many came before; says whether to go on.
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
   * The values from the first on that `p` is false of.
   *
   * @param p - gets a value, and how many came before; says whether to drop it too.
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
   * Drops what equals the value just before it, by `Object.is` of their keys.
   *
   * @param key - what is compared. Default: the value.
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
   * Arrays of `n` values; the last may be shorter.
   *
   * @param n - an integer of at least 1.
   * @throws RangeError for any other `n`.
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
   * Runs of consecutive values of one key, as pairs of the key and the values.
   *
   * @param f - gets a value, and how many came before; gives its key.
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
   * Every accumulator on the way. Without `init` the first value is the first.
   *
   * @param f - gets the accumulator, the value, and how many came before; gives the next accumulator.
   * @example
   * ```ts
   * await from([1, 2, 3]).scan((a, b) => a + b).collect(); // [1, 3, 6]
   * ```
   */
  scan(f: (total: T, value: T, index: number) => T): ReadChan<T>;
  /**
   * The same, beginning with an accumulator of yours, which may be `undefined`.
   *
   * @param f - gets the accumulator, the value, and how many came before; gives the next accumulator.
   * @param init - the first accumulator.
   * @returns a channel of the accumulators.
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
   * The same values, each shown to `f` on its way.
   *
   * @param f - gets each value, and how many came before.
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
   * Where this channel fails, what `f` makes of the error as the last value, or the end if that is `undefined`.
   *
   * @param f - gets the error; gives the last value, or nothing.
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
