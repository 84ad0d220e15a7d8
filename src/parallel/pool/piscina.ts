/**
 * Runs tasks on a user's `piscina`.
 *
 * - A batch is one task of the piscina, run by `piscina-worker.js`. Replies come through a port as
 *   soon as they are made. The batches of a lane wait for each other here, because the piscina
 *   gives its tasks to any thread.
 * - To end a thread, the executor aborts the task of the piscina that the thread runs.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { Alarm, now } from '../../base/clock.js';
import { expect } from '../../base/errors.js';
import type { Batch, Executor, Lane } from './executor.js';
import { ABORTED, ABORTS, PLACES, type Ready, type Reply, STARTED, STOPPED } from '../threads/messages.js';
import { intact } from '../threads/transfer.js';
import { toWire } from '../threads/error-transport.js';
import type { Death } from '../threads/worker-error.js';
import { deathOf } from '../threads/node/death.js';
import type { PiscinaJob } from './piscina-worker.js';

/** The members of a `Piscina` that {@link piscinaExecutor} uses. */
export interface PiscinaLike {
  /** The options of the piscina. */
  readonly options: {
    /** How many threads the piscina starts at most. */
    readonly maxThreads: number;
  };
  /**
   * Runs a task of the piscina.
   *
   * @param task - the input of the worker.
   * @param options - the module that runs the task, the objects to move, and the signal that ends
   * the task.
   * @returns a promise of the result of the worker.
   */
  run(task: never, options: { filename: string; transferList: never; signal: AbortSignal }): Promise<unknown>;
}

const filename = fileURLToPath(new URL('./piscina-worker.js', import.meta.url));

/** How often the threads of a batch may die before the batch begins anything. */
const ATTEMPTS = 3;

/** A batch that runs on a thread of the piscina, or waits for one. */
class Running {
  readonly batch: Batch;
  readonly shared: Int32Array = new Int32Array(new SharedArrayBuffer(4 * PLACES));
  private readonly port: MessagePort;
  private readonly other: MessagePort;
  private readonly kill: AbortController = new AbortController();
  private readonly alarm: Alarm = new Alarm(() => this.look());
  private seen = 0;
  private since: number = now();
  private death: Death | undefined;
  private isInitializing = false;

  constructor(batch: Batch) {
    this.batch = batch;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.other = port2;
    // Sound: only our own worker posts to this port.
    port1.on('message', (reply: Reply | Ready) => this.received(reply));
    port1.on('messageerror', (error) =>
      this.end({ why: 'error', what: 'sent what cannot be read', cause: error }),
    );
    port1.unref();
  }

  private received(reply: Reply | Ready): void {
    if (reply.type === 'reply') return this.batch.report(reply);
    this.isInitializing = true;
    this.watch();
  }

  private end(death: Death): void {
    this.death ??= death;
    Atomics.store(this.shared, STOPPED, 1);
    this.kill.abort();
  }

  get started(): number {
    return Atomics.load(this.shared, STARTED);
  }

  /** @returns whether calls are left that must run again. */
  async run(pool: PiscinaLike): Promise<boolean> {
    this.watch();
    try {
      await this.start(pool);
      this.port.close();
      return false;
    } catch (error) {
      // Take the replies that the thread posted before it died.
      for (let last; (last = receiveMessageOnPort(this.port)) !== undefined; )
        this.received(last.message as Reply | Ready);
      this.port.close();
      const death = this.death ?? deathOf(error);
      return this.batch.lost(
        death,
        death.early === true ? this.batch.size : Math.max(this.started, this.batch.reported),
      );
    } finally {
      this.alarm.clear();
    }
  }

  private async start(pool: PiscinaLike): Promise<void> {
    const { batch, shared, other } = this;
    const { message } = batch;
    const done = new Promise<void>((resolve, reject) => {
      this.kill.signal.addEventListener('abort', reject);
      this.port.on('message', (reply: Reply | Ready) => {
        if (reply.type === 'reply' && reply.done) resolve();
      });
    });
    // If nothing awaits `done`, its rejection must not count as unhandled.
    done.catch(() => {});
    const run = async (job: PiscinaJob, moved: readonly object[]): Promise<void> => {
      // Sound: piscina hands the list to Node, which checks it.
      const transferList = [other, ...intact(moved)] as never;
      await pool.run(job as never, { filename, transferList, signal: this.kill.signal });
      if (batch.isDone) return;
      // The worker no longer keeps the process alive, and its last reply is still to come.
      this.port.ref();
      await done;
    };
    try {
      await run({ message, shared, port: other }, batch.transfer);
    } catch (error) {
      if ((error as Error).name !== 'DataCloneError') throw error;
      let refused = 0;
      for (const [at, { value, transfer }] of batch.parts.entries()) {
        try {
          // Sound: Node checks the list at runtime.
          this.port.postMessage(value, intact(transfer) as never);
        } catch (cause) {
          batch.refuse(at - refused++, cause);
        }
      }
      if (batch.isDone) return;
      await run({ message: { ...message, values: undefined }, shared, port: other, parts: batch.size }, []);
    }
  }

