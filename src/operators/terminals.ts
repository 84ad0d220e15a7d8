/** The operators that read a channel to its end: `collect`, `reduce`, `forEach`. */
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

  /** Starts the loop. The promise settles when the loop has finished, or the signal is aborted. */
  feed(options: Abortable | undefined): Promise<void> {
    const signal = (this.#signal = givenSignal(options));
    return new Promise((resolve) => {
      this.#settle = resolve as Resolve; // Sound: called with `undefined` or a rejected promise.
      if (signal !== undefined) follow(signal, this);
      this.resume();
    });
  }
  /** Implements {@link Watcher}: the signal was aborted. */
  aborted(reason: unknown): void {
    this.stop(reason);
    this.finish(reason, true);
  }
  /** Called when a promise that the user function returned has rejected. */
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
  /**
   * Declared, not initialized with `undefined`, so that the field of a numeric sum has held only
   * numbers: the engine then makes no object for each total.
   */
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

/** The operators of {@link ReadChan} that read it to its end. */
export abstract class TerminalOperators<out T> {
  /**
   * Collects all values until the channel ends, or the first `n` values. Ready values are taken
   * without awaiting each.
   *
   * @param n - how many values at most: an integer of at least 0. Default: no limit.
   * @param options - `signal`: aborting it rejects the promise with the signal's reason, and
   * releases the sources. The collected values are then lost.
   * @returns the values.
   * @throws RangeError if `n` is neither `Infinity` nor an integer of at least 0; the cause that
   * the channel was closed with. The collected values are then lost; iterate to keep them.
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
   * Reduces all values to one: the first value is the first accumulator, and `f` returns the next
   * accumulator for each further value. Ready values are taken without awaiting each.
   *
   * @param f - called with the accumulator, a value and the value's index, counted from 0; returns
   * the next accumulator. A promise that `f` returns is awaited.
   * @returns the last accumulator; `undefined` if there are no values.
   * @throws TypeError if `f` is not a function; an error of `f`; the cause that the channel was
   * closed with.
   * @example
   * ```ts
   * await fromRange(1, 5).reduce((product, n) => product * n); // 24
   * ```
   */
  reduce(f: (total: T, value: T, index: number) => T | PromiseLike<T>): Promise<T | undefined>;
  /**
   * Reduces all values to one: `init` is the first accumulator, and `f` returns the next
   * accumulator for each value. Ready values are taken without awaiting each.
   *
   * @param f - called with the accumulator, a value and the value's index, counted from 0; returns
   * the next accumulator. A promise that `f` returns is awaited.
   * @param init - the first accumulator.
   * @param options - `signal`: aborting it rejects the promise with the signal's reason, and
   * releases the sources.
   * @returns the last accumulator; `init` if there are no values.
   * @throws TypeError if `f` is not a function; an error of `f`; the cause that the channel was
   * closed with.
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
    // Sound: the slice holds `init`, or nothing if `init` was left out.
    const terminal = new Reduce<T, A>(upstream<T>(this), f, rest.slice(0, 1) as A[]);
    await terminal.feed(rest[1]);
    return terminal.total;
  }

  /**
   * Calls `f` with each value until the channel ends. Ready values are taken without awaiting each.
   * If `f` returns a promise, the next value is taken when the promise has settled.
   *
   * @param f - called with a value and the value's index, counted from 0.
   * @param options - `signal`: aborting it rejects the promise with the signal's reason, and
   * releases the sources. `f` is then called no more.
   * @returns a promise that resolves when the channel has ended.
   * @throws TypeError if `f` is not a function; an error of `f` or of its promise; the cause that
   * the channel was closed with.
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
