/**
 * Operators in which time takes part.
 *
 * - What a stage holds is at most one value, one batch, or a window of delayed ones, and at most one alarm.
 * - Time is read off the clock; an alarm is set only while somebody waits.
 * - No value is taken while one that is held is due: that is given to the next reader, however late it asks.
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
  /** When something is due; `Infinity` for never. */
  protected due: number = Infinity;
  #failure: { readonly error: unknown } | undefined;
  readonly #alarm: Alarm = new Alarm(() => this.channel.serve());

  /** @param ms - what time takes part by; `Infinity` for never. */
  constructor(input: Upstream<T>, ms: number) {
    super();
    this.input = new Inlet(input, this);
    this.ms = ms;
  }

  /** A value came. */
  protected abstract take(value: T): void;
  /** Whether another value may be taken now. */
  protected more(): boolean {
    return true;
  }
  /** What is to be given now, or PENDING; `ended`: there will be no more values. */
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
    // First, since the input may bring a value at once, after which nobody waits.
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

/** Arrays of up to `size` values, or of what came within `ms` of the first. */
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

/** The latest of all values that were read, when it is due. */
abstract class Latest<T> extends Timed<T, T> {
  #latest: T | Pending = PENDING;

  /** When the value that was just read is due. */
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

/** The last value of every burst: one that no other followed within `ms`. */
class Debounce<T> extends Latest<T> {
  protected moment(time: number): number {
    return time + this.ms;
  }
}

/** The latest value at every `ms`, if one came since. */
class Sample<T> extends Latest<T> {
  readonly #start: number = now();

  protected moment(time: number): number {
    return Math.min(this.due, this.#start + (Math.floor((time - this.#start) / this.ms) + 1) * this.ms);
  }
}

/** At most one value in `ms`: the first; those that follow within `ms` are dropped. */
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

/** Every value `ms` after it was read. */
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

/** Fails when for `ms` no value came to those who wait. */
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

/** The operators of {@link ReadChan} that go by the clock. */
export abstract class TimeOperators<out T> {
  /**
   * Arrays of up to `size` values, or of what came within `ms` of the first; one at least of the two is to be given.
   *
   * @param limits - `size`: how many values, an integer of at least 1; `ms`: how long after the first of them, in ms. One of both or both.
   * `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws RangeError for a bad `size`; TypeError for a bad `ms`, or without either.
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
   * The last value of each burst: one that was followed by no other within `ms`. The last of all comes at the end.
   *
   * Like all operators of time it reads only while somebody waits for what it gives; a value's time is when it was read.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
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
   * The first value, and then the first that is read `ms` or more after the last one given; those between are dropped.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
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
   * Every `ms` the latest value, if one came since; the last of all at the end.
   *
   * @param ms - milliseconds, above 0.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws RangeError for any other `ms`.
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
   * Every value `ms` after it was read; up to 1,024 are read ahead while somebody waits.
   *
   * @param ms - milliseconds.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
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
   * The same values, but it fails with a {@link TimeoutError} when none came for `ms`, since somebody began to wait where nobody
   * waited before.
   *
   * @param ms - milliseconds; `Infinity` for no limit.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError for what is not a number.
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
