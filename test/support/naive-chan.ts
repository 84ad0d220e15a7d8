/**
 * A channel without any cleverness, to compare the real one with: arrays, and a loop that does whatever is possible
 * until nothing is.
 */
import type { ChanBuffer } from '../../src/channel/buffer.js';
import { type Settlement, fulfilled, pending, rejected } from './settlement.js';

export type Carried = number | string | boolean | null;

/** How a kind of buffer behaves: what it holds is an array, oldest first. */
export interface Kind {
  make(): number | ChanBuffer<Carried> | undefined;
  /** Whether a value may be added to what is held. */
  room(held: readonly Carried[]): boolean;
  /** What is held with `value` too. */
  add(held: readonly Carried[], value: Carried): readonly Carried[];
  /** The value that a get receives; called only when something is held. */
  next(held: readonly Carried[]): Carried;
  /** Whether a get leaves it there, so that a value can be received more than once. */
  readonly keeps?: boolean;
  /** Whether it is a promise channel. */
  readonly isPromise?: boolean;
}

/** The ids of what nobody follows: what was added, and what does not wait. */
const NOBODY = -1;
const TRIED = -2;

interface Waiting {
  readonly id: number;
  readonly value: Carried;
}

export class NaiveChan {
  readonly #kind: Kind;
  readonly #outcomes = new Map<number, Settlement>();
  closed = false;
  #cause: unknown = undefined;
  #cancelled = false;
  #held: readonly Carried[] = [];
  #puts: Waiting[] = [];
  #gets: number[] = [];
  #joins: number[] = [];
  #accepted = 0;
  #delivered = 0;
  #dropped = 0;

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  /** What has become of every operation that has an id. */
  get outcomes(): Map<number, Settlement> {
    return new Map([...this.#outcomes].filter(([id]) => id >= 0));
  }
  get drained(): boolean {
    return this.closed && this.#puts.length === 0 && this.#held.length === 0;
  }
  get stats(): object {
    const waiting =
      this.#puts.length > 0 ? 'puts-waiting' : this.#gets.length > 0 ? 'gets-waiting' : 'flowing';
    return {
      state: this.closed ? 'closed' : waiting,
      buffered: this.#held.length,
      waitingPuts: this.#puts.length,
      waitingGets: this.#gets.length,
      puts: this.#accepted,
      gets: this.#delivered,
      // Where a get takes nothing away, what has not been dropped is a matter of taste.
      ...(this.#kind.keeps && !this.#kind.isPromise ? {} : { dropped: this.#dropped }),
    };
  }

  put(id: number, value: Carried): void {
    this.#outcomes.set(id, this.closed ? fulfilled(false) : pending);
    if (this.closed) return;
    this.#puts.push({ id, value });
    this.#run();
  }
  get(id: number): void {
    this.#outcomes.set(id, pending);
    this.#gets.push(id);
    this.#run();
  }
  add(value: Carried): void {
    this.put(NOBODY, value);
  }
  tryPut(value: Carried): boolean | undefined {
    this.put(TRIED, value);
    if (this.#outcomes.get(TRIED) === pending) {
      this.#puts = this.#puts.filter(({ id }) => id !== TRIED);
      return undefined;
    }
    return !this.closed;
  }
  tryGet(): Settlement {
    this.get(TRIED);
    const done = this.#outcomes.get(TRIED) ?? pending;
    if (done !== pending) return done;
    this.#gets = this.#gets.filter((id) => id !== TRIED);
    return fulfilled(undefined);
  }
  join(id: number): void {
    this.#outcomes.set(id, pending);
    this.#joins.push(id);
    this.#run();
  }
  /** Gives an operation up, if it waits. */
  abort(id: number, reason: unknown): void {
    if (this.#outcomes.get(id) !== pending) return;
    this.#outcomes.set(id, rejected(reason));
    this.#puts = this.#puts.filter((put) => put.id !== id);
    this.#gets = this.#gets.filter((get) => get !== id);
    this.#run();
  }
  close(cause: unknown): void {
    if (this.closed) return;
    this.closed = true;
    this.#cause = cause;
    this.#run();
  }
  cancel(): void {
    this.close(undefined);
    this.#cancelled = true;
    this.#dropped += this.#held.length;
    this.#held = [];
    for (const { id } of this.#puts.splice(0)) this.#outcomes.set(id, fulfilled(false));
    this.#run();
  }

  #run(): void {
    while (this.#step());
    if (!this.closed || !(this.#kind.isPromise || this.drained)) return;
    for (const id of this.#joins.splice(0)) this.#outcomes.set(id, fulfilled(undefined));
  }

  /** Does one thing that is possible; false if there is none. */
  #step(): boolean {
    const [get] = this.#gets;
    const [put] = this.#puts;
    if (get !== undefined && this.#held.length > 0) {
      const value = this.#kind.next(this.#held);
      if (!this.#kind.keeps) {
        const i = this.#held.indexOf(value);
        this.#held = [...this.#held.slice(0, i), ...this.#held.slice(i + 1)];
      }
      this.#deliver(value);
    } else if (put !== undefined && this.#kind.room(this.#held) && !this.#cancelled) {
      const before = this.#held.length;
      this.#held = this.#kind.add(this.#held, put.value);
      this.#dropped += before + 1 - this.#held.length;
      this.#accept();
    } else if (get !== undefined && put !== undefined) {
      this.#accept();
      this.#deliver(put.value);
    } else if (get !== undefined && this.closed) {
      this.#gets.shift();
      this.#outcomes.set(get, this.#cause === undefined ? fulfilled(undefined) : rejected(this.#cause));
    } else return false;
    return true;
  }
  #accept(): void {
    const put = this.#puts.shift();
    this.#accepted++;
    if (put !== undefined) this.#outcomes.set(put.id, fulfilled(true));
  }
  #deliver(value: Carried): void {
    const get = this.#gets.shift();
    this.#delivered++;
    if (get !== undefined) this.#outcomes.set(get, fulfilled(value));
  }
}
