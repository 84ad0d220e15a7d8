/**
 * Records a run, from what the core's observer hook tells.
 *
 * Whose operation an event is cannot be told from outside: a language runtime knows which goroutine runs, JavaScript
 * does not. So the compiled program says it (instrument.ts): `enter` when an async function begins, `on` when it goes
 * on after an `await`. What runs after that, up to the next microtask, is that goroutine's.
 */
import type { Observer } from 'millrace/inspect';
import type { Event, Place } from './recording.js';

/** Whose turn it is; null for code that is nobody's: a timer's, or the library's own. */
let current: number | null = null;

function forget(): void {
  current = null;
}

/** What the instrumented program calls. */
export interface Marks {
  /** @returns the goroutine of the function that begins. */
  enter(): number | null;
  /** Goes on in a goroutine. @returns `value` */
  on<T>(goroutine: number | null, value?: T): T | undefined;
  /** Gives a name to what is a channel. @returns `value` */
  name<T>(name: string, make: () => T): T;
}

/** Stops recording there, so that an endless program does not fill the memory. */
const MOST = 3000;

export class Recorder implements Observer, Marks {
  private readonly chans = new WeakMap<object, number>();
  private readonly waits = new WeakMap<object, { id: number; go: number | null }>();
  private readonly lossy = new WeakMap<object, 'sliding' | 'dropping'>();
  private chanCount = 0;
  private goCount = 0;
  private waitCount = 0;
  private total = 0;
  private nextName: string | undefined;
  /** Events that nobody has fetched yet. */
  private events: Event[] = [];
  private readonly show: (value: unknown) => string;

  constructor(show: (value: unknown) => string) {
    this.show = show;
    this.add({ what: 'go', go: this.goCount++, name: 'main' });
    current = 0;
  }

  /** The events since the last call. */
  take(): Event[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Remembers what a buffer drops when it is full. @returns `buffer` */
  drops<B extends object>(buffer: B, lossy: 'sliding' | 'dropping'): B {
    this.lossy.set(buffer, lossy);
    return buffer;
  }

  private add(event: Event): void {
    if (this.total++ < MOST) this.events.push(event);
  }

  // Marks.

  readonly enter = (): number | null => current;

  readonly on = <T>(goroutine: number | null, value?: T): T | undefined => {
    current = goroutine;
    queueMicrotask(forget);
    return value;
  };

  readonly name = <T>(name: string, make: () => T): T => {
    this.nextName = name;
    try {
      return make();
    } finally {
      this.nextName = undefined;
    }
  };

  // The observer.

  made(chan: object, buffer: unknown): void {
    const number = this.chanCount++;
    this.chans.set(chan, number);
    const { name, capacity } = (chan as { stats(): { name?: string; capacity: number } }).stats();
    const lossy = typeof buffer === 'object' && buffer !== null ? this.lossy.get(buffer) : undefined;
    this.add({
      what: 'chan',
      chan: number,
      name: name ?? this.nextName ?? `channel ${number + 1}`,
      capacity,
      lossy,
    });
    this.nextName = undefined;
  }

  parked(chan: object, waiter: object, value: unknown): void {
    const id = this.waitCount++;
    // A reader who is handed values one after the other, such as `collect`, comes to wait again within the put of another.
    const { index = -1 } = waiter as { index?: number };
    const before = index < 0 ? this.waits.get(waiter) : undefined;
    const go = before === undefined ? current : before.go;
    this.waits.set(waiter, { id, go });
    const shown = value === undefined ? undefined : this.show(value);
    this.add({ what: 'wait', wait: id, go, chan: this.numberOf(chan), value: shown });
  }

  left(_chan: object, waiter: object): void {
    const wait = this.waitOf(waiter);
    if (wait !== undefined) this.add({ what: 'leave', wait: wait.id });
  }

  gave(chan: object, value: unknown, get: object): void {
    this.move(chan, value, current, this.waitOf(get)?.go ?? null, get);
  }

  took(chan: object, value: unknown, put: object): void {
    this.move(chan, value, this.waitOf(put)?.go ?? null, current, put);
  }

  buffered(chan: object, value: unknown, put: object | null): void {
    this.move(chan, value, put === null ? current : (this.waitOf(put)?.go ?? null), 'buffer', put);
  }

  unbuffered(chan: object, value: unknown, get: object | null): void {
    this.move(chan, value, 'buffer', get === null ? current : (this.waitOf(get)?.go ?? null), get);
  }

  closed(chan: object, cause: unknown): void {
    this.add({ what: 'close', chan: this.numberOf(chan), failed: cause !== undefined });
  }

  cancelled(chan: object): void {
    this.add({ what: 'cancel', chan: this.numberOf(chan) });
  }

  ran<A extends readonly unknown[], R>(fn: (...args: A) => R, args: A): R {
    const go = this.goCount++;
    const told = args.find((arg) => typeof arg === 'string' || typeof arg === 'number');
    const name = [fn.name || `goroutine ${go}`, told].filter((part) => part !== undefined).join(' ');
    this.add({ what: 'go', go, name });
    this.on(go);
    const result = fn(...args);
    const end = (): void => this.add({ what: 'end', go });
    Promise.resolve(result).then(end, end);
    return result;
  }

  private move(chan: object, value: unknown, from: Place, to: Place, waiter: object | null): void {
    const wait = waiter === null ? undefined : this.waitOf(waiter)?.id;
    this.add({ what: 'move', chan: this.numberOf(chan), value: this.show(value), from, to, wait });
  }

  private numberOf(chan: object): number {
    return this.chans.get(chan) ?? -1;
  }

  private waitOf(waiter: object): { id: number; go: number | null } | undefined {
    const { owner } = waiter as { owner?: unknown };
    return this.waits.get(waiter) ?? (typeof owner === 'function' ? this.waits.get(owner) : undefined);
  }
}
