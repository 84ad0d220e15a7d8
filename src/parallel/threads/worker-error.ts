/** The end of a thread as an error. */

/** Why a thread ended: by itself, with an uncaught error, out of memory, after `taskTimeout`, or with its pool. */
export type WorkerFailure = 'exit' | 'error' | 'memory' | 'timeout' | 'disposed';

/**
 * A thread ended before it gave a result: it exited, failed, ran out of memory, took longer than `taskTimeout`, or its pool was
 * disposed.
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
  /** What ended the thread. */
  readonly why: WorkerFailure;
  /** Which value it was running, counted from 0; -1 if that is not known. */
  readonly index: number;

  /**
   * For executors: pools of this module make their own.
   *
   * @param message - what happened.
   * @param why - what ended the thread.
   * @param index - which value it was running, counted from 0; -1 if that is not known.
   * @param cause - the error it ended with; `undefined` for none.
   */
  constructor(message: string, why: WorkerFailure, index: number = -1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.why = why;
    this.index = index;
  }
}

/** How a thread ended, before it is known what that meant. */
export interface Death {
  /** What ended it. */
  readonly why: WorkerFailure;
  /** What it did: "exited with code 1". */
  readonly what: string;
  /** The error it ended with. */
  readonly cause?: unknown;
  /** Whether it began nothing of what is lost. */
  readonly early?: boolean;
}

/**
 * @param index - where the value stands; -1 if it stands alone.
 * @returns the error of a call that had not begun.
 */
export function unbegunError({ why, what, cause, early }: Death, index: number): WorkerError {
  const moved =
    early === true
      ? ''
      : ` before it ran ${index < 0 ? 'a value that had' : `value ${index}, which had`} been moved to it`;
  return new WorkerError(`The worker ${what}${moved}`, why, index, cause);
}

/** @param lost - the values whose results were lost with it, the one that was running last. */
export function workerError({ why, what, cause }: Death, lost: readonly number[]): WorkerError {
  const running = lost.at(-1) ?? -1;
  if (running < 0) return new WorkerError(`The worker ${what}`, why, -1, cause);
  const others = lost.slice(0, -1);
  const few = others.length > 3 ? [...others.slice(0, 3), '…'] : others;
  // Those that had ended, but had not been told of.
  const also = others.length === 0 ? '' : `; lost with it: what came of value ${few.join(', ')}`;
  return new WorkerError(`The worker ${what} while it ran value ${running}${also}`, why, running, cause);
}
