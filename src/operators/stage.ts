/** A stage: how a derived channel that is no chain of steps makes its values, from its inputs. */
import type { Pending } from '../channel/protocol.js';
import type { Host } from '../pull/inlet.js';

/** The channel that a stage produces values for. */
export interface StageHost extends Host {
  readonly over: boolean;
  /** Serves the stage again when the event loop has turned. */
  pause(): void;
  /** Whether `pause` was called and the event loop has not turned since. */
  readonly paused: boolean;
}

/**
 * - `produce` is called when a reader asks, never inside itself; it may run user code.
 * - A stage that reads ahead (`buffer`, `asyncPipe`) starts when a reader first asks, and continues
 *   whether or not a reader waits. All other stages read only while a reader waits.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- T types its channel
export abstract class Stage<T> implements Host {
  /** Set by the channel before it calls a method of the stage. */
  channel!: StageHost;
  /** Aborting this signal fails the channel. */
  outer: AbortSignal | undefined = undefined;
  /** Whether the stage gives one value for ever. */
  readonly repeats: boolean = false;

  /** Returns the next value, `undefined` at the end, or PENDING. An error fails the channel. */
  abstract produce(): T | undefined | Pending;
  /** Called when a reader waits and `produce` returned PENDING. */
  abstract arm(): void;
  /** Called when no reader waits any more. */
  disarm(): void {}
  /** Called once, when the channel was cancelled or has failed; perhaps after its end. */
  abstract release(reason: unknown): void;
  /** Implements {@link Host}: an input may have something to poll. */
  serve(): void {
    this.channel.serve();
  }
}
