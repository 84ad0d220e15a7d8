/**
 * Where a channel's values end: `collect`, `reduce`, `forEach`.
 *
 * - No promise for a value: what is ready is handed over in one loop, and what is waited for comes in as to a callback, in
 *   the midst of the put that brings it.
 * - Values taken without waiting are counted for fairness, a stride at a time.
 */
import { breathe, deliver, grant, spend, unspend } from './core/breath.js';
import { PENDING, type Pending } from './core/protocol.js';
import { type Settle, Waiter } from './core/waiters.js';

/** What takes the values of a channel, one by one. */
export interface Sink<in T> {
  /** @returns whether it takes another now. */
  push(value: T): boolean;
}

/** What {@link ReadChan.drain} gives when its sink takes no more for now. */
export const FULL: unique symbol = Symbol('millrace.full');
export type Drained = undefined | Pending | typeof FULL;

/** What a terminal needs of its channel. */
interface Drainable<T> {
  readonly repeats: boolean;
  poll(): T | undefined | Pending;
  /** Hands what is ready to the sink: until nothing is, it has ended, or the sink takes no more. */
  drain(sink: Sink<T>): Drained;
  /** Parks a waiter right after a poll that found nothing. */
  queue(waiter: Waiter<T>): void;
  unpark(waiter: Waiter<never>): void;
}

const settleTerminal: Settle = (waiter, value, failed) => {
  deliver((waiter.owner as Terminal<unknown>).received, value, failed, false);
};

abstract class Terminal<T> implements Sink<T> {
  protected index = 0;
  /** What the user's function returned, if the next value has to wait for it. */
  protected awaited: PromiseLike<unknown> | undefined = undefined;
  /** How many values it takes before it looks up, and how many in all. */
  private room = 0;
  private left: number;
  private chan!: Drainable<T>;
  private waiter!: Waiter<T>;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;

  constructor(most: number) {
    this.left = most;
  }

  /** Takes a value; false if the next has to wait for `awaited`. */
  protected abstract accept(value: T): boolean;

  push(value: T): boolean {
    return this.accept(value) && --this.room > 0;
  }

  /** Takes a channel's values until that has ended, or it has had enough. */
  feed(chan: Drainable<T>): Promise<void> {
    if (chan.repeats) this.left = Math.min(this.left, 1);
    this.chan = chan;
    this.waiter = new Waiter<T>(null, settleTerminal, this);
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.run();
    });
  }

  /** Takes what is ready, and waits for more. */
  private readonly run = (): void => {
    try {
      for (;;) {
        if (this.left <= 0) return this.resolve();
        const granted = Math.min(this.left, grant());
        if (granted === 0) return void breathe().then(this.run);
        this.room = granted;
        const state = this.chan.drain(this);
        const { awaited } = this;
        // The value that is awaited for was not counted.
        const taken = granted - this.room + (awaited === undefined ? 0 : 1);
        this.left -= taken;
        unspend(granted - taken);
        if (state === undefined) return this.resolve();
        if (awaited !== undefined) return this.rest(awaited);
        if (state === PENDING) return this.wait();
      }
    } catch (error) {
      this.reject(error);
    }
  };

  /** The value it waited for has come, in the midst of what another does. */
  readonly received = (value: unknown, failed: boolean): void => {
    try {
      if (failed) this.reject(value);
      else if (this.took(value as T | undefined)) this.next(); // Sound: what its channel gave.
    } catch (error) {
      this.reject(error);
    }
  };

  /** Most often nothing is ready after a value it waited for. */
  private next(): void {
    const value = this.chan.poll();
    if (value === PENDING) this.wait();
    else if (!spend()) void breathe().then(() => this.received(value, false));
    else if (this.took(value)) this.run();
  }

  /** Takes one value. @returns whether it can go on at once. */
  private took(value: T | undefined): boolean {
    if (value === undefined) {
      this.resolve();
      return false;
    }
    this.left--;
    if (!this.accept(value))
      this.rest(this.awaited as PromiseLike<unknown>); // Sound: why it does not go on.
    else if (this.left > 0) return true;
    else this.resolve();
    return false;
  }

  private wait(): void {
    this.waiter.source = this.chan;
    this.chan.queue(this.waiter);
  }

  private rest(awaited: PromiseLike<unknown>): void {
    this.awaited = undefined;
    awaited.then(this.run, this.reject);
  }
}

export class Collect<T> extends Terminal<T> {
  readonly values: T[] = [];

  protected accept(value: T): boolean {
    this.values.push(value);
    return true;
  }
}

function isPromise(thing: unknown): thing is PromiseLike<unknown> {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    typeof (thing as Partial<PromiseLike<unknown>>).then === 'function'
  );
}

export class Reduce<T, A> extends Terminal<T> {
  total: A | undefined;
  private started: boolean;
  private readonly f: (total: A, value: T, index: number) => A | PromiseLike<A>;

  constructor(f: (total: A, value: T, index: number) => A | PromiseLike<A>, init: readonly A[]) {
    super(Infinity);
    this.f = f;
    [this.total] = init;
    this.started = init.length > 0;
  }
  protected accept(value: T): boolean {
    const index = this.index++;
    if (!this.started) {
      this.started = true;
      this.total = value as unknown as A; // Sound: without init, A is T.
      return true;
    }
    const next = this.f(this.total as A, value, index);
    if (isPromise(next)) {
      this.awaited = next.then((total) => {
        this.total = total;
      });
      return false;
    }
    this.total = next;
    return true;
  }
}

export class Each<T> extends Terminal<T> {
  private readonly f: (value: T, index: number) => unknown;

  constructor(f: (value: T, index: number) => unknown) {
    super(Infinity);
    this.f = f;
  }
  protected accept(value: T): boolean {
    const done = this.f(value, this.index++);
    if (!isPromise(done)) return true;
    this.awaited = done;
    return false;
  }
}
