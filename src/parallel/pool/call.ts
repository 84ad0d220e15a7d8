/**
 * One call of a task, as `WorkerPool.run` makes it: a batch of one.
 *
 * - Its promise settles once: with the result, with the error, or with the reason of its signal as
 *   soon as that aborts.
 * - A call that has not started can be taken back, and then no longer holds its value.
 */
import { type Watcher, isSignal, unwatch, watch } from '../../base/abort.js';
import { spend } from '../../base/fairness.js';
import { hold, refuse } from '../../base/settle.js';
import { expect, expectDuration } from '../../base/errors.js';
import { Job } from '../../operators/async-pipe.js';
import type { Executor, Lane } from './executor.js';
import { Jobs, type Owner } from './jobs.js';
import type { TaskSpec } from '../threads/messages.js';
import { forget, transferOf } from '../threads/transfer.js';

/** Options of {@link WorkerPool.run}. */
export interface RunOptions {
  /**
   * Aborting this signal rejects the promise with the reason of the signal. A call that waits for a
   * thread is then not made; a call that runs sees its own signal abort, and may go on for
   * `graceMs`. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The objects in the value that are moved to the other thread instead of copied: `ArrayBuffer`s,
   * `MessagePort`s and other transferable objects. Default: none.
   */
  readonly transfer?: readonly object[] | undefined;
  /**
   * How long the call may take, in ms. After that its thread is ended, and the promise rejects with
   * a {@link WorkerError}.
   *
   * @defaultValue Infinity
   */
  readonly taskTimeout?: number | undefined;
  /**
   * How long the call may still run after the signal was aborted, in ms. After that its thread is
   * ended.
   *
   * @defaultValue 1000
   */
  readonly graceMs?: number | undefined;
}

/** The default of `graceMs`, in ms. */
const GRACE = 1000;

/** The index of a call that is not part of a pipe. */
const ALONE = -1;

export class PoolCall implements Owner, Watcher {
  readonly promise: Promise<unknown>;
  private readonly signal: AbortSignal | undefined;
  private readonly lane: Lane = { thread: undefined, busy: 0 };
  private resolve!: (outcome: unknown) => void;
  /** The batch of this call; `undefined` once the call is done or taken back. */
  private batch: Jobs | undefined;
  private executor: Executor | undefined;
  private readonly ended: (wasSent: boolean) => void;

  /**
   * @param ended - called when the call is done, or was taken back before it was sent.
   * @throws TypeError if an option is invalid.
   */
  constructor(task: TaskSpec, value: unknown, options: RunOptions, ended: (wasSent: boolean) => void) {
    const { signal, transfer = [], taskTimeout = Infinity, graceMs = GRACE } = options;
    expect(signal === undefined || isSignal(signal), 'signal', 'an AbortSignal', signal);
    expect(Array.isArray(transfer), 'transfer', 'a list of what is moved', transfer);
    expectDuration('taskTimeout', taskTimeout);
    expectDuration('graceMs', graceMs);
    this.signal = signal;
    this.ended = ended;
    this.promise = new Promise((resolve) => (this.resolve = resolve));
    if (signal?.aborted) {
      this.fail((signal as { reason: unknown }).reason);
      return;
    }
    const call = { job: new Job(value, ALONE), moved: [...transferOf(value), ...transfer] };
    this.batch = new Jobs([call], { task, taskTimeout, graceMs, flatten: false }, this, this.lane);
    forget(value);
    if (signal !== undefined) watch(signal, this);
  }

  /** Whether the call waits for a thread. */
  get isWaiting(): boolean {
    return this.batch !== undefined && this.executor === undefined;
  }

  /**
   * Starts the call, unless it was taken back.
   *
   * @param send - gives the batch of the call to a thread of `executor`.
   */
  start(executor: Executor, send: (batch: Jobs, lane: Lane) => void): void {
    if (this.batch === undefined) return;
    this.executor = executor;
    this.lane.busy = 1;
    send(this.batch, this.lane);
  }

  /** Implements {@link Watcher}: the signal was aborted. */
  aborted(reason: unknown): void {
    const { batch, executor } = this;
    if (batch === undefined) return;
    this.fail(reason);
    if (executor === undefined) {
      this.batch = undefined;
      this.ended(false);
    } else {
      batch.aborted = { reason };
      executor.abort(batch, this.lane);
    }
  }

  // Implements Owner.

  settle(_job: Job, result: unknown, failed: boolean): void {
    // The promise of an aborted call has rejected already.
    if (this.batch?.aborted !== undefined) return;
    if (failed) this.fail(result);
    // Messages of threads arrive without a turn of the event loop between them, so results count
    // for fairness.
    else this.resolve(spend() ? result : hold(result));
  }
  took(): void {}
  done(): void {
    if (this.signal !== undefined) unwatch(this.signal, this);
    this.batch = undefined;
    this.ended(true);
  }

  private fail(error: unknown): void {
    this.resolve(refuse(error));
  }
}
