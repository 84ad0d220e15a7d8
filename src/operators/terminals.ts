/** Where a channel's values end: `collect`, `reduce`, `forEach`. */
import { type Watcher, follow, givenSignal, unwatch } from '../base/abort.js';
import { wake } from '../base/settle.js';
import { type Resolve, isPromise } from '../base/promises.js';
import { expectFunction, expectInteger } from '../base/errors.js';
import type { Abortable } from '../channel/protocol.js';
import { upstream } from '../pull/inlet.js';
import { DrainLoop, type Drainable } from '../pull/drain-loop.js';

abstract class Terminal<T> extends DrainLoop<T> implements Watcher {
  protected index = 0;
  #signal: AbortSignal | undefined;
  #settle!: Resolve;

  /** Starts it. Settles when it has finished, or rejects when the signal is aborted. */
  feed(options: Abortable | undefined): Promise<void> {
    const signal = (this.#signal = givenSignal(options));
    return new Promise((resolve) => {
      this.#settle = resolve as Resolve; // Sound: it is given nothing, or a rejection.
      if (signal !== undefined) follow(signal, this);
      this.resume();
    });
  }
  /** Of {@link Watcher}. */
  aborted(reason: unknown): void {
    this.stop(reason);
    this.finish(reason, true);
  }
  /** What the user's function returned has failed. */
  protected readonly failed = (error: unknown): void => {
    this.end(error, true);
  };
  protected finish(cause: unknown, failed: boolean): void {
    if (this.#signal !== undefined) unwatch(this.#signal, this);
    wake(this.#settle, failed ? cause : undefined, failed);
  }
}

class Collect<T> extends Terminal<T> {
  readonly values: T[] = [];

  protected accept(value: T): boolean {
    this.values.push(value);
    return true;
  }
}

class Reduce<T, A> extends Terminal<T> {
  /** Declared, not set at first: so a sum that starts from a number stays one for the engine, with no object for each total. */
  declare total: A | undefined;
  #started: boolean;
  readonly #f: (total: A, value: T, index: number) => A | PromiseLike<A>;

  constructor(
    chan: Drainable<T>,
    f: (total: A, value: T, index: number) => A | PromiseLike<A>,
    init: readonly A[],
  ) {
    super(chan, Infinity);
    this.#f = f;
    [this.total] = init;
    this.#started = init.length > 0;
  }
  protected accept(value: T): boolean {
    const index = this.index++;
    if (!this.#started) return this.#start(value);
    const next = this.#f(this.total as A, value, index);
    if (isPromise(next)) return this.#later(next);
    this.total = next;
    return true;
  }
  #start(value: T): true {
    this.#started = true;
    this.total = value as unknown as A; // Sound: without init, A is T.
    return true;
  }
  #later(next: PromiseLike<A>): false {
    next.then((total) => {
      this.total = total;
      this.resume();
    }, this.failed);
    return false;
  }
}

class Each<T> extends Terminal<T> {
  readonly #f: (value: T, index: number) => unknown;

  constructor(chan: Drainable<T>, f: (value: T, index: number) => unknown) {
    super(chan, Infinity);
    this.#f = f;
  }
  protected accept(value: T): boolean {
    const done = this.#f(value, this.index++);
    if (!isPromise(done)) return true;
    done.then(this.resume, this.failed);
    return false;
  }
}

/** The operators of {@link ReadChan} in which its values end. */
export abstract class TerminalOperators<out T> {
  /**
   * All values until the channel is closed, or the first `n`. Takes what is ready without awaiting each.
   *
   * @param n - how many at most, an integer of at least 0. Default: no limit.
   * @param options - `signal`: aborting it rejects with its reason; what was collected is then lost, and sources are released.
   * @throws RangeError for any other `n`; the cause, if the channel was closed with one (what was read before it is
   * then lost: iterate to keep it).
   * @example
   * ```ts
   * await fromRange(5).collect(); // [0, 1, 2, 3, 4]
   * ```
   */
  async collect(n: number = Infinity, options?: Abortable): Promise<T[]> {
    if (n !== Infinity) expectInteger('n', n, 0);
    const terminal = new Collect<T>(upstream<T>(this), n);
    await terminal.feed(options);
    return terminal.values;
  }

  /**
   * What `f` makes of all values, one after the other, beginning with the first of them. Takes what is ready without
   * awaiting each.
   *
   * @param f - gets the accumulator, the value, and how many came before; if it returns a promise that is awaited.
   * @returns the last accumulator; `undefined` for no values.
   * @throws what `f` throws; the cause, if the channel was closed with one.
   * @example
   * ```ts
   * await fromRange(1, 5).reduce((product, n) => product * n); // 24
   * ```
   */
  reduce(f: (total: T, value: T, index: number) => T | PromiseLike<T>): Promise<T | undefined>;
  /**
   * What `f` makes of all values, one after the other, beginning with `init`. Takes what is ready without awaiting each.
   *
   * @param f - gets the accumulator, the value, and how many came before; if it returns a promise that is awaited.
   * @param init - the first accumulator.
   * @param options - `signal`: aborting it rejects with its reason, and releases sources.
   * @returns the last accumulator; `init` for no values.
   * @throws what `f` throws; the cause, if the channel was closed with one.
   * @example
   * ```ts
   * await fromRange(4).reduce((text, n) => text + n, ''); // '0123'
   * ```
   */
  reduce<A>(
    f: (total: A, value: T, index: number) => A | PromiseLike<A>,
    init: A,
    options?: Abortable,
  ): Promise<A>;
  async reduce<A>(
    f: (total: A, value: T, index: number) => A | PromiseLike<A>,
    ...rest: [init?: A, options?: Abortable]
  ): Promise<A | undefined> {
    expectFunction('f', f);
    const terminal = new Reduce<T, A>(upstream<T>(this), f, rest.slice(0, 1) as A[]); // Sound: it is there or left out.
    await terminal.feed(rest[1]);
    return terminal.total;
  }

  /**
   * Calls `f` with each value and how many came before; settles at the end. Takes what is ready without awaiting each;
   * if `f` returns a promise, the next value is taken when that has settled.
   *
   * @param f - gets the value, and how many came before.
   * @param options - `signal`: aborting it rejects with its reason, and releases sources; `f` is called no more.
   * @throws what `f` throws, or its promise rejects with; the cause, if the channel was closed with one.
   * @example
   * ```ts
   * await fromRange(1).forEach((n) => console.log(n)); // prints 0
   * ```
   */
  async forEach(f: (value: T, index: number) => unknown, options?: Abortable): Promise<void> {
    expectFunction('f', f);
    return new Each<T>(upstream<T>(this), f).feed(options);
  }
}
