/** The sending end of a channel, as a type: what a function that only writes asks for. */
import type { Abortable, Pending, Value } from './protocol.js';
import type { Waiter } from './waiters.js';
import type { ChanStats } from './stats.js';

/** The sending end of a channel. What only writes should ask for this; a {@link Chan} is one. */
export interface WriteChan<in T> {
  /**
   * Sends a value; waits until it is taken or buffered.
   *
   * @param value - anything but `undefined`.
   * @param options - `signal`: aborting it withdraws the put.
   * @returns `true` once it is taken or buffered (or dropped, by a dropping or sliding buffer); `false` if the
   * channel is closed, or is cancelled while the put waits.
   * @throws TypeError for `undefined`; `signal.reason` when aborted, the value then not sent;
   * {@link ChanOverflowError} if more puts wait than `maxPending` allows.
   */
  // A property, not a method: TypeScript checks the parameters of methods both ways, and would let a channel of dogs pass for
  // one that takes any animal.
  readonly put: (value: T & Value, options?: Abortable) => Promise<boolean>;
  /**
   * Sends a value if that needs no waiting.
   *
   * @param value - anything but `undefined`.
   * @returns `true` accepted, `false` closed, `undefined` would have to wait (nothing is queued).
   * @throws TypeError for `undefined`.
   */
  tryPut(value: T & Value): boolean | undefined;
  /**
   * The promise-free `put`: calls back with what `put` would resolve to, perhaps before it returns.
   *
   * @param callback - `(ok)`; `(false, error)` if a custom buffer threw. An error it throws becomes an uncaught one.
   * @param value - anything but `undefined`.
   * @throws TypeError for `undefined`; {@link ChanOverflowError} as {@link WriteChan.put} rejects with.
   * @example
   * ```ts
   * const ch = new Chan<number>(1);
   * ch.putThen(1, (ok) => console.log(ok)); // prints true
   * ```
   */
  putThen(value: T & Value, callback?: (ok: boolean, error?: unknown) => void): void;
  /**
   * No more puts. What is buffered and the puts already waiting can still be read. Idempotent: the first call wins.
   *
   * @param cause - an error (or anything but `undefined`) that readers reject with, after those values.
   */
  close(cause?: unknown): this;
  /** Whether no more puts are accepted. */
  readonly closed: boolean;
  /** Whether it is closed and nothing is left to read. */
  readonly drained: boolean;
  /** Aborted when the channel takes no more puts: how a producer learns at once that its reader left. */
  readonly signal: AbortSignal;
  /**
   * Settles when it is closed and drained; also if that was before.
   *
   * @param options - `signal`: aborting it rejects with its reason, and changes nothing else.
   */
  join(options?: Abortable): Promise<void>;
  /** What the channel holds and who waits, now. */
  stats(): ChanStats;
  // What `select` uses. Users' types do not show it.
  /** @internal */
  offer(value: T): boolean | Pending;
  /** @internal */
  park(waiter: Waiter<never>): void;
  /** @internal */
  unpark(waiter: Waiter<never>): void;
}
