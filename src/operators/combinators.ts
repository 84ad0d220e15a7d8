/** Many channels read as one: the functions. */
import { type Combined, Concat, Merge, Race, expectChan } from './combine.js';
import { type ReadChan, full } from './complete.js';
import { StageChan } from './stage-chan.js';
import { CombineLatest, Zip } from './zip.js';

type Chans = readonly ReadChan<unknown>[];
/** What a channel gives. */
export type Item<C> = C extends ReadChan<infer T> ? T : never;
/** What each of several channels gives. */
export type Items<C extends Chans> = { -readonly [K in keyof C]: Item<C[K]> };
/** The same, where some may have none. */
export type Holes<C extends Chans> = { -readonly [K in keyof C]: Item<C[K]> | undefined };

/** Options of `combineLatest`. */
export interface CombineLatestOptions {
  /**
   * Whether to begin with the first value of any channel, with `undefined` for those that have given none.
   *
   * @defaultValue false
   */
  readonly eager?: boolean | undefined;
}

/** The channels, given one by one or as a list. */
function listed(given: readonly unknown[]): Chans {
  const chans = (given.length === 1 && Array.isArray(given[0]) ? given[0] : given) as Chans;
  for (let i = 0; i < chans.length; i++) expectChan(`channel ${i}`, chans[i]);
  return chans;
}

const combined = <T>(stage: Combined<T>): ReadChan<T> => full(new StageChan<T>(stage));

/**
 * The values of all channels, as they come; of several that are ready one at random. Ends when all have ended, fails with the
 * first that fails.
 *
 * @param chans - the channels, one by one or as a list.
 * @throws TypeError for what is no channel.
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
 * Rows of one value of each channel. Ends with the first channel that ends: what was read of others for the row that cannot be
 * completed is dropped.
 *
 * @param chans - the channels, one by one or as a list.
 * @throws TypeError for what is no channel.
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
 * Rows of one value of each channel, `undefined` for those that have ended. Ends when all have.
 *
 * @param chans - the channels, one by one or as a list.
 * @throws TypeError for what is no channel.
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
 * The latest value of each channel, at every new value of any, from the first value on: of those that have given none yet
 * `undefined`.
 *
 * @param args - the channels, and behind them `{ eager: true }`.
 * @returns a list at a time, in the order of the channels.
 * @throws TypeError for what is no channel.
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
 * The same, of a list of channels.
 *
 * @param chans - the channels.
 * @param options - `eager`: does not wait until each has given one.
 * @returns a list at a time, in the order of the channels.
 * @throws TypeError for what is no channel.
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
 * The latest value of each channel, at every new value of any; first when each has given one. Once asked, it reads every channel
 * as its values come: that row has the latest of each. Ends when all have ended, or when one ends without having given any; fails
 * with any that fails.
 *
 * @param chans - the channels.
 * @returns a list at a time, in the order of the channels.
 * @throws TypeError for what is no channel.
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
 * The same, of a list of channels.
 *
 * @param chans - the channels.
 * @param options - `eager`: see {@link CombineLatestOptions}.
 * @returns a list at a time, in the order of the channels.
 * @throws TypeError for what is no channel.
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
 * The values of one channel after those of the other.
 *
 * @param chans - the channels, one by one or as a list.
 * @throws TypeError for what is no channel.
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
 * The values of the channel that is first to give one; the others are given up. Ends when all end without any.
 *
 * @param chans - the channels, one by one or as a list.
 * @throws TypeError for what is no channel.
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
