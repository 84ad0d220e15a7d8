/** What threads tell each other. */
import type { PortLike } from './platform.js';
import type { Wire } from './error-transport.js';

/** A task that is the export of a module. */
export interface ModuleTask {
  /** The address of its module. */
  readonly module: string;
  /** The name it is exported under. */
  readonly name: string;
  /** Whether the program has other tasks of that name: then it does not say by itself which task is meant. */
  readonly ambiguous?: boolean;
  /** Whether what it returns is iterated on the other side, and its values are sent. */
  readonly flatten?: boolean;
}

/** A task that is sent as source. */
export interface SourceTask {
  /** The source of its function. */
  readonly source: string;
  /** The source of the function to call before; `undefined` for none. */
  readonly initialize: string | undefined;
  /** Whether what it returns is iterated on the other side, and its values are sent. */
  readonly flatten?: boolean;
}

/** How the other side finds a task. */
export type TaskSpec = ModuleTask | SourceTask;

/** To a thread: values to call a task with, one after the other. */
export interface RunMessage {
  /** What it is. */
  readonly type: 'run';
  /** That of its batch, which the replies to it bear. */
  readonly id: number;
  /** What to call. */
  readonly task: TaskSpec;
  /** Whether every result is sent at once: so that none that was ready is lost when the thread must be ended. */
  readonly eager: boolean;
  /** Whether results are iterables: an iterator, which cannot be cloned, is sent as the list of its values. */
  readonly flatten?: boolean;
  /** `undefined`: they came before, in messages of their own. */
  readonly values: readonly unknown[] | undefined;
}

/** To a thread: a value of a later {@link RunMessage}. */
export interface PartMessage {
  readonly type: 'part';
  readonly value: unknown;
}

/** To a thread: the results of these values are no longer wanted. */
export interface AbortMessage {
  readonly type: 'abort';
  readonly id: number;
  readonly reason: Wire;
}

/** To a thread: it will be ended. It answers with {@link Quiet} when all that it has printed has arrived. */
export interface ByeMessage {
  readonly type: 'bye';
}

/** From a thread: all that it has printed has arrived. */
export interface Quiet {
  readonly type: 'quiet';
}

/** To a thread, once: where it tells how far it is. */
export interface ShareMessage {
  readonly type: 'share';
  /** See {@link STARTED}. */
  readonly shared: Int32Array;
}

/** To a thread, once: a coroutine, of which it tells a {@link Outcome}. */
export interface CoroutineMessage {
  readonly type: 'coroutine';
  readonly task: TaskSpec;
  readonly args: readonly Argument[];
}

/** A value, or a port that a channel goes through: one to read from, or one to write to. */
export type Argument =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'input' | 'output'; readonly port: PortLike };

/** From a thread: what came of its coroutine. */
export type Outcome =
  | { readonly type: 'returned'; readonly result: unknown }
  | { readonly type: 'threw'; readonly error: Wire };

/**
 * From a thread: it listens; or it is about to call a task's `initialize`; or, where memory is not shared, it is about to begin the
 * calls of a message.
 */
export interface Ready {
  /** What it is. */
  readonly type: 'ready';
  /** That of the message; none when the thread has just begun. */
  readonly id?: number;
  /** Whether `initialize` is called, before the first call of the message. */
  readonly initializing?: boolean;
}

/** From a thread: the next results. */
export interface Reply {
  /** What it is. */
  readonly type: 'reply';
  /** That of the {@link RunMessage}. */
  readonly id: number;
  /** One for each value; `undefined` for those that failed. */
  readonly results: readonly unknown[];
  /** The errors, each with the place of its result. */
  readonly errors: readonly (readonly [at: number, error: Wire])[];
  /** How long they took, in ms. */
  readonly ms: number;
  /** Whether these were the last. */
  readonly done: boolean;
}

/** Whether a message that says that it is a reply has what one has. */
export function isReply(message: Partial<Reply>): message is Reply {
  const { results, errors, ms = NaN, done } = message;
  return (
    Array.isArray(results) &&
    Array.isArray(errors) &&
    errors.every((one) => Array.isArray(one)) &&
    ms >= 0 &&
    ms < Infinity &&
    typeof done === 'boolean'
  );
}

// The places of the shared array.

/** How many calls the thread has begun, or left out, in all. */
export const STARTED = 0;
/** From here on: ids of messages whose results are no longer wanted. */
export const ABORTED = 1;
/** How many of those are remembered. */
export const ABORTS = 14;
/** Not 0: the thread begins nothing more, as it will be ended. */
export const STOPPED: number = ABORTED + ABORTS;
/** How many places there are. */
export const PLACES: number = STOPPED + 1;
