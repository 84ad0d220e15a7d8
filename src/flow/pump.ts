/**
 * A goroutine without a promise: takes the values of a channel one by one and hands each to `send`, which says when the
 * next may be taken.
 *
 * - It holds at most the one value it is sending; stopped, it takes nothing more and its waiter is gone.
 */
import { breathe, deliver, spend } from '../core/breath.js';
import { PENDING } from '../core/protocol.js';
import { type Host, Input, type Upstream } from '../derive/input.js';

/** A goroutine as its owner sees it. */
export interface Goroutine {
  next(): void;
  serve(): void;
  stop(reason: unknown): void;
}

export class Pump<T> implements Host, Goroutine {
  private readonly input: Input<T>;
  private readonly send: (value: T) => boolean;
  private readonly finish: (cause: unknown) => void;
  private busy = false;
  private stopped = false;

  /**
   * @param send - takes a value; false: {@link Pump.next} will be called when it is done.
   * @param finish - called once when the input has ended, or `send` threw; with the cause, if any.
   */
  constructor(chan: Upstream<T>, send: (value: T) => boolean, finish: (cause: unknown) => void) {
    this.input = new Input(chan, this);
    this.send = send;
    this.finish = finish;
  }

  /** Goes on after a value was sent. */
  next(): void {
    this.busy = false;
    this.serve();
  }

  /** Of {@link Host}. Goroutines that feed each other do not nest without end. */
  serve(): void {
    deliver(this.run, undefined, undefined, false);
  }

  private readonly run = (): void => {
    while (!this.busy && !this.stopped) {
      this.busy = true;
      try {
        const value = this.input.poll();
        if (value === PENDING) {
          this.busy = false;
          return this.input.arm();
        }
        if (value === undefined) return this.end(undefined);
        if (!this.send(value)) return;
      } catch (error) {
        return this.end(error === undefined ? new Error('undefined was thrown') : error);
      }
      this.busy = false;
      if (!spend()) {
        this.busy = true;
        return void breathe().then(() => this.next());
      }
    }
  };

  private end(cause: unknown): void {
    this.stop(cause);
    this.finish(cause);
  }

  /** Takes nothing more; stages above the channel are cancelled. */
  stop(reason: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.input.hangUp(reason);
  }
}
