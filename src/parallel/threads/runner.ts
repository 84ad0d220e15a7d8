/**
 * The thread's side of a pool: calls tasks, and reports the outcomes.
 *
 * - Calls run one at a time, in the order of their values. The shared counter goes up before each
 *   call, so the pool knows which calls had begun when the thread dies.
 * - Results are sent when a batch is done, and before that whenever `LATEST` ms have passed. A
 *   thread that dies without notice loses the results of that time. For an `eager` message, whose
 *   thread is likely to die, each result is sent at once.
 */
import { makeController } from '../../base/abort.js';
import { expect, expectFunction, expectInteger } from '../../base/errors.js';
import { isPromise } from '../../base/promises.js';
import { load } from './load.js';
import {
  ABORTED,
  ABORTS,
  type AbortMessage,
  type Ready,
  type Reply,
  type RunMessage,
  STARTED,
  STOPPED,
} from './messages.js';
import { forget, transferOf, transfersOf } from './transfer.js';
import { fromWire, toWire, type Wire } from './error-transport.js';

const type = 'reply';

/** How long a result may wait to be sent, in ms. */
const LATEST = 2;

type Post = (reply: Reply | Ready, transfer: readonly object[]) => void;

/** One batch. It is also the {@link TaskContext} of its calls. */
class Run {
  readonly id: number;
  /** How many results are still to come. */
  private left: number;
  readonly eager: boolean;
  private readonly post: Post;
  private controller: AbortController | undefined;
  private stopped: { readonly reason: unknown } | undefined;
  private results: unknown[] = [];
  private errors: [number, Wire][] = [];
  private since: number = performance.now();

  constructor(id: number, count: number, eager: boolean, post: Post) {
    this.id = id;
    this.left = count;
    this.eager = eager;
    this.post = post;
  }

  /** The signal of the {@link TaskContext}. Its controller is made when a task first reads it. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = makeController();
      if (this.stopped !== undefined) this.controller.abort(this.stopped.reason);
    }
    return this.controller.signal;
  }

  abort(reason: unknown): void {
    this.stopped = { reason };
    this.controller?.abort(reason);
  }
  get isStopped(): boolean {
    return this.stopped !== undefined;
  }

  succeeded(result: unknown): void {
    this.results.push(result);
    // `Runner.all` sends the last result, together with `done`.
    if (--this.left === 0) return;
    if (this.eager || performance.now() - this.since >= LATEST) this.flush(false);
  }
  failed(error: unknown): void {
    this.left--;
    this.errors.push([this.results.length, toWire(error)]);
    this.results.push(undefined);
  }

  flush(done: boolean): void {
    const { id, results, errors } = this;
    if (results.length === 0 && !done) return;
    const ms = performance.now() - this.since;
    this.results = [];
    this.errors = [];
    try {
      this.post({ type, id, results, errors, ms, done }, transfersOf(results));
      for (const result of results) forget(result);
    } catch {
      this.singly(results, new Map(errors), ms);
      if (done) this.post({ type, id, results: [], errors: [], ms: 0, done }, []);
    }
    this.since = performance.now();
  }

  /**
   * Sends the results one by one, because one of them cannot be cloned. The call of that result
   * fails.
   */
  private singly(results: readonly unknown[], errors: ReadonlyMap<number, Wire>, all: number): void {
    const { id } = this;
    const ms = all / results.length;
    for (const [at, result] of results.entries()) {
      const error = errors.get(at);
      try {
        this.post(
          { type, id, results: [result], errors: error === undefined ? [] : [[0, error]], ms, done: false },
          transferOf(result),
        );
      } catch (cause) {
        const wire = toWire(
          new TypeError(`The result cannot be sent: ${(cause as Error).message}`, { cause }),
        );
        this.post({ type, id, results: [undefined], errors: [[0, wire]], ms, done: false }, []);
      }
    }
  }
}

/**
 * The thread's side of an {@link Executor} that adapts another pool: takes the messages of the
 * executor, calls their tasks, and posts the replies.
 *
 * @example
 * ```ts
 * import { Runner, type Ready, type Reply, type TaskSpec } from 'millrace/parallel';
 *
 * // What a batch's message holds, here made by hand; both sides are this thread.
 * const task: TaskSpec = { source: '(n) => 2 * n', initialize: undefined };
 * const replies: (Reply | Ready)[] = [];
 * const runner = new Runner((reply) => replies.push(reply));
 * await runner.run({ type: 'run', id: 1, task, eager: false, values: [1, 2] });
 * const results = replies.flatMap((reply) => (reply.type === 'reply' ? reply.results : []));
 * results; // [2, 4]
 * ```
 */
