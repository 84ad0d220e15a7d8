/**
 * What `parallelPipe` asks of a task. A task brings the code that runs it along: whoever made one has loaded
 * `millrace/parallel`, and the core need not know of threads.
 */
import type { Upstream } from '../pull/inlet.js';
import type { AsyncPipeOptions } from './async-pipe.js';
import type { Stage } from './stage.js';

/** What a task's function is given beside its value. */
export interface TaskContext {
  /** Aborted when the result is no longer wanted. A function that never awaits does not see that: see `graceMs`. */
  readonly signal: AbortSignal;
}

/**
 * A function of type `F` that can run on other threads. `task` and `inline` of `millrace/parallel` make one.
 */
export interface Task<out F> {
  /** The function, to be called on this thread. */
  readonly run: F;
  /** @internal */
  stage(input: Upstream<unknown>, options: object, n: number, ordered: boolean): Stage<unknown>;
}

/**
 * Where tasks run: `workerPool` of `millrace/parallel` makes one, and other pools can be adapted. See its module for what
 * there is to implement.
 */
export interface TaskExecutor {
  /** How many threads it has. */
  readonly size: number;
}

/** Options of `parallelPipe`. */
export interface ParallelPipeOptions<T, R> extends Omit<AsyncPipeOptions<T, R>, 'key' | 'signal'> {
  /** Where the task runs. Default: a pool for all, that has as many threads as the largest `n` asked of it. */
  readonly pool?: TaskExecutor | undefined;
  /**
   * How many values go to a thread at a time, an integer of at least 1. Default: as many as take it about 2 ms, measured
   * while it runs.
   */
  readonly batch?: number | undefined;
  /**
   * At most `n + lookahead` values are taken and not yet delivered. Without need it takes fewer: twice what two batches for
   * each thread hold.
   *
   * @defaultValue 256 n
   */
  readonly lookahead?: number | undefined;
  /**
   * What of a value is moved to the other thread instead of copied: its `ArrayBuffer`s, ports … Default: nothing.
   *
   * @param value - the value.
   */
  readonly transfer?: ((value: T) => readonly object[]) | undefined;
  /** Fails the channel with its reason when aborted. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** How long, in ms, a call may take; then its thread is ended, and the call has failed. Default: for ever. */
  readonly taskTimeout?: number | undefined;
  /**
   * How long, in ms, a call may still run when its result is no longer wanted; then its thread is ended.
   *
   * @defaultValue 1000
   */
  readonly graceMs?: number | undefined;
}
