/**
 * A drain loop: takes all values of a channel, without a promise, and passes each to `accept`.
 *
 * - Ready values are passed on in one loop. A value that the loop waited for is passed on inside
 *   the put that brings it, before that put completes, so nothing later in the turn can lose it.
 * - If `accept` runs a user function (`delays`), a value that the loop waited for may be held as a
 *   callback is (see settle.ts). The value is then in `#coming`, and `stop` passes it on first.
 * - Drain loops that feed each other nest at most `DEEPEST` deep.
 * - `accept` takes one value at a time, and may delay the next value until `resume`. A stopped loop
 *   takes nothing more, and its waiter is withdrawn.
 * - A loop has one continuation at a time: it runs, waits for a value, waits for the event loop, or
 *   waits for `resume`.
 * - When values keep coming one by one, the loop lets some gather in the channel's buffer and then
 *   takes them in one pass. When too few gather, the loop waits for single values again.
 * - Values taken without waiting are counted for fairness, a stride at a time.
 */
import { grant, unspend } from '../base/fairness.js';
import { deliver } from '../base/settle.js';
import { breathe } from '../base/turn.js';
import { Queue } from '../base/queue.js';
import { type Drained, FULL, PENDING, type Pending, type Sink } from '../channel/protocol.js';
import { type Settle, Waiter } from '../channel/waiters.js';

/** The members of a channel that a drain loop uses; every `ReadChan` has them. */
export interface Drainable<out T> {
  readonly repeats: boolean;
  readonly isOwned: boolean;
  poll(): T | undefined | Pending;
  /**
   * Passes ready values to the sink until none is left (PENDING), the channel has ended
   * (`undefined`), or the sink takes no more (FULL).
   */
  drain(sink: { push(value: T): boolean }): Drained;
  /** Parks a waiter right after a poll that found nothing: at the end, or `first`. */
  queue(waiter: Waiter<never>, first?: boolean): void;
  unpark(waiter: Waiter<never>): void;
  /**
   * Parks a waiter again, inside the `settle` that served it: at the end, or `first`. False: the
   * waiter is not parked, because a value may be ready that only a poll would find, or because the
   * event loop must turn first.
   */
  keep(waiter: Waiter<never>, first?: boolean): boolean;
  /**
   * Lets values gather in the channel's buffer. Calls `resume` once: when the buffer is full, when
   * the channel is closed, or when the event loop has turned. False: the channel has no buffer that
   * gathers, or another reader lets values gather already.
   */
  gather(resume: () => void): boolean;
  cancel(reason?: unknown): void;
}

/**
 * After `STREAM` values the loop lets values gather. It does so again at once if at least `BATCH`
 * values have gathered; for fewer values, gathering is not worth its cost.
 */
const STREAM = 16;
const BATCH = 4;

/** How deep drain loops that feed each other may nest. */
const DEEPEST = 64;
let depth = 0;
/** The drain loops whose value came in at depth `DEEPEST`, and is not passed on yet. */
const deep = new Queue<DrainLoop<unknown>>();

const settleConsumer: Settle = (waiter, value, failed) => {
  const consumer = waiter.owner as DrainLoop<unknown>;
  consumer.comes(value, failed);
  if (consumer.delays) return deliver(arrive, consumer, undefined, true);
  if (depth >= DEEPEST) return deep.push(consumer);
  depth++;
  consumer.arrive();
  depth--;
  // The outermost call does this, and so before the put that started it completes.
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
  /** How many more values the loop may take in the present `drain`, and in all. */
  #room = 0;
  #left: number;
  #running = false;
  /** Whether `accept` delayed the next value in the present `drain`. */
  #halted = false;
  /** Whether `resume` was called, and the loop has not continued since. */
  #resumed = false;
  /** Whether the loop waits for the event loop to turn. */
  #rests = false;
  #over = false;
  /** Counts the values that came, towards `STREAM`. */
  #streak = 0;
  /** The outcome that the waiter was committed with, until `arrive`; `#failed`: it is an error. */
  #coming: unknown = PENDING;
  #failed = false;
  /** Whether `accept` may run a user function, so that its call is held while the gate is shut. */
  readonly delays: boolean = true;

  constructor(chan: Drainable<T>, most: number) {
    this.#chan = chan;
    this.#left = chan.repeats ? Math.min(most, 1) : most;
  }

  /** Takes a value. False: `accept` can take no more until {@link DrainLoop.resume} is called. */
  protected abstract accept(value: T): boolean;
  /** Called when the channel has ended or failed, enough values were taken, or `accept` threw. */
  protected abstract finish(cause: unknown, failed: boolean): void;

  push(value: T): boolean {
    const goesOn = this.accept(value);
    if (!goesOn) this.#halted = true;
    return --this.#room > 0 && goesOn && !this.#over;
  }

  /** Starts or continues the loop: takes the ready values, then waits for more. */
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
   * Called when the event loop must turn before the loop takes more. If no value is ready, the loop
   * parks its waiter now, so that a put before the turn finds a reader. Only a poll can tell
   * whether a value is ready. A polled value is passed on now: a kept value would be lost if the
   * loop were stopped before the turn.
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

  /** Stores the outcome that the waiter was committed with. */
  comes(value: unknown, failed: boolean): void {
    this.#coming = value;
    this.#failed = failed;
  }

  /** Passes on the outcome that the waiter was committed with, and continues. */
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
      more = this.accept(value as T); // Sound: the channel gave the value.
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

  /** Stops the loop for good. Cancels the channel, unless the user made the channel. */
  stop(reason: unknown): void {
    if (this.#over) return;
    // The put of a value in `#coming` has completed, so the value must not be lost.
    const value = this.#coming;
    if (value !== PENDING && value !== undefined && !this.#failed) {
      this.#coming = PENDING;
      // While `#running` is true, a `resume` that `accept` calls does not continue the loop.
      this.#running = true;
      try {
        this.accept(value as T); // Sound: the channel gave the value.
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