export class Runner {
  /** The memory in which the runner reports its progress; `undefined` where no memory is shared. */
  shared: Int32Array | undefined;
  private started = 0;
  private readonly post: Post;
  private parts: unknown[] = [];
  /**
   * The batches that are not done. An array, not a Map: the tables that a Map has outgrown keep its
   * deleted entries, and each other, alive.
   */
  private readonly runs: Run[] = [];
  private current: Run | undefined;
  private tail: Promise<void> = Promise.resolve();

  /**
   * Makes a runner, which waits for messages.
   *
   * @param post - sends a reply to the executor; its second argument lists the objects in the reply
   * that are moved instead of copied.
   * @param shared - the memory in which the runner reports its progress; `undefined` where no
   * memory is shared.
   * @throws TypeError if `post` is not a function, or `shared` is neither an Int32Array nor
   * `undefined`.
   */
  constructor(post: Post, shared?: Int32Array) {
    expectFunction('post', post);
    expect(shared === undefined || shared instanceof Int32Array, 'shared', 'an Int32Array', shared);
    this.post = post;
    this.shared = shared;
  }

  /**
   * Keeps a value for the next message whose `values` are `undefined`. An executor sends values one
   * by one if one of them cannot be cloned.
   *
   * @param value - the next value of that message.
   */
  part(value: unknown): void {
    this.parts.push(value);
  }

  /**
   * Calls the task of a message with each of its values, after the calls of all earlier messages.
   *
   * @param message - the task and the values.
   * @returns a promise that settles when all calls of the message are done.
   * @throws TypeError or RangeError if a member of the message is invalid.
   */
  run(message: RunMessage): Promise<void> {
    const { id, eager, values = this.parts } = message;
    expectInteger('id', id, 1);
    expect(typeof eager === 'boolean', 'eager', 'true or false', eager);
    expect(Array.isArray(values), 'values', 'a list', values);
    if (values === this.parts) this.parts = [];
    const run = new Run(id, values.length, eager, this.post);
    this.runs.push(run);
    return (this.tail = this.tail.then(() => this.all(run, message, values)));
  }

  /**
   * Aborts the signal of the calls of a message, whose results are no longer wanted.
   *
   * @param message - the `id` of the message, and the reason.
   */
  abort({ id, reason }: AbortMessage): void {
    this.runs.find((run) => run.id === id)?.abort(fromWire(reason));
  }

  /** Sends the results that are ready. Call this when the thread is about to end. */
  flush(): void {
    this.current?.flush(false);
  }

  private async all(run: Run, { id, task, flatten }: RunMessage, values: readonly unknown[]): Promise<void> {
    if (this.isEnding) return;
    this.current = run;
    const end = this.started + values.length;
    try {
      const f = await load(task, () => this.post({ type: 'ready', id, initializing: true }, []));
      if (this.shared === undefined && run.eager) this.post({ type: 'ready', id: run.id }, []);
      for (const value of values) {
        if (this.isEnding) return run.flush(false);
        if (run.isStopped || this.isAborted(run.id)) break;
        this.begin();
        try {
          let result = f(value, run);
          if (isPromise(result)) {
            // The promise may take long to settle, so send the results before it now.
            run.flush(false);
            result = await result;
          }
          run.succeeded(flatten === true ? list(result) : result);
        } catch (error) {
          run.failed(error);
        }
      }
    } catch (error) {
      for (const _ of values) run.failed(error);
    }
    this.started = end - 1;
    this.begin();
    this.current = undefined;
    this.runs.splice(this.runs.indexOf(run), 1);
    run.flush(true);
  }

  /**
   * Whether the thread is being ended. It must begin no more calls, since the pool runs the calls
   * that have not begun on another thread.
   */
  private get isEnding(): boolean {
    return this.shared !== undefined && Atomics.load(this.shared, STOPPED) !== 0;
  }

  private begin(): void {
    this.started++;
    if (this.shared !== undefined) Atomics.store(this.shared, STARTED, this.started);
  }

  private isAborted(id: number): boolean {
    return this.shared !== undefined && Atomics.load(this.shared, ABORTED + (id % ABORTS)) === id;
  }
}

/**
 * An iterator such as a generator, which cannot be cloned, as an array of its values; any other
 * result unchanged.
 */
function list(result: unknown): unknown {
  const { next, [Symbol.iterator]: iterate } = (result ?? {}) as Partial<IterableIterator<unknown>>;
  // Sound: `iterate` has just been checked.
  return typeof next === 'function' && iterate !== undefined
    ? Array.from(result as Iterable<unknown>)
    : result;
}
