/** Pools of threads as users see them. */
import { platform } from '#platform';
import { expect, expectDuration, expectInteger } from '../../base/errors.js';
import type { Task, TaskContext, TaskExecutor } from '../../operators/parallel.js';
import type { RunOptions } from './call.js';
import { EXECUTOR } from './executor.js';
import type { ThreadOptions } from '../threads/platform.js';
import { specOf } from './task.js';
import { type PoolStats, Threads } from './threads.js';

/** Options of {@link workerPool}. */
export interface WorkerPoolOptions extends ThreadOptions {
  /**
   * How long, in ms, a thread may have nothing to do; then it is ended, and another started when there is work again.
   *
   * Never, by default: the owner of a pool can end it, and a thread may have taken long to `initialize`. (The pool that pipes
   * share without being given one ends its threads after a minute.)
   *
   * @defaultValue Infinity
   */
  readonly idleMs?: number | undefined;
}

/** Threads that run tasks, for any number of pipes at once, or call by call. */
export interface WorkerPool extends TaskExecutor {
  /** How many threads run now. */
  readonly running: number;
  /**
   * Calls a task once on a thread of the pool. Calls are begun in the order in which they were made.
   *
   * @param task - what to call.
   * @param value - what it is called with.
   * @param options - see {@link RunOptions}.
   * @returns what the task returns; rejects with what it throws, with a {@link WorkerError} if its thread dies, or with the
   * reason of the signal.
   * @throws TypeError for what is no task, and for bad options.
   * @example
   * ```ts
   * import { inline, workerPool } from 'millrace/parallel';
   *
   * await using pool = workerPool(2);
   * const double = inline((n: number) => 2 * n);
   * await pool.run(double, 21); // 42
   * await Promise.all([1, 2, 3].map((n) => pool.run(double, n))); // [2, 4, 6]
   * ```
   */
  run<T, R>(
    task: Task<(value: T, context: TaskContext) => R>,
    value: NoInfer<T>,
    options?: RunOptions,
  ): Promise<Awaited<R>>;
  /**
   * Figures: what its threads do, and have done.
   *
   * @example
   * ```ts
   * import { inline, workerPool } from 'millrace/parallel';
   *
   * await using pool = workerPool(2);
   * await pool.run(inline((n: number) => n + 1), 1); // 2
   * const { threads, busy, idle, queued, completed } = pool.stats();
   * [threads, busy, idle, queued, completed]; // [1, 0, 1, 0, 1]
   * ```
   */
  stats(): PoolStats;
  /** Ends all threads; what they had begun fails, and so does what is given to them later. */
  dispose(): Promise<void>;
  /** The same, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
  /** The same, at the end of a `using` block; does not wait until they have ended. */
  [Symbol.dispose](): void;
}

class Pool implements WorkerPool {
  readonly [EXECUTOR]: Threads;

  constructor(size: number, { idleMs = Infinity, ...options }: WorkerPoolOptions) {
    this[EXECUTOR] = new Threads(size, idleMs, options);
  }

  get size(): number {
    return this[EXECUTOR].size;
  }
  get running(): number {
    return this[EXECUTOR].running;
  }
  run<T, R>(
    task: Task<(value: T, context: TaskContext) => R>,
    value: NoInfer<T>,
    options: RunOptions = {},
  ): Promise<Awaited<R>> {
    return this[EXECUTOR].call(specOf(task), value, options) as Promise<Awaited<R>>; // Sound: what the task's function returns.
  }
  stats(): PoolStats {
    return this[EXECUTOR].stats();
  }
  dispose(): Promise<void> {
    return this[EXECUTOR].dispose();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
  [Symbol.dispose](): void {
    void this.dispose();
  }
}

/**
 * Threads to be shared by pipes, or to be called one by one. They are started when there is work for them, stay for the next, and do not keep the
 * process alive while they have none.
 *
 * @param size - how many at most. Default: as many as the machine has cores.
 * @param options - see {@link WorkerPoolOptions}.
 * @throws RangeError for a size that is no integer of at least 1, or a limit that is no number of megabytes above 0; TypeError for
 * limits that are no object, a time that is no number, or a `worker` that is no function.
 * @example
 * ```ts
 * import { fromRange } from 'millrace';
 * import { inline, workerPool } from 'millrace/parallel';
 *
 * const pool = workerPool(2);
 * const half = inline((n: number) => n / 2);
 * const double = inline((n: number) => n * 2);
 * await fromRange(3).parallelPipe(2, double, { pool }).parallelPipe(2, half, { pool }).collect(); // [0, 1, 2]
 * await pool.dispose();
 * ```
 */
export function workerPool(size: number = platform.cores, options: WorkerPoolOptions = {}): WorkerPool {
  expectInteger('size', size, 1);
  const { worker, resourceLimits, idleMs = Infinity } = options;
  expect(worker === undefined || typeof worker === 'function', 'worker', 'a function', worker);
  if (resourceLimits !== undefined) expectLimits(resourceLimits);
  expectDuration('idleMs', idleMs);
  return new Pool(size, options);
}

function expectLimits(limits: unknown): void {
  expect(typeof limits === 'object' && limits !== null, 'resourceLimits', 'an object', limits);
  // What Node is not given as a number it passes over.
  for (const [name, limit] of Object.entries(limits)) {
    const ok = limit === undefined || (typeof limit === 'number' && limit > 0);
    expect(ok, `resourceLimits.${name}`, 'a number of megabytes above 0', limit, RangeError);
  }
}
