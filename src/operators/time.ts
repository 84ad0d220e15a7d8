/**
 * The operators that depend on time.
 *
 * - A stage holds at most one value, one batch or a window of delayed values, and one alarm.
 * - A stage reads the time from the clock, and sets its alarm only while a reader waits.
 * - While a held value is due, no further value is taken. The due value goes to the next reader,
 *   however late this reader asks.
 */
import { spend } from '../base/fairness.js';
import { Alarm, now } from '../base/clock.js';
import { TimeoutError, expect, expectDuration, expectInteger } from '../base/errors.js';
import { Inlet, type Upstream, upstream } from '../pull/inlet.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { Queue } from '../base/queue.js';
import type { ReadChan } from './complete.js';
import { Stage } from './stage.js';
import { channelOf } from './stage-chan.js';

/** A stage with one input and one deadline. */
abstract class Timed<T, U> extends Stage<U> {
  protected readonly input: Inlet<T>;
  protected readonly ms: number;
  /** The deadline on the clock of `now`, in ms; `Infinity` for none. */
  protected due: number = Infinity;
  #failure: { readonly error: unknown } | undefined;
  readonly #alarm: Alarm = new Alarm(() => this.channel.serve());

  /** @param ms - the duration of the operator, in ms; `Infinity` for never. */
  constructor(input: Upstream<T>, ms: number) {
    super();
    this.input = new Inlet(input, this);
    this.ms = ms;
  }

  /** Receives a value of the input. */
  protected abstract take(value: T): void;
  /** Whether another value may be taken now. */
  protected more(): boolean {
    return true;
  }
  /** Returns the next output, `undefined` at the end, or PENDING. `ended`: no more values come. */
  protected abstract give(time: number, ended: boolean): U | undefined | Pending;

  produce(): U | undefined | Pending {
    while (!this.input.over && this.more()) {
      try {
        const value = this.input.poll();
        if (value === PENDING) break;
        if (value !== undefined) this.take(value);
      } catch (error) {
        this.#failure = { error };
      }
      if (!spend()) {
        this.channel.pause();
        break;
      }
    }
    const given = this.give(now(), this.input.over);
    if (given === undefined && this.#failure !== undefined) throw this.#failure.error;
    return given;
  }

  arm(): void {
    // Set first: arming the input may bring a value at once, and then no reader waits any more.
    if (this.due < Infinity) this.#alarm.set(this.due);
    if (this.more()) this.input.arm();
  }
  override disarm(): void {
    this.input.disarm();
    this.#alarm.clear();
  }
  release(reason: unknown): void {
    this.#alarm.clear();
    this.input.hangUp(reason);
  }
}

/** Gives arrays of up to `size` values, which came within `ms` of the first. */
class Batch<T> extends Timed<T, T[]> {
  #values: T[] = [];
  readonly #size: number;

