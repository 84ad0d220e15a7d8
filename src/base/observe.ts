/**
 * Observation of channels. While no observer is set, each event costs one read of `observer`.
 *
 * - An event is reported after the channel has changed the state that the event describes, and
 *   before any waiter is settled. It is reported inside the call that caused it, so an observer can
 *   find out the caller.
 * - One object stands for a waiter in all events, from `parked` to the event that serves it or to
 *   `left`. The object of a lone waiting get may later appear as the `owner` of a waiter instead.
 */
/**
 * The events of channels and goroutines. The argument `chan` is the `Chan`; an observer may read it
 * but must not operate on it. No method may throw.
 */
export interface Observer {
  /**
   * A channel was made.
   *
   * @param chan - the channel.
   * @param buffer - the buffer argument of the channel's constructor.
   */
  made(chan: object, buffer: unknown): void;
  /**
   * A put or a get started to wait. A waiter with an `index` of 0 or more is one case of a select,
   * or one output of a `distribute`.
   *
   * @param chan - the channel.
   * @param waiter - the object that stands for the waiting operation.
   * @param value - the value of the put; `undefined` for a get.
   */
  parked(chan: object, waiter: object, value: unknown): void;
  /**
   * A waiter left without being served: it was aborted, or another case of its select won.
   *
   * @param chan - the channel.
   * @param waiter - the waiter that left.
   */
  left(chan: object, waiter: object): void;
  /**
   * A put handed its value to a waiting get.
   *
   * @param chan - the channel.
   * @param value - the value.
   * @param get - the waiter of the get.
   */
  gave(chan: object, value: unknown, get: object): void;
  /**
   * A get took the value of a waiting put.
   *
   * @param chan - the channel.
   * @param value - the value.
   * @param put - the waiter of the put.
   */
  took(chan: object, value: unknown, put: object): void;
  /**
   * A put's value was added to the buffer.
   *
   * @param chan - the channel.
   * @param value - the value.
   * @param put - the waiter of the put; `null` if the put did not wait.
   */
  buffered(chan: object, value: unknown, put: object | null): void;
  /**
   * A get's value was taken out of the buffer.
   *
   * @param chan - the channel.
   * @param value - the value.
   * @param get - the waiter of the get; `null` if the get did not wait.
   */
  unbuffered(chan: object, value: unknown, get: object | null): void;
  /**
   * A channel was closed: it accepts no more puts, and its waiting gets are about to be settled.
   *
   * @param chan - the channel.
   * @param cause - the error that the channel was closed with; `undefined` for none.
   */
  closed(chan: object, cause: unknown): void;
  /**
   * A channel was cancelled: its buffered values are dropped, and its waiting puts are about to be
   * settled with `false`.
   *
   * @param chan - the channel.
   */
  cancelled(chan: object): void;
  /**
   * A goroutine is about to start. This method must call the goroutine's function.
   *
   * @param fn - the function.
   * @param args - the arguments to call the function with.
   * @returns what `fn(...args)` returns.
   */
  ran<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): R;
}

export let observer: Observer | undefined;

/** Sets the observer; `undefined` for none. @returns the observer that was set before. */
export function setObserver(next: Observer | undefined): Observer | undefined {
  const before = observer;
  observer = next;
  return before;
}
