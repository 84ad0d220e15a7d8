/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Structured concurrency: no goroutine of a scope outlives the scope.
 *
 * - `open → ending → ended`. Goroutines may start while the scope is open or ending, never once it
 *   has ended.
 * - The first failure is stored, aborts the signal and cancels the channels. A later error that
 *   only reports this abort is not a failure of its own.
 */
import { makeController, signalOf, unwatch, watch } from '../base/abort.js';
import { inTurn } from '../base/settle.js';
import type { ChanBuffer } from '../channel/buffer.js';
import { expectFunction } from '../base/errors.js';
import type { Abortable, Value } from '../channel/protocol.js';
import type { ChanOptions } from '../channel/matching.js';
import { Chan } from '../operators/complete.js';
import { go } from './go.js';

/** The argument of the body of a {@link scope}. */
export interface Scope extends Disposable, AsyncDisposable {
  /**
   * Starts a goroutine that the scope waits for. A failure of the goroutine fails the scope,
   * whether or not the returned promise is awaited. Once `signal` is aborted, `fn` is not called,
   * and the promise rejects with the signal's reason.
   *
   * @param fn - usually an async function.
   * @param args - the arguments that `fn` is called with.
   * @returns a promise of the result of `fn`.
   * @throws TypeError if `fn` is not a function; Error once the scope has ended.
   */
  go<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /**
   * Makes a channel that is cancelled when the scope fails or ends.
   *
   * @param buffer - the number of values that the channel holds, or a buffer. Default: none, which
   * makes a rendezvous.
   * @param options - see {@link ChanOptions}.
   * @returns the channel.
   * @throws Error once the scope has ended; RangeError or TypeError for arguments that the
   * constructor of {@link Chan} refuses.
   */
  chan<T extends Value>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T>;
  /**
   * Aborts at the first failure, with the failure as the reason, and when the scope ends. Pass it
   * to every operation that waits.
   */
  readonly signal: AbortSignal;
  /**
   * Calls `fn` when the body and all goroutines have ended, also after a failure. Deferred
   * functions are called one at a time, the last deferred first.
   *
   * @param fn - the function to call; a promise that it returns is awaited. An error of `fn` fails
   * the scope.
   * @throws TypeError if `fn` is not a function; Error once the scope has ended.
   * @example
   * ```ts
   * const log: string[] = [];
   * await scope(async (s) => {
   *   s.defer(() => log.push('closed'));
   *   log.push('worked');
   * });
   * log; // ['worked', 'closed']
   * ```
   */
  defer(fn: () => unknown): void;
  /**
   * Ends the scope early, at the end of a `using` block: aborts `signal` and cancels the channels.
   * This early end is not a failure, and an error that only reports it is not a failure either.
   */
  [Symbol.dispose](): void;
  /**
   * Ends the scope early, at the end of an `await using` block: aborts `signal`, cancels the
   * channels, and waits until all goroutines of the scope have ended. Only the body may wait for
   * this promise: a goroutine of the scope would wait for its own end.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

class Running implements Scope {
  readonly #controller: AbortController = makeController();
  readonly #chans = new Set<Chan<never>>();
  /** The number of channels at which `#keep` forgets the channels that have ended. */
  #many = 64;
  readonly #deferred: (() => unknown)[] = [];
  readonly #failures = new Set<unknown>();
  #running = 0;
  #ended = false;
  #allDone: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  go<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    expectFunction('fn', fn);
    this.#expectOpen();
    if (this.signal.aborted) {
      const refused = Promise.reject(this.signal.reason as unknown);
      refused.catch(() => {});
      return refused;
    }
    this.#running++;
    const child = go(fn, ...args);
    child.then(
      () => this.#done(),
      (error: unknown) => {
        this.fail(error);
        this.#done();
      },
    );
    return child;
  }

  chan<T extends Value>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T> {
    this.#expectOpen();
    const chan = new Chan<T>(buffer, options);
    if (this.signal.aborted) chan.cancel(this.signal.reason);
    else this.#keep(chan as unknown as Chan<never>); // Sound: the scope only cancels the channel.
    return chan;
  }

  defer(fn: () => unknown): void {
    expectFunction('fn', fn);
    this.#expectOpen();
    this.#deferred.push(fn);
  }

  [Symbol.dispose](): void {
    this.#stop(undefined);
  }
  [Symbol.asyncDispose](): Promise<void> {
    this.#stop(undefined);
    return this.#allEnded();
  }

  fail(error: unknown): void {
    if (!this.signal.aborted) {
      this.#failures.add(error);
      this.#stop(error);
    } else if (!isAbort(error, this.signal.reason)) this.#failures.add(error);
  }

  /**
   * Waits for all goroutines, then calls the deferred functions.
   *
   * @throws the failures of the scope.
   */
  async end(): Promise<void> {
    await this.#allEnded();
    for (let fn = this.#deferred.pop(); fn !== undefined; fn = this.#deferred.pop()) {
      try {
        await fn();
      } catch (error) {
        this.#failures.add(error);
      }
      // A deferred function may have started more goroutines.
      await this.#allEnded();
    }
    this.#ended = true;
    this.#stop(undefined);
    await inTurn();
    const failures = [...this.#failures];
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1)
      throw new AggregateError(failures, `${failures.length} goroutines of a scope failed`);
  }

  async #allEnded(): Promise<void> {
    // A goroutine may have started between the call of `resolve` and this continuation.
    while (this.#running > 0) await new Promise<void>((resolve) => void this.#allDone.push(resolve));
  }

  /** Remembers a channel until it has ended: a scope that runs for long may make very many. */
  #keep(chan: Chan<never>): void {
    const chans = this.#chans;
    if (chans.size >= this.#many) {
      for (const one of chans) if (one.drained || (one.closed && one.repeats)) chans.delete(one);
      this.#many = Math.max(64, 2 * chans.size);
    }
    chans.add(chan);
  }

  #stop(reason: unknown): void {
    this.#controller.abort(reason);
    for (const chan of this.#chans) chan.cancel(this.signal.reason);
    this.#chans.clear();
  }

  #done(): void {
    if (--this.#running > 0) return;
    for (const tell of this.#allDone.splice(0)) tell();
  }

  #expectOpen(): void {
    if (this.#ended) throw new Error('This scope has ended: nothing can be started in it');
  }
}

