/**
 * Aborts, with one listener per signal however many operations wait on it: a scope's signal is shared by all its
 * goroutines, and Node warns of a leak at eleven listeners.
 *
 * - A signal has our listener exactly while somebody watches it.
 */
import { expect } from './errors.js';

/** Who wants to know. `aborted` must not throw. */
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
    // A watcher told here may settle others, which then leave the set and are not told.
    for (const watcher of this.watchers) {
      unwatch(this.#signal, watcher);
      watcher.aborted(reason);
    }
  }
}

const watches = new WeakMap<AbortSignal, Watch>();

/** Tells `watcher` once when `signal` aborts, which must not have happened yet. */
export function watch(signal: AbortSignal, watcher: Watcher): void {
  let found = watches.get(signal);
  if (found === undefined) watches.set(signal, (found = new Watch(signal)));
  if (found.watchers.size === 0) signal.addEventListener('abort', found);
  found.watchers.add(watcher);
}

/** Tells `watcher` once: at once if `signal` is aborted, else when it is. */
export function follow(signal: AbortSignal, watcher: Watcher): void {
  if (signal.aborted) watcher.aborted((signal as { reason: unknown }).reason);
  else watch(signal, watcher);
}

/** Takes that back. */
export function unwatch(signal: AbortSignal, watcher: Watcher): void {
  const found = watches.get(signal);
  if (found === undefined || !found.watchers.delete(watcher)) return;
  if (found.watchers.size === 0) signal.removeEventListener('abort', found);
}

/** Whether a thing is an abort signal, of whichever realm. */
export function isSignal(thing: unknown): thing is AbortSignal {
  return typeof (thing as Partial<AbortSignal> | null | undefined)?.throwIfAborted === 'function';
}

/** What has a signal among its options. */
interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The signal among the options of a stage or a terminal, which may be aborted already.
 *
 * @throws TypeError if it is no signal.
 */
export function givenSignal(options: Signalled | undefined): AbortSignal | undefined {
  const signal = options?.signal;
  expect(signal === undefined || isSignal(signal), 'signal', 'an AbortSignal', signal);
  return signal;
}

/**
 * The signal among an operation's options.
 *
 * @throws its reason if it is aborted already; TypeError if it is no signal.
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

/** Node's, which warns of a leak at the eleventh listener of a signal. */
const events = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:events');

/** Makes a controller whose signal is handed out: any number may listen. */
export function makeController(): AbortController {
  const controller = new AbortController();
  events?.setMaxListeners?.(0, controller.signal);
  return controller;
}
