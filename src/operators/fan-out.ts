/** The operators that pass the values of a channel on to other channels. */
import { givenSignal } from '../base/abort.js';
import { expectFunction } from '../base/errors.js';
import type { Abortable } from '../channel/protocol.js';
import type { WriteChan } from '../channel/write-chan.js';
import { upstream } from '../pull/inlet.js';
import { expectOut } from '../pull/outlet.js';
import type { ReadChan } from './complete.js';
import { Distribution } from './distribute.js';
import { Dup } from './dup.js';
import { pipe } from './pipe.js';
import { Pub, type PubOptions } from './pub.js';

/** The operators of {@link ReadChan} that pass its values on to other channels. */
export abstract class FanOutOperators<out T> {
  /**
   * Calls `stage` with this channel, so that a chain can contain an operator of your own.
   *
   * @param stage - called with this channel.
   * @returns the result of `stage`.
   * @throws TypeError if `stage` is not a function; any error of `stage`.
   * @example
   * ```ts
   * const evens = (input: ReadChan<number>) => input.filter((n) => n % 2 === 0);
   * await fromRange(5).through(evens).collect(); // [0, 2, 4]
   * ```
   */
  through<R>(stage: (input: ReadChan<T>) => R): R {
    expectFunction('stage', stage);
    return stage(this as unknown as ReadChan<T>); // Sound: only a `ReadChan` has operators.
  }

  /**
   * Moves the values of this channel into `out`, from now on, as fast as `out` takes them. When
   * this channel ends, `out` is closed with the same cause. When `out` accepts no more puts,
   * nothing more is taken, and the sources of this channel are released.
   *
   * @param out - the channel that the values go to.
   * @param options - `close`: whether `out` is closed at the end, by default true; if false, a
   * failure of this channel becomes an uncaught error. `signal`: aborting it ends the pipe,
   * releases the sources, and closes `out` with the signal's reason unless `close` is false.
   * @returns `out`.
   * @throws TypeError if `out` is not a channel or `signal` is not an AbortSignal.
   * @example
   * ```ts
   * await fromRange(3).pipe(new Chan<number>(8)).collect(); // [0, 1, 2]
   * ```
   */
  pipe<W extends WriteChan<T>>(out: W, options?: Abortable & { readonly close?: boolean | undefined }): W {
    expectOut(out);
    pipe<T>(upstream(this), out, options?.close !== false, givenSignal(options));
    return out;
  }

  /**
   * Copies every value, from now on, to each of several channels. A tap is one of these channels;
   * `tap()` of the {@link Dup} adds one.
   *
   * @returns a {@link Dup} without taps.
   * @example
   * ```ts
   * const numbers = fromRange(2).dup();
   * const [a, b] = [numbers.tap(), numbers.tap()];
   * await Promise.all([a.collect(), b.collect()]); // [[0, 1], [0, 1]]
   * ```
   */
  dup(): Dup<T> {
    return new Dup<T>(upstream(this));
  }

  /**
   * Copies every value, from now on, to each channel that has subscribed to the value's topic by
   * `sub` of the {@link Pub}.
   *
   * @param topic - returns the topic of a value. Topics are compared as the keys of a `Map` are. If
   * `topic` throws, the subscribers' channels fail.
   * @param options - see {@link PubOptions}.
   * @returns a {@link Pub} without subscribers.
   * @throws TypeError if `topic`, or the option `buffer`, is not a function.
   * @example
   * ```ts
   * const words = from(['apple', 'bean', 'avocado']).pub((word) => word[0]);
   * await words.sub('a').collect(); // ['apple', 'avocado']
   * ```
   */
  pub<K>(topic: (value: T) => K, options?: PubOptions<K>): Pub<T, K> {
    return new Pub<T, K>(upstream(this), topic, options);
  }

  /**
   * Gives each value, from now on, to one channel of `outs` that is ready for it, a random one of
   * several. A channel that closes is left out; when all are closed, nothing more is taken. When
   * this channel ends, the channels of `outs` are closed with the same cause.
   *
   * @param outs - the channels that the values go to.
   * @throws TypeError if one of `outs` is not a channel.
   * @example
   * ```ts
   * const workers = [new Chan<number>(), new Chan<number>()];
   * fromRange(4).distribute(...workers);
   * (await merge(workers).collect()).length; // 4
   * ```
   */
  distribute(...outs: WriteChan<T>[]): void {
    outs.forEach(expectOut);
    void new Distribution<T>(upstream(this), outs);
  }
}
