/** Every value to those who subscribed to its topic. */
import type { ChanBuffer } from '../channel/buffer.js';
import { expectFunction, surface } from '../base/errors.js';
import { Printed } from '../base/printed.js';
import { PENDING } from '../channel/protocol.js';
import type { Drainable } from '../pull/drain-loop.js';
import { Chan } from '../channel/chan.js';
import type { WriteChan } from '../channel/write-chan.js';
import { Dup, type TapOptions } from './dup.js';
import { expectOut, finish } from '../pull/outlet.js';
import { type Goroutine, Pump } from '../pull/pump.js';
import type { ReadChan } from './complete.js';
import type { Upstream } from '../pull/inlet.js';

/** Options of `pub()`. */
export interface PubOptions<K> {
  /**
   * The buffer of a topic, or its size: while it has room a slow subscriber of it holds up nobody else. Default: none.
   *
   * @param topic - the topic.
   */
  readonly buffer?: ((topic: K) => number | ChanBuffer<never>) | undefined;
}

interface Topic<T> {
  readonly feed: Upstream<T> & WriteChan<never>;
  readonly dup: Dup<T>;
}

/**
 * Every value of a channel to the subscribers of its topic: made by `pub()`.
 *
 * The subscribers of one topic all get a value before the next of that topic. A topic without subscribers is forgotten,
 * and its values are dropped. When the source ends the subscribers' channels do.
 */
export class Pub<T, K> extends Printed {
  readonly #topics: Map<K, Topic<T>> = new Map<K, Topic<T>>();
  readonly #pump: Goroutine;
  readonly #buffer: PubOptions<K>['buffer'];
  /** In how many topics a channel of the user's is. */
  readonly #subs: Map<unknown, number> = new Map<unknown, number>();
  #over: { readonly cause: unknown } | undefined;

  /** @internal */
  constructor(chan: Drainable<T>, topicOf: (value: T) => K, options: PubOptions<K> | undefined) {
    super();
    expectFunction('topic', topicOf);
    this.#buffer = options?.buffer;
    if (this.#buffer !== undefined) expectFunction('buffer', this.#buffer);
    this.#pump = new Pump<T>(
      chan,
      (value) => {
        const feed = this.#topics.get(topicOf(value))?.feed;
        if (feed === undefined || feed.offer(value as never) !== PENDING) return true; // Sound: they are of one type.
        feed.putThen(value as never, (ok, error) => {
          if (!ok && error !== undefined) this.#fail(error);
          else this.#pump.resume();
        });
        return false;
      },
      (cause) => this.#end(cause),
    );
    queueMicrotask(() => this.#pump.resume());
  }

  /** `'Pub'`. */
  get [Symbol.toStringTag](): string {
    return 'Pub';
  }
  /**
   * Describes this object in one line, which `console.log` prints too.
   *
   * @example
   * ```ts
   * const pub = from(['apple', 'bean']).pub((word) => word[0]);
   * pub.sub('a');
   * String(pub); // 'Pub { topics: 1 }'
   * ```
   */
  toString(): string {
    return `Pub { topics: ${this.#topics.size} }`;
  }

  /**
   * Gives the values of a topic from now on to a new rendezvous channel.
   *
   * @param topic - what the `topic` function of `pub` gives for these values.
   * @returns that channel. If the source has ended it is closed.
   * @throws what the `buffer` option throws.
   * @example
   * ```ts
   * const words = from(['apple', 'bean', 'avocado']).pub((word) => word[0]);
   * await words.sub('a').collect(); // ['apple', 'avocado']
   * ```
   */
  sub(topic: K): ReadChan<T>;
  /**
   * Gives the values of a topic from now on to a channel of yours.
   *
   * @param topic - what the `topic` function of `pub` gives for these values.
   * @param out - the channel.
   * @param options - see {@link TapOptions}.
   * @returns `out`. If the source has ended it is closed.
   * @throws TypeError for what is no channel; what the `buffer` option throws.
   * @example
   * ```ts
   * const out = new Chan<string>(8);
   * from(['apple', 'bean', 'avocado']).pub((word) => word[0]).sub('a', out);
   * await out.collect(); // ['apple', 'avocado']
   * ```
   */
  sub<W extends WriteChan<T>>(topic: K, out: W, options?: TapOptions): W;
  sub(topic: K, out?: WriteChan<T>, options?: TapOptions): unknown {
    if (out !== undefined) expectOut(out);
    if (this.#over !== undefined) {
      const chan = out ?? new Chan<T>();
      finish(chan, this.#over.cause, options?.close !== false);
      return chan;
    }
    const found = this.#topics.get(topic) ?? this.#open(topic);
    if (out === undefined) return found.dup.tap();
    if (!found.dup.has(out)) this.#subs.set(out, (this.#subs.get(out) ?? 0) + 1);
    return found.dup.tap(out, options);
  }

  /**
   * Gives a channel no more values of a topic. A channel that `sub(topic)` made is closed.
   *
   * @param topic - the topic.
   * @param chan - the channel; one that did not subscribe to it is ignored.
   * @example
   * ```ts
   * const news = new Chan<string>().pub((text) => text[0]);
   * const sport = news.sub('s');
   * news.unsub('s', sport);
   * sport.closed; // true
   * ```
   */
  unsub(topic: K, chan: unknown): void {
    this.#topics.get(topic)?.dup.untap(chan);
  }

  /**
   * Ends all subscriptions, or those of one topic.
   *
   * @param topics - one topic; none: all.
   * @example
   * ```ts
   * const news = new Chan<string>().pub((text) => text[0]);
   * const [sport, weather] = [news.sub('s'), news.sub('w')];
   * news.unsubAll('s');
   * sport.closed; // true
   * weather.closed; // false
   * ```
   */
  unsubAll(...topics: [topic?: K]): void {
    const which = topics.length > 0 ? (topics as [K]) : [...this.#topics.keys()];
    for (const topic of which) this.#topics.get(topic)?.dup.untapAll();
  }

  /** Stops: reads no more, and closes the subscribers' channels after what their topics' buffers hold. */
  close(): void {
    this.#pump.stop(undefined);
    this.#end(undefined);
  }

  /** Closes, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes, at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #open(topic: K): Topic<T> {
    const feed = new Chan<T>(this.#buffer?.(topic));
    const dup = new Dup<T>(
      feed,
      (chan, isLast) => {
        this.#left(chan);
        if (!isLast) return;
        // Nobody is left: what is held, or waits, for them is dropped.
        if (this.#topics.get(topic)?.feed === feed) this.#topics.delete(topic);
        feed.cancel();
      },
      (chan, cause, close) => {
        // Others that it has subscribed to may hold values for it still.
        if (this.#left(chan)) finish(chan, cause, close);
      },
    );
    const found = { feed, dup };
    this.#topics.set(topic, found);
    return found;
  }

  /** A channel is in one topic less. @returns whether it is in none. */
  #left(chan: unknown): boolean {
    const left = (this.#subs.get(chan) ?? 1) - 1;
    if (left > 0) this.#subs.set(chan, left);
    else this.#subs.delete(chan);
    return left === 0;
  }

  /** The buffer of a topic would not have a value. */
  #fail(error: unknown): void {
    this.#pump.stop(error);
    this.#end(error);
  }

  #end(cause: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = { cause };
    if (cause !== undefined && this.#topics.size === 0) surface(cause);
    for (const { feed } of this.#topics.values()) feed.close(cause);
  }
}
