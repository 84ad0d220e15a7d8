/**
 * Every timer of the library: one heap of alarms over one timer of the platform.
 *
 * - Alarms ring in the order of their deadlines, never early. Alarms with equal deadlines ring in
 *   the order in which they were set.
 * - The platform's timer is set exactly while an alarm is set, so a process without alarms can end.
 * - Each use looks up `setTimeout` and `performance` again, so fake timers installed later work.
 */

/** The longest delay, in ms, that the platform's timers accept. Longer delays are chained. */
const LONGEST = 2 ** 31 - 1;

/** Calls `ring` at a deadline. `slot` is the alarm's index in the heap, -1 while it is not set. */
export class Alarm {
  /** @internal */ slot = -1;
  /** @internal */ deadline = 0;
  /** @internal */ order = 0;
  readonly ring: () => void;

  /** @param ring - called at the deadline; must not throw. */
  constructor(ring: () => void) {
    this.ring = ring;
  }
  /** Sets or moves the alarm, to ring at `deadline`: milliseconds on the clock of {@link now}. */
  set(deadline: number): void {
    this.clear();
    // An infinite deadline sets no timer, so a process that waits for nothing else can end.
    if (deadline === Infinity) return;
    this.deadline = deadline;
    this.order = ++orders;
    place(this, heap.push(this) - 1);
    rise(this);
    rearm();
  }
  /** Takes the alarm out of the heap. Does nothing if the alarm is not set. */
  clear(): void {
    if (this.slot < 0) return;
    remove(this);
    rearm();
  }
}

const heap: Alarm[] = [];
let orders = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let armed = Infinity;
/**
 * The `setTimeout` that set `timer`. Uninstalling fake timers drops a timer that they set, so
 * `rearm` sets the timer again when `setTimeout` has become another function.
 */
let armedBy: typeof setTimeout | undefined;

/** Milliseconds of a monotonic clock. */
export function now(): number {
  return performance.now();
}

function rearm(): void {
  const first = heap[0];
  const deadline = first === undefined ? Infinity : first.deadline;
  if (first !== undefined && timer !== undefined && armed === deadline && armedBy === setTimeout) return;
  if (timer !== undefined) clearTimeout(timer);
  armed = deadline;
  armedBy = setTimeout;
  timer =
    first === undefined
      ? undefined
      : setTimeout(fire, Math.min(LONGEST, Math.max(0, Math.ceil(deadline - now()))));
}

function fire(): void {
  timer = undefined;
  const time = now();
  for (let first = heap[0]; first !== undefined && first.deadline <= time; first = heap[0]) {
    remove(first);
    first.ring();
  }
  rearm();
}

function before(a: Alarm, b: Alarm): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}

function place(alarm: Alarm, slot: number): void {
  heap[slot] = alarm;
  alarm.slot = slot;
}

function remove(alarm: Alarm): void {
  const last = heap.pop() as Alarm; // Sound: `alarm` is in the heap, so the heap is not empty.
  if (last !== alarm) {
    place(last, alarm.slot);
    rise(last);
    sink(last);
  }
  alarm.slot = -1;
}

function rise(alarm: Alarm): void {
  while (alarm.slot > 0) {
    const slot = (alarm.slot - 1) >> 1;
    const parent = heap[slot] as Alarm; // Sound: every slot below the heap's length is filled.
    if (!before(alarm, parent)) return;
    place(parent, alarm.slot);
    place(alarm, slot);
  }
}

function sink(alarm: Alarm): void {
  for (;;) {
    const left = heap[2 * alarm.slot + 1];
    const right = heap[2 * alarm.slot + 2];
    const child = left !== undefined && right !== undefined && before(right, left) ? right : left;
    if (child === undefined || !before(child, alarm)) return;
    const slot = child.slot;
    place(child, alarm.slot);
    place(alarm, slot);
  }
}
