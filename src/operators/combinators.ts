/** The combinators: functions that read several channels as one channel. */
import { type Combined, Concat, Merge, Race, expectChan } from './combine.js';
import { type ReadChan, full } from './complete.js';
import { StageChan } from './stage-chan.js';
import { CombineLatest, Zip } from './zip.js';

type Chans = readonly ReadChan<unknown>[];
/** The type of the values of a channel. */
export type Item<C> = C extends ReadChan<infer T> ? T : never;
/** The types of the values of several channels, as a tuple. */
export type Items<C extends Chans> = { -readonly [K in keyof C]: Item<C[K]> };
/** The types of the values of several channels, as a tuple in which any may be `undefined`. */
export type Holes<C extends Chans> = { -readonly [K in keyof C]: Item<C[K]> | undefined };

/** Options of `combineLatest`. */
export interface CombineLatestOptions {
  /**
   * Whether to begin with the first value of any channel. A row then contains `undefined` for each
   * channel that has given no value yet.
   *
   * @defaultValue false
   */
  readonly eager?: boolean | undefined;
}

/** Returns the channels of an argument list: one by one, or as one list. */
function listed(given: readonly unknown[]): Chans {
  const chans = (given.length === 1 && Array.isArray(given[0]) ? given[0] : given) as Chans;
  for (let i = 0; i < chans.length; i++) expectChan(`channel ${i}`, chans[i]);
  return chans;
}

const combined = <T>(stage: Combined<T>): ReadChan<T> => full(new StageChan<T>(stage));

/**
 * Makes a channel of the values of all `chans`, as they come. If several channels are ready, a
 * random one is read. The merged channel ends when all channels have ended, and fails with the
 * first channel that fails.
 *
 * @param chans - the channels, one by one or as a list.
 * @returns the merged channel.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * (await merge(from([1, 2]), from([3])).collect()).length; // 3
 * ```
 */
export function merge<C extends Chans>(...chans: C): ReadChan<Item<C[number]>>;
export function merge<C extends ReadChan<unknown>>(chans: readonly C[]): ReadChan<Item<C>>;
export function merge(...chans: unknown[]): ReadChan<unknown> {
  return combined(new Merge(listed(chans)));
}

/**
 * Makes a channel of rows: arrays of one value of each channel. It ends with the first channel that
 * ends. Values that were read for a row which then cannot be completed are dropped.
 *
 * @param chans - the channels, one by one or as a list.
 * @returns the channel of rows.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * await zip(fromRange(), from(['a', 'b'])).collect(); // [[0, 'a'], [1, 'b']]
 * ```
 */
export function zip<C extends Chans>(...chans: C): ReadChan<Items<C>>;
export function zip<C extends Chans>(chans: readonly [...C]): ReadChan<Items<C>>;
export function zip(...chans: unknown[]): ReadChan<unknown> {
  return combined(new Zip(listed(chans), false));
}

/**
 * Makes a channel of rows: arrays of one value of each channel, with `undefined` for each channel
 * that has ended. It ends when all channels have ended.
 *
 * @param chans - the channels, one by one or as a list.
 * @returns the channel of rows.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * await zipLongest(fromRange(2), from(['a'])).collect(); // [[0, 'a'], [1, undefined]]
 * ```
 */
export function zipLongest<C extends Chans>(...chans: C): ReadChan<Holes<C>>;
export function zipLongest<C extends Chans>(chans: readonly [...C]): ReadChan<Holes<C>>;
export function zipLongest(...chans: unknown[]): ReadChan<unknown> {
  return combined(new Zip(listed(chans), true));
}

/**
 * Makes a channel that gives a row at every new value of any channel, from the first value on. A
 * row is an array of the latest value of each channel, with `undefined` for each channel that has
 * given no value yet. It ends when all channels have ended, and fails with any that fails.
 *
 * @param args - the channels, followed by `{ eager: true }`.
 * @returns the channel of rows, each in the order of the channels.
 * @throws TypeError if an argument is neither a channel nor the options.
 * @example
 * ```ts
 * const [a, b] = [new Chan<number>(1), new Chan<string>(1)];
 * const latest = combineLatest(a, b, { eager: true });
 * a.add(1);
 * await latest.get(); // [1, undefined]
 * ```
 */
