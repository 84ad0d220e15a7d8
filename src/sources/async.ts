/** Channels over sources that give values later: async iterables, web streams, promises. */
import { spend } from '../base/fairness.js';
import { LEAVE_OUT, atIndex, causeOf, noValue } from '../base/errors.js';
import { letGo } from '../base/letting-go.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { PullChan } from '../pull/pull-chan.js';
import { type Held, hold, unhold } from './net.js';

/** What {@link AsyncSource} reads: an async iterator, or a stream's reader adapted to one. */
export interface AsyncReader<T> {
  next(): PromiseLike<Step<T>>;
  /** Releases the source of the values. Not called after the end or a failure. */
  cancel(reason: unknown): unknown;
  /** Called when the reader has ended or failed. */
  ended?(): void;
}

interface Step<T> {
  readonly done?: boolean | undefined;
  readonly value?: T | undefined;
}

/**
 * Connects the pending step to its source. The link holds the source strongly exactly while an
 * operation waits, so that an abandoned source can be collected although its iterator still owes a
 * value.
 */
class Link<T> {
  waited: AsyncSource<T> | undefined;
  readonly #source: WeakRef<AsyncSource<T>>;

  constructor(source: AsyncSource<T>) {
    this.#source = new WeakRef(source);
  }
  readonly arrived = (step: Step<T>): void => this.#source.deref()?.arrived(step);
  readonly failed = (error: unknown): void => this.#source.deref()?.close(causeOf(error));
}

/**
 * A channel over an {@link AsyncReader}.
 *
 * - At most one `next()` is pending, and only after an operation asked for a value. A value that
 *   arrives when no operation waits any more is held in `slot` for the next operation.
 * - The reader exists from the first request until the end, a failure or a cancel. While no
 *   operation waits, the registry of net.ts holds the reader. While an operation waits, the pending
 *   step holds the source.
 */
export class AsyncSource<T> extends PullChan<T> {
  #open: (() => AsyncReader<T>) | undefined;
  readonly #eager: boolean;
  #reader: AsyncReader<T> | undefined;
  #link: Link<T> | undefined;
  readonly #held: Held = { reader: undefined };
  #asked = false;
  #slot: T | Pending = PENDING;

  /**
   * @param eager - whether a cancel opens and cancels a source that was never opened: true for a
   * web stream and a Node stream, false for any other async iterable.
   */
  constructor(open: () => AsyncReader<T>, eager: boolean) {
    super();
    this.#open = open;
    this.#eager = eager;
  }

  protected produce(): T | undefined | Pending {
    const value = this.#slot;
    if (value === PENDING && !this.#asked) {
      const reader = this.#reader ?? this.#begin();
      const link = (this.#link ??= new Link<T>(this));
      this.#asked = true;
      Promise.resolve(this.#next(reader)).then(link.arrived, link.failed);
    }
    this.#slot = PENDING;
    return value;
  }

  #begin(): AsyncReader<T> {
    // Sound: `#begin` runs once, and not after the end.
    const open = this.#open as () => AsyncReader<T>;
    this.#open = undefined;
    this.#reader = this.#held.reader = open();
    hold(this, this.#held);
    return this.#reader;
  }

  #next(reader: AsyncReader<T>): PromiseLike<Step<T>> {
    try {
      return reader.next();
    } catch (error) {
      // As after a rejection, the reader has released its resources itself.
      this.#forget();
      throw error;
    }
  }

  protected override arm(): void {
    if (this.#link === undefined) return;
    this.#link.waited = this;
    this.#held.reader = undefined;
  }
  protected override disarm(): void {
    if (this.#link === undefined) return;
    this.#link.waited = undefined;
    this.#held.reader = this.#reader;
  }

  /** Called with the result of a step. */
  arrived(result: Step<T>): void {
    this.#asked = false;
    if (this.over) return;
    try {
      if (result.done) return this.close(undefined);
      if (result.value === undefined)
        throw noValue(
          `from was given undefined by the ${this.#eager ? 'stream' : 'async iterator'}${atIndex(this.delivered)}`,
          LEAVE_OUT,
        );
    } catch (error) {
      return this.quit(error, error);
    }
    this.#slot = result.value;
    // The value may wake no operation: a stage may drop it and ask for the next one at once. So the
    // value is counted for fairness here.
    if (spend()) this.serve();
    else this.pause();
  }

  /** Called when the iterator has ended or failed, so that nothing is left to cancel. */
  close(cause: unknown): void {
    this.#reader?.ended?.();
    this.#forget();
    this.end(cause);
  }

  #forget(): void {
    if (this.#reader !== undefined) unhold(this);
    this.#reader = this.#open = undefined;
  }

  protected override release(reason: unknown): void {
    let reader = this.#reader;
    if (this.#eager && this.#open !== undefined) {
      try {
        reader = this.#open();
      } catch {
        // Another reader has locked the stream, or it cannot be opened: nothing here is ours to
        // cancel.
      }
    }
    this.#forget();
    letGo(() => reader?.cancel(reason));
  }
}

/**
 * The channels that wait for one promise. A promise gets one subscription, however many channels
 * are made from it and however often they are asked: with one `then` for each request, callbacks
 * would pile up on a promise that never settles.
 */
class Subscription {
  readonly waiting = new Set<() => void>();
  settled = false;
  failed = false;
  value: unknown = undefined;

  constructor(promise: PromiseLike<unknown>) {
    const settle = (failed: boolean) => (value: unknown) => {
      this.settled = true;
      this.failed = failed;
      this.value = value;
      for (const tell of this.waiting) tell();
    };
    promise.then(settle(false), settle(true));
  }
}

const subscriptions = new WeakMap<PromiseLike<unknown>, Subscription>();

/**
 * A promise as a promise channel. It subscribes at the first request: a subscription counts as
 * handling, and would hide a rejection before that.
 */
export class PromiseSource<T> extends PullChan<T> {
  readonly #promise: PromiseLike<T>;
  #subscription: Subscription | undefined;
  readonly #tell: () => void = () => this.serve();

  constructor(promise: PromiseLike<T>) {
    super();
    this.repeats = true;
    this.#promise = promise;
  }

  #subscribe(): Subscription {
    let found = this.#subscription ?? subscriptions.get(this.#promise);
    if (found === undefined) subscriptions.set(this.#promise, (found = new Subscription(this.#promise)));
    return (this.#subscription = found);
  }

  protected produce(): T | undefined | Pending {
    const { settled, failed, value } = this.#subscribe();
    if (!settled) return PENDING;
    if (failed) throw value;
    return value as T;
  }
  protected override arm(): void {
    this.#subscribe().waiting.add(this.#tell);
  }
  protected override disarm(): void {
    this.#subscription?.waiting.delete(this.#tell);
  }
  override get closed(): boolean {
    return this.over || this.#subscription?.settled === true;
  }
}
