/**
 * Joins the operators to channels: `complete` adds the methods of all families of operators to the
 * prototype of `ReadChan`, once.
 *
 * - `millrace/core` exports the classes of `channel/` without operators. `millrace` exports the
 *   same classes with the types below. So a channel of either entry is a channel of both, and no
 *   file of `channel/` or `pull/` imports an operator.
 * - Every function that gives users of `millrace` a channel passes the channel, or its class,
 *   through `complete` or `full`. A bundler leaves the operators out of a program that calls
 *   neither. If a class were only mentioned here, its operators would stay in the bundle of one
 *   bundler and be lost with another.
 */
import type { Value } from '../channel/protocol.js';
import { Chan as CoreChan } from '../channel/chan.js';
import type { ChanOptions } from '../channel/matching.js';
import type { ChanBuffer } from '../channel/buffer.js';
import { ReadChan as CoreReadChan } from '../channel/read-chan.js';
import { ConcurrentOperators } from './concurrent.js';
import { FanOutOperators } from './fan-out.js';
import { SwitchOperators } from './switch-map.js';
import { SyncOperators } from './sync.js';
import { TerminalOperators } from './terminals.js';
import { TimeOperators } from './time.js';
import { ZipOperators } from './zip.js';

/** Whether the prototype of `ReadChan` has the operators. */
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
 * The receiving end of a channel. A function that only reads should ask for this type. A
 * {@link Chan} is a `ReadChan`. Sources ({@link fromIter}, {@link timeout} …) are `ReadChan`s to
 * which nothing can be put.
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
/** The class of every channel: for `instanceof`, and as the base of channels of your own. */
export const ReadChan: abstract new <T>() => ReadChan<T> = /* @__PURE__ */ complete(
  // Sound: `complete` adds the operators.
  CoreReadChan as unknown as abstract new <T>() => ReadChan<T>,
);

/**
 * A channel: a place where goroutines meet to hand over values.
 *
 * A channel carries values of type {@link Value}: anything but `undefined`. So `new Chan<void>()`
 * and `new Chan<unknown>()` do not compile: use a `Chan<true>` for a signal without a value, and a
 * `Chan<Value>` for values of any type. Generic code that makes a channel or puts to one must say
 * `<T extends Value>`.
 *
 * Values are received in the order in which their puts were called, in every mode and through every
 * built-in buffer. Waiting gets are served in the order in which they were called.
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
/** Makes channels, as `new Chan<number>(16)`, and identifies them, as `value instanceof Chan`. */
// Sound: `complete` adds the operators.
export const Chan: ChanConstructor = /* @__PURE__ */ complete(CoreChan as unknown as ChanConstructor);

/** The constructor of {@link Chan}. */
export interface ChanConstructor {
  /**
   * @param buffer - nothing or 0 for a rendezvous, where a put waits for its get; a number of
   * values; or a buffer: {@link fixed}, {@link sliding}, {@link dropping}, {@link promise},
   * {@link unbounded}, {@link weighted} or your own.
   * @param options - see {@link ChanOptions}.
   * @throws RangeError if the number of values or `maxPending` is not an integer of at least 0;
   * TypeError if `buffer` is not a buffer or belongs to another channel, or if `name` is not a
   * string.
   */
  new <T extends Value>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T>;
}

/** Adds the operators to all channels. @returns `Class`, which has the operators then. */
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

/** Returns `chan` with the type that users of `millrace` see. */
export function full<T>(chan: CoreReadChan<T>): ReadChan<T> {
  return complete(chan) as ReadChan<T>; // Sound: `complete` adds the operators.
}
