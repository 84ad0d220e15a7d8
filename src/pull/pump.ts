/** A pump: a drain loop that passes the values of a channel on, for pipes and fan-outs. */
import { causeOf } from '../base/errors.js';
import { DrainLoop, type Drainable } from './drain-loop.js';

/** The methods of a pump that its owner uses. */
export interface Goroutine {
  resume(): void;
  stop(reason: unknown): void;
}

export class Pump<T> extends DrainLoop<T> {
  override readonly delays = false;
  private readonly send: (value: T) => boolean;
  private readonly ended: (cause: unknown) => void;

  /**
   * @param send - takes a value. False: the owner calls {@link DrainLoop.resume} later.
   * @param ended - called when the channel has ended, or when `send` threw; with the cause, if any.
   */
  constructor(chan: Drainable<T>, send: (value: T) => boolean, ended: (cause: unknown) => void) {
    super(chan, Infinity);
    this.send = send;
    this.ended = ended;
  }
  protected accept(value: T): boolean {
    try {
      return this.send(value);
    } catch (error) {
      this.stop(error);
      this.finish(error, true);
      return false;
    }
  }
  protected finish(cause: unknown, failed: boolean): void {
    this.ended(failed ? causeOf(cause) : cause);
  }
}
