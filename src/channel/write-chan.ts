/** The sending end of a channel, as a type. */
import type { Abortable, Pending, Value } from './protocol.js';
import type { Waiter } from './waiters.js';
import type { ChanStats } from './stats.js';

/**
 * The sending end of a channel. A function that only writes should ask for this type; a
 * {@link Chan} is one.
 */
export interface WriteChan<in T> {
  /**
   * Puts a value; waits until the value is taken or buffered.
   *
   * @param value - the value, anything but `undefined`.
   * @param options - `signal`: aborting it withdraws the put.
   * @returns `true` once the value is taken or buffered, or dropped by a dropping or sliding
   * buffer; `false` if the channel is closed, or is cancelled while the put waits.
   * @throws TypeError if `value` is `undefined`; `signal.reason` when aborted, and the value is
   * then not sent; {@link ChanOverflowError} if more puts would wait than `maxPending` allows; the
   * error of a buffer that fails.
   */
  // A property, not a method: TypeScript checks the parameters of methods bivariantly, and would
  // accept a channel of dogs where a channel of any animal is needed.
  readonly put: (value: T & Value, options?: Abortable) => Promise<boolean>;
  /**
   * Puts a value if the put need not wait.
   *
   * @param value - the value, anything but `undefined`.
   * @returns `true` if the value was accepted; `false` if the channel is closed; `undefined` if the
   * put would have to wait, and the value is then not queued.
   * @throws TypeError if `value` is `undefined`; the error of a buffer that fails.
   */
  tryPut(value: T & Value): boolean | undefined;
  /**
   * Puts a value without a promise: calls back with the result, perhaps before `putThen` returns.
   *
   * @param callback - called with `(true)` once the value is taken or buffered; with `(false)` if
   * the channel is closed or cancelled; with `(false, error)` if the buffer failed. An error that
   * it throws becomes an uncaught error. Default: a function that does nothing.
   * @param value - the value, anything but `undefined`.
   * @throws TypeError if `value` is `undefined` or `callback` is not a function;
   * {@link ChanOverflowError} if more puts would wait than `maxPending` allows.
   * @example
   * ```ts
   * const ch = new Chan<number>(1);
   * ch.putThen(1, (ok) => console.log(ok)); // prints true
   * ```
   */
  putThen(value: T & Value, callback?: (ok: boolean, error?: unknown) => void): void;
  /**
   * Closes the channel: it accepts no more puts. Buffered values and the values of puts that
   * already wait can still be read. Only the first call has an effect.
   *
   * @param cause - an error, or anything but `undefined`. Gets reject with the cause after the
   * remaining values are read. Default: none, and gets resolve to `undefined`.
   * @returns the channel.
   */
  close(cause?: unknown): this;
  /** Whether the channel accepts no more puts. */
  readonly closed: boolean;
  /** Whether the channel is closed and nothing is left to read. */
  readonly drained: boolean;
  /**
   * Aborts when the channel accepts no more puts, so that a producer learns at once that its reader
   * has left.
   */
  readonly signal: AbortSignal;
  /**
   * Resolves when the channel is closed and drained, or at once if it already is.
   *
   * @param options - `signal`: aborting it rejects the promise, and changes nothing else.
   * @throws `signal.reason` when aborted.
   */
  join(options?: Abortable): Promise<void>;
  /**
   * Describes the channel at this moment: its buffered values, its waiting operations, its counts.
   */
  stats(): ChanStats;
  // The methods that `select` uses are hidden from users' types.
  /** @internal */
  offer(value: T): boolean | Pending;
  /** @internal */
  park(waiter: Waiter<never>): void;
  /** @internal */
  unpark(waiter: Waiter<never>): void;
}
