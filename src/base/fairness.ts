/**
 * Fairness: when to let the event loop breathe.
 *
 * Promise continuations run before any timer or I/O, so a loop over channels that are always ready would hold
 * those up for ever. Every operation that completes spends a credit, whether it waited or not, and so does every
 * wake-up; when credits run out the clock is read; when the event loop has not turned for `SLICE`, the gate shuts: such completions are held back
 * until it has turned.
 *
 * - Reading the clock at every operation would cost too much; it is read every `stride` operations; `stride` adapts so that a stride takes about 0.25 ms,
 *   whatever work the caller does for each value. It starts low in every turn: the load may have changed.
 * - While the gate is shut nothing completes and nobody is woken, so every loop comes to rest and the event loop turns.
 * - What was held is released a few strides at a time, after those before have run on. Where a single operation comes with
 *   0.125 ms of work and more (`stride` 1), every completion goes that way: else twenty tasks that had all completed
 *   before the gate shut would still run back to back.
 * - What is held is released in order, and neither a callback nor the waking of a waiter overtakes it.
 */
import { surface } from './errors.js';
import { Queue } from './queue.js';

/** Milliseconds of uninterrupted channel work. Timers run between slices, so they are late by about one. */
const SLICE = 4;
/** How long a stride should take, in ms, and the most operations in one. */
const STRIDE_TIME = 0.25;
const LONGEST_STRIDE = 32;
/** Operations in a turn before the clock is first read, so that a server's few for each event cost nothing. */
const FREE = 4;
/** How deep callbacks may nest before they continue on a fresh stack. */
const DEEPEST = 64;

// Taken when the module loads: fake timers must not stop the machine.
const clock = performance;
const immediate = globalThis.setImmediate as ((then: () => void) => unknown) | undefined;

/**
 * Calls back when the event loop has turned. On servers only `setImmediate` lets timers and I/O through; browsers put what
 * `scheduler.yield` continues before their timers, so that a loop of it would hold them up for ever.
 */
function turn(then: () => void): void {
  if (schedule !== undefined) schedule.post(then, false, true);
  else if (immediate !== undefined) immediate(then);
  else {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      then();
    });
    port1.start();
    port2.postMessage(0);
  }
}

/** A callback that is held. */
class Call {
  readonly run: () => void;
  constructor(run: () => void) {
    this.run = run;
  }
}

const SETTLED = Promise.resolve();
const held = new Queue<(() => void) | Call>();

/** Who decides, in a test, what goes on next. It shuts and opens the gate; at first the gate is shut. @internal */
export interface Schedule {
  /** Whether an operation that need not wait completes at once. */
  passes(): boolean;
  /** Takes what is to go on later: a callback if `called`, what waits for a turn of the event loop if `turn`, else a completion. */
  post(run: () => void, called: boolean, turn?: boolean): void;
}
let schedule: Schedule | undefined;

/** Shuts the gate of the schedule, or opens it: then wake-ups and callbacks are told at once. @internal */
export function shutGate(on: boolean): void {
  shut = on;
}

/** Hands all that goes on from here to a schedule; `undefined`: no more. What was held before waits until then. @internal */
export function follow(next: Schedule | undefined): void {
  schedule = next;
  shut = next !== undefined;
  armed = false;
  stride = FREE;
  credit = 0;
  release();
}

let credit = FREE;
let stride = FREE;
let shut = false;
let releasing = false;
let depth = 0;
/** Whether we shall be told when the event loop turns. */
let armed = false;
/**
 * When the first look since it last turned was, and the latest. An array: where a variable is given a new number each time, that is a young object
 * in the hand of an old one, and for two such V8 calls other threads to help it collect, which costs more than it helps.
 */
const times = new Float64Array(2);
const BEGAN = 0;
const LOOKED = 1;

/** Counts an operation that completes without waiting. False: hold it, the event loop must turn first. */
export function spend(): boolean {
  return --credit >= 0 || look();
}

/** Counts many such operations at once: how many may complete now; 0: none, the event loop must turn first. */
export function grant(): number {
  if (!spend()) return 0;
  const granted = credit + 1;
  credit = 0;
  return granted;
}

/** Takes back what was granted and did not happen. */
export function unspend(count: number): void {
  // The gate may have shut meanwhile: then nothing is left to spend.
  if (!shut) credit += count;
}

function look(): boolean {
  credit = 0;
  if (schedule !== undefined) return schedule.passes();
  if (shut) return false;
  const time = clock.now();
  if (!armed) {
    // The first look since the event loop turned.
    armed = true;
    times[BEGAN] = time;
    stride = 1;
    turn(turned);
  } else {
    const spent = time - (times[LOOKED] as number);
    stride = Math.max(1, Math.min(LONGEST_STRIDE, stride * 4, Math.floor((stride * STRIDE_TIME) / spent)));
    shut = time - (times[BEGAN] as number) >= SLICE;
    if (shut || stride === 1) {
      times[LOOKED] = time;
      return false;
    }
  }
  times[LOOKED] = time;
  credit = stride - 1;
  return true;
}

function turned(): void {
  // Asked for before the schedule, whose choices must not depend on it.
  if (schedule !== undefined) return;
  armed = false;
  shut = false;
  credit = Math.min(stride, FREE) - 1;
  release();
}

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

/** Settles when the event loop has turned: timers and I/O that were due have run. */
export function breathe(): Promise<void> {
  return new Promise(turn);
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
