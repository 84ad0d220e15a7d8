/** The error of a call whose thread ended. */

/**
 * Why a thread ended: it exited by itself (`'exit'`), failed with an error (`'error'`), ran out of
 * memory (`'memory'`), exceeded a time limit such as `taskTimeout` (`'timeout'`), or ended with its
 * pool (`'disposed'`).
 */
export type WorkerFailure = 'exit' | 'error' | 'memory' | 'timeout' | 'disposed';

/**
 * The error of a call whose thread ended before it gave a result: the thread exited, failed, ran
 * out of memory, exceeded a time limit such as `taskTimeout`, or its pool was disposed.
 *
 * @example
 * ```ts
 * import { fromRange } from 'millrace';
 * import { inline, WorkerError, workerPool } from 'millrace/parallel';
 *
 * const forever = inline((n: number) => {
 *   for (;;) if (n < 0) return n;
 * });
 * await using pool = workerPool(1);
 * const results = fromRange(1).parallelPipe(1, forever, { pool, taskTimeout: 50 });
 * const error = await results.get().catch((e: unknown) => e);
 * error instanceof WorkerError && error.why; // 'timeout'
 * ```
 */
export class WorkerError extends Error {
  /** Always `'WorkerError'`. */
  override readonly name = 'WorkerError';
  /** Why the thread ended. */
  readonly why: WorkerFailure;
  /** The index of the value that the thread was running, counted from 0; -1 if unknown. */
  readonly index: number;

  /**
   * Makes an error for an {@link Executor} of another pool. The pools of this module make their own
   * errors.
   *
   * @param message - the error message.
   * @param why - why the thread ended.
   * @param index - the index of the value that the thread was running, counted from 0; -1, the
   * default, if unknown.
   * @param cause - the error that the thread ended with; `undefined` for none.
   */
  constructor(message: string, why: WorkerFailure, index: number = -1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.why = why;
    this.index = index;
  }
}

/** How a thread ended, without regard to the calls that were lost with it. */
export interface Death {
  /** Why the thread ended. */
  readonly why: WorkerFailure;
  /** The predicate of the error message "The worker …", such as "exited with code 1". */
  readonly what: string;
  /** The error that the thread ended with; absent if there was none. */
  readonly cause?: unknown;
  /**
   * Whether the thread had begun none of the lost calls.
   *
   * @defaultValue false
   */
  readonly early?: boolean;
}

/**
 * @param index - the index of the value; -1 if the call is not part of a pipe.
 * @returns the error of a call that had not begun.
 */
export function unbegunError({ why, what, cause, early }: Death, index: number): WorkerError {
  const moved =
    early === true
      ? ''
      : ` before it ran ${index < 0 ? 'a value that had' : `value ${index}, which had`} been moved to it`;
  return new WorkerError(`The worker ${what}${moved}`, why, index, cause);
}

/**
 * @param lost - the indices of the values whose results were lost; the thread was running the last
 * one.
 */
export function workerError({ why, what, cause }: Death, lost: readonly number[]): WorkerError {
  const running = lost.at(-1) ?? -1;
  if (running < 0) return new WorkerError(`The worker ${what}`, why, -1, cause);
  const others = lost.slice(0, -1);
  const few = others.length > 3 ? [...others.slice(0, 3), '…'] : others;
  // The calls before the last one had ended, but their results had not arrived.
  const also = others.length === 0 ? '' : `; lost with it: what came of value ${few.join(', ')}`;
  return new WorkerError(`The worker ${what} while it ran value ${running}${also}`, why, running, cause);
}
