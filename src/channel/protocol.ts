/**
 * What makes a thing selectable, and the invariants everything else relies on.
 *
 * 1. Of "waiting gets" and "waiting puts" at least one is empty, except for the gets and puts of one select.
 * 2. A waiting get implies an empty buffer; a waiting put implies a full one (or none).
 * 3. A waiter commits at most once. Committing unhooks it and all its siblings before any user code runs.
 * 4. State is consistent before any user code (a callback, an operator's function, `onDrop`, a custom buffer)
 *    is called: it may put, get, close and cancel on the same channel.
 * 5. Every match has one side that completes without waiting. Fairness is counted there, and only there.
 * 6. A settled operation leaves nothing behind: no waiter, no abort listener, no timer.
 */
import { expect } from '../base/errors.js';
import type { Waiter } from './waiters.js';

/**
 * What channels need of each other, by its version. A program may have several copies of the library: their channels work
 * with each other by `poll`, `park`, `queue`, `drain` …, never by their classes, as long as this number is the same. Whoever
 * changes what these methods, waiters or built-in buffers do for each other counts it up.
 */
export const PROTOCOL = 1;

/** What {@link Selectable.poll} returns when nothing is ready yet: the same in all copies of the library. */
export const PENDING: unique symbol = Symbol.for('millrace.pending.1');

/** @throws TypeError unless the channel or buffer whose `millrace` it is works as ours do. */
export function expectProtocol(millrace: unknown): void {
  expect(millrace === PROTOCOL, 'what another copy of millrace made', `of protocol ${PROTOCOL}`, millrace);
}

/** @throws TypeError if a value of a select is what a copy of another protocol has for {@link PENDING}. */
export function expectKnown(value: symbol): void {
  const [, version] = /^millrace\.pending\.(.+)/.exec(Symbol.keyFor(value) ?? '') ?? [];
  if (version !== undefined) expectProtocol(version);
}

/** The type of {@link PENDING}. */
export type Pending = typeof PENDING;

/**
 * Anything a channel can carry: everything but `undefined`, which always means "closed, nothing left". Generic code that puts
 * values of a type of its caller's choice bounds it by this.
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
 * Something one value can be awaited from, as a case of `select`. Channels and everything derived from
 * them implement it; so can your own type.
 *
 * A type of your own keeps the waiters it was given (in a `Set`, say) and, when it has a value, takes one out
 * and calls its `commit(value)`; with `undefined` when it has ended for ever, or `fail(error)` when it has failed.
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
   * Takes a value if one is ready, without waiting: the value, `undefined` when ended for ever, or
   * {@link PENDING}.
   *
   * @throws the error it failed with, when it has failed.
   */
  poll(): T | undefined | Pending;
  /**
   * Keeps the waiter until there is something for it. May commit it at once; must do so if something is ready.
   *
   * @param waiter - what is to be committed when there is a value.
   */
  park(waiter: Waiter<T>): void;
  /**
   * Forgets a waiter kept by `park`: it lost its select, or was aborted. An error it throws becomes an uncaught one.
   *
   * @param waiter - one that was parked here; any other is left alone.
   */
  unpark(waiter: Waiter<T>): void;
}

/** Options of every operation that may wait. */
export interface Abortable {
  /** Gives the wait up: the operation rejects with `signal.reason`, having neither taken nor delivered a value. */
  readonly signal?: AbortSignal | undefined;
}

/** What takes the values of a channel, one by one. */
export interface Sink<in T> {
  /** @returns whether it takes another now. */
  push(value: T): boolean;
}

/** What draining gives when its sink takes no more for now; of all copies of the library, see `PROTOCOL`. */
export const FULL: unique symbol = Symbol.for('millrace.full.1');
export type Drained = undefined | Pending | typeof FULL;
