/** The end of a thread as an error. */

/** Why a thread ended: by itself, with an uncaught error, out of memory, after `taskTimeout`, or with its pool. */
export type WorkerFailure = 'exit' | 'error' | 'memory' | 'timeout' | 'disposed';

/**
 * A thread ended before it gave a result: it exited, failed, ran out of memory, took longer than `taskTimeout`, or its pool was
 * disposed.
 */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly why: WorkerFailure;
  /** Which value it was running, counted from 0; -1 if that is not known. */
  readonly index: number;

  constructor(message: string, why: WorkerFailure, index: number = -1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.why = why;
    this.index = index;
  }
}

/** How a thread ended, before it is known what that meant. */
export interface Death {
  readonly why: WorkerFailure;
  /** What it did: "exited with code 1". */
  readonly what: string;
  readonly cause?: unknown;
  /** Whether it began nothing of what is lost. */
  readonly early?: boolean;
}

/** @param lost - the values whose results were lost with it, the one that was running last. */
export function workerError({ why, what, cause, early }: Death, lost: readonly number[]): WorkerError {
  const running = lost.at(-1);
  if (running === undefined || early === true)
    return new WorkerError(`The worker ${what}`, why, lost[0] ?? -1, cause);
  const others = lost.slice(0, -1);
  const few = others.length > 3 ? [...others.slice(0, 3), '…'] : others;
  // Those that had ended, but had not been told of.
  const also = others.length === 0 ? '' : `; lost with it: what came of value ${few.join(', ')}`;
  return new WorkerError(`The worker ${what} while it ran value ${running}${also}`, why, running, cause);
}
