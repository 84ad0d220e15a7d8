/**
 * Fairness: when to let the event loop turn.
 *
 * Promise continuations run before any timer or I/O, so a loop over channels that are always ready
 * would delay timers and I/O for ever. Every operation that completes spends a credit, whether it
 * waited or not, and so does every wake-up. When the credits run out, the clock is read. When the
 * event loop has not turned for `SLICE`, the gate shuts: completions are held until the event loop
 * has turned.
 *
 * - Reading the clock at every operation would cost too much, so it is read every `stride`
 *   operations. `stride` adapts so that a stride takes about 0.25 ms, whatever work the caller does
 *   for each value. `stride` starts low in every turn, because the load may have changed.
 * - While the gate is shut no operation completes and no waiter is woken, so every loop comes to
 *   rest and the event loop turns.
 * - `settle.ts` defines the order in which held completions continue.
 */
import { type Schedule, schedule, setSchedule, turn } from './turn.js';

/** Milliseconds of uninterrupted channel work. Timers are late by about one slice. */
const SLICE = 4;
/**
 * The time that a stride should take, in ms, and the most operations in one stride. A value whose
 * reader waits counts two or three times, at its put and at each wake-up.
 */
const STRIDE_TIME = 0.25;
const LONGEST_STRIDE = 64;
/**
 * Operations in a turn before the clock is first read. A server that does only a few operations for
 * each event never reads the clock.
 */
const FREE = 4;

// Taken when the module loads: fake timers that are installed later must not stop this clock.
const clock = performance;

let credit = FREE;
/** Operations between two clock reads. */
export let stride: number = FREE;
/** Whether the gate is shut, so that completions are held. */
export let shut = false;
/** Releases the held completions. */
let opened = (): void => {};
export function whenOpen(release: () => void): void {
  opened = release;
}

/** Whether `turned` will be called when the event loop has turned. */
let armed = false;
/**
 * The times, in ms, of the first clock read since the event loop turned (`BEGAN`) and of the latest
 * (`LOOKED`). Storing a double in a module variable allocates a heap number that old space points
 * to; V8 scans such pages at every scavenge. Keeping these times and the promise resolvers (see
 * promises.ts) out of module variables took a rendezvous from 113 to 95 ns.
 */
const times = new Float64Array(2);
const BEGAN = 0;
const LOOKED = 1;

/**
 * Shuts or opens the gate for a schedule. While the gate is open, wake-ups and callbacks run at
 * once.
 *
 * @internal
 */
export function shutGate(on: boolean): void {
  shut = on;
}

/**
 * Installs a schedule that decides every later completion, with the gate shut; `undefined` removes
 * the schedule. Completions held before the schedule was installed stay held until it is removed.
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

/**
 * Counts an operation that completes without waiting. False: the caller must hold the completion,
 * because the event loop must turn first.
 */
export function spend(): boolean {
  return --credit >= 0 || look();
}

/**
 * Counts many operations that complete without waiting. Returns how many may complete now; 0 means
 * none, because the event loop must turn first.
 */
export function grant(): number {
  if (!spend()) return 0;
  const granted = credit + 1;
  credit = 0;
  return granted;
}

/** Returns credits that `grant` gave and that the caller did not use. */
export function unspend(count: number): void {
  // If the gate has shut since the grant, the credits are void.
  if (!shut) credit += count;
}

function look(): boolean {
  credit = 0;
  if (schedule !== undefined) return schedule.passes();
  if (shut) return false;
  const time = clock.now();
  if (!armed) {
    // The first clock read since the event loop turned.
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
  // This turn was requested before the schedule was installed. Only the schedule may open the gate.
  if (schedule !== undefined) return;
  armed = false;
  shut = false;
  credit = Math.min(stride, FREE) - 1;
  opened();
}
