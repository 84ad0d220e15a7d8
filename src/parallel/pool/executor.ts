/**
 * What runs batches of calls on other threads: the pool of this module, or an adapter to another.
 *
 * To adapt a pool, implement {@link Executor}: hand `batch.message` to one of its threads, where a {@link Runner} takes it, give
 * every reply of that to `batch.report`, and tell `batch.lost` if the thread dies.
 */
import { expect } from '../../base/errors.js';
import type { TaskExecutor } from '../../operators/parallel.js';
import type { Reply, RunMessage, TaskSpec } from '../threads/messages.js';
import type { Death } from '../threads/worker-error.js';

/** Calls of one task with several values, as an executor sees it. */
export interface Batch {
  /** That of its message, and of the replies. */
  readonly id: number;
  /** What the thread's runner is to be given. */
  readonly message: RunMessage;
  /** What of the message is moved, not copied. */
  readonly transfer: readonly object[];
  /** Each value with what is moved of it, for when the message cannot be cloned and it must be found out why. */
  readonly parts: readonly {
    /** What its call is given. */
    readonly value: unknown;
    /** What of it is moved, not copied. */
    readonly transfer: readonly object[];
  }[];
  /** What the calls are of. */
  readonly task: TaskSpec;
  /** How many calls there are. */
  readonly size: number;
  /** Of how many calls the results have come. */
  readonly reported: number;
  /** How long a call may take, in ms. */
  readonly taskTimeout: number;
  /** How long a call may still take after the batch was aborted, in ms. */
  readonly graceMs: number;
  /** Why the results are no longer wanted; `undefined` while they are. */
  readonly aborted:
    | {
        /** What the pipe was cancelled with. */
        readonly reason: unknown;
      }
    | undefined;
  /** Whether all has been settled. */
  readonly isDone: boolean;
  /**
   * The next results.
   *
   * @param reply - as the runner posted it.
   */
  report(reply: Reply): void;
  /**
   * A value cannot be cloned: its call has failed, and it is taken out.
   *
   * @param at - which of those that are left, counted from 0.
   * @param error - why.
   */
  refuse(at: number, error: unknown): void;
  /**
   * The thread died. The calls that had begun have failed, and so have others whose values have been moved to it.
   *
   * @param started - how many had begun.
   * @param death - how the thread ended.
   * @returns whether calls are left, that are to be run elsewhere.
   */
  lost(death: Death, started: number): boolean;
}

/** Where batches are run. */
export interface Executor extends TaskExecutor {
  /**
   * Runs a batch, as soon as may be. Must not throw.
   *
   * @param lane - batches of one lane are run one after the other, in this order.
   * @param batch - the calls.
   */
  run(batch: Batch, lane: Lane): void;
  /**
   * Whether the thread of a lane has work of others too, while another thread has none: then it is not given more before it has
   * done what it has, and so comes to that other. Default: never.
   *
   * @param lane - the lane.
   */
  isCrowded?(lane: Lane): boolean;
  /**
   * A batch was aborted: stops what has begun within its `graceMs`, and settles it.
   *
   * @param batch - the calls.
   * @param lane - the lane that it was given with.
   */
  abort(batch: Batch, lane: Lane): void;
}

/** One thread's worth of work of a pipe. What an executor notes there is its own affair. */
export interface Lane {
  /** Where its batches are run; `undefined` at first. */
  thread: unknown;
  /** How many of its batches are under way. */
  busy: number;
}

/** Where a pool of this module, of whichever copy of it, has its executor. */
export const EXECUTOR: unique symbol = Symbol.for('millrace.executor') as never; // Sound: nothing else is under this name.

/** The executor of a pool, or that it is itself. @throws TypeError for what is neither. */
export function executorOf(pool: unknown): Executor {
  const own = ((pool ?? {}) as { readonly [EXECUTOR]?: unknown })[EXECUTOR] ?? pool;
  const { size, run, abort } = (own ?? {}) as Partial<Executor>;
  const isExecutor = typeof size === 'number' && typeof run === 'function' && typeof abort === 'function';
  expect(isExecutor, 'pool', 'a workerPool or another executor', pool);
  return own as Executor; // Sound: just looked at.
}
