/**
 * How operations settle: every promise of an operation is resolved here, and every callback of a user is called here.
 *
 * - While the gate of fairness.ts is shut, what is to settle is held.
 * - What is held is released in order, and neither a callback nor the waking of a waiter overtakes it.
 * - It is released a few strides at a time, after the continuations of what was released before. Where a single operation comes with
 *   0.125 ms of work and more (`stride` 1), every completion goes that way: else twenty tasks that had all completed
 *   before the gate shut would still run back to back.
 */
import { surface } from './errors.js';
import { shut, spend, stride, whenOpen } from './fairness.js';
import { Queue } from './queue.js';
import { schedule } from './turn.js';

/** How deep callbacks may nest before they continue on a fresh stack. */
const DEEPEST = 64;
let depth = 0;

/** A callback that is held. */
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
  // With light work all that is held, or nearly: what follows need not be held any more to keep its place. A callback runs
  // alone, since the continuations of what was released before it run only behind us.
  let left = stride === 1 ? 1 : stride * 4;
  let next = held.shift();
  if (next instanceof Call) next.run();
  else {
    for (;;) {
      next();
      if (--left <= 0 || held.length === 0 || held.peek() instanceof Call) break;
      next = held.shift() as () => void; // Sound: just looked at.
    }
  }
  // Behind the continuations of what was just released.
  void SETTLED.then(release);
}

/** Puts a completion off until it is its turn: in a microtask, or when the gate opens. */
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

/** A promise for the value of an operation that completed without waiting. */
export function answer<T>(value: T): Promise<T> {
  return spend() ? Promise.resolve(value) : hold(value);
}

/**
 * Wakes a waiting operation, which counts as one that completes: its other side may be uncounted (an abort, a close, a stream, `tryPut`).
 * Every wake-up of a promise passes through here, so that while the gate is shut it is held.
 */
export function wake(resolve: (value: unknown) => void, value: unknown, failed: boolean): void {
  spend();
  // The promise rejects only when it is handed over: before that nobody could handle the rejection.
  if (shut || held.length > 0) putOff(() => tell(resolve, value, failed));
  else tell(resolve, value, failed);
}

function tell(resolve: (value: unknown) => void, value: unknown, failed: boolean): void {
  resolve(failed ? Promise.reject(value) : value);
}

/** A promise for `value` whose completion was refused by {@link spend}. */
export function hold<T>(value: T): Promise<T> {
  return new Promise((resolve) => putOff(() => resolve(value)));
}

/** A promise rejected with `error`, counted too. */
export function refuse(error: unknown): Promise<never> {
  return answer(undefined).then(() => {
    throw error;
  });
}

/** Settles behind all that is held: for what runs in the order in which it came. Counted as a wake-up is. */
export function inTurn(): Promise<void> {
  spend();
  return shut || held.length > 0 ? hold(undefined) : SETTLED;
}

/**
 * Calls a user's callback, whose errors become uncaught ones. `waited`: its operation did, so that it is put off only while the gate is
 * shut. It is put off too while earlier ones are held, and where callbacks that call each other nest too deep.
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
