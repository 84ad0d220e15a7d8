/**
 * Executors run batches of calls on other threads: the pool of this module, or an adapter to
 * another pool.
 *
 * To adapt a pool, implement {@link Executor}: hand `batch.message` to one of its threads, where a
 * {@link Runner} takes it; give every reply of the runner to `batch.report`; and call `batch.lost`
 * if the thread dies.
 */
import { expect } from '../../base/errors.js';
import type { TaskExecutor } from '../../operators/parallel.js';
import type { Reply, RunMessage, TaskSpec } from '../threads/messages.js';
import type { Death } from '../threads/worker-error.js';

/** Calls of one task with several values, as an {@link Executor} sees them. */
export interface Batch {
  /** The number of the batch, which its message and all replies carry. */
  readonly id: number;
  /** The message for the {@link Runner} of a thread. */
  readonly message: RunMessage;
  /** The objects in `message` that are moved instead of copied. */
  readonly transfer: readonly object[];
  /**
   * The values of the calls one by one. If `message` cannot be cloned, send them singly to find the
   * values that cannot.
   */
  readonly parts: readonly {
    /** The value of the call. */
    readonly value: unknown;
    /** The objects in `value` that are moved instead of copied. */
    readonly transfer: readonly object[];
  }[];
  /** The task to call. */
  readonly task: TaskSpec;
  /** How many calls there are. */
  readonly size: number;
  /** How many results have arrived. */
  readonly reported: number;
  /** How long a call may take, in ms; `Infinity` for no limit. */
  readonly taskTimeout: number;
  /** How long a call may still run after the batch was aborted, in ms. */
  readonly graceMs: number;
  /** Why the results are no longer wanted; `undefined` while they are wanted. */
  readonly aborted:
    | {
        /** The reason that the pipe was cancelled with, or the call was aborted with. */
        readonly reason: unknown;
      }
    | undefined;
  /** Whether all calls are settled. */
  readonly isDone: boolean;
  /**
   * Settles the next calls.
   *
   * @param reply - a reply as the runner posted it.
   */
  report(reply: Reply): void;
  /**
   * Fails a call whose value cannot be cloned, and removes the call from the batch.
   *
   * @param at - the index of the call among the calls that are left, counted from 0.
   * @param error - why the value cannot be cloned.
   */
  refuse(at: number, error: unknown): void;
  /**
   * Reports that the thread died. The calls that had begun fail, and so do calls with objects that
   * were moved to the thread.
   *
   * @param death - how the thread ended.
   * @param started - how many calls had begun.
   * @returns whether calls are left that must run on another thread.
   */
  lost(death: Death, started: number): boolean;
}

/** Runs batches of calls on threads. */
export interface Executor extends TaskExecutor {
  /**
   * Runs a batch as soon as possible. Must not throw.
   *
   * @param batch - the calls.
   * @param lane - the lane of the batch. Batches of one lane run one after the other, in the order
   * in which they were given.
   */
  run(batch: Batch, lane: Lane): void;
  /**
   * Whether the thread of a lane also has work of other lanes, while another thread has no work.
   * Then the lane is given no further batch before its batches are done, so that it can move to the
   * other thread. Default: never.
   *
   * @param lane - the lane.
   */
  isCrowded?(lane: Lane): boolean;
  /**
   * Stops a batch that was aborted: ends the calls that have begun within the `graceMs` of the
   * batch, and settles the batch.
   *
   * @param batch - the calls.
   * @param lane - the lane that the batch was given with.
   */
  abort(batch: Batch, lane: Lane): void;
}

/** A sequence of batches that run one after the other: the work of a pipe for one thread. */
export interface Lane {
  /** A note of the executor on where the batches of the lane run; `undefined` at first. */
  thread: unknown;
  /** How many batches of the lane are under way. */
  busy: number;
}

/**
 * The key under which a pool has its executor, equal in all copies of this module. Sound: nothing
 * else uses this name, so the symbol may have a unique type.
 */
export const EXECUTOR: unique symbol = Symbol.for('millrace.executor') as never;

/**
 * The executor of a pool, or `pool` itself if it is an executor.
 *
 * @throws TypeError if `pool` is neither.
 */
export function executorOf(pool: unknown): Executor {
  const own = ((pool ?? {}) as { readonly [EXECUTOR]?: unknown })[EXECUTOR] ?? pool;
  const { size, run, abort } = (own ?? {}) as Partial<Executor>;
  const isExecutor = typeof size === 'number' && typeof run === 'function' && typeof abort === 'function';
  expect(isExecutor, 'pool', 'a workerPool or another executor', pool);
  return own as Executor; // Sound: its members have just been checked.
}
