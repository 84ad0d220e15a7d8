/** The channel made from the latest value of another. */
import { expectFunction } from '../base/errors.js';
import { spend } from '../base/fairness.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { type Upstream, upstream } from '../pull/inlet.js';
import { Combined, Lane, expectChan } from './combine.js';
import type { ReadChan } from './complete.js';
import { channelOf } from './stage-chan.js';

/** The values of the channel made from the latest value; the one before is cancelled. */
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
      const outer = this.lanes[0] as Lane; // Sound: it is always there.
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
      const given = this.lanes[1]?.poll() as T | undefined | Pending; // Sound: f makes channels of T.
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
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a family of the operators of a channel of T
export abstract class SwitchOperators<out T> {
  /**
   * The values of the channel that `f` makes of the latest value; the one it made before is cancelled. Ends when this channel and
   * the last one have ended.
   *
   * @param f - gives a channel, which from then on belongs to this operator.
   * @param options - `signal`: aborting it fails the derived channel with its reason, and hangs up.
   * @throws TypeError if `f` is no function. If it throws, or returns no channel, the derived channel fails.
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
