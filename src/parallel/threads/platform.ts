/**
 * The threads of a platform, as the rest of this library uses them. `#platform` is one of two
 * modules, chosen by the conditions of package.json: `node/platform.ts` (Node, Bun, Deno) or
 * `web/platform.ts` (browsers).
 */
import type { TaskSpec } from './messages.js';
import type { Death } from './worker-error.js';

/** Limits of a thread's memory, in MB; see `resourceLimits` of Node's `Worker`. */
export interface ResourceLimits {
  /** The maximum size of the main heap, in MB. Default: that of the platform. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /**
   * The maximum size of the heap for recently created objects, in MB. Default: that of the
   * platform.
   */
  readonly maxYoungGenerationSizeMb?: number | undefined;
  /** The size of the memory range for generated code, in MB. Default: that of the platform. */
  readonly codeRangeSizeMb?: number | undefined;
  /** The maximum size of the stack, in MB. Default: that of the platform. */
  readonly stackSizeMb?: number | undefined;
}

export interface ThreadOptions {
  /**
   * Limits of the memory of each thread. Default: the limits of the platform.
   *
   * Browsers and Bun support no limits. Deno ends a thread that reaches a limit without any event,
   * and only `taskTimeout` detects that.
   */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * Makes the worker of each thread, which must run `millrace/parallel/worker`; for bundlers that
   * must see the `new Worker(…)` of a program. Default: the function given to {@link useWorker}, or
   * else the worker of this package.
   */
  readonly worker?: (() => object) | undefined;
}

/** The callbacks of a thread. */
export interface ThreadEvents {
  message(data: unknown): void;
  /** Called at most once, after all messages of the thread. */
  died(death: Death): void;
}

/** A thread. It keeps the process alive only between `ref` and `unref`. */
export interface Thread {
  /** @throws DataCloneError if `message` cannot be cloned. */
  post(message: unknown, transfer?: readonly object[]): void;
  /** Ends the thread, whatever it is doing. Calls `died`, unless `died` was called already. */
  end(): Promise<void>;
  ref(): void;
  unref(): void;
}

export interface Platform {
  /** How many threads can run at once. */
  readonly cores: number;
  spawn(options: ThreadOptions, events: ThreadEvents): Thread;
  /**
   * Iterates the values that a task yields, and blocks this thread while none is ready. Browsers
   * lack this.
   */
  readonly block?: (task: TaskSpec, args: readonly unknown[]) => Iterator<unknown>;
}

/** A `MessagePort` of Node or of a browser, or an object with the same methods. */
export interface PortLike {
  /**
   * Sends a message.
   *
   * @param message - the message, which is copied.
   * @param transfer - the objects in `message` that are moved instead of copied.
   */
  postMessage(message: unknown, transfer?: never): void;
  /**
   * Adds a listener for an event.
   *
   * @param type - `'message'`, `'messageerror'` or `'close'`.
   * @param listener - called with each event of this type.
   */
  addEventListener(type: string, listener: never): void;
  /**
   * Removes a listener for an event.
   *
   * @param type - `'message'`, `'messageerror'` or `'close'`.
   * @param listener - the listener that was added.
   */
  removeEventListener(type: string, listener: never): void;
  /** Starts the delivery of messages, on a port that delivers none before. */
  start?(): void;
  /** Closes both ends of the port. */
  close(): void;
  /** Only on ports of Node: lets the port keep the process alive. */
  ref?(): void;
  /** Only on ports of Node: lets the process end while the port is open. */
  unref?(): void;
}
