/**
 * Batches: calls of a pipe that travel together.
 *
 * - Every call is settled once: by a reply, by `refuse`, or by the death of its thread.
 * - When the thread dies, a call that has not begun is left to another thread, unless an object in
 *   its value was moved.
 * - Replies come in the order of the calls, so a count tells which calls are done.
 */
import type { Job } from '../../operators/async-pipe.js';
import type { Batch } from './executor.js';
import type { Reply, RunMessage, TaskSpec } from '../threads/messages.js';
import { fromWire, withIndex } from '../threads/error-transport.js';
import { type Death, unbegunError, workerError } from '../threads/worker-error.js';

/** A call of a task, for a job of the pipe. */
export interface Call {
  readonly job: Job;
  /** The objects in the value that are moved instead of copied. */
  readonly moved: readonly object[];
}

/** Settings that all batches of a pipe share. */
export interface JobsOptions {
  readonly task: TaskSpec;
  readonly taskTimeout: number;
  readonly graceMs: number;
  /** Whether the results are iterables. */
  readonly flatten: boolean;
}

/** The sender of a batch. */
export interface Owner {
  /** Takes the outcome of a job. */
  settle(job: Job, result: unknown, failed: boolean): void;
  /** Learns that `count` calls took `ms` milliseconds. */
  took(count: number, ms: number): void;
  /** Learns that a batch is done. */
  done(batch: Jobs): void;
}

// Ids begin at 1, because a 0 in the shared array stands for no id.
let ids = 0;

export class Jobs implements Batch {
  readonly id: number = ++ids;
  readonly lane: object;
  private calls: readonly Call[];
  private readonly options: JobsOptions;
  private readonly owner: Owner;
  reported = 0;
  isDone = false;
  aborted: { readonly reason: unknown } | undefined = undefined;

  constructor(calls: readonly Call[], options: JobsOptions, owner: Owner, lane: object) {
    this.calls = calls;
    this.options = options;
    this.owner = owner;
    this.lane = lane;
  }

  get task(): TaskSpec {
    return this.options.task;
  }
  get size(): number {
    return this.calls.length;
  }
  get taskTimeout(): number {
    return this.options.taskTimeout;
  }
  get graceMs(): number {
    return this.options.graceMs;
  }
  get message(): RunMessage {
    const eager = this.taskTimeout !== Infinity;
    return {
      type: 'run',
      id: this.id,
      task: this.task,
      eager,
      flatten: this.options.flatten,
      values: this.calls.map(({ job }) => job.value),
    };
  }
  get transfer(): readonly object[] {
    const all: object[] = [];
    for (const { moved } of this.calls) for (const one of moved) all.push(one);
    return all;
  }
  get parts(): readonly { readonly value: unknown; readonly transfer: readonly object[] }[] {
    return this.calls.map(({ job, moved }) => ({ value: job.value, transfer: moved }));
  }

  report({ results, errors, ms, done }: Reply): void {
    if (this.isDone) return;
    const from = this.reported;
    this.reported += results.length;
    if (results.length > 0) this.owner.took(results.length, ms);
    const failed = new Map(errors);
    for (const [at, result] of results.entries()) {
      const job = this.calls[from + at]?.job;
      if (job === undefined) break;
      const error = failed.get(at);
      if (error === undefined) this.owner.settle(job, result, false);
      else this.fail(job, fromWire(error));
    }
    if (done || this.reported >= this.calls.length) this.finish();
  }

  refuse(at: number, cause: unknown): void {
    const call = this.calls[at];
    if (call === undefined) return;
    this.calls = this.calls.filter((one) => one !== call);
    const { message } = cause as { message?: unknown };
    const { at: index } = call.job;
    const which = index < 0 ? 'The value' : `Value ${index}`;
    const what = `${which} cannot be sent to another thread: ${String(message)}`;
    this.fail(call.job, new TypeError(what, { cause }));
    if (this.calls.length === 0) this.finish();
  }

  lost(death: Death, started: number): boolean {
    if (this.isDone) return false;
    const begun = this.calls.slice(this.reported, started);
    // An early death was not caused by one of these calls, so each call gets an error of its own.
    const error =
      death.early === true
        ? undefined
        : workerError(
            death,
            begun.map(({ job }) => job.at),
          );
    const rest = this.calls.slice(Math.max(started, this.reported));
    for (const { job } of begun) this.owner.settle(job, error ?? unbegunError(death, job.at), true);
    // Moved objects are gone with the thread, and cannot be sent to another thread.
    this.calls = rest.filter(({ moved }) => moved.length === 0);
    for (const { job, moved } of rest) {
      if (moved.length > 0) this.owner.settle(job, unbegunError(death, job.at), true);
    }
    this.reported = 0;
    const left = this.calls.length > 0 && this.aborted === undefined;
    if (!left) this.finish();
    return left;
  }

  private fail(job: Job, error: unknown): void {
    this.owner.settle(job, job.at < 0 ? error : withIndex(error, job.at), true);
  }
  private finish(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.owner.done(this);
  }
}
