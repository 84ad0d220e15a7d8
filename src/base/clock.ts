/**
 * Every timer of the library: one heap of alarms over one timer of the platform.
 *
 * - Alarms ring in the order of their deadlines, those of one deadline in the order they were set, never early.
 * - The platform's timer is set exactly while an alarm is, so a process with none can end.
 * - `setTimeout` and `performance` are looked up at each use, so that fake timers installed later work.
 */

/** The longest delay the platform's timers take, in ms; longer ones are chained. */
const LONGEST = 2 ** 31 - 1;

/** Something that happens at a time. `slot` is its place in the heap, -1 while it is not set. */
export class Alarm {
  /** @internal */ slot = -1;
  /** @internal */ deadline = 0;
  /** @internal */ order = 0;
  readonly ring: () => void;

  /** @param ring - what happens; must not throw. */
  constructor(ring: () => void) {
    this.ring = ring;
  }
  /** Sets it, or moves it, to ring at `deadline` (of {@link now}). */
  set(deadline: number): void {
    this.clear();
    // Never is no event: a process that waits for nothing else can end.
    if (deadline === Infinity) return;
    this.deadline = deadline;
    this.order = ++orders;
    place(this, heap.push(this) - 1);
    rise(this);
    rearm();
  }
  /** Takes it back; nothing happens if it is not set. */
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
/** What it was set by: under fake timers that come and go it is lost with them. */
let armedBy: typeof setTimeout | undefined;

/** Milliseconds of a clock that never goes back. */
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
  const last = heap.pop() as Alarm; // Sound: the alarm itself is in the heap.
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