  constructor(input: Upstream<T>, size: number, ms: number) {
    super(input, ms);
    this.#size = size;
  }
  protected take(value: T): void {
    if (this.#values.push(value) === 1) this.due = now() + this.ms;
  }
  protected override more(): boolean {
    return this.#values.length < this.#size && now() < this.due;
  }
  protected give(time: number, ended: boolean): T[] | undefined | Pending {
    const values = this.#values;
    if (values.length < this.#size && time < this.due && !ended) return PENDING;
    this.#values = [];
    this.due = Infinity;
    return values.length === 0 ? undefined : values;
  }
}

/** Gives the latest value that was read, when it is due. */
abstract class Latest<T> extends Timed<T, T> {
  #latest: T | Pending = PENDING;

  /** Returns when a value is due that was read at `time`. */
  protected abstract moment(time: number): number;

  protected take(value: T): void {
    this.#latest = value;
    this.due = this.moment(now());
  }
  protected override more(): boolean {
    return this.#latest === PENDING || now() < this.due;
  }
  protected give(time: number, ended: boolean): T | undefined | Pending {
    const latest = this.#latest;
    if (latest === PENDING) return ended ? undefined : PENDING;
    if (time < this.due && !ended) return PENDING;
    this.#latest = PENDING;
    this.due = Infinity;
    return latest;
  }
}

/** Gives the last value of every burst: a value that no other value followed within `ms`. */
class Debounce<T> extends Latest<T> {
  protected moment(time: number): number {
    return time + this.ms;
  }
}

/** Gives the latest value every `ms`, if a value came since. */
class Sample<T> extends Latest<T> {
  readonly #start: number = now();

  protected moment(time: number): number {
    return Math.min(this.due, this.#start + (Math.floor((time - this.#start) / this.ms) + 1) * this.ms);
  }
}

/** Gives a value, and drops the values that come within `ms` after it. */
class Throttle<T> extends Timed<T, T> {
  #next: T | Pending = PENDING;
  #open = -Infinity;

  protected take(value: T): void {
    const time = now();
    if (time < this.#open) return;
    this.#open = time + this.ms;
    this.#next = value;
  }
  protected override more(): boolean {
    return this.#next === PENDING;
  }
  protected give(_time: number, ended: boolean): T | undefined | Pending {
    const next = this.#next;
    this.#next = PENDING;
    return next === PENDING && ended ? undefined : next;
  }
}

/** Gives every value `ms` after it was read. */
class Delay<T> extends Timed<T, T> {
  readonly #values: Queue<{ readonly value: T; readonly due: number }> = new Queue<{
    readonly value: T;
    readonly due: number;
  }>();

  protected take(value: T): void {
    this.#values.push({ value, due: now() + this.ms });
  }
  protected override more(): boolean {
    return this.#values.length < 1024;
  }
  protected give(time: number, ended: boolean): T | undefined | Pending {
    this.due = Infinity;
    if (this.#values.length === 0) return ended ? undefined : PENDING;
    const { value, due } = this.#values.peek();
    if (time >= due) {
      this.#values.shift();
      return value;
    }
    this.due = due;
    return PENDING;
  }
}

/** Fails when a reader has waited for `ms` and no value came. */
class TimeoutEach<T> extends Timed<T, T> {
  #next: T | Pending = PENDING;

  protected take(value: T): void {
    this.#next = value;
    this.due = Infinity;
  }
  protected override more(): boolean {
    return this.#next === PENDING;
  }
  protected give(time: number, ended: boolean): T | undefined | Pending {
    const next = this.#next;
    this.#next = PENDING;
    if (next !== PENDING) return next;
    if (ended) return undefined;
    if (time >= this.due) throw new TimeoutError(`No value came within ${this.ms} ms`);
    return PENDING;
  }
  override arm(): void {
    if (this.due === Infinity) this.due = now() + this.ms;
    super.arm();
  }
  override disarm(): void {
    this.due = Infinity;
    super.disarm();
  }
}

/** The operators of {@link ReadChan} that depend on time. */
export abstract class TimeOperators<out T> {
  /**
   * Derives a channel of arrays. An array has `size` values, or the values that were read within
   * `ms` milliseconds of its first value, or the last values at the end.
   *
   * @param limits - at least one of two limits. `size`: an integer of at least 1; `ms`: a number of
   * milliseconds. `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws RangeError if `size` is not an integer of at least 1; TypeError if `ms` is not a
   * number, or if both limits are missing.
   * @example
   * ```ts
   * await fromRange(3).batch({ size: 2, ms: 100 }).collect(); // [[0, 1], [2]]
   * ```
   */
  batch(
    limits: Abortable & { readonly size?: number | undefined; readonly ms?: number | undefined },
  ): ReadChan<T[]> {
    const { size = Infinity, ms = Infinity } = limits;
    expect(size !== Infinity || ms !== Infinity, 'limits', 'a size, an ms, or both', 'neither');
    if (size !== Infinity) expectInteger('size', size, 1);
    expectDuration('ms', ms);
    return channelOf(new Batch<T>(upstream<T>(this), size, ms), limits);
  }

  /**
   * Derives a channel of the last value of each burst: a value that no other value follows within
   * `ms`. The last value of all is given at the end at the latest.
   *
   * The derived channel reads only while a reader waits for its values. The time of a value is the
   * time at which it was read.
   *
   * @param ms - a number of milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws TypeError if `ms` is not a number.
   * @example
   * ```ts
   * await fromRange(3).debounce(5).collect(); // [2]
   * ```
   */
  debounce(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return channelOf(new Debounce<T>(upstream<T>(this), ms), options);
  }

  /**
   * Derives a channel that gives the first value, and then always the next value that is read `ms`
   * or more after the last value given. The values between are dropped.
   *
   * @param ms - a number of milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws TypeError if `ms` is not a number.
   * @example
   * ```ts
   * await fromRange(3).throttle(1000).collect(); // [0]
   * ```
   */
  throttle(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return channelOf(new Throttle<T>(upstream<T>(this), ms), options);
  }

  /**
   * Derives a channel that gives the latest value every `ms`, if a value was read since. The last
   * value of all is given at the end at the latest.
   *
   * @param ms - a number of milliseconds above 0.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws RangeError if `ms` is not a number above 0.
   * @example
   * ```ts
   * await fromRange(3).sample(5).collect(); // [2]
   * ```
   */
  sample(ms: number, options?: Abortable): ReadChan<T> {
    expect(typeof ms === 'number' && ms > 0, 'ms', 'a number of milliseconds above 0', ms, RangeError);
    return channelOf(new Sample<T>(upstream<T>(this), ms), options);
  }

  /**
   * Derives a channel that gives every value `ms` after the value was read. While a reader waits,
   * up to 1,024 values are read ahead.
   *
   * @param ms - a number of milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws TypeError if `ms` is not a number.
   * @example
   * ```ts
   * await fromRange(2).delay(5).collect(); // [0, 1]
   * ```
   */
  delay(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return channelOf(new Delay<T>(upstream<T>(this), ms), options);
  }

  /**
   * Derives a channel that passes every value on, and fails with a {@link TimeoutError} when no
   * value came for `ms` while a reader waited. The time starts when a reader begins to wait while
   * no other reader waits, and starts again after each value.
   *
   * @param ms - a number of milliseconds; `Infinity` for no limit.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @throws TypeError if `ms` is not a number.
   * @example
   * ```ts
   * const silent = new Chan<string>();
   * await silent.timeoutEach(5).catch((error) => (error as Error).name).get(); // 'TimeoutError'
   * ```
   */
  timeoutEach(ms: number, options?: Abortable): ReadChan<T> {
    expectDuration('ms', ms);
    return channelOf(new TimeoutEach<T>(upstream<T>(this), ms), options);
  }
}
