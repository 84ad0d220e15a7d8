/** Channels over what gives its values later: async iterables, web streams, promises. */
import { spend } from '../base/fairness.js';
import { LEAVE_OUT, atIndex, causeOf, noValue } from '../base/errors.js';
import { letGo } from '../base/letting-go.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { PullChan } from '../pull/pull-chan.js';
import { type Held, hold, unhold } from './net.js';

/** What {@link AsyncSource} reads: an async iterator, or a stream's reader in its guise. */
export interface AsyncReader<T> {
  next(): PromiseLike<Step<T>>;
  /** Releases what gives the values. Not called after the end or a failure. */
  cancel(reason: unknown): unknown;
  /** It has ended or failed. */
  ended?(): void;
}

interface Step<T> {
  readonly done?: boolean | undefined;
  readonly value?: T | undefined;
}

/**
 * Leads from a step that is under way to its source: strongly exactly while somebody waits, so that the source can be collected
 * although the iterator still owes it a value.
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
 * - At most one `next()` is under way, and only since somebody asked; what arrives when nobody waits any more is
 *   held in `slot` for the next who asks.
 * - The reader is there from the first ask until the end, a failure or a cancel. While nobody waits the net below the sources holds
 *   it; while somebody waits, the step that is under way holds the source.
 */
export class AsyncSource<T> extends PullChan<T> {
  #open: (() => AsyncReader<T>) | undefined;
  readonly #eager: boolean;
  #reader: AsyncReader<T> | undefined;
  #link: Link<T> | undefined;
  readonly #held: Held = { reader: undefined };
  #asked = false;
  #slot: T | Pending = PENDING;

  /** @param eager - whether what was never opened is to be cancelled too: a stream, but not an iterable. */
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
    const open = this.#open as () => AsyncReader<T>; // Sound: this is done once, or the source is over.
    this.#open = undefined;
    this.#reader = this.#held.reader = open();
    hold(this, this.#held);
    return this.#reader;
  }

  #next(reader: AsyncReader<T>): PromiseLike<Step<T>> {
    try {
      return reader.next();
    } catch (error) {
      // As of one that rejects: it has let go of what it held.
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

  /** A step has ended. */
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
    // Nobody may be woken by it: a stage may drop it and ask for the next at once.
    if (spend()) this.serve();
    else this.pause();
  }

  /** The iterator has ended, or failed: there is nothing to cancel any more. */
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
        // It is another's, who has locked it, or it cannot be opened: there is nothing that is ours to cancel.
      }
    }
    this.#forget();
    letGo(() => reader?.cancel(reason));
  }
}

/**
 * Those who wait for one promise. It is subscribed to once, however many channels are made from it and however
 * often they are asked: a `then` each would pile up on a promise that never settles.
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

/** A promise as a promise channel: subscribed to when somebody first asks, so that its failure is not hidden before. */
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
