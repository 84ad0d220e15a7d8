import { expect } from 'vitest';
import type { Chan } from '../../src/index.js';
import type { World } from './engine.js';

/** What became of every value: at rest each that was accepted was received once, or is still held, or was dropped by its channel. */
export class Account {
  readonly #accepted: number[] = [];
  readonly #received: number[] = [];
  readonly #chans: readonly Chan<number>[];
  #next = 0;

  constructor(world: World, ...chans: readonly Chan<number>[]) {
    this.#chans = chans;
    world.atRest(() => this.#check());
  }

  /** A value that no other is. */
  value(): number {
    return this.#next++;
  }

  /** A put that settled. @returns whether it was accepted. */
  put(value: number, ok: boolean): boolean {
    if (ok) this.#accepted.push(value);
    return ok;
  }

  /** What a get gave. @returns whether it is a value. */
  got(value: number | undefined): value is number {
    if (value === undefined) return false;
    this.#received.push(value);
    return true;
  }

  #check(): void {
    expect(new Set(this.#received).size, 'a value was received twice').toBe(this.#received.length);
    const strangers = this.#received.filter((value) => !this.#accepted.includes(value));
    expect(strangers, 'received, though their puts say no').toEqual([]);
    let held = 0;
    for (const ch of this.#chans) {
      const { waitingGets, waitingPuts, buffered, capacity, dropped } = ch.stats();
      held += buffered + dropped;
      expect(waitingGets > 0 && (waitingPuts > 0 || buffered > 0), 'a get waits beside a value').toBe(false);
      expect(waitingPuts > 0 && buffered < capacity, 'a put waits beside room').toBe(false);
      expect(ch.closed && waitingGets > 0, 'a get waits for a channel that is closed').toBe(false);
    }
    expect(this.#received.length + held, 'as many are received or held as were accepted').toBe(
      this.#accepted.length,
    );
  }
}
