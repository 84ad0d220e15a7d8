/**
 * The types of `parallelPipe`. A task brings the code that runs it: a program that has a task has
 * loaded `millrace/parallel`, so `operators/` imports no code of threads.
 */
import type { Upstream } from '../pull/inlet.js';
import type { AsyncPipeOptions } from './async-pipe.js';
import type { Stage } from './stage.js';

/** The second argument of a task's function. */
export interface TaskContext {
  /**
   * Aborted when the result is no longer wanted. A function that never awaits does not see the
   * abort: see `graceMs`.
   */
  readonly signal: AbortSignal;
}

/**
 * A function of type `F` that can run on other threads. `task` and `inline` of `millrace/parallel`
 * make tasks.
 */
export interface Task<out F> {
  /** The function, to call it on this thread. */
  readonly run: F;
  /** @internal */
  stage(input: Upstream<unknown>, options: object, n: number, ordered: boolean): Stage<unknown>;
}

/**
 * Runs tasks on threads. `workerPool` of `millrace/parallel` makes one. To adapt another pool,
 * implement `Executor` of `millrace/parallel`.
 */
export interface TaskExecutor {
  /** How many threads the executor has. */
  readonly size: number;
}

/** Options of `parallelPipe`. */
export interface ParallelPipeOptions<T, R> extends Omit<AsyncPipeOptions<T, R>, 'key' | 'signal'> {
  /**
   * Runs the task. Default: one pool for all pipes without this option, with as many threads as
   * the largest `n` that these pipes asked for.
   */
  readonly pool?: TaskExecutor | undefined;
  /**
   * How many values go to a thread at a time: an integer of at least 1. Default: as many values as
   * take a thread about 2 ms, measured while the pipe runs.
   */
  readonly batch?: number | undefined;
  /**
   * At most `n + lookahead` values are taken and not yet delivered: an integer of at least 0, or
   * `Infinity`. The pipe also takes no more than twice the values of two batches for each thread.
   *
   * @defaultValue 256 n
   */
  readonly lookahead?: number | undefined;
  /**
   * Returns the objects in a value that are moved to the other thread instead of copied:
   * `ArrayBuffer`s, ports … Default: none.
   *
   * @param value - the value.
   */
  readonly transfer?: ((value: T) => readonly object[]) | undefined;
  /** Aborting the signal fails the channel with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * How long a call may take, in ms. After that the thread is ended and the call fails. Default: no
   * limit.
   */
  readonly taskTimeout?: number | undefined;
  /**
   * How long a call may still run, in ms, when its result is no longer wanted. After that the
   * thread is ended.
   *
   * @defaultValue 1000
   */
  readonly graceMs?: number | undefined;
}
