/**
 * The receiving end of every kind of channel: get, iterate, collect, over the three verbs of `Selectable`.
 *
 * - An operation first polls; only one that finds nothing ready makes a waiter and parks it.
 * - Nothing here knows how a channel comes by its values.
 */
import { signalOf, unwatch, watch } from './core/abort.js';
import { answer, breathe, deliver, refuse, spend, wake } from './core/breath.js';
import { type Resolve, deferred, resolver } from './core/deferred.js';
import { expectFunction, expectInteger } from './core/errors.js';
import { type Abortable, PENDING, type Pending, type Selectable } from './core/protocol.js';
import { type Settle, Waiter } from './core/waiters.js';
import { Operators } from './operators.js';

/** A picture of a channel at one moment; counts are since it was made. */
export interface ChanStats {
  /** As given to its constructor; `undefined` for none. */
  readonly name: string | undefined;
  /** `puts-waiting` and `gets-waiting` say who waits for whom; `flowing`, that nobody does. */
  readonly state: 'puts-waiting' | 'gets-waiting' | 'flowing' | 'closed';
  /** How many values the buffer holds. */
  readonly buffered: number;
  /** How many values the buffer can hold; 0 for a rendezvous, `Infinity` for no limit. */
  readonly capacity: number;
  readonly waitingPuts: number;
  readonly waitingGets: number;
  /** Puts accepted. */
  readonly puts: number;
  /** Values delivered. */
  readonly gets: number;
  /** Values accepted and then dropped, by the buffer or by `cancel()`. */
  readonly dropped: number;
  /** How the delivered values came: handed to a waiting get, through the buffer, or from a waiting put. */
  readonly delivered: { readonly direct: number; readonly buffered: number; readonly queued: number };
}

/** The waiter of a promise; its owner is what resolves it. @internal */
export const settlePromise: Settle = (waiter, value, failed) => {
  wake(waiter.owner as Resolve, value, failed);
};

/** What owns the waiter of a promise that a signal can abort. */
interface AbortableWait {
  readonly signal: AbortSignal;
  readonly resolve: Resolve;
}

const settleAbortable: Settle = (waiter, value, failed) => {
  const { signal, resolve } = waiter.owner as AbortableWait;
  unwatch(signal, waiter);
  wake(resolve, value, failed);
};

const settleIteration: Settle = (waiter, value, failed) => {
  settlePromise(waiter, failed ? value : iteration(value), failed);
};

const settleCallback: Settle = (waiter, value, failed) => {
  tell(waiter.owner as Callback, waiter.value, value, failed, false);
};

type Callback = (value: never, error?: unknown) => void;

/** Calls a callback back: a failed get gives `undefined`, a failed put `false`, beside the error. */
function tell(callback: Callback, put: unknown, value: unknown, failed: boolean, counted: boolean): void {
  const given = failed ? (put === undefined ? undefined : false) : value;
  deliver(callback as (value: unknown, error: unknown) => void, given, failed ? value : undefined, counted);
}

function isPromise<T>(thing: T | PromiseLike<T>): thing is PromiseLike<T> {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    typeof (thing as Partial<PromiseLike<T>>).then === 'function'
  );
}

function iteration<T>(value: T | undefined): IteratorResult<T, undefined> {
  return value === undefined ? { done: true, value: undefined } : { done: false, value };
}

/** What operations need of a channel: `offer` for puts, `poll` for gets. */
interface Operated {
  poll(): unknown;
  offer?(value: never): boolean | Pending;
  queue(waiter: Waiter<never>): void;
  unpark(waiter: Waiter<never>): void;
}

/** Does it now if it can: a put of `value`, or a get where there is none. */
function attempt(chan: Operated, value: unknown): unknown {
  return value === undefined ? chan.poll() : chan.offer?.(value as never);
}

/** Parks an operation right after it found nothing ready, and returns its promise. @internal */
export function wait<R>(
  chan: Operated,
  settle: Settle,
  signal: AbortSignal | undefined,
  value: unknown,
): Promise<R> {
  // Polling may have run user code that aborted it.
  signal?.throwIfAborted();
  const pending = deferred<R>();
  const resolve = resolver();
  const waiter = new Waiter<never>(chan, settle, resolve);
  waiter.value = value;
  chan.queue(waiter);
  if (signal !== undefined && waiter.waiting) {
    waiter.owner = { signal, resolve } satisfies AbortableWait;
    waiter.settle = settleAbortable;
    watch(signal, waiter);
  }
  return pending;
}