  abort(): void {
    const { id, aborted } = this.batch;
    Atomics.store(this.shared, ABORTED + (id % ABORTS), id);
    this.port.postMessage({ type: 'abort', id, reason: toWire(aborted?.reason) });
    this.watch();
  }

  private get limit(): number {
    return this.batch.aborted === undefined ? this.batch.taskTimeout : this.batch.graceMs;
  }
  private watch(): void {
    this.since = now();
    if (this.limit !== Infinity) this.alarm.set(this.since + this.limit);
  }
  private look(): void {
    const { limit, started } = this;
    // A batch that has begun nothing may still wait for a thread, or for its module to load.
    if (started !== this.seen || (started === 0 && !this.isInitializing)) {
      this.seen = started;
      this.since = now();
    }
    if (now() - this.since < limit)
      return this.alarm.set(Math.min(this.since + limit, now() + Math.max(1, limit / 4)));
    if (this.batch.aborted !== undefined)
      return this.end({ why: 'timeout', what: 'was ended: it would not stop' });
    const early = started === 0;
    const what = early ? `was ended: initialize did not settle within` : 'was ended after';
    this.end({ why: 'timeout', what: `${what} ${limit} ms`, early });
  }
}

class PiscinaExecutor implements Executor {
  private readonly pool: PiscinaLike;
  private readonly running: Map<Batch, Running> = new Map<Batch, Running>();

  constructor(pool: PiscinaLike) {
    this.pool = pool;
  }

  get size(): number {
    return this.pool.options.maxThreads;
  }

  run(batch: Batch, lane: Lane): void {
    const before = lane.thread instanceof Promise ? lane.thread : Promise.resolve();
    lane.thread = before.then(() => this.all(batch));
  }

  private async all(batch: Batch): Promise<void> {
    for (let attempts = 0; attempts < ATTEMPTS && !batch.isDone; attempts++) {
      if (batch.aborted !== undefined) break;
      const { size } = batch;
      const running = new Running(batch);
      this.running.set(batch, running);
      const left = await running.run(this.pool);
      this.running.delete(batch);
      if (!left) return;
      if (batch.size < size) attempts = -1;
    }
    batch.lost(
      { why: 'exit', what: `died before it began anything, ${ATTEMPTS} times`, early: true },
      batch.size,
    );
  }

  abort(batch: Batch): void {
    this.running.get(batch)?.abort();
  }
}

/**
 * Makes an executor that runs tasks on a pool of `piscina`. The program still makes, limits and
 * destroys the pool. The pool needs an unbounded queue (`maxQueue`), which is the default of
 * `piscina`.
 *
 * @param pool - a `Piscina`.
 * @returns the executor, for the option `pool` of `parallelPipe`.
 * @throws TypeError if `pool` is not a `Piscina`.
 * @example
 * ```ts
 * import { fromRange } from 'millrace';
 * import { inline } from 'millrace/parallel';
 * import { piscinaExecutor } from 'millrace/parallel/piscina';
 * import { Piscina } from 'piscina';
 *
 * const piscina = new Piscina({ maxThreads: 2 });
 * const pool = piscinaExecutor(piscina);
 * const squares = fromRange(3).parallelPipe(2, inline((n: number) => n * n), { pool });
 * await squares.collect(); // [0, 1, 4]
 * await piscina.destroy();
 * ```
 */
export function piscinaExecutor(pool: PiscinaLike): Executor {
  const { run, options } = (pool ?? {}) as Partial<PiscinaLike>;
  expect(typeof run === 'function' && typeof options?.maxThreads === 'number', 'pool', 'a Piscina', pool);
  return new PiscinaExecutor(pool);
}
