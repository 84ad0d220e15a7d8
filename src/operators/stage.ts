/** What a derived channel that is not a synchronous step does: its own production, over one or more inputs. */
import type { Pending } from '../channel/protocol.js';
import type { Host } from '../pull/inlet.js';

/** The channel a stage produces for. */
export interface StageHost extends Host {
  readonly over: boolean;
  /** Serves it again when the event loop has turned. */
  pause(): void;
  /** Whether it is to be served then. */
  readonly paused: boolean;
}

/**
 * - `produce` is called when somebody asks, never inside itself; it may run user code.
 * - A stage that reads ahead (`buffer`, `asyncPipe`) starts when somebody first asks and goes on whether or not
 *   somebody waits; the others read only while somebody does.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it types the channel made of it
export abstract class Stage<T> implements Host {
  /** Set before anything else is called. */
  channel!: StageHost;
  /** Aborting it fails the channel. */
  outer: AbortSignal | undefined = undefined;
  /** Whether it gives the same value for ever. */
  readonly repeats: boolean = false;

  /** The next value, `undefined` at the end, or PENDING. What it throws fails the channel. */
  abstract produce(): T | undefined | Pending;
  /** Somebody waits, and `produce` gave PENDING. */
  abstract arm(): void;
  /** Nobody waits any more. */
  disarm(): void {}
  /** The channel was cancelled, or has failed. Called once, perhaps after its end. */
  abstract release(reason: unknown): void;
  /** Of {@link Host}: an input has something. */
  serve(): void {
    this.channel.serve();
  }
}
