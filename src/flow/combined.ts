/**
 * Many channels read as one. None of them reads ahead: what has been read of some while others are waited for is kept
 * for the next who asks.
 */
import { spend } from '../core/breath.js';
import { expect } from '../core/errors.js';
import { PENDING, type Pending, expectProtocol } from '../core/protocol.js';
import { below } from '../core/random.js';
import { Input, type Upstream } from '../derive/input.js';
import { Stage } from './stage.js';

/** @throws TypeError for what is no channel to read from. */
export function expectChan(name: string, thing: unknown): asserts thing is Upstream<unknown> {
  const { poll, queue, millrace } = (thing ?? {}) as Partial<Upstream<unknown>>;
  expect(typeof poll === 'function' && typeof queue === 'function', name, 'a channel', thing);
  expectProtocol(millrace);
}

/** A stage over several inputs. */
export abstract class Combined<T> extends Stage<T> {
  protected inputs: Input<unknown>[];
  #rounds = 0;

  constructor(chans: readonly Upstream<unknown>[]) {
    super();
    this.inputs = chans.map((chan) => new Input(chan, this, true));
  }
  /** Arming one may bring a value at once, and with it another round: then that has armed what there is to arm, also if it changed the inputs. */
  arm(): void {
    const rounds = this.#rounds;
    for (let i = 0; i < this.inputs.length && rounds === this.#rounds; i++) {
      if (this.wants(i)) this.inputs[i]?.arm();
    }
  }
  /** Whether a value of the input is wanted now. */
  protected wants(_i: number): boolean {
    return true;
  }
  override serve(): void {
    this.#rounds++;
    super.serve();
  }
  override disarm(): void {
    for (const input of this.inputs) input.disarm();
  }
  release(reason: unknown): void {
    for (const input of this.inputs) input.hangUp(reason);
  }
}

/** Every value of every input, as they come; among several ready at random. Ends when all have ended. */
export class Merge<T> extends Combined<T> {
  produce(): T | undefined | Pending {
    // Starting anywhere and going round: no input can starve another.
    for (let left = this.inputs.length, at = below(left); left > 0; left--) {
      if (at >= this.inputs.length) at = 0;
      const value = (this.inputs[at] as Input<T>).poll();
      if (value === undefined) this.inputs.splice(at, 1);
      else if (value === PENDING) at++;
      else return value;
    }
    return this.inputs.length === 0 ? undefined : PENDING;
  }
}

/** Tuples of one value of each. `longest`: goes on until all have ended, with `undefined` for those that have. */
export class Zip extends Combined<unknown[]> {
  readonly #row: unknown[];
  readonly #longest: boolean;

  constructor(chans: readonly Upstream<unknown>[], longest: boolean) {
    super(chans);
    this.#row = chans.map(() => PENDING);
    this.#longest = longest;
  }
  produce(): unknown[] | undefined | Pending {
    const { inputs } = this;
    const row = this.#row;
    let open = 0;
    for (let i = 0; i < row.length; i++) {
      if (row[i] === PENDING) row[i] = (inputs[i] as Input<unknown>).poll();
      if (row[i] !== undefined) open++;
      else if (!this.#longest) return undefined;
    }
    if (open === 0) return undefined;
    if (row.includes(PENDING)) return PENDING;
    return row.splice(0, row.length, ...row.map(() => PENDING));
  }
  protected override wants(i: number): boolean {
    return this.#row[i] === PENDING;
  }
}

/** The latest value of each, at every new value of any; waits for one of each unless `eager`. */
export class CombineLatest extends Combined<unknown[]> {
  readonly #latest: unknown[];
  #missing: number;

  constructor(chans: readonly Upstream<unknown>[], eager: boolean) {
    super(chans);
    this.#latest = chans.map(() => undefined);
    this.#missing = eager ? 0 : chans.length;
  }
  /** Until there is one of each, no second value is read of those that gave one. */
  protected override wants(i: number): boolean {
    return this.#missing === 0 || this.#latest[i] === undefined;
  }
  produce(): unknown[] | undefined | Pending {
    let open = 0;
    const { inputs } = this;
    const latest = this.#latest;
    const start = below(inputs.length);
    for (let left = inputs.length; left > 0; left--) {
      const i = (start + left) % inputs.length;
      if (!this.wants(i)) {
        open++;
        continue;
      }
      const value = (inputs[i] as Input<unknown>).poll();
      if (value === PENDING) open++;
      else if (value !== undefined) {
        if (this.#missing > 0) this.#missing--;
        latest[i] = value;
        if (this.#missing === 0) return [...latest];
        open++;
      } else if (this.#missing > 0) return undefined; // There will never be one of each.
    }
    return open === 0 ? undefined : PENDING;
  }
}

/** One channel after the other. */
export class Concat<T> extends Combined<T> {
  #at = 0;

  produce(): T | undefined | Pending {
    for (; this.#at < this.inputs.length; this.#at++) {
      const value = (this.inputs[this.#at] as Input<T>).poll();
      if (value !== undefined) return value;
    }
    return undefined;
  }
  protected override wants(i: number): boolean {
    return i === this.#at;
  }
}

/** The channel that is first to give a value, or to fail; the others are given up. Ends when all end without one. */
export class Race<T> extends Combined<T> {
  produce(): T | undefined | Pending {
    for (let i = 0; i < this.inputs.length; i++) {
      const input = this.inputs[i] as Input<T>;
      try {
        const value = input.poll();
        if (value === PENDING) continue;
        if (value !== undefined) {
          this.#decide(input);
          return value;
        }
        this.inputs.splice(i--, 1);
      } catch (error) {
        this.#decide(input);
        throw error;
      }
    }
    return this.inputs.length === 0 ? undefined : PENDING;
  }
  #decide(winner: Input<unknown>): void {
    const all = this.inputs;
    this.inputs = [winner];
    for (const other of all) {
      if (other.chan === winner.chan) other.disarm();
      else other.hangUp(undefined);
    }
  }
}

/** The values of the channel made from the latest value; the one before is cancelled. */
export class SwitchMap<T> extends Combined<T> {
  readonly #f: (value: never, index: number) => Upstream<unknown>;
  #index = 0;

  constructor(input: Upstream<unknown>, f: (value: never, index: number) => Upstream<unknown>) {
    super([input]);
    this.#f = f;
  }
  produce(): T | undefined | Pending {
    for (;;) {
      const outer = this.inputs[0] as Input<unknown>; // Sound: it is always there.
      let value: unknown;
      try {
        value = outer.poll();
        if (value !== PENDING && value !== undefined) {
          this.#drop(undefined);
          const chan = this.#f(value as never, this.#index++);
          expectChan('what f returns', chan);
          this.inputs[1] = new Input(chan, this, true);
        }
      } catch (error) {
        this.#drop(error);
        throw error;
      }
      const given = this.inputs[1]?.poll() as T | undefined | Pending; // Sound: f makes channels of T.
      if (given === undefined) this.inputs.length = 1;
      else if (given !== PENDING) return given;
      if (value === PENDING || (value === undefined && given === undefined)) return value;
      if (value === undefined) return PENDING;
      if (!spend()) {
        this.channel.pause();
        return PENDING;
      }
    }
  }
  override release(reason: unknown): void {
    this.#drop(reason);
    super.release(reason);
  }
  #drop(reason: unknown): void {
    const inner = this.inputs[1];
    this.inputs.length = 1;
    inner?.disarm();
    inner?.chan.cancel(reason);
  }
}
