/** The messages between threads. */
import type { PortLike } from './platform.js';
import type { Wire } from './error-transport.js';

/** A task that a thread imports from a module. */
export interface ModuleTask {
  /** The URL of the module, or another specifier that `import()` takes. */
  readonly module: string;
  /** The name under which the module exports the task. */
  readonly name: string;
  /**
   * Whether other tasks of the program have this `name` too. Then `name` alone does not identify
   * the task.
   *
   * @defaultValue false
   */
  readonly ambiguous?: boolean;
  /**
   * Whether the task returns an iterable of results. An iterable that cannot be cloned, such as a
   * generator, is sent as an array of its values.
   *
   * @defaultValue false
   */
  readonly flatten?: boolean;
}

/** A task whose function is sent as source text. */
export interface SourceTask {
  /** The source of the task's function. */
  readonly source: string;
  /**
   * The source of the function that a thread calls once, before the task's first call; `undefined`
   * for none.
   */
  readonly initialize: string | undefined;
  /**
   * Whether the task returns an iterable of results. An iterable that cannot be cloned, such as a
   * generator, is sent as an array of its values.
   *
   * @defaultValue false
   */
  readonly flatten?: boolean;
}

/**
 * How a thread finds the function of a task: by a module and the name of its export, or by source.
 */
export type TaskSpec = ModuleTask | SourceTask;

/** A message to a thread: calls a task with several values, one after the other. */
export interface RunMessage {
  /** The kind of the message: always `'run'`. */
  readonly type: 'run';
  /**
   * The number of the batch, an integer of at least 1. Every reply to this message carries the
   * number.
   */
  readonly id: number;
  /** The task to call. */
  readonly task: TaskSpec;
  /**
   * Whether every result is sent as soon as it is ready, so that a thread that must be ended loses
   * no finished result.
   */
  readonly eager: boolean;
  /**
   * Whether the task returns iterables. An iterator, which cannot be cloned, is sent as an array of
   * its values.
   *
   * @defaultValue false
   */
  readonly flatten?: boolean;
  /**
   * The values, one for each call; `undefined` if every value was sent before, in a message of its
   * own.
   */
  readonly values: readonly unknown[] | undefined;
}

/** A message to a thread: a value of a later {@link RunMessage}. */
export interface PartMessage {
  readonly type: 'part';
  readonly value: unknown;
}

/** A message to a thread: the results of the batch `id` are no longer wanted. */
export interface AbortMessage {
  readonly type: 'abort';
  readonly id: number;
  readonly reason: Wire;
}

/** A message to a thread: the thread will be ended. It answers with {@link Quiet}. */
export interface ByeMessage {
  readonly type: 'bye';
}

/** A message from a thread: all output that the thread has printed has arrived. */
export interface Quiet {
  readonly type: 'quiet';
}

/** A message to a thread, sent once: the memory in which the thread reports its progress. */
export interface ShareMessage {
  readonly type: 'share';
  /** An array of {@link PLACES} integers, with the indices {@link STARTED} to {@link STOPPED}. */
  readonly shared: Int32Array;
}

/**
 * A message to a thread, sent once: a coroutine to run. The thread answers with an {@link Outcome}.
 */
export interface CoroutineMessage {
  readonly type: 'coroutine';
  readonly task: TaskSpec;
  readonly args: readonly Argument[];
}

/**
 * An argument: a value, or the port of a channel that the coroutine reads (`input`) or writes
 * (`output`).
 */
export type Argument =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'input' | 'output'; readonly port: PortLike };

/** A message from a thread: how its coroutine ended. */
export type Outcome =
  | { readonly type: 'returned'; readonly result: unknown }
  | { readonly type: 'threw'; readonly error: Wire };

/**
 * A message from a thread that reports its progress before any result.
 *
 * - Without `id`, the thread has started and listens for messages.
 * - With `initializing`, the thread is about to call the `initialize` of a task.
 * - With `id` alone, the thread is about to begin the calls of an `eager` message. A thread that
 *   shares memory with the pool does not send this.
 */
export interface Ready {
  /** The kind of the message: always `'ready'`. */
  readonly type: 'ready';
  /** The `id` of the {@link RunMessage}; absent when the thread has just started. */
  readonly id?: number;
  /**
   * Whether the thread is about to call `initialize`, before the first call of the message.
   *
   * @defaultValue false
   */
  readonly initializing?: boolean;
}

/** A message from a thread: the next results of a batch. */
export interface Reply {
  /** The kind of the message: always `'reply'`. */
  readonly type: 'reply';
  /** The `id` of the {@link RunMessage} that this reply answers. */
  readonly id: number;
  /** One result for each value, in the order of the values; `undefined` for a call that failed. */
  readonly results: readonly unknown[];
  /** The errors of failed calls, each with the index of its call in `results`. */
  readonly errors: readonly (readonly [at: number, error: Wire])[];
  /** How long the calls took, in ms. */
  readonly ms: number;
  /** Whether these are the last results of the batch. */
  readonly done: boolean;
}

/** Whether a message of type `reply` has the members of a {@link Reply}. */
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

// The indices of the shared array.

/** How many calls the thread has begun or skipped since it started. */
export const STARTED = 0;
/** The first of {@link ABORTS} places for ids of messages whose results are no longer wanted. */
export const ABORTED = 1;
/** How many ids of aborted messages are kept. The place of an id is `ABORTED + (id % ABORTS)`. */
export const ABORTS = 14;
/** Not 0 once the thread is about to be ended. The thread then begins no more calls. */
export const STOPPED: number = ABORTED + ABORTS;
/** The length of the shared array. */
export const PLACES: number = STOPPED + 1;