export function combineLatest<C extends Chans>(...args: [...C, { readonly eager: true }]): ReadChan<Holes<C>>;
/**
 * Makes a channel that gives a row at every new value of any channel, from the first value on. A
 * row is an array of the latest value of each channel, with `undefined` for each channel that has
 * given no value yet. It ends when all channels have ended, and fails with any that fails.
 *
 * @param chans - the channels, as a list.
 * @param options - `eager`: the channel does not wait until each of `chans` has given a value.
 * @returns the channel of rows, each in the order of the channels.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * const chans = [new Chan<number>(1), new Chan<string>(1)] as const;
 * const latest = combineLatest(chans, { eager: true });
 * chans[0].add(1);
 * await latest.get(); // [1, undefined]
 * ```
 */
export function combineLatest<C extends Chans>(
  chans: readonly [...C],
  options: { readonly eager: true },
): ReadChan<Holes<C>>;
/**
 * Makes a channel that gives a row at every new value of any channel, as soon as each channel has
 * given a value. A row is an array of the latest value of each channel. While a reader waits for
 * the first row, every channel is read as its values come, so the row has their latest values. It
 * ends when all channels have ended, or when a channel ends that has given no value. It fails with
 * any channel that fails.
 *
 * @param chans - the channels, one by one.
 * @returns the channel of rows, each in the order of the channels.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * const [a, b] = [new Chan<number>(1), new Chan<string>(1)];
 * const latest = combineLatest(a, b);
 * a.add(1);
 * b.add('x');
 * await latest.get(); // [1, 'x']
 * ```
 */
export function combineLatest<C extends Chans>(...chans: C): ReadChan<Items<C>>;
/**
 * Makes a channel that gives a row at every new value of any channel, as soon as each channel has
 * given a value. A row is an array of the latest value of each channel. It ends when all channels
 * have ended, or when a channel ends that has given no value. It fails with any channel that fails.
 *
 * @param chans - the channels, as a list.
 * @param options - see {@link CombineLatestOptions}.
 * @returns the channel of rows, each in the order of the channels.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * const latest = combineLatest([from([1]), from(['x'])]);
 * await latest.get(); // [1, 'x']
 * ```
 */
export function combineLatest<C extends Chans>(
  chans: readonly [...C],
  options?: CombineLatestOptions,
): ReadChan<Items<C>>;
export function combineLatest(...args: unknown[]): ReadChan<unknown> {
  const last = args.at(-1) as Partial<CombineLatestOptions & { poll: unknown }> | null | undefined;
  const isOptions =
    typeof last === 'object' && last !== null
      ? !Array.isArray(last) && last.poll === undefined
      : last === undefined && args.length === 2 && Array.isArray(args[0]);
  const chans = listed(isOptions ? args.slice(0, -1) : args);
  return combined(new CombineLatest(chans, isOptions && last?.eager === true));
}

/**
 * Makes a channel of all values of the first channel, then of the second, and so on. It ends when
 * the last channel has ended, and fails with a channel that fails.
 *
 * @param chans - the channels, one by one or as a list.
 * @returns the channel of all values.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * await concat(from([1, 2]), from([3])).collect(); // [1, 2, 3]
 * ```
 */
export function concat<C extends Chans>(...chans: C): ReadChan<Item<C[number]>>;
export function concat<C extends ReadChan<unknown>>(chans: readonly C[]): ReadChan<Item<C>>;
export function concat(...chans: unknown[]): ReadChan<unknown> {
  return combined(new Concat(listed(chans)));
}

/**
 * Makes a channel of the values of the channel that is first to give a value, or to fail. The other
 * channels are no longer read; derived channels and sources among them are cancelled. It ends
 * without a value if all channels do.
 *
 * @param chans - the channels, one by one or as a list.
 * @returns the channel of the winner's values.
 * @throws TypeError if one of `chans` is not a channel.
 * @example
 * ```ts
 * await race(timeout(1), from(['ready'])).get(); // 'ready'
 * ```
 */
export function race<C extends Chans>(...chans: C): ReadChan<Item<C[number]>>;
export function race<C extends ReadChan<unknown>>(chans: readonly C[]): ReadChan<Item<C>>;
export function race(...chans: unknown[]): ReadChan<unknown> {
  return combined(new Race(listed(chans)));
}