/** Whether an error only reports that the scope's signal was aborted. */
function isAbort(error: unknown, reason: unknown): boolean {
  return error === reason || (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

/**
 * Runs `body`, and resolves when `body` and every goroutine that it started in the scope have
 * ended. The first failure aborts `s.signal`, cancels the channels made by `s.chan`, waits until
 * all goroutines have ended, and is rethrown. An error that only reports this abort does not count
 * as a failure.
 *
 * @param body - called with the scope.
 * @param options - `signal`: aborting it fails the scope with the signal's reason.
 * @returns the result of `body`.
 * @throws TypeError if `body` is not a function; `signal.reason` if the signal is aborted already;
 * the failure, or an `AggregateError` of several failures.
 * @example
 * ```ts
 * const total = await scope(async (s) => {
 *   const parts = s.chan<number>();
 *   s.go(async () => { await parts.put(20); });
 *   s.go(async () => { await parts.put(22); });
 *   return (await parts.get() ?? 0) + (await parts.get() ?? 0);
 * }); // 42
 * ```
 */
export async function scope<R>(body: (s: Scope) => R, options?: Abortable): Promise<Awaited<R>> {
  expectFunction('body', body);
  const outer = signalOf(options);
  const running = new Running();
  const watcher = { aborted: (reason: unknown): void => running.fail(reason) };
  if (outer !== undefined) watch(outer, watcher);
  let result: Awaited<R> | undefined;
  try {
    result = await body(running);
  } catch (error) {
    running.fail(error);
  }
  try {
    await running.end();
  } finally {
    if (outer !== undefined) unwatch(outer, watcher);
  }
  return result as Awaited<R>; // Sound: if the body failed, `end` has thrown.
}
