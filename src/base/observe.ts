/**
 * Who watches what channels do. While nobody does, each event costs one look at `observer`.
 *
 * - An event is told when the state is as it says, and before anybody hears of it. It is told inside of the call that
 *   caused it, so that an observer can know whose call that is.
 * - A waiter is named by an object, the same when it comes to wait, when it is served and when it leaves. That of a get
 *   that waits alone may come back as the `owner` of a waiter.
 */
/** What is told of channels and goroutines. `chan` is the `Chan`, to be looked at only. No method may throw. */
export interface Observer {
  /**
   * A channel was made, with a buffer as it was asked for.
   *
   * @param chan - the channel.
   * @param buffer - as given to its constructor.
   */
  made(chan: object, buffer: unknown): void;
  /**
   * A put of `value`, or a get if that is `undefined`, came to wait; one case of a select if it has an `index` of 0 or more.
   *
   * @param chan - the channel.
   * @param waiter - who waits.
   * @param value - what is to be put; `undefined` for a get.
   */
  parked(chan: object, waiter: object, value: unknown): void;
  /**
   * One who waited gave up, or lost its select.
   *
   * @param chan - the channel.
   * @param waiter - who waited.
   */
  left(chan: object, waiter: object): void;
  /**
   * A put met a get that waited.
   *
   * @param chan - the channel.
   * @param value - what was put.
   * @param get - the waiter that got it.
   */
  gave(chan: object, value: unknown, get: object): void;
  /**
   * A get met a put that waited.
   *
   * @param chan - the channel.
   * @param value - what was got.
   * @param put - the waiter that put it.
   */
  took(chan: object, value: unknown, put: object): void;
  /**
   * A value went into the buffer: that of a put that waited, or of the put that is being made.
   *
   * @param chan - the channel.
   * @param value - what was put.
   * @param put - the waiter that put it; `null`: it did not wait.
   */
  buffered(chan: object, value: unknown, put: object | null): void;
  /**
   * A value came out of the buffer: for a get that waited, or for the get that is being made.
   *
   * @param chan - the channel.
   * @param value - what was got.
   * @param get - the waiter that got it; `null`: it did not wait.
   */
  unbuffered(chan: object, value: unknown, get: object | null): void;
  /**
   * A channel takes no more puts, and who waits for a value of it is told.
   *
   * @param chan - the channel.
   * @param cause - the error it was closed with; `undefined` for none.
   */
  closed(chan: object, cause: unknown): void;
  /**
   * A reader hung up: what is buffered is dropped, and who waits to put is told.
   *
   * @param chan - the channel.
   */
  cancelled(chan: object): void;
  /**
   * A goroutine is to start: this is to call it.
   *
   * @param fn - the function.
   * @param args - what it is to be called with.
   * @returns what `fn(...args)` returns.
   */
  ran<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): R;
}

export let observer: Observer | undefined;

/** Sets who watches, or nobody. @returns who did before. */
export function setObserver(next: Observer | undefined): Observer | undefined {
  const before = observer;
  observer = next;
  return before;
}
