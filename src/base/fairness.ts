/**
 * Fairness: when to let the event loop turn.
 *
 * Promise continuations run before any timer or I/O, so a loop over channels that are always ready would hold
 * those up for ever. Every operation that completes spends a credit, whether it waited or not, and so does every
 * wake-up; when credits run out the clock is read; when the event loop has not turned for `SLICE`, the gate shuts: such completions are held back
 * until it has turned.
 *
 * - Reading the clock at every operation would cost too much; it is read every `stride` operations; `stride` adapts so that a stride takes about 0.25 ms,
 *   whatever work the caller does for each value. It starts low in every turn: the load may have changed.
 * - While the gate is shut nothing completes and nobody is woken, so every loop comes to rest and the event loop turns.
 * - What was held goes on as settle.ts says.
 */
import { type Schedule, schedule, setSchedule, turn } from './turn.js';

/** Milliseconds of uninterrupted channel work. Timers run between slices, so they are late by about one. */
const SLICE = 4;
/** How long a stride should take, in ms, and the most operations in one. */
const STRIDE_TIME = 0.25;
const LONGEST_STRIDE = 32;
/** Operations in a turn before the clock is first read, so that a server's few for each event cost nothing. */
const FREE = 4;

// Taken when the module loads: fake timers must not stop the machine.
const clock = performance;

let credit = FREE;
/** Operations between two looks at the clock. */
export let stride: number = FREE;
/** Whether the gate is shut. */
export let shut = false;
/** Releases what was held. */
let opened = (): void => {};
export function whenOpen(release: () => void): void {
  opened = release;
}

/** Whether we shall be told when the event loop turns. */
let armed = false;
/**
 * When the first look since it last turned was, and the latest. An array: where a variable is given a new number each time, that is a young object
 * in the hand of an old one, and for two such V8 calls other threads to help it collect, which costs more than it helps.
 */
const times = new Float64Array(2);
const BEGAN = 0;
const LOOKED = 1;

/** Shuts the gate of the schedule, or opens it: then wake-ups and callbacks are told at once. @internal */
export function shutGate(on: boolean): void {
  shut = on;
}

/**
 * Hands all that goes on from here to a schedule, with the gate shut; `undefined`: no more. What was held before waits until then.
 *
 * @internal
 */
export function follow(next: Schedule | undefined): void {
  setSchedule(next);
  shut = next !== undefined;
  armed = false;
  stride = FREE;
  credit = 0;
  opened();
}

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
  opened();
}