/** A get, or a step of an iteration. */
function take<T, R>(chan: ReadChan<T>, settle: Settle, options: Abortable | undefined): Promise<R> {
  try {
    const signal = options === undefined ? undefined : signalOf(options);
    const value = chan.poll();
    if (value === PENDING) return wait<R>(chan, settle, signal, undefined);
    // Sound: R is what this settle makes of a value.
    return answer(settle === settlePromise ? value : iteration(value)) as Promise<R>;
  } catch (error) {
    return refuse(error);
  }
}

/** The promise-free form of a get, or of a put of `value`. @internal */
export function operateThen(chan: Operated, callback: Callback, value: unknown): void {
  expectFunction('callback', callback);
  let got: unknown;
  try {
    got = attempt(chan, value);
  } catch (error) {
    return tell(callback, value, error, true, true);
  }
  if (got !== PENDING) return tell(callback, value, got, false, true);
  const waiter = new Waiter<never>(chan, settleCallback, callback);
  waiter.value = value;
  chan.queue(waiter);
}

/**
 * The receiving end of a channel. What only reads should ask for this; a {@link Chan} is one.
 *
 * Sources ({@link fromIter}, {@link timeout} …) are `ReadChan`s that nobody can put to.
 */
export abstract class ReadChan<out T> extends Operators<T> implements Selectable<T>, AsyncIterable<T> {
  /** Of {@link Selectable}; {@link ReadChan.tryGet} is what you want. */
  abstract poll(): T | undefined | Pending;
  /** Of {@link Selectable}. */
  abstract park(waiter: Waiter<T>): void;
  /** Of {@link Selectable}. */
  abstract unpark(waiter: Waiter<T>): void;

  /**
   * The reader hangs up: no more values. What is buffered is dropped, waiting puts settle with `false`, waiting
   * gets with `undefined`, and whatever produces the values is released.
   *
   * @param reason - why; the reason of the producer's {@link WriteChan.signal}.
   */
  abstract cancel(reason?: unknown): void;
  /** Whether no more puts are accepted. */
  abstract readonly closed: boolean;
  /** Whether it is closed and nothing is left to read. */
  abstract readonly drained: boolean;
  /** Settles when it is closed and drained; also if that was before. A closed promise channel counts as drained. */
  abstract join(): Promise<void>;
  /** What the channel holds and who waits, now. */
  abstract stats(): ChanStats;

  /** Whether polling gives the same value for ever: a promise channel, as a sequence, has one value. @internal */
  repeats = false;
  /** Whether it stands between a channel of the user's and another, and is cancelled with that. @internal */
  get isStage(): boolean {
    return false;
  }

  /**
   * The next value; waits for one.
   *
   * A value that is itself a promise is awaited by this promise, as by any; `getThen` hands it over as it is.
   *
   * @returns `undefined` once the channel is closed and drained.
   * @throws the cause, once drained, if the channel was closed with one; `signal.reason` when aborted;
   * {@link ChanOverflowError} if more gets wait than `maxPending` allows.
   * @example
   * ```ts
   * const ch = new Chan<string>(1);
   * await ch.put('hello');
   * await ch.get(); // 'hello'
   * ```
   */
  get(options?: Abortable): Promise<T | undefined> {
    return take(this, settlePromise, options);
  }

  /**
   * The next value if there is one; never waits.
   *
   * @returns `undefined` when there is none now, and when there will be none any more (see {@link ReadChan.drained}).
   * @throws the cause, once drained, if the channel was closed with one.
   * @example
   * ```ts
   * const ch = new Chan<number>(1);
   * ch.tryGet(); // undefined
   * ch.tryPut(1);
   * ch.tryGet(); // 1
   * ```
   */
  tryGet(): T | undefined {
    spend();
    const value = this.poll();
    return value === PENDING ? undefined : value;
  }

  /**
   * The promise-free `get`: calls back with the next value, perhaps before it returns.
   *
   * @param callback - `(value)`, with `undefined` once closed and drained; `(undefined, cause)` if the channel was
   * closed with a cause. An error it throws becomes an uncaught one; the channel stays whole.
   * @throws TypeError if `callback` is no function; {@link ChanOverflowError} as {@link ReadChan.get} rejects with.
   * @example
   * ```ts
   * const ch = new Chan<number>();
   * ch.getThen((value) => console.log(value)); // prints 1
   * ch.tryPut(1);
   * ```
   */
  getThen(callback: (value: T | undefined, error?: unknown) => void): void {
    operateThen(this, callback, undefined);
  }

