/**
 * The calls of a pipe that travel together.
 *
 * - Every job is settled once: by a reply, by being refused, or by the death of its thread.
 * - Replies come in the order of the jobs, so a count says which are done.
 */
import type { Batch } from './executor.js';
import type { Reply, RunMessage, TaskSpec } from './messages.js';
import { fromWire, withIndex } from './wire.js';
import { type Death, workerError } from './worker-error.js';

/** A call of a task that somebody waits for. */
export interface Job {
  readonly value: unknown;
  /** How many came before it. */
  readonly index: number;
  /** What of the value is moved, not copied. */
  readonly moved: readonly object[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Settings that all batches of a pipe share. */
export interface JobsOptions {
  readonly task: TaskSpec;
  readonly taskTimeout: number;
  readonly graceMs: number;
}

/** Who sent it. */
export interface Owner {
  /** `count` calls took `ms`. */
  took(count: number, ms: number): void;
  /** The batch is done. */
  done(batch: Jobs): void;
}

// From 1: a shared array is full of zeros.
let ids = 0;

export class Jobs implements Batch {
  readonly id: number = ++ids;
  readonly lane: object;
  private jobs: readonly Job[];
  private readonly options: JobsOptions;
  private readonly owner: Owner;
  reported = 0;
  isDone = false;
  aborted: { readonly reason: unknown } | undefined = undefined;

  constructor(jobs: readonly Job[], options: JobsOptions, owner: Owner, lane: object) {
    this.jobs = jobs;
    this.options = options;
    this.owner = owner;
    this.lane = lane;
  }

  get task(): TaskSpec {
    return this.options.task;
  }
  get size(): number {
    return this.jobs.length;
  }
  get taskTimeout(): number {
    return this.options.taskTimeout;
  }
  get graceMs(): number {
    return this.options.graceMs;
  }
  get message(): RunMessage {
    const eager = this.taskTimeout !== Infinity;
    return { type: 'run', id: this.id, task: this.task, eager, values: this.jobs.map((job) => job.value) };
  }
  get transfer(): readonly object[] {
    return this.jobs.flatMap((job) => job.moved);
  }
  get parts(): readonly { readonly value: unknown; readonly transfer: readonly object[] }[] {
    return this.jobs.map(({ value, moved }) => ({ value, transfer: moved }));
  }

  report({ results, errors, ms, done }: Reply): void {
    if (this.isDone) return;
    const from = this.reported;
    this.reported += results.length;
    if (results.length > 0) this.owner.took(results.length, ms);
    if (errors.length === 0)
      for (const [at, result] of results.entries()) this.jobs[from + at]?.resolve(result);
    else {
      const failed = new Map(errors);
      for (const [at, result] of results.entries()) {
        const error = failed.get(at);
        const job = this.jobs[from + at];
        if (error === undefined) job?.resolve(result);
        else job?.reject(withIndex(fromWire(error), job.index));
      }
    }
    if (done || this.reported >= this.jobs.length) this.finish();
  }

  refuse(at: number, cause: unknown): void {
    const job = this.jobs[at];
    if (job === undefined) return;
    this.jobs = this.jobs.filter((one) => one !== job);
    const { message } = cause as { message?: unknown };
    const error = new TypeError(`Value ${job.index} cannot be sent to another thread: ${String(message)}`, {
      cause,
    });
    job.reject(withIndex(error, job.index));
    if (this.jobs.length === 0) this.finish();
  }

  lost(death: Death, started: number): boolean {
    if (this.isDone) return false;
    const gone = this.jobs.slice(this.reported, started);
    const error = workerError(
      death,
      gone.map((job) => job.index),
    );
    for (const job of gone) job.reject(error);
    this.jobs = this.jobs.slice(Math.max(started, this.reported));
    this.reported = 0;
    const left = this.jobs.length > 0 && this.aborted === undefined;
    if (!left) this.finish();
    return left;
  }

  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.owner.done(this);
  }
}
