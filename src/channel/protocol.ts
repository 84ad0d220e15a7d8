/**
 * What makes a thing selectable, and the invariants that all other code relies on.
 *
 * 1. Of "waiting gets" and "waiting puts" at least one is empty, except for the gets and puts of
 *    one select.
 * 2. A waiting get implies an empty buffer; a waiting put implies a full buffer or none.
 * 3. A waiter commits at most once. Committing unhooks the waiter and all its siblings before any
 *    user code runs.
 * 4. State is consistent before any user code is called: a callback, an operator's function,
 *    `onDrop`, `weigh`. This code may put, get, close and cancel on the same channel. Only a custom
 *    buffer must not use its channel.
 * 5. Every match has one side that completes without waiting. Fairness is counted there, and at the
 *    wake-up of the other side.
 * 6. A settled operation leaves nothing behind: no waiter, no abort listener, no timer.
 */
import { expect } from '../base/errors.js';
import type { Waiter } from './waiters.js';

/**
 * The version of the contract between the channels of several copies of the library. A program may
 * have several copies. Their channels work with each other by `poll`, `park`, `queue`, `drain` …,
 * never by their classes, as long as this number is equal. A change to what these methods, waiters
 * or built-in buffers do for each other must increase the number.
 */
export const PROTOCOL = 1;

/**
 * What {@link Selectable.poll} returns when no value is ready yet. All copies of the library share
 * this symbol.
 */
export const PENDING: unique symbol = Symbol.for('millrace.pending.1');

/** @throws TypeError unless `millrace`, of a channel or a buffer, is the protocol of this copy. */
export function expectProtocol(millrace: unknown): void {
  expect(millrace === PROTOCOL, 'what another copy of millrace made', `of protocol ${PROTOCOL}`, millrace);
}

/** @throws TypeError if `value`, a result of a select, is {@link PENDING} of another protocol. */
export function expectKnown(value: symbol): void {
  const [, version] = /^millrace\.pending\.(.+)/.exec(Symbol.keyFor(value) ?? '') ?? [];
  if (version !== undefined) expectProtocol(version);
}

/** The type of {@link PENDING}. */
export type Pending = typeof PENDING;

/**
 * Anything that a channel can carry: everything but `undefined`, which always means "closed,
 * nothing left". Generic code that puts values uses this type as the bound of its type parameter.
 *
 * @example
 * ```ts
 * async function send<T extends Value>(out: WriteChan<T>, value: T): Promise<boolean> {
 *   return out.put(value);
 * }
 * await send(new Chan<string>(1), 'hello'); // true
 * ```
 */
export type Value = {} | null;

/**
 * A thing that a case of `select` can await one value from. Your own type can implement this
 * interface. Channels, and everything derived from channels, have these three methods too, but
 * their types do not list them, so that an editor offers `get` and not `poll`.
 *
 * Your own type keeps the waiters that `park` gives it, for example in a `Set`. When it has a
 * value, it takes out one waiter and calls the waiter's `commit(value)`. When it has ended for
 * ever, it calls `commit(undefined)`; when it has failed, it calls `fail(error)`.
 *
 * @example
 * ```ts
 * import { PENDING, select, type Selectable, type Waiter } from 'millrace';
 *
 * class Flag implements Selectable<true> {
 *   #up = false;
 *   #waiters = new Set<Waiter<true>>();
 *   raise() {
 *     this.#up = true;
 *     for (const waiter of this.#waiters) {
 *       this.#waiters.delete(waiter);
 *       waiter.commit(true);
 *     }
 *   }
 *   poll() { return this.#up ? true as const : PENDING; }
 *   park(waiter: Waiter<true>) { this.#waiters.add(waiter); }
 *   unpark(waiter: Waiter<true>) { this.#waiters.delete(waiter); }
 * }
 *
 * const flag = new Flag();
 * queueMicrotask(() => flag.raise());
 * const { key } = await select({ flag }); // 'flag'
 * ```
 */
export interface Selectable<out T> {
  /**
   * Takes a value without waiting.
   *
   * @returns the value if one is ready; `undefined` after the end; else {@link PENDING}.
   * @throws the error that the selectable failed with, if it has failed.
   */
  poll(): T | undefined | Pending;
  /**
   * Keeps a waiter until a value is ready for it. If a value is ready now, `park` must commit the
   * waiter at once.
   *
   * @param waiter - the waiter to commit when there is a value.
   */
  park(waiter: Waiter<T>): void;
  /**
   * Forgets a waiter that `park` kept, because the waiter lost its select or was aborted. An error
   * that `unpark` throws becomes an uncaught error.
   *
   * @param waiter - a waiter that was parked here; any other waiter is ignored.
   */
  unpark(waiter: Waiter<T>): void;
}

/** Options of every operation that may wait. */
export interface Abortable {
  /**
   * Aborting the signal ends the wait: the operation rejects with `signal.reason`, and has neither
   * taken nor delivered a value.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Receives the values of a channel, one by one. */
export interface Sink<in T> {
  /** @returns whether the sink takes another value now. */
  push(value: T): boolean;
}

/**
 * What `drain` returns when its sink takes no more for now. All copies share it, see `PROTOCOL`.
 */
export const FULL: unique symbol = Symbol.for('millrace.full.1');
export type Drained = undefined | Pending | typeof FULL;
