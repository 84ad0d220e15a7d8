/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Structured concurrency: nothing outlives its scope.
 *
 * - `open → ending → ended`. While open or ending, goroutines may be started; ended, never.
 * - The first failure is remembered, aborts the signal and cancels the channels; what fails only because of that
 *   abort is not a failure of its own.
 */
import { makeController, signalOf, unwatch, watch } from '../base/abort.js';
import { inTurn } from '../base/settle.js';
import type { ChanBuffer } from '../channel/buffer.js';
import { expectFunction } from '../base/errors.js';
import type { Abortable } from '../channel/protocol.js';
import type { ChanOptions } from '../channel/chan.js';
import { Chan } from '../operators/complete.js';
import { go } from './go.js';

/** What the body of a {@link scope} is given. */
export interface Scope extends Disposable, AsyncDisposable {
  /**
   * Starts a goroutine that the scope waits for. Its failure fails the scope, whether or not anybody awaits the
   * promise. Once the scope has failed it is not started, and the promise rejects with the signal's reason.
   *
   * @param fn - an async function.
   * @param args - what it is called with.
   * @returns a promise of what it returns.
   * @throws Error once the scope has ended.
   */
  go<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /**
   * Makes a channel that is cancelled when the scope fails or ends. Arguments as of {@link Chan}.
   *
   * @param buffer - how many values it holds, or a buffer. Default: none, a rendezvous.
   * @param options - see {@link ChanOptions}.
   * @returns the channel.
   */
  chan<T>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T>;
  /** Aborted at the first failure, with it as the reason, and when the scope has ended. Give it to whatever waits. */
  readonly signal: AbortSignal;
  /**
   * Calls `fn` when body and goroutines have ended, also after a failure; the last deferred first, each awaited.
   *
   * @param fn - what is called; a promise it returns is awaited.
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
   * Ends the scope early, at the end of a `using` block: aborts `signal` and cancels the channels. That is no failure, and neither is
   * what fails only because of it.
   */
  [Symbol.dispose](): void;
  /** The same, and waits until the scope's goroutines have ended; for the body, not for one of these. */
  [Symbol.asyncDispose](): Promise<void>;
}

class Running implements Scope {
  readonly #controller: AbortController = makeController();
  readonly #chans = new Set<Chan<never>>();
  /** With how many it forgets those that have ended. */
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

  chan<T>(buffer?: number | ChanBuffer<T>, options?: ChanOptions): Chan<T> {
    this.#expectOpen();
    const chan = new Chan<T>(buffer, options);
    if (this.signal.aborted) chan.cancel(this.signal.reason);
    else this.#keep(chan as unknown as Chan<never>); // Sound: it is only ever cancelled.
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

  /** @throws what failed. */
  async end(): Promise<void> {
    await this.#allEnded();
    for (let fn = this.#deferred.pop(); fn !== undefined; fn = this.#deferred.pop()) {
      try {
        await fn();
      } catch (error) {
        this.#failures.add(error);
      }
      // A deferred function may have started more.
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
    // More may be started while this wakes.
    while (this.#running > 0) await new Promise<void>((resolve) => void this.#allDone.push(resolve));
  }

  /** Keeps a channel until it has ended; a scope that runs for long may make very many. */
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

/** Whether an error only says that the scope's signal was aborted. */
function isAbort(error: unknown, reason: unknown): boolean {
  return error === reason || (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

/**
 * Runs `body`, and returns when it and every goroutine it started in the scope have ended. The first failure aborts
 * `s.signal`, cancels the channels made by `s.chan`, waits for the siblings to end, and is rethrown; several
 * failures are thrown as one `AggregateError`. An error that only tells of that abort does not count.
 *
 * @param options - `signal`: aborting it fails the scope with its reason.
 * @param body - is given the scope.
 * @returns what the body returned.
 * @throws TypeError if `body` is no function.
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
  return result as Awaited<R>; // Sound: a body that failed made end() throw.
}
