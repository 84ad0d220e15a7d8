/**
 * The thread's side of a pool: calls tasks, and tells what came of it.
 *
 * - One call at a time, in the order the values came. Before each, the shared counter goes up: should the thread die, the
 *   other side knows what had begun.
 * - Results are sent when a batch is done, and before that whenever `LATEST` has passed: a thread that dies without a word takes
 *   with it what ended in that time. Where a thread is likely to die so, each is sent at once.
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

/** In ms. */
const LATEST = 2;

type Post = (reply: Reply | Ready, transfer: readonly object[]) => void;

/** One batch. */
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

  /** Of the context that tasks are given; made when asked for. */
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
    // The last goes with the word that it was the last.
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

  /** One of them cannot be sent: that one failed. */
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
 * The thread's side of a pool of another kind: takes the messages of its executor, see {@link Executor}.
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
  /** How far it is, where the other side sees it. */
  shared: Int32Array | undefined;
  private started = 0;
  private readonly post: Post;
  private parts: unknown[] = [];
  /** Those not done. An array: what a Map has let go of stays in its outgrown tables, and these keep each other alive. */
  private readonly runs: Run[] = [];
  private current: Run | undefined;
  private tail: Promise<void> = Promise.resolve();

  /**
   * Waits for messages.
   *
   * @param post - sends a reply to the executor, with what of it is moved.
   * @param shared - where it tells how far it is; `undefined` where no memory is shared.
   * @throws TypeError for a `post` that is no function, or a `shared` that is no Int32Array.
   */
  constructor(post: Post, shared?: Int32Array) {
    expectFunction('post', post);
    expect(shared === undefined || shared instanceof Int32Array, 'shared', 'an Int32Array', shared);
    this.post = post;
    this.shared = shared;
  }

  /**
   * Keeps a value that could not go with its message.
   *
   * @param value - the next value of the message to come.
   */
  part(value: unknown): void {
    this.parts.push(value);
  }

  /**
   * Runs the calls of a message, behind those of the messages before.
   *
   * @param message - what to call, with which values.
   * @returns settles when all calls of it are done.
   * @throws TypeError for what is no such message.
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
   * The results of a message are no longer wanted: the signal of its calls is aborted.
   *
   * @param message - which message it was, and why.
   */
  abort({ id, reason }: AbortMessage): void {
    this.runs.find((run) => run.id === id)?.abort(fromWire(reason));
  }

  /** Sends what there is: the thread ends. */
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
            // It may take long.
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

  /** Whether it begins nothing more: the other side ends the thread, and runs elsewhere what has not begun. */
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

/** The values of an iterator, as of a generator, which cannot be cloned; any other result as it is. */
function list(result: unknown): unknown {
  const { next, [Symbol.iterator]: iterate } = (result ?? {}) as Partial<IterableIterator<unknown>>;
  // Sound: just looked at.
  return typeof next === 'function' && iterate !== undefined
    ? Array.from(result as Iterable<unknown>)
    : result;
}
