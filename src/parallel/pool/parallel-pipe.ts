/**
 * `asyncPipe` over threads: {@link AsyncPipe} takes care of order, back-pressure and errors; the
 * function that it calls hands each value to one of `n` lanes, in batches.
 *
 * - A lane has at most two batches under way: one that runs, and one that waits in the thread. If a
 *   batch takes longer than `SHORT`, a lane has only one, because values behind a slow call would
 *   wait for it.
 * - A batch grows until it takes about `GOAL`. A lane that has nothing to do gets the waiting
 *   values at once.
 * - A batch moves at most about `HEAVY` bytes, so that they are still in a cache when they arrive.
 * - The pipe takes values for two batches per lane, and as many values again may wait for an
 *   earlier result; in all never more than `n + lookahead` values.
 */
import { givenSignal } from '../../base/abort.js';
import { expectDuration, expectFunction, expectInteger } from '../../base/errors.js';
import { Queue } from '../../base/queue.js';
import type { Upstream } from '../../pull/inlet.js';
import { AsyncPipe, type Job, LATER, type PipeOptions } from '../../operators/async-pipe.js';
import type { ParallelPipeOptions } from '../../operators/parallel.js';
import { type Executor, type Lane, executorOf } from './executor.js';
import { type Call, Jobs, type JobsOptions, type Owner } from './jobs.js';
import type { TaskSpec } from '../threads/messages.js';
import { commonPool } from './threads.js';
import { forget, transferOf } from '../threads/transfer.js';

/** How long a batch should take, in ms. */
const GOAL = 2;
/** The largest factor by which a batch grows at a time. */
const GROWTH = 4;
/**
 * The most batches of a lane under way, and the longest time of a batch, in ms, for a second batch
 * to wait behind it.
 */
const DEEP = 2;
const SHORT = 5 * GOAL;

/**
 * The most bytes that are moved with a batch, not counting its last value. The option `batch` lifts
 * this limit.
 */
const HEAVY = 2 ** 19;

const LOOKAHEAD = 256;
const GRACE = 1000;

/** Gathers values into batches, and gives these to lanes. */
class Dispatch implements Owner {
  private readonly executor: Executor;
  private readonly options: JobsOptions;
  private readonly transfer: ParallelPipeOptions<never, unknown>['transfer'];
  private readonly lanes: Lane[];
  private readonly waiting: Queue<Call> = new Queue<Call>();
  /**
   * An array, not a Set: the tables that a Set has outgrown keep its deleted entries, and each
   * other, alive.
   */
  private readonly sent: Jobs[] = [];
  private readonly most: number;
  private readonly isFixed: boolean;
  private readonly limit: number;
  /**
   * The size of a batch by the time that its calls take (`fit`), and by the bytes moved with it
   * (`light`).
   */
  private fit: number;
  private light: number;
  /** How long a call took in the latest reply, in ms. */
  private each = Infinity;
  private scheduled = false;
  /** The pipe; set by its first call. */
  private pipe: AsyncPipe | undefined;

  constructor(
    executor: Executor,
    options: JobsOptions,
    transfer: ParallelPipeOptions<never, unknown>['transfer'],
    n: number,
    limit: number,
    batch: number | undefined,
  ) {
    this.transfer = transfer;
    this.executor = executor;
    this.options = options;
    this.lanes = Array.from({ length: n }, () => ({ thread: undefined, busy: 0 }));
    this.limit = limit;
    this.most = batch ?? Math.max(1, Math.floor(limit / (DEEP * n)));
    this.fit = batch ?? 1;
    this.light = this.most;
    this.isFixed = batch !== undefined;
  }

  private get size(): number {
    return Math.min(this.fit, this.light);
  }
  /** How many calls may be in flight. */
  get room(): number {
    return Math.min(this.limit, this.lanes.length * DEEP * this.size);
  }
  /** How many values may be taken and not yet delivered. */
  get ahead(): number {
    return Math.min(this.limit, 2 * this.room);
  }

  readonly call = (value: unknown, pipe: AsyncPipe, job: Job): typeof LATER => {
    if (this.pipe === undefined) {
      this.pipe = pipe;
      const { signal } = pipe;
      signal.addEventListener('abort', () => this.abort((signal as { reason: unknown }).reason));
    }
    const moved = transferOf(value);
    // Sound: the types of the pipe pair `transfer` with its values.
    const more = this.transfer?.(value as never) ?? [];
    this.waiting.push({ job, moved: more.length > 0 ? [...moved, ...more] : moved });
    this.schedule();
    return LATER;
  };

