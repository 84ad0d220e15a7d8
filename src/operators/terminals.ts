/** Where a channel's values end: `collect`, `reduce`, `forEach`. */
import { type Watcher, follow, givenSignal, unwatch } from '../base/abort.js';
import { wake } from '../base/fairness.js';
import { type Resolve, isPromise } from '../base/promises.js';
import type { Abortable } from '../channel/protocol.js';
import { Consumer, type Drainable } from '../pull/drain-loop.js';

abstract class Terminal<T> extends Consumer<T> implements Watcher {
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

export class Collect<T> extends Terminal<T> {
  readonly values: T[] = [];

  protected accept(value: T): boolean {
    this.values.push(value);
    return true;
  }
}

export class Reduce<T, A> extends Terminal<T> {
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

export class Each<T> extends Terminal<T> {
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
