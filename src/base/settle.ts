/**
 * How operations settle: every promise of an operation is resolved here, and every user callback is
 * called here.
 *
 * - While the gate of fairness.ts is shut, completions are held.
 * - Held completions are released in order. Neither a callback nor a waiter's wake-up overtakes a
 *   held completion.
 * - Completions are released a few strides at a time, each batch after the continuations of the
 *   batch before. If a single operation takes 0.125 ms or more (`stride` is 1), every completion is
 *   held and released this way: otherwise twenty tasks that all completed before the gate shut
 *   would still run back to back.
 */
import { surface } from './errors.js';
import { shut, spend, stride, whenOpen } from './fairness.js';
import { Queue } from './queue.js';
import { schedule } from './turn.js';

/** How deep callbacks may nest before the next callback runs on a fresh stack. */
const DEEPEST = 64;
let depth = 0;

/** A held callback. */
class Call {
  readonly run: () => void;
  constructor(run: () => void) {
    this.run = run;
  }
}

const SETTLED = Promise.resolve();
const held = new Queue<(() => void) | Call>();
let releasing = false;
whenOpen(release);

function release(): void {
  releasing = held.length > 0 && !shut;
  if (!releasing) return;
  // With light work one batch releases all held completions, or nearly all, so that later ones need
  // not be held to keep their order. A callback is released alone, because continuations of
  // completions that are released in the same batch would run only after the callback.
  let left = stride === 1 ? 1 : stride * 4;
  let next = held.shift();
  if (next instanceof Call) next.run();
  else {
    for (;;) {
      next();
      if (--left <= 0 || held.length === 0 || held.peek() instanceof Call) break;
      next = held.shift() as () => void; // Sound: `peek` just showed that the head is no Call.
    }
  }
  // The next batch runs after the continuations of this batch.
  void SETTLED.then(release);
}

/** Holds a completion: until a microtask if the gate is open, else until the gate opens. */
function putOff(complete: (() => void) | Call): void {
  if (schedule !== undefined) {
    const isCall = complete instanceof Call;
    return schedule.post(isCall ? complete.run : complete, isCall);
  }
  held.push(complete);
  if (releasing || shut) return;
  releasing = true;
  void SETTLED.then(release);
}

/** Returns the promise of an operation that completed with `value` without waiting. */
export function answer<T>(value: T): Promise<T> {
  return spend() ? Promise.resolve(value) : hold(value);
}

/**
 * Wakes a waiting operation, and counts it as one that completes: the other side may be uncounted
 * (an abort, a close, a stream) or may pass the gate (`tryPut`). Every wake-up of a promise passes
 * through here, so that the wake-up is held while the gate is shut.
 */
export function wake(resolve: (value: unknown) => void, value: unknown, failed: boolean): void {
  spend();
  // The rejection is made in `tell`: made earlier, it would be unhandled while it is held.
  if (shut || held.length > 0) putOff(() => tell(resolve, value, failed));
  else tell(resolve, value, failed);
}

function tell(resolve: (value: unknown) => void, value: unknown, failed: boolean): void {
  resolve(failed ? Promise.reject(value) : value);
}

/** Returns the promise of an operation whose completion with `value` {@link spend} refused. */
export function hold<T>(value: T): Promise<T> {
  return new Promise((resolve) => putOff(() => resolve(value)));
}

/** Returns a promise rejected with `error`, and counts the operation. */
export function refuse(error: unknown): Promise<never> {
  return answer(undefined).then(() => {
    throw error;
  });
}

/**
 * Resolves after all completions held now, so that callers continue in the order of their calls.
 * Counts as a wake-up.
 */
export function inTurn(): Promise<void> {
  spend();
  return shut || held.length > 0 ? hold(undefined) : SETTLED;
}

/**
 * Calls a user callback; an error that the callback throws becomes an uncaught error. The call is
 * held while the gate is shut, while earlier completions are held, and where callbacks that call
 * each other nest `DEEPEST` deep. `waited` says whether the operation waited: if it did not, the
 * call is also held when `spend` refuses it with the gate open.
 */
export function deliver<A, B>(callback: (a: A, b: B) => void, a: A, b: B, waited: boolean): void {
  const passes = spend() || (waited && !shut);
  if (passes && held.length === 0 && depth < DEEPEST) return invoke(callback, a, b);
  putOff(new Call(() => invoke(callback, a, b)));
}

function invoke<A, B>(callback: (a: A, b: B) => void, a: A, b: B): void {
  depth++;
  try {
    callback(a, b);
  } catch (error) {
    surface(error);
  } finally {
    depth--;
  }
}
