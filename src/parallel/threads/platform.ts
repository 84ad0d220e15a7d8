/**
 * What threads are to the rest of this module. `#platform` is one of two modules, chosen by the conditions of package.json:
 * `node/platform.ts` (Node, Bun, Deno) and `web/platform.ts` (browsers).
 */
import type { TaskSpec } from './messages.js';
import type { Death } from './worker-error.js';

/** Limits of a thread's memory, in MB; see Node's `resourceLimits`. */
export interface ResourceLimits {
  /** Of the main heap. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /** Of the heap of what was made recently. */
  readonly maxYoungGenerationSizeMb?: number | undefined;
  /** Of compiled code. */
  readonly codeRangeSizeMb?: number | undefined;
  /** Of the stack. */
  readonly stackSizeMb?: number | undefined;
}

export interface ThreadOptions {
  /**
   * Default: the platform's. Browsers and Bun know none. Deno ends a thread that meets one without a word, which only
   * `taskTimeout` can tell.
   */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Makes the worker, which must run `millrace/parallel/worker`; for bundlers that need to see that themselves. */
  readonly worker?: (() => object) | undefined;
}

/** Who hears of a thread. */
export interface ThreadEvents {
  message(data: unknown): void;
  /** Called at most once, after all its messages. */
  died(death: Death): void;
}

/** A thread. It keeps the process alive from `ref` to `unref`; at first it does not. */
export interface Thread {
  /** @throws what cannot be cloned. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Ends it, whatever it is doing; `died` is called unless it already was. */
  end(): Promise<void>;
  ref(): void;
  unref(): void;
}

export interface Platform {
  /** How many threads can run at once. */
  readonly cores: number;
  spawn(options: ThreadOptions, events: ThreadEvents): Thread;
  /** The values that a task gives, by an iterator that blocks; where threads may. */
  readonly block?: (task: TaskSpec, args: readonly unknown[]) => Iterator<unknown>;
}

/** A port of Node or of a browser, or a thing like it. */
export interface PortLike {
  /**
   * Sends a message.
   *
   * @param message - what is copied.
   * @param transfer - what of it is moved.
   */
  postMessage(message: unknown, transfer?: never): void;
  /**
   * Listens.
   *
   * @param type - `'message'`, `'messageerror'` or `'close'`.
   * @param listener - called with each event.
   */
  addEventListener(type: string, listener: never): void;
  /**
   * Listens no more.
   *
   * @param type - `'message'`, `'messageerror'` or `'close'`.
   * @param listener - which.
   */
  removeEventListener(type: string, listener: never): void;
  /** Lets messages come, where that needs a word. */
  start?(): void;
  /** Ends both sides. */
  close(): void;
  /** Of Node: from now on it keeps the process alive. */
  ref?(): void;
  /** Of Node: it no longer does. */
  unref?(): void;
}
