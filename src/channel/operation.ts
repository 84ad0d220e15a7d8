/**
 * How one operation waits: as a promise, as a promise that a signal can abort, or as a callback.
 *
 * - The caller has polled or offered first. A waiter is made and parked only if nothing was ready.
 */
import { signalOf, unwatch, watch } from '../base/abort.js';
import { deliver, wake } from '../base/settle.js';
import type { Resolve } from '../base/promises.js';
import { expectFunction } from '../base/errors.js';
import { type Abortable, PENDING, type Pending } from './protocol.js';
import { type Settle, Waiter } from './waiters.js';

/**
 * Settles the waiter of a promise. The waiter's owner is the function that resolves the promise.
 */
export const settlePromise: Settle = (waiter, value, failed) => {
  wake(waiter.owner as Resolve, value, failed);
};

/** The owner of the waiter of a promise that a signal can abort. */
interface AbortableWait {
  readonly signal: AbortSignal;
  readonly resolve: Resolve;
  /** Settles the promise as if there were no signal. */
  readonly settle: Settle;
}

const settleAbortable: Settle = (waiter, value, failed) => {
  const { signal, resolve, settle } = waiter.owner as AbortableWait;
  unwatch(signal, waiter);
  waiter.owner = resolve;
  settle(waiter, value, failed);
};

const settleCallback: Settle = (waiter, value, failed) => {
  tell(waiter.owner as Callback, waiter.value, value, failed, true);
};

type Callback = (value: never, error?: unknown) => void;

/**
 * Calls a callback. A failed get passes `undefined` and the error, a failed put `false` and the
 * error.
 */
function tell(callback: Callback, put: unknown, value: unknown, failed: boolean, waited: boolean): void {
  const given = failed ? (put === undefined ? undefined : false) : value;
  deliver(callback as (value: unknown, error: unknown) => void, given, failed ? value : undefined, waited);
}

/** The methods of a channel that operations use: `offer` for puts, `poll` for gets. */
interface Operated {
  poll(): unknown;
  offer?(value: never): boolean | Pending;
  queue(waiter: Waiter<never>): void;
  unpark(waiter: Waiter<never>): void;
}

/** Puts `value` if that is possible now, or gets if `value` is `undefined`. */
function attempt(chan: Operated, value: unknown): unknown {
  return value === undefined ? chan.poll() : chan.offer?.(value as never);
}

/** Parks an operation right after it found nothing ready. Returns the operation's promise. */
export function wait<R>(
  chan: Operated,
  settle: Settle,
  signal: AbortSignal | undefined,
  value: unknown,
): Promise<R> {
  // Polling may have run user code that aborted the signal.
  signal?.throwIfAborted();
  let resolve: unknown;
  const pending = new Promise<R>((resolver) => {
    resolve = resolver;
  });
  const waiter = new Waiter<never>(chan, settle, resolve);
  waiter.value = value;
  chan.queue(waiter);
  if (signal !== undefined && waiter.waiting) {
    waiter.owner = { signal, resolve: resolve as Resolve, settle } satisfies AbortableWait;
    waiter.settle = settleAbortable;
    try {
      // Queueing may have run user code that aborted the signal.
      if (signal.aborted) waiter.aborted((signal as { reason: unknown }).reason);
      else watch(signal, waiter);
    } catch (error) {
      // The signal is not a real one: the operation fails, so its waiter must not stay parked.
      waiter.withdraw();
      throw error;
    }
  }
  return pending;
}

/** Adds a joiner to a channel, and returns the joiner's promise. */
export async function joinAmong(joiners: Set<Resolve>, options: Abortable | undefined): Promise<void> {
  const signal = signalOf(options);
  // Sound: the channel resolves a joiner with `undefined`.
  if (signal === undefined) return new Promise<void>((resolve) => void joiners.add(resolve as Resolve));
  return new Promise<void>((resolve) => {
    const joiner = (): void => {
      unwatch(signal, watcher);
      resolve();
    };
    const watcher = {
      aborted(reason: unknown): void {
        joiners.delete(joiner);
        wake(resolve as Resolve, reason, true); // Sound: `wake` resolves it with a rejection.
      },
    };
    joiners.add(joiner);
    watch(signal, watcher);
  });
}

/** The form with a callback of a get, or of a put if `value` is not `undefined`. */
export function operateThen(chan: Operated, callback: Callback, value: unknown): void {
  expectFunction('callback', callback);
  let got: unknown;
  try {
    got = attempt(chan, value);
  } catch (error) {
    return tell(callback, value, error, true, false);
  }
  if (got !== PENDING) return tell(callback, value, got, false, false);
  const waiter = new Waiter<never>(chan, settleCallback, callback);
  waiter.value = value;
  chan.queue(waiter);
}
