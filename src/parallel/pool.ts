/**
 * A pool of threads.
 *
 * - Threads are started when there is work for them, and again when they have died; at most `size` at a time.
 * - A lane stays with its thread while it has work there; else it goes to the one that has least.
 * - What had not begun when a thread died is run on another, also if that happens again: but three threads that die one
 *   after the other before they began anything are enough.
 */
import { platform } from '#platform';
import { expect, expectInteger } from '../core/errors.js';
import type { Batch, Executor, Lane } from './executor.js';
import type { ThreadOptions } from './platform.js';
import { PoolThread, type Sent, type ThreadOwner } from './pool-thread.js';
import type { Death } from './worker-error.js';

/** How many may die before they began anything. */
const ATTEMPTS = 3;

const DISPOSED: Death = { why: 'disposed', what: 'was ended with its pool' };

/** Options of {@link workerPool}. */
export interface WorkerPoolOptions extends ThreadOptions {}

/** Threads that run tasks, for any number of pipes at once. */
export interface WorkerPool extends Executor {
  /** How many threads run now. */
  readonly running: number;
  /** Ends all threads; what they had begun fails, and so does what is given to them later. */
  dispose(): Promise<void>;
  /** The same, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
  /** The same, at the end of a `using` block; does not wait until they have ended. */
  [Symbol.dispose](): void;
}

export class Pool implements WorkerPool, ThreadOwner {
  private most: number;
  private readonly options: ThreadOptions;
  private readonly threads: Set<PoolThread> = new Set<PoolThread>();
  private disposed = false;
  private failures = 0;

  constructor(size: number, options: ThreadOptions) {
    this.most = size;
    this.options = options;
  }

  get size(): number {
    return this.most;
  }
  get running(): number {
    return this.threads.size;
  }
  /** Of the pool for all: more are wanted. */
  grow(size: number): this {
    this.most = Math.max(this.most, size);
    return this;
  }

  run(batch: Batch, lane: Lane): void {
    if (this.disposed) return void batch.lost(DISPOSED, batch.size);
    let thread: PoolThread;
    try {
      thread = this.threadOf(lane);
    } catch (cause) {
      const what = `could not be started (${(cause as Error).message})`;
      return void batch.lost({ why: 'error', what, cause, early: true }, batch.size);
    }
    lane.thread = thread;
    thread.send(batch, lane);
  }

  abort(batch: Batch): void {
    for (const thread of this.threads) {
      if (thread.queue.some((sent) => sent.batch === batch)) thread.abort(batch);
    }
  }

  isCrowded(lane: Lane): boolean {
    const { thread } = lane;
    if (!(thread instanceof PoolThread) || thread.queue.every((sent) => sent.lane === lane)) return false;
    if (this.threads.size < this.most) return true;
    for (const { queue } of this.threads) if (queue.length === 0) return true;
    return false;
  }

  private threadOf(lane: Lane): PoolThread {
    const { thread } = lane;
    if (thread instanceof PoolThread && !thread.isDead && thread.queue.some((sent) => sent.lane === lane))
      return thread;
    let least: PoolThread | undefined;
    for (const one of this.threads) {
      if (least === undefined || one.queue.length < least.queue.length) least = one;
    }
    if (least !== undefined && (least.queue.length === 0 || this.threads.size >= this.most)) return least;
    const started = new PoolThread(this.options, this);
    this.threads.add(started);
    return started;
  }

  answered(): void {
    this.failures = 0;
  }

  died(thread: PoolThread, death: Death, left: Sent[], idle: boolean): void {
    this.threads.delete(thread);
    if (!idle) this.failures = 0;
    else if (death.early === true || ++this.failures >= ATTEMPTS) {
      const times = death.early === true ? '' : ` before it began anything, ${ATTEMPTS} times`;
      this.failures = 0;
      const early: Death = {
        ...death,
        what: `${death.what}${times}`,
        early: true,
      };
      for (const { batch } of left) batch.lost(early, batch.size);
      return;
    }
    // Sound: lanes are what `run` was given.
    for (const { batch, lane } of left) this.run(batch, lane as Lane);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await Promise.all(Array.from(this.threads, (thread) => thread.close(DISPOSED)));
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
  [Symbol.dispose](): void {
    void this.dispose();
  }
}

/**
 * Threads to be shared by pipes. They are started when there is work for them, stay for the next, and do not keep the
 * process alive while they have none.
 *
 * @param size - how many at most. Default: as many as the machine has cores.
 * @param options - see {@link WorkerPoolOptions}.
 * @throws RangeError for a size that is no integer of at least 1, or a limit that is no number of megabytes above 0; TypeError for
 * limits that are no object, or a `worker` that is no function.
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
  const { worker, resourceLimits } = options;
  expect(worker === undefined || typeof worker === 'function', 'worker', 'a function', worker);
  if (resourceLimits !== undefined) expectLimits(resourceLimits);
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

let common: Pool | undefined;

/** The pool for all. */
export function commonPool(size: number): Pool {
  return (common ??= new Pool(size, {})).grow(size);
}
