/**
 * One call of a task, as `WorkerPool.run` makes it: a batch of one.
 *
 * - Its promise settles once: with the result, with the error, or at once with the reason of its signal.
 * - Until it is started it can be taken back, and holds its value no longer then.
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
  /** Rejects with its reason when aborted. What waits is then not called, and what runs is told, see `graceMs`. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** What of the value is moved to the other thread instead of copied: its `ArrayBuffer`s, ports … Default: nothing. */
  readonly transfer?: readonly object[] | undefined;
  /** How long, in ms, the call may take; then its thread is ended, and the call has failed. Default: for ever. */
  readonly taskTimeout?: number | undefined;
  /**
   * How long, in ms, the call may still run when it was aborted; then its thread is ended.
   *
   * @defaultValue 1000
   */
  readonly graceMs?: number | undefined;
}

/** How long a call that is no longer wanted may run, in ms, where nobody says otherwise. */
const GRACE = 1000;

/** Of a call that stands alone. */
const ALONE = -1;

export class PoolCall implements Owner, Watcher {
  readonly promise: Promise<unknown>;
  private readonly signal: AbortSignal | undefined;
  private readonly lane: Lane = { thread: undefined, busy: 0 };
  private resolve!: (outcome: unknown) => void;
  /** What is to be called; `undefined` when it was taken back. */
  private batch: Jobs | undefined;
  private executor: Executor | undefined;
  private readonly ended: (wasSent: boolean) => void;

  /**
   * @param ended - called when it is done, or was taken back before it was sent.
   * @throws TypeError for a bad option.
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

  /** Whether it waits for a thread. */
  get isWaiting(): boolean {
    return this.batch !== undefined && this.executor === undefined;
  }

  /** @param send - gives its batch to a thread of `executor`. */
  start(executor: Executor, send: (batch: Jobs, lane: Lane) => void): void {
    if (this.batch === undefined) return;
    this.executor = executor;
    this.lane.busy = 1;
    send(this.batch, this.lane);
  }

  /** Of {@link Watcher}. */
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

  // Of Owner.

  settle(_job: Job, result: unknown, failed: boolean): void {
    // What was aborted has been told so.
    if (this.batch?.aborted !== undefined) return;
    if (failed) this.fail(result);
    // Messages of threads come without the event loop turning between them.
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
