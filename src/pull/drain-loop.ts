/**
 * A goroutine without a promise, that takes all values of a channel.
 *
 * - Values that are ready are handed over in one loop. A value that the goroutine waited for comes in within the put that brings it,
 *   so that the value is where it belongs before that put is answered: nothing that happens later in the turn can lose it.
 * - A goroutine that runs a function of the user's (`delays`) may get that value later, as a callback would: the value is then in
 *   `#coming`, and is handed over before the goroutine stops. Goroutines that feed each other do not nest without end.
 * - It takes one value at a time; `accept` may put the next off. Stopped, it takes nothing more and its waiter is gone.
 * - One continuation at a time: it runs, waits for a value, waits for the event loop, or waits for `resume`.
 * - Of a stream of values it lets the buffer gather some, so that they are handed over in one loop. A few that came in one by
 *   one make a stream; one that brings few while it lets them gather is none any more.
 * - Values taken without waiting are counted for fairness, a stride at a time.
 */
import { grant, unspend } from '../base/fairness.js';
import { deliver } from '../base/settle.js';
import { breathe } from '../base/turn.js';
import { Queue } from '../base/queue.js';
import { type Drained, FULL, PENDING, type Pending, type Sink } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** What a consumer needs of its channel; every `ReadChan` has it. */
export interface Drainable<out T> {
  readonly repeats: boolean;
  readonly isOwned: boolean;
  poll(): T | undefined | Pending;
  /** Hands what is ready to the sink: until nothing is, it has ended, or the sink takes no more. */
  drain(sink: { push(value: T): boolean }): Drained;
  /** Parks a waiter right after nothing was found. */
  queue(waiter: Waiter<never>, first?: boolean): void;
  unpark(waiter: Waiter<never>): void;
  /**
   * Parks a waiter again that was just served, within `settle`: as the last or as the `first`. False: nothing is done, since
   * something may be ready that nobody would look at, or since the event loop must turn first.
   */
  keep(waiter: Waiter<never>, first?: boolean): boolean;
  /**
   * Lets values gather in its buffer: calls `resume` when that is full, when the channel is closed, and when the event
   * loop has turned. False: it has none, or somebody has asked already.
   */
  gather(resume: () => void): boolean;
  cancel(reason?: unknown): void;
}

/** How many values in a row make a stream, and how many keep it one: with fewer it is not worth letting them gather. */
const STREAM = 16;
const BATCH = 4;

/** How deep consumers may nest that hand values to each other. */
const DEEPEST = 64;
let depth = 0;
/** Those with a value to hand over that came in too deep. */
const deep = new Queue<DrainLoop<unknown>>();

const settleConsumer: Settle = (waiter, value, failed) => {
  const consumer = waiter.owner as DrainLoop<unknown>;
  consumer.comes(value, failed);
  if (consumer.delays) return deliver(arrive, consumer, undefined, true);
  if (depth >= DEEPEST) return deep.push(consumer);
  depth++;
  consumer.arrive();
  depth--;
  // Before the put is answered that set all this off.
  while (depth === 0 && deep.length > 0) {
    depth++;
    deep.shift().arrive();
    depth--;
  }
};

const arrive = (consumer: DrainLoop<unknown>): void => consumer.arrive();

export abstract class DrainLoop<T> implements Sink<T> {
  readonly #chan: Drainable<T>;
  readonly #waiter: Waiter<never> = new Waiter<never>(null, settleConsumer, this);
  /** How many values it takes before it looks up, and how many in all. */
  #room = 0;
  #left: number;
  #running = false;
  /** Whether the next value was put off, and whether it is wanted after all. */
  #halted = false;
  #resumed = false;
  /** Whether it goes on only when the event loop has turned. */
  #rests = false;
  #over = false;
  /** At least how many values have come in a row. */
  #streak = 0;
  /** What the waiter was committed with, until it is handed over; `#failed`: an error. */
  #coming: unknown = PENDING;
  #failed = false;
  /** Whether handing a value over runs a function of the user's, so that it is put off while the gate is shut. */
  readonly delays: boolean = true;

