import type { CallContext } from '../../src/index.js';
import { turns } from './turns.js';

interface Call<R> {
  readonly resolve: (result: R | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** An asynchronous function whose calls, of different values, a test settles by hand. */
export class Calls<R = number> {
  /** What it was called with, in that order. */
  readonly values: number[] = [];
  /** The signal that each call was given. */
  readonly signals: AbortSignal[] = [];
  /** How many calls were in flight at most. */
  most = 0;
  readonly #calls = new Map<number, Call<R>>();

  readonly f = (value: number, { signal }: CallContext): Promise<R | undefined> => {
    this.values.push(value);
    this.signals.push(signal);
    return new Promise((resolve, reject) => {
      this.#calls.set(value, { resolve, reject });
      this.most = Math.max(this.most, this.#calls.size);
    });
  };

  /** The values whose calls are in flight. */
  get inFlight(): number[] {
    return [...this.#calls.keys()];
  }
  resolve(value: number, result?: R): void {
    this.#take(value).resolve(result);
  }
  reject(value: number, error: unknown): void {
    this.#take(value).reject(error);
  }
  #take(value: number): Call<R> {
    const call = this.#calls.get(value);
    if (call === undefined) throw new Error(`No call with ${value} is in flight`);
    this.#calls.delete(value);
    return call;
  }
}

/** The same numbers in ascending order. */
export function sorted(list: readonly unknown[]): number[] {
  // oxlint-disable-next-line unicorn/no-array-sort -- of a copy; `toSorted` is not in our lib
  return list.map(Number).sort((a, b) => a - b);
}

/** Lets everything happen that goes on by itself, also where the library lets the event loop breathe now and then. */
export function settled(): Promise<void> {
  return turns(20);
}