  settle(job: Job, result: unknown, failed: boolean): void {
    this.pipe?.settle(job, result, failed);
    this.schedule();
  }

  /**
   * Values that are taken until the microtask travel together; results that arrive until then are
   * delivered together.
   */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      // Give work to the threads before the results are delivered: a reader of the results may be
      // slow.
      this.deal();
      this.pipe?.serve();
    });
  }

  private deal(): void {
    const deep = this.each * this.size <= SHORT ? DEEP : 1;
    for (let depth = 0; depth < deep; depth++) {
      const free = this.lanes.filter(
        (lane) => lane.busy === depth && (depth === 0 || this.executor.isCrowded?.(lane) !== true),
      );
      for (const [at, lane] of free.entries()) {
        const { length } = this.waiting;
        // Idle lanes share the waiting values; a busy lane waits for a full batch.
        const share = depth === 0 ? Math.ceil(length / (free.length - at)) : length;
        if (share === 0 || (depth > 0 && share < this.size)) return;
        this.send(Math.min(share, this.size), lane);
      }
    }
  }

  private send(count: number, lane: Lane): void {
    const calls: Call[] = [];
    let weight = 0;
    while (calls.length < count && (weight < HEAVY || this.isFixed)) {
      const call = this.waiting.shift();
      for (const { byteLength = 0 } of call.moved as readonly { byteLength?: number }[]) weight += byteLength;
      forget(call.job.value);
      calls.push(call);
    }
    const light = Math.floor((HEAVY * calls.length) / Math.max(weight, 1));
    this.light = this.isFixed ? this.most : Math.max(1, Math.min(light, this.most));
    const batch = new Jobs(calls, this.options, this, lane);
    lane.busy++;
    this.sent.push(batch);
    this.executor.run(batch, lane);
  }

  took(count: number, ms: number): void {
    this.each = Math.max(ms, 0.001) / count;
    if (this.isFixed) return;
    const fit = Math.floor(GOAL / this.each);
    // Shrink only half way, so that one unusual batch does not decide.
    const next = fit > this.fit ? Math.min(fit, this.fit * GROWTH) : Math.ceil((fit + this.fit) / 2);
    this.fit = Math.max(1, Math.min(next, this.most));
  }

  done(batch: Jobs): void {
    (batch.lane as Lane).busy--; // Sound: `send` gave the batch one of our lanes.
    this.sent.splice(this.sent.indexOf(batch), 1);
    this.schedule();
  }

  private abort(reason: unknown): void {
    while (this.waiting.length > 0) this.waiting.shift();
    for (const batch of this.sent.slice()) {
      batch.aborted = { reason };
      // Sound: `send` gave the batch one of our lanes.
      this.executor.abort(batch, batch.lane as Lane);
    }
  }
}

/**
 * The stage of `parallelPipe`.
 *
 * @throws RangeError or TypeError if an option is invalid.
 */
export function parallelPipe(
  input: Upstream<unknown>,
  task: TaskSpec,
  options: ParallelPipeOptions<never, unknown>,
  n: number,
  ordered: boolean,
): AsyncPipe {
  expectInteger('n', n, 1);
  const { batch, lookahead = LOOKAHEAD * n, transfer, pool, onError, flatten } = options;
  const { taskTimeout = Infinity, graceMs = GRACE } = options;
  if (batch !== undefined) expectInteger('batch', batch, 1);
  if (lookahead !== Infinity) expectInteger('lookahead', lookahead, 0);
  if (transfer !== undefined) expectFunction('transfer', transfer);
  if (onError !== undefined) expectFunction('onError', onError);
  const outer = givenSignal(options);
  expectDuration('taskTimeout', taskTimeout);
  expectDuration('graceMs', graceMs);
  const executor = pool === undefined ? commonPool(n) : executorOf(pool);
  const settings = { task, taskTimeout, graceMs, flatten: flatten === true };
  const dispatch = new Dispatch(executor, settings, transfer, n, n + lookahead, batch);
  const pipe: PipeOptions = {
    operator: ordered ? 'parallelPipe' : 'parallelPipeUnordered',
    get n() {
      return dispatch.room;
    },
    get ahead() {
      return dispatch.ahead;
    },
    f: dispatch.call,
    ordered,
    flatten,
    onError,
  };
  const stage = new AsyncPipe(input, pipe);
  stage.outer = outer;
  return stage;
}
