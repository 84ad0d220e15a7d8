/** A channel from whatever values come from. */
import { expect } from '../base/errors.js';
import { type Value, expectProtocol } from '../channel/protocol.js';
import { type ReadChan, full } from '../operators/complete.js';
import { AsyncSource, PromiseSource } from './async.js';
import { fromIter } from './iter.js';

/** The part of a web `ReadableStream` that `from` uses. */
export interface StreamLike<out T> {
  /** Locks the stream for one reader. */
  getReader(): {
    /** Resolves to the next chunk, or to the end. */
    read(): Promise<{
      /** Whether the stream has ended. */
      done: boolean;
      /** The chunk; nothing at the end. */
      value?: T | undefined;
    }>;
    /**
     * Releases what the stream comes from.
     *
     * @param reason - why.
     */
    cancel(reason?: unknown): Promise<void>;
    /** Unlocks the stream. */
    releaseLock?(): void;
    /** Rejects if the stream has failed. */
    readonly closed?: PromiseLike<unknown>;
  };
}

/** Why `from` does not take a thing, for the compiler's message. */
export type Refused<S> = S extends Iterable<unknown> | AsyncIterable<unknown> | StreamLike<unknown>
  ? {
      /** Why it is refused. */
      readonly 'undefined is no value, it means the end: filter it out first': never;
    }
  : {
      /** Why it is refused. */
      readonly 'from takes an iterable, an async iterable, a stream or a promise': never;
    };

/**
 * A channel of the values of an iterable, an async iterable, a web stream or a promise. Nothing is asked of it
 * before somebody asks for a value; cancelling the channel `return()`s the iterator or cancels the stream; an
 * error closes the channel with that error.
 *
 * A promise becomes a promise channel: every get gives its value. It is subscribed to once however often it is
 * asked for, so it may stand in a select that loops for ever. One that resolves to `undefined` just closes.
 *
 * @param source - where the values come from.
 * @returns the channel; a channel is returned as it is.
 * @throws TypeError for anything else.
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
    return full(given as ReadChan<T>); // Sound: of whichever copy of the library, it is one.
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
            // A stream that has failed before rejects with that error: this is no failure to let go.
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
              // A stream of Node's does not wait for the step that is under way.
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
