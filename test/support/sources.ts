/** Small sources, for tests of what all of them inherit. */
import { PENDING, type Pending } from '../../src/channel/protocol.js';
import { type Operators, complete } from '../../src/operators/complete.js';
import { PullChan } from '../../src/pull/pull-chan.js';

const Origin = complete(PullChan) as unknown as abstract new <T>() => PullChan<T> & Operators<T>; // Sound: completed, it has the operators.

/** Gives what is pushed to it, and writes down what is asked of it. */
export class Pushed<T> extends Origin<T> {
  #next = 0;
  readonly log: string[] = [];
  readonly values: (T | undefined)[] = [];
  /** Whether it was armed, and not disarmed since. */
  armed = false;
  /** Called whenever a value is to be produced. */
  onProduce: () => void = () => {};

  push(...values: (T | undefined)[]): void {
    this.values.push(...values);
    this.serve();
  }
  fail(error: unknown): void {
    this.end(error);
  }
  protected produce(): T | undefined | Pending {
    this.log.push('produce');
    this.onProduce();
    return this.#next === this.values.length ? PENDING : this.values[this.#next++];
  }
  protected override arm(): void {
    this.log.push('arm');
    this.armed = true;
  }
  protected override disarm(): void {
    this.log.push('disarm');
    this.armed = false;
  }
  protected override release(reason: unknown): void {
    this.log.push(`release ${String(reason)}`);
  }
}

/** Calls a function for each value. */
export class Called<T> extends Origin<T> {
  readonly #make: () => T | undefined | Pending;

  constructor(make: () => T | undefined | Pending) {
    super();
    this.#make = make;
  }
  protected produce(): T | undefined | Pending {
    return this.#make();
  }
}
