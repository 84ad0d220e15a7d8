/** `switchMap`: reads the channel that a function makes of the latest value. */
import { expectFunction } from '../base/errors.js';
import { spend } from '../base/fairness.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { type Upstream, upstream } from '../pull/inlet.js';
import { Combined, Lane, expectChan } from './combine.js';
import type { ReadChan } from './complete.js';
import { channelOf } from './stage-chan.js';

/** The stage of `switchMap`: `lanes[0]` is the input, `lanes[1]` the latest channel of `f`. */
class SwitchMap<T> extends Combined<T> {
  readonly #f: (value: never, index: number) => Upstream<unknown>;
  #index = 0;

  constructor(input: Upstream<unknown>, f: (value: never, index: number) => Upstream<unknown>) {
    super([input]);
    this.#f = f;
  }
  override arm(): void {
    this.readAll();
    super.arm();
  }
  produce(): T | undefined | Pending {
    for (;;) {
      const outer = this.lanes[0] as Lane; // Sound: the lane of the input is never removed.
      let value: unknown;
      try {
        value = outer.poll();
        if (value !== PENDING && value !== undefined) {
          this.#drop(undefined);
          const chan = this.#f(value as never, this.#index++);
          expectChan('what f returns', chan);
          this.lanes[1] = new Lane(chan, this, 1);
        }
      } catch (error) {
        this.#drop(error);
        throw error;
      }
      // Sound: `f` makes channels of T.
      const given = this.lanes[1]?.poll() as T | undefined | Pending;
      if (given === undefined) this.lanes.length = 1;
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
    const inner = this.lanes[1];
    this.lanes.length = 1;
    inner?.disarm();
    inner?.chan.cancel(reason);
  }
}

/** The operator of {@link ReadChan} that switches to the channel of the latest value. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- operators of a ReadChan<T>
export abstract class SwitchOperators<out T> {
  /**
   * Derives a channel of the values of the channel that `f` returns for the latest value. When a
   * new value comes, the channel that `f` returned before is cancelled. The derived channel ends
   * when this channel and the latest channel of `f` have ended.
   *
   * @param f - called with each value and its index, counted from 0; returns a channel, which the
   * derived channel then owns.
   * @param options - `signal`: aborting it fails the derived channel with the signal's reason, and
   * releases the sources.
   * @returns the derived channel. It fails if `f` throws or does not return a channel.
   * @throws TypeError if `f` is not a function or `signal` is not an AbortSignal.
   * @example
   * ```ts
   * await from([1, 2]).switchMap((n) => from([n, n * 10])).collect(); // [1, 2, 20]
   * ```
   */
  switchMap<U>(f: (value: T, index: number) => ReadChan<U>, options?: Abortable): ReadChan<U> {
    expectFunction('f', f);
    return channelOf(new SwitchMap<U>(upstream<T>(this), f), options);
  }
}
