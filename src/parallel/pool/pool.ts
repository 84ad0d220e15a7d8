/** The pools of threads that users make. */
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
   * How long a thread may have no work, in ms, before it is ended. Another thread is started when
   * there is work again.
   *
   * By default a thread is never ended, because the owner of a pool can dispose of the pool, and a
   * thread may have taken long to `initialize`. The pool that pipes without the option `pool` share
   * ends its threads after a minute.
   *
   * @defaultValue Infinity
   */
  readonly idleMs?: number | undefined;
}

/** A pool of threads that run tasks, for any number of pipes at once, or call by call. */
export interface WorkerPool extends TaskExecutor {
  /** How many threads run now. */
  readonly running: number;
  /**
   * Calls a task once on a thread of the pool. Calls begin in the order in which they were made.
   *
   * @param task - the task to call.
   * @param value - the argument of the task.
   * @param options - see {@link RunOptions}.
   * @returns a promise of the result of the task. It rejects with the error that the task throws,
   * with a {@link WorkerError} if the thread dies, or with the reason of the signal.
   * @throws TypeError if `task` is not a task, or an option is invalid.
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
   * Counts the threads of the pool, and its calls.
   *
   * @returns the figures; see {@link PoolStats}.
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
  /**
   * Ends all threads. Calls that are not done fail with a {@link WorkerError}, and so do calls that
   * are made later.
   *
   * @returns a promise that settles when all threads have ended.
   */
  dispose(): Promise<void>;
  /** Disposes of the pool at the end of an `await using` block; see {@link WorkerPool.dispose}. */
  [Symbol.asyncDispose](): Promise<void>;
  /**
   * Disposes of the pool at the end of a `using` block, without waiting until its threads have
   * ended.
   */
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
    // Sound: the promise resolves to the return value of the task's function.
    return this[EXECUTOR].call(specOf(task), value, options) as Promise<Awaited<R>>;
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
 * Makes a pool of threads that pipes can share, and that single calls can use. A thread is started
 * when there is work for it, stays for later work, and keeps the process alive only while it has
 * work.
 *
 * @param size - how many threads run at most; an integer of at least 1. Default: the number of
 * cores of the machine.
 * @param options - see {@link WorkerPoolOptions}.
 * @returns the pool.
 * @throws RangeError if `size` is not an integer of at least 1, or a limit is not a number of
 * megabytes above 0; TypeError if `resourceLimits` is not an object, `idleMs` is not a number, or
 * `worker` is not a function.
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
  // Node ignores a limit that is not a number.
  for (const [name, limit] of Object.entries(limits)) {
    const ok = limit === undefined || (typeof limit === 'number' && limit > 0);
    expect(ok, `resourceLimits.${name}`, 'a number of megabytes above 0', limit, RangeError);
  }
}
