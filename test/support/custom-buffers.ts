/** Buffers as a user might write them. */
import type { ChanBuffer } from '../../src/channel/buffer.js';

/** First in, first out: what `fixed` does. Its methods are there to be overridden. */
export class OwnQueue<T> implements ChanBuffer<T> {
  readonly values: T[] = [];
  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }
  get size(): number {
    return this.values.length;
  }
  canAdd(): boolean {
    return this.values.length < this.capacity;
  }
  canTake(): boolean {
    return this.values.length > 0;
  }
  add(value: T): void {
    this.values.push(value);
  }
  take(): T {
    return this.values.shift() as T; // Sound: called only when canTake().
  }
}

/** Gives the value that is least as a number first, of several the oldest. */
export class Smallest<T> extends OwnQueue<T> {
  override take(): T {
    this.values.sort((a, b) => Number(a) - Number(b));
    return super.take();
  }
}

/** Holds the latest value; taking does not remove it. */
export class Latest<T> implements ChanBuffer<T> {
  #held: { readonly value: T } | undefined;
  readonly capacity = 1;

  get size(): number {
    return this.#held === undefined ? 0 : 1;
  }
  canAdd(): boolean {
    return true;
  }
  canTake(): boolean {
    return this.#held !== undefined;
  }
  add(value: T): void {
    this.#held = { value };
  }
  take(): T {
    return (this.#held as { readonly value: T }).value; // Sound: called only when canTake().
  }
}