  constructor(chan: Drainable<T>, most: number) {
    this.#chan = chan;
    this.#left = chan.repeats ? Math.min(most, 1) : most;
  }

  /** Takes a value; false: {@link DrainLoop.resume} will be called when it can take the next. */
  protected abstract accept(value: T): boolean;
  /** The channel has ended, or failed; or enough was taken, or taking failed. */
  protected abstract finish(cause: unknown, failed: boolean): void;

  push(value: T): boolean {
    const goesOn = this.accept(value);
    if (!goesOn) this.#halted = true;
    return --this.#room > 0 && goesOn && !this.#over;
  }

  /** Takes what is ready, and waits for more; also starts it. */
  readonly resume = (): void => {
    this.#resumed = true;
    while (this.#resumed && !this.#running && !this.#rests && !this.#over) {
      this.#resumed = false;
      this.#running = true;
      try {
        this.#turn();
      } catch (error) {
        this.end(error, true);
      }
      this.#running = false;
    }
  };

  #turn(): void {
    if (this.#left === 0) return this.end(undefined, false);
    const granted = Math.min(this.#left, grant());
    if (granted === 0) return this.#wait();
    this.#room = granted;
    this.#halted = false;
    const state = this.#chan.drain(this);
    const taken = granted - this.#room;
    this.#left -= taken;
    this.#streak += taken;
    unspend(this.#room);
    if (this.#over) return;
    if (state === undefined) this.end(undefined, false);
    else if (state === FULL) this.#resumed ||= !this.#halted;
    else if (this.#streak >= STREAM && this.#chan.gather(this.resume)) this.#streak = STREAM - BATCH;
    else {
      this.#streak %= STREAM;
      this.#park();
    }
  }

  /**
   * The event loop must turn before more is taken. But it is ready for a value that may be put before that, as one that waits for it
   * always is; and whether to wait for a value is found out only by asking for one. That one is handed over now: kept, it would be
   * lost if we were stopped meanwhile.
   */
  #wait(): void {
    const value = this.#chan.poll();
    if (value === PENDING) return this.#park();
    if (value === undefined) return this.end(undefined, false);
    this.#left--;
    this.#rests = true;
    if (this.accept(value)) this.#resumed = true;
    void breathe().then(() => {
      this.#rests = false;
      if (this.#resumed) this.resume();
    });
  }

  #park(): void {
    this.#waiter.source = this.#chan;
    this.#chan.queue(this.#waiter);
  }

  /** The waiter was committed. */
  comes(value: unknown, failed: boolean): void {
    this.#coming = value;
    this.#failed = failed;
  }

  /** Hands over what the waiter was committed with, and goes on. */
  arrive(): void {
    const value = this.#coming;
    if (value === PENDING) return;
    this.#coming = PENDING;
    if (this.#failed || value === undefined) return this.end(value, this.#failed);
    if (this.#over) return;
    this.#left--;
    this.#streak++;
    this.#running = true;
    let more = false;
    try {
      more = this.accept(value as T); // Sound: what its channel gave.
    } catch (error) {
      this.end(error, true);
    }
    this.#running = false;
    const goesOn = more && this.#streak < STREAM && this.#left > 0 && !this.#over;
    if (goesOn && this.#chan.keep(this.#waiter)) return;
    if (more || this.#resumed) this.resume();
  }

  protected end(cause: unknown, failed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (failed && this.#chan.isOwned) this.#chan.cancel(cause);
    this.finish(cause, failed);
  }

  /** Takes nothing more, and hangs up: a channel that the user made stays open. */
  stop(reason: unknown): void {
    if (this.#over) return;
    // A value whose put was answered is handed over first.
    const value = this.#coming;
    if (value !== PENDING && value !== undefined && !this.#failed) {
      this.#coming = PENDING;
      // It is the last: `accept` must not make it go on.
      this.#running = true;
      try {
        this.accept(value as T); // Sound: what its channel gave.
      } catch (error) {
        this.end(error, true);
      }
    }
    if (this.#over) return;
    this.#over = true;
    this.#waiter.withdraw();
    if (this.#chan.isOwned) this.#chan.cancel(reason);
  }
}
