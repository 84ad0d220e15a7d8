/** What hands the values of one channel on to others, as methods of every channel that can be read. */
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

/** The operators of {@link ReadChan} that hand its values on. */
export abstract class FanOutOperators<out T> {
  /**
   * What `stage` makes of this channel: your own operators in a chain.
   *
   * @param stage - is given this channel; what it returns is returned.
   * @example
   * ```ts
   * const evens = (input: ReadChan<number>) => input.filter((n) => n % 2 === 0);
   * await fromRange(5).through(evens).collect(); // [0, 2, 4]
   * ```
   */
  through<R>(stage: (input: ReadChan<T>) => R): R {
    expectFunction('stage', stage);
    return stage(this as unknown as ReadChan<T>); // Sound: every channel that has operators is one.
  }

  /**
   * Moves the values into a channel of yours, from now on, as fast as it takes them. When this channel ends, `out` is closed, with the
   * same cause; when `out` takes no more, nothing more is taken.
   *
   * @param options - `close`: whether `out` is closed at the end, default true. If not, a failure is an uncaught error.
   * `signal`: aborting it stops it, and hangs up; `out` is closed with its reason, unless `close` is false.
   * @param out - where the values go.
   * @returns `out`.
   * @throws TypeError for what is no channel.
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
   * Gives every value to each of several channels, from now on: see {@link Dup}.
   *
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
   * Gives every value to those who subscribe to its topic, from now on: see {@link Pub}.
   *
   * @param topic - the topic of a value; topics are the same as keys of a `Map`.
   * @param options - see {@link PubOptions}.
   * @throws TypeError if `topic` is no function. If it throws, the subscribers' channels fail.
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
   * Gives each value to one of the channels that is ready for it, at random, from now on. A channel that closes is left out, and when all
   * are closed nothing more is taken. When this channel ends they are closed, with the same cause.
   *
   * @param outs - the channels.
   * @throws TypeError for what is no channel.
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
