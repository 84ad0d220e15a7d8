/**
 * Abort signals, with one listener per signal however many operations wait on the signal. All
 * goroutines of a scope share the scope's signal, and Node warns of a leak at eleven listeners.
 *
 * - A signal carries our listener exactly while at least one watcher watches the signal.
 */
import { expect } from './errors.js';

/** Receives the abort of a signal. `aborted` must not throw. */
export interface Watcher {
  aborted(reason: unknown): void;
}

class Watch {
  readonly watchers = new Set<Watcher>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }
  handleEvent(): void {
    const { reason } = this.#signal as { reason: unknown };
    // A notified watcher may settle other operations. The watchers of these operations then leave
    // the set, and this loop does not notify them.
    for (const watcher of this.watchers) {
      unwatch(this.#signal, watcher);
      watcher.aborted(reason);
    }
  }
}

const watches = new WeakMap<AbortSignal, Watch>();

/** Notifies `watcher` once when `signal` aborts. `signal` must not be aborted yet. */
export function watch(signal: AbortSignal, watcher: Watcher): void {
  let found = watches.get(signal);
  if (found === undefined) watches.set(signal, (found = new Watch(signal)));
  if (found.watchers.size === 0) signal.addEventListener('abort', found);
  found.watchers.add(watcher);
}

/** Notifies `watcher` once: now if `signal` is aborted already, else when `signal` aborts. */
export function follow(signal: AbortSignal, watcher: Watcher): void {
  if (signal.aborted) watcher.aborted((signal as { reason: unknown }).reason);
  else watch(signal, watcher);
}

/** Takes back a `watch`. Does nothing if `watcher` does not watch `signal`. */
export function unwatch(signal: AbortSignal, watcher: Watcher): void {
  const found = watches.get(signal);
  if (found === undefined || !found.watchers.delete(watcher)) return;
  if (found.watchers.size === 0) signal.removeEventListener('abort', found);
}

/** Whether a thing is an abort signal. Tested by shape: a signal may come from another realm. */
export function isSignal(thing: unknown): thing is AbortSignal {
  return typeof (thing as Partial<AbortSignal> | null | undefined)?.throwIfAborted === 'function';
}

/** Options that may contain a signal. */
interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns the signal of the options of a stage or a terminal. The signal may be aborted already.
 *
 * @throws TypeError if `options.signal` is not an AbortSignal.
 */
export function givenSignal(options: Signalled | undefined): AbortSignal | undefined {
  const signal = options?.signal;
  expect(signal === undefined || isSignal(signal), 'signal', 'an AbortSignal', signal);
  return signal;
}

/**
 * Returns the signal of the options of an operation.
 *
 * @throws The signal's reason if the signal is aborted already; TypeError if `options.signal` is
 * not an AbortSignal.
 */
export function signalOf(options: Signalled | undefined): AbortSignal | undefined {
  const signal = givenSignal(options);
  signal?.throwIfAborted();
  return signal;
}

interface Events {
  setMaxListeners?(count: number, target: EventTarget): void;
}
interface Process {
  getBuiltinModule?(name: string): Events | undefined;
}

/** Node's `events` module. By default Node warns of a leak at a signal's eleventh listener. */
const events = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:events');

/** Makes a controller whose signal goes to users: the signal may have any number of listeners. */
export function makeController(): AbortController {
  const controller = new AbortController();
  events?.setMaxListeners?.(0, controller.signal);
  return controller;
}
