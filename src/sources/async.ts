/** Channels over what gives its values later: async iterables, web streams, promises. */
import { spend } from '../core/breath.js';
import { LEAVE_OUT, atIndex, causeOf, noValue, surface } from '../core/errors.js';
import { PENDING, type Pending } from '../core/protocol.js';
import { Origin } from '../origin.js';

/** What {@link AsyncSource} reads: an async iterator, or a stream's reader in its guise. */
export interface AsyncReader<T> {
  next(): PromiseLike<{ readonly done?: boolean | undefined; readonly value?: T | undefined }>;
  cancel(reason: unknown): unknown;
}

/**
 * - At most one `next()` is under way, and only since somebody asked; what arrives when nobody waits any more is
 *   held in `slot` for the next who asks.
 */
export class AsyncSource<T> extends Origin<T> {
  readonly #open: () => AsyncReader<T>;
  readonly #eager: boolean;
  #reader: AsyncReader<T> | undefined;
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
      this.#reader ??= this.#open();
      this.#asked = true;
      Promise.resolve(this.#reader.next()).then(
        (result) => this.#arrived(result),
        (error: unknown) => this.end(causeOf(error)),
      );
    }
    this.#slot = PENDING;
    return value;
  }

  #arrived(result: { readonly done?: boolean | undefined; readonly value?: T | undefined }): void {
    this.#asked = false;
    if (this.over) return;
    try {
      if (result.done) return this.end(undefined);
      if (result.value === undefined)
        throw noValue(
          `from was given undefined by the ${this.#eager ? 'stream' : 'async iterator'}${atIndex(this.delivered)}`,
          LEAVE_OUT,
        );
    } catch (error) {
      this.end(error);
      return this.release(error);
    }
    this.#slot = result.value;
    // Nobody may be woken by it: a stage may drop it and ask for the next at once.
    if (spend()) this.serve();
    else this.pause();
  }

  protected override release(reason: unknown): void {
    try {
      const reader = this.#eager ? (this.#reader ??= this.#open()) : this.#reader;
      const done = reader?.cancel(reason) as PromiseLike<unknown> | undefined;
      done?.then?.(undefined, surface);
    } catch (error) {
      surface(error);
    }
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
export class PromiseSource<T> extends Origin<T> {
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
