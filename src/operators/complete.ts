/**
 * Operators, joined to channels from above: `complete` puts the methods of all families on the prototype of `ReadChan`, once.
 *
 * - One class, two faces: `millrace/core` has the classes of `channel/`, without operators; `millrace` has the same classes and the
 *   types below. So a channel of either is a channel of both, and nothing in `channel/` or `pull/` knows an operator.
 * - Whoever hands a channel to a user of `millrace` passes it, or its class, through `complete` or `full`: bundlers leave operators out of
 *   a program in which nothing does. A class that were only mentioned here would keep its operators in one bundler and lose them in another.
 */
import { Chan as CoreChan, type ChanOptions } from '../channel/chan.js';
import type { ChanBuffer } from '../channel/buffer.js';
import { ReadChan as CoreReadChan } from '../channel/read-chan.js';
import { ConcurrentOperators } from './concurrent.js';
import { FanOutOperators } from './fan-out.js';
import { SwitchOperators } from './switch-map.js';
import { SyncOperators } from './sync.js';
import { TerminalOperators } from './terminals.js';
import { TimeOperators } from './time.js';
import { ZipOperators } from './zip.js';

/** Whether channels have their operators. */
let isComplete = false;

/** All operators, as methods of a channel of `T`. */
export interface Operators<out T>
  extends SyncOperators<T>,
    TerminalOperators<T>,
    TimeOperators<T>,
    ConcurrentOperators<T>,
    FanOutOperators<T>,
    ZipOperators<T>,
    SwitchOperators<T> {}

/**
 * The receiving end of a channel. What only reads should ask for this; a {@link Chan} is one.
 *
 * Sources ({@link fromIter}, {@link timeout} …) are `ReadChan`s that nobody can put to.
 *
 * @example
 * ```ts
 * async function sum(numbers: ReadChan<number>): Promise<number> {
 *   let total = 0;
 *   for await (const n of numbers) total += n;
 *   return total;
 * }
 * await sum(fromRange(4)); // 6
 * ```
 */
export interface ReadChan<out T> extends CoreReadChan<T>, Operators<T> {}
/** What every channel is an instance of, for `instanceof`, and for channels of your own to extend. */
export const ReadChan: abstract new <T>() => ReadChan<T> = /* @__PURE__ */ complete(
  CoreReadChan as unknown as abstract new <T>() => ReadChan<T>, // Sound: completed, it has the operators.
);

/**
 * A channel: a place where goroutines meet to hand over values.
 *
 * What it carries is a {@link Value}: anything but `undefined`. So a signal without a value is a `Chan<true>`, as nothing can be
 * put into a `Chan<void>`; and generic code that puts says `<T extends Value>`.
 *
 * Values are received in the order in which their puts were called, and waiting gets are served in the order in
 * which they were called, in every mode and through every buffer.
 *
 * @example
 * ```ts
 * const ch = new Chan<string>();
 * go(async () => {
 *   await ch.put('hello');
 *   await ch.put('world');
 *   ch.close();
 * });
 * for await (const word of ch) console.log(word);
 * ```
 */
export interface Chan<in out T> extends CoreChan<T>, Operators<T> {}
/** Makes a channel, and tells one: `new Chan<number>(16)`, `value instanceof Chan`. */
export const Chan: ChanConstructor = /* @__PURE__ */ complete(CoreChan as unknown as ChanConstructor); // Sound: as above.

/** The constructor of {@link Chan}. */
export interface ChanConstructor {
  /**
   * @param buffer - nothing or 0 for a rendezvous, where a put waits for its get; a number of values; or a buffer:
   * {@link fixed}, {@link sliding}, {@link dropping}, {@link promise}, {@link unbounded}, {@link weighted}, your own.
   * @param options - see {@link ChanOptions}.
   * @throws RangeError for a bad size; TypeError for what is no buffer, or another channel's.
   */
  new <T>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T>;
}

/** Gives all channels their operators. @returns the class it is given, which has them then. */
export function complete<C>(Class: C): C {
  if (isComplete) return Class;
  isComplete = true;
  const families = [
    SyncOperators,
    TerminalOperators,
    TimeOperators,
    ConcurrentOperators,
    FanOutOperators,
    ZipOperators,
    SwitchOperators,
  ];
  for (const { prototype } of families) {
    const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(prototype);
    Object.defineProperties(CoreReadChan.prototype, methods);
  }
  return Class;
}

/** A channel as users of `millrace` see it. */
export function full<T>(chan: CoreReadChan<T>): ReadChan<T> {
  return complete(chan) as ReadChan<T>; // Sound: completed, it has the operators.
}
