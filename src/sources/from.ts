/** Channels from iterables, async iterables, streams and promises. */
import { expect } from '../base/errors.js';
import { type Value, expectProtocol } from '../channel/protocol.js';
import { type ReadChan, full } from '../operators/complete.js';
import { AsyncSource, PromiseSource } from './async.js';
import { fromIter } from './iter.js';

/** The part of a web `ReadableStream` that `from` uses. */
export interface StreamLike<out T> {
  /** Locks the stream for one reader, and returns the reader. */
  getReader(): {
    /** Resolves to the next chunk, or to a result whose `done` is true at the end. */
    read(): Promise<{
      /** Whether the stream has ended. */
      done: boolean;
      /** The chunk; absent at the end. */
      value?: T | undefined;
    }>;
    /**
     * Cancels the stream, which releases its underlying source.
     *
     * @param reason - the reason for the cancel.
     */
    cancel(reason?: unknown): Promise<void>;
    /** Unlocks the stream. */
    releaseLock?(): void;
    /** A promise that rejects if the stream has failed. */
    readonly closed?: PromiseLike<unknown>;
  };
}

/** The reason why `from` refuses a source, for the compiler's message. */
export type Refused<S> = S extends Iterable<unknown> | AsyncIterable<unknown> | StreamLike<unknown>
  ? {
      /** Named in the compiler's message if the source may contain `undefined`. */
      readonly 'undefined is no value, it means the end: filter it out first': never;
    }
  : {
      /** Named in the compiler's message if the source is of no accepted type. */
      readonly 'from takes an iterable, an async iterable, a stream or a promise': never;
    };

/**
 * Makes a channel of the values of an iterable, an async iterable, a web stream or a promise. The
 * source is not asked for a value before a reader asks the channel. Cancelling the channel calls
 * the iterator's `return()` or cancels the stream. An error of the source closes the channel with
 * the error.
 *
 * A promise becomes a promise channel: every get receives its value. `from` subscribes to a promise
 * once, however often the channel is asked, so the channel may be a case of a select that loops for
 * ever. A promise that resolves to `undefined` closes its channel without a value.
 *
 * @param source - the source of the values.
 * @returns the channel; if `source` is a channel, `source` itself.
 * @throws TypeError if `source` is of no accepted type.
 * @example
 * ```ts
 * await from([1, 2]).collect(); // [1, 2]
 * await from(Promise.resolve('done')).get(); // 'done'
 * ```
 */
export function from<T extends Value>(source: ReadChan<T>): ReadChan<T>;
export function from<T extends Value>(source: Iterable<T> | AsyncIterable<T>): ReadChan<T>;
export function from<T extends Value>(source: StreamLike<T>): ReadChan<T>;
export function from<T>(source: PromiseLike<T>): ReadChan<Exclude<T, undefined | void>>;
export function from<S>(source: S & Refused<S>): never;
export function from<T extends Value>(
  source: Iterable<T> | AsyncIterable<T> | StreamLike<T> | PromiseLike<T>,
): ReadChan<T> {
  const given = source as
    | Partial<ReadChan<T> & Iterable<T> & StreamLike<T> & PromiseLike<T> & { destroy(): void }>
    | null
    | undefined;
  if (given?.millrace !== undefined) {
    expectProtocol(given.millrace);
    // Sound: a channel of any copy of the library implements ReadChan.
    return full(given as ReadChan<T>);
  }
  if (typeof given?.then === 'function') return full(new PromiseSource(given as PromiseLike<T>));
  if (typeof given?.getReader === 'function') {
    return full(
      new AsyncSource(() => {
        const reader = (given as StreamLike<T>).getReader();
        const ended = (): void => reader.releaseLock?.();
        return {
          next: () => reader.read(),
          cancel(reason) {
            const { closed } = reader;
            const done = reader.cancel(reason);
            ended();
            // If the stream had failed before, `cancel` rejects with that failure, which is not an
            // error of the release.
            return done.catch(async (error: unknown) => {
              const failed = await closed?.then(
                () => false,
                () => true,
              );
              if (failed !== true) throw error;
            });
          },
          ended,
        };
      }, true),
    );
  }
  if (typeof given?.[Symbol.asyncIterator] === 'function') {
    return full(
      new AsyncSource(
        () => {
          const iterator = (given as AsyncIterable<T>)[Symbol.asyncIterator]();
          return {
            next: () => iterator.next(),
            cancel() {
              // `destroy` ends a stream of Node's without waiting for the pending step.
              given.destroy?.();
              return iterator.return?.();
            },
          };
        },
        typeof given.destroy === 'function',
      ),
    );
  }
  expect(
    typeof given?.[Symbol.iterator] === 'function',
    'source',
    'an iterable, an async iterable, a stream or a promise',
    given,
  );
  return fromIter(given as Iterable<T>);
}
