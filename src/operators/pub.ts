/** `pub`: copies every value to the channels that have subscribed to the value's topic. */
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
   * Returns the buffer of a topic, or its size. While the buffer has room, a slow subscriber of the
   * topic does not hold up other topics. Default: no topic has a buffer.
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
 * Copies every value of a source channel to the subscribers of the value's topic. Made by `pub()`.
 *
 * A subscriber is a channel. All subscribers of a topic get a value before any of them gets the
 * next value of the topic. A topic without subscribers is forgotten, and its values are dropped.
 * When the source ends, the subscribers are closed with the same cause.
 */
export class Pub<T, K> extends Printed {
  readonly #topics: Map<K, Topic<T>> = new Map<K, Topic<T>>();
  readonly #pump: Goroutine;
  readonly #buffer: PubOptions<K>['buffer'];
  /** To how many topics each channel of the user has subscribed. */
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
        // Sound: the feed of a topic takes the values of the source.
        if (feed === undefined || feed.offer(value as never) !== PENDING) return true;
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
   * Makes a rendezvous channel, which receives the values of a topic from now on.
   *
   * @param topic - the topic, as the `topic` function of `pub` returns it.
   * @returns the new channel. It is closed if the source has ended.
   * @throws any error of the `buffer` option.
   * @example
   * ```ts
   * const words = from(['apple', 'bean', 'avocado']).pub((word) => word[0]);
   * await words.sub('a').collect(); // ['apple', 'avocado']
   * ```
   */
  sub(topic: K): ReadChan<T>;
  /**
   * Subscribes a channel of yours to a topic: it receives the values of the topic from now on.
   *
   * @param topic - the topic, as the `topic` function of `pub` returns it.
   * @param out - the channel.
   * @param options - see {@link TapOptions}.
   * @returns `out`. If the source has ended, `out` is closed, unless the option `close` is false.
   * @throws TypeError if `out` is not a channel; any error of the `buffer` option.
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
   * Ends the subscription of a channel to a topic. A channel that `sub(topic)` made is closed.
   *
   * @param topic - the topic.
   * @param chan - the channel; ignored if it has not subscribed to the topic.
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
   * Ends all subscriptions, or all subscriptions to one topic. Channels that `sub(topic)` made are
   * closed.
   *
   * @param topics - one topic. Default: all topics.
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

  /**
   * Stops reading from the source. The subscribers are closed after they have received the values
   * in the buffers of their topics.
   */
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
        // No subscriber is left, so the values that the feed holds are dropped.
        if (this.#topics.get(topic)?.feed === feed) this.#topics.delete(topic);
        feed.cancel();
      },
      (chan, cause, close) => {
        // Not before: another topic of the channel may still hold values for it.
        if (this.#left(chan)) finish(chan, cause, close);
      },
    );
    const found = { feed, dup };
    this.#topics.set(topic, found);
    return found;
  }

  /** Called when a channel has left a topic. @returns whether the channel is in no topic now. */
  #left(chan: unknown): boolean {
    const left = (this.#subs.get(chan) ?? 1) - 1;
    if (left > 0) this.#subs.set(chan, left);
    else this.#subs.delete(chan);
    return left === 0;
  }

  /** Called when the buffer of a topic failed for a value: ends the Pub with the error. */
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
