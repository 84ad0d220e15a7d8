/** The iterators of a channel: of `for await`, and of `consume()`. */
import { answer, refuse } from '../base/settle.js';
import { waitFor } from '../base/letting-go.js';
import { settlePromise } from './operation.js';
import { PENDING } from './protocol.js';
import type { ReadChan } from './read-chan.js';
import { type Settle, Waiter } from './waiters.js';

const settleIteration: Settle = (waiter, value, failed) => {
  settlePromise(waiter, failed ? value : iteration(value), failed);
};

function iteration<T>(value: T | undefined): IteratorResult<T, undefined> {
  return value === undefined ? { done: true, value: undefined } : { done: false, value };
}

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** The iterator of one reader. */
export class Iteration<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #chan: ReadChan<T>;
  #done = false;
  /** The waiter of the latest `next()` that had to wait, and the earlier waiters still waiting. */
  #latest: Waiter<T> | undefined;
  #earlier: Waiter<T>[] = [];

  constructor(chan: ReadChan<T>) {
    this.#chan = chan;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#done) return answer(DONE);
    this.#done = this.#chan.repeats;
    try {
      const value = this.#chan.poll();
      return value === PENDING ? this.#wait() : answer(iteration(value));
    } catch (error) {
      return refuse(error);
    }
  }

  #wait(): Promise<IteratorResult<T, undefined>> {
    let resolve: unknown;
    const pending = new Promise<IteratorResult<T, undefined>>((resolver) => {
      resolve = resolver;
    });
    const waiter = new Waiter<T>(this.#chan, settleIteration, resolve);
    this.#chan.queue(waiter);
    const latest = this.#latest;
    if (latest?.waiting === true) {
      this.#earlier = this.#earlier.filter((one) => one.waiting);
      this.#earlier.push(latest);
    }
    this.#latest = waiter;
    return pending;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#done = true;
    // Every waiting `next()` ends without taking a value.
    for (const waiter of [...this.#earlier, this.#latest]) {
      if (waiter === undefined || !waiter.waiting) continue;
      waiter.withdraw();
      waiter.settle(waiter, undefined, false);
    }
    return answer(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * The iterator of `consume()`. However the iteration ends, the iterator cancels the channel, and
 * ends only when every release that the cancel started has finished.
 */
export class Consumption<T> extends Iteration<T> {
  readonly #owned: ReadChan<T>;

  constructor(chan: ReadChan<T>) {
    super(chan);
    this.#owned = chan;
  }

  override next(): Promise<IteratorResult<T, undefined>> {
    return super.next().then(this.#step, this.#failed);
  }

  override async return(): Promise<IteratorResult<T, undefined>> {
    const done = super.return();
    await waitFor(() => this.#owned.cancel());
    return done;
  }

  readonly #step = (
    step: IteratorResult<T, undefined>,
  ): IteratorResult<T, undefined> | Promise<IteratorResult<T, undefined>> =>
    step.done === true ? this.return() : step;

  /** Throws the channel's error. An error of a release becomes an uncaught error. */
  readonly #failed = async (error: unknown): Promise<never> => {
    await waitFor(() => this.#owned.cancel(), false);
    throw error;
  };
}