  /**
   * All values until the channel is closed, or the first `n`. Takes what is ready without awaiting each.
   *
   * @param n - how many at most, an integer of at least 0. Default: no limit.
   * @throws RangeError for any other `n`; the cause, if the channel was closed with one (what was read before it is
   * then lost: iterate to keep it).
   * @example
   * ```ts
   * await fromRange(5).collect(); // [0, 1, 2, 3, 4]
   * ```
   */
  async collect(n: number = Infinity): Promise<T[]> {
    if (n !== Infinity) expectInteger('n', n, 0);
    const values: T[] = [];
    const most = this.repeats ? Math.min(n, 1) : n;
    while (values.length < most) {
      let value = this.poll();
      if (value === PENDING) value = await wait<T | undefined>(this, settlePromise, undefined, undefined);
      else if (!spend()) await breathe();
      if (value === undefined) break;
      values.push(value);
    }
    return values;
  }

  /**
   * What `f` makes of all values, one after the other. Takes what is ready without awaiting each.
   *
   * @param f - gets the accumulator, the value, and how many came before; if it returns a promise that is awaited.
   * @param init - the first accumulator. Default: the first value.
   * @returns the last accumulator; `init` for no values, or `undefined` without one.
   * @throws what `f` throws; the cause, if the channel was closed with one.
   * @example
   * ```ts
   * await fromRange(4).reduce((sum, n) => sum + n, 0); // 6
   * ```
   */
  reduce(f: (total: T, value: T, index: number) => T | PromiseLike<T>): Promise<T | undefined>;
  reduce<A>(f: (total: A, value: T, index: number) => A | PromiseLike<A>, init: A): Promise<A>;
  async reduce<A>(
    f: (total: A, value: T, index: number) => A | PromiseLike<A>,
    ...init: A[]
  ): Promise<A | undefined> {
    expectFunction('f', f);
    let [total] = init;
    let started = init.length > 0;
    await this.forEach((value, index) => {
      if (!started) {
        started = true;
        total = value as unknown as A; // Sound: without init, A is T.
        return undefined;
      }
      const next = f(total as A, value, index);
      if (!isPromise(next)) {
        total = next;
        return undefined;
      }
      return next.then((settled) => {
        total = settled;
      });
    });
    return total;
  }

  /**
   * Calls `f` with each value and how many came before; settles at the end. Takes what is ready without awaiting each;
   * if `f` returns a promise, the next value is taken when that has settled.
   *
   * @throws what `f` throws, or its promise rejects with; the cause, if the channel was closed with one.
   * @example
   * ```ts
   * await fromRange(1).forEach((n) => console.log(n)); // prints 0
   * ```
   */
  async forEach(f: (value: T, index: number) => unknown): Promise<void> {
    expectFunction('f', f);
    const most = this.repeats ? 1 : Infinity;
    for (let index = 0; index < most; index++) {
      let value = this.poll();
      if (value === PENDING) value = await wait<T | undefined>(this, settlePromise, undefined, undefined);
      else if (!spend()) await breathe();
      if (value === undefined) break;
      const done = f(value, index);
      if (isPromise(done)) await done;
    }
  }

  /**
   * Iteration by an owner: leaving the loop early, by `break`, `return` or a throw, cancels the channel.
   *
   * @example
   * ```ts
   * for await (const n of fromRange().consume()) {
   *   if (n === 3) break; // the range is released
   * }
   * ```
   */
  consume(): AsyncIterableIterator<T, undefined, undefined> {
    return new Iteration<T>(this, true);
  }

  /** Iteration. Leaving the loop early does not close the channel: it may have other readers. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined, undefined> {
    return new Iteration<T>(this, false);
  }

  /** Parks a waiter right after a poll that found nothing. @internal */
  queue(waiter: Waiter<T>): void {
    this.park(waiter);
  }

  /** The next value as a step of an iteration. @internal */
  next(): Promise<IteratorResult<T, undefined>> {
    return take(this, settleIteration, undefined);
  }
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** One reader's pass over a channel. */
class Iteration<T> implements AsyncIterableIterator<T, undefined, undefined> {
  private readonly chan: ReadChan<T>;
  private readonly owns: boolean;
  private done = false;

  constructor(chan: ReadChan<T>, owns: boolean) {
    this.chan = chan;
    this.owns = owns;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.done) return answer(DONE);
    this.done = this.chan.repeats;
    return this.chan.next();
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.done = true;
    if (this.owns) this.chan.cancel();
    return answer(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
