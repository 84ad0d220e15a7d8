/**
 * Channels and `select` alone, for programs that must be small: the classes of `millrace` without
 * operators.
 *
 * @packageDocumentation
 */
import type { ChanBuffer } from './channel/buffer.js';
import { Chan as AnyChan } from './channel/chan.js';
import type { ChanOptions } from './channel/matching.js';
import type { Value } from './channel/protocol.js';

export { ChanOverflowError, TimeoutError } from './base/errors.js';
export type { ChanBuffer } from './channel/buffer.js';
export {
  type DropOptions,
  dropping,
  fixed,
  promise,
  sliding,
  unbounded,
  weighted,
} from './channel/buffers.js';
export type { ChanOptions } from './channel/matching.js';
export { type Abortable, PENDING, type Pending, type Selectable, type Value } from './channel/protocol.js';
export type { ChanStats } from './channel/stats.js';
export { ReadChan } from './channel/read-chan.js';
export type { Waiter } from './channel/waiters.js';
export type { WriteChan } from './channel/write-chan.js';
export type {
  Case,
  CaseChan,
  Cases,
  CaseValue,
  CheckedCases,
  DefaultOption,
  Disabled,
  Selected,
  SelectedDefault,
  SelectedIndex,
  SelectedKey,
  SelectOptions,
} from './select/cases.js';
export { select, selectThen } from './select/select.js';

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
 * ch.put('hello').then(() => ch.close());
 * for await (const word of ch) console.log(word); // prints hello
 * ```
 */
export interface Chan<in out T> extends AnyChan<T> {}
/** Makes channels, as `new Chan<number>(16)`, and identifies them, as `value instanceof Chan`. */
export const Chan: ChanConstructor = AnyChan;

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
