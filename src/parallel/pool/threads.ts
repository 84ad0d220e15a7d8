/**
 * The threads of a pool, which run its work.
 *
 * - A thread is started when there is work for it, also in place of a thread that has died. At most
 *   `size` threads run at a time, not counting threads that are being ended.
 * - A lane stays with its thread while the lane has work there; otherwise it goes to the thread
 *   with the least work. Calls of `WorkerPool.run` wait here, and a thread is given one such call
 *   at a time, so that no call waits behind a slow call while another thread is free.
 * - Calls that had not begun when their thread died run on another thread. When three threads in a
 *   row die before they began anything, their calls fail.
 * - A thread that has had no work for `idleMs` is ended.
 */
import { now } from '../../base/clock.js';
import { Queue } from '../../base/queue.js';
import { PoolCall, type RunOptions } from './call.js';
import type { Batch, Executor, Lane } from './executor.js';
import type { TaskSpec } from '../threads/messages.js';
import type { ThreadOptions } from '../threads/platform.js';
import { PoolThread, type Sent, type ThreadOwner } from './pool-thread.js';
import type { Death } from '../threads/worker-error.js';

/** How many threads in a row may die before they began anything. */
const ATTEMPTS = 3;

/**
 * How long a thread of the common pool may have no work, in ms. Nobody can dispose of that pool,
 * and starting a thread again takes less than a thousandth of this time.
 */
const COMMON_IDLE = 60_000;
/** How many calls that were taken back may stay among the waiting calls. */
const KEPT = 64;
/** The longest delay of a timer, in ms. */
const LONGEST = 2 ** 31 - 1;

const DISPOSED: Death = { why: 'disposed', what: 'was ended with its pool' };
const IDLE: Death = { why: 'exit', what: 'was ended: it had nothing to do' };

/** Figures of a pool; {@link WorkerPool.stats} returns them. */
export interface PoolStats {
  /** How many threads the pool runs at most. */
  readonly size: number;
  /** How many threads run now. */
  readonly threads: number;
  /** How many of the running threads have work. */
  readonly busy: number;
  /** How many of the running threads have no work. */
  readonly idle: number;
  /** How many calls the pool was given that have not begun. */
  readonly queued: number;
  /**
   * How many calls a thread has reported the outcome of: a result, or an error that the task threw.
   */
  readonly completed: number;
  /** How many threads were started in all. */
  readonly started: number;
  /** How many threads died by themselves, or were ended because they took too long. */
  readonly died: number;
}

/** The executor of a pool. */
export class Threads implements Executor, ThreadOwner {
  private most: number;
  private readonly options: ThreadOptions;
  private readonly idleMs: number;
  /** The threads that take work, and the threads that are being ended. */
  private readonly threads: Set<PoolThread> = new Set<PoolThread>();
  private readonly leaving: Set<PoolThread> = new Set<PoolThread>();
  /** The calls that wait for a thread, and how many of them were taken back. */
  private calls: Queue<PoolCall> = new Queue<PoolCall>();
  private takenBack = 0;
  private dealing = false;
  private timer: unknown;
  private disposed = false;
  private failures = 0;
  private completed = 0;
  private started = 0;
  private deaths = 0;

  constructor(size: number, idleMs: number, options: ThreadOptions) {
    this.most = size;
    this.idleMs = idleMs;
    this.options = options;
  }

  get size(): number {
    return this.most;
  }
  get running(): number {
    return this.threads.size;
  }
  /** For the common pool: raises the number of threads that run at most. */
  grow(size: number): this {
    this.most = Math.max(this.most, size);
    return this;
  }

  stats(): PoolStats {
    let queued = this.calls.length - this.takenBack;
    let busy = 0;
    for (const thread of this.threads) {
      queued += thread.waiting;
      if (thread.queue.length > 0) busy++;
    }
    const { size: threads } = this.threads;
    const { most: size, completed, started, deaths: died } = this;
    return { size, threads, busy, idle: threads - busy, queued, completed, started, died };
  }

  run(batch: Batch, lane: Lane): void {
    this.send(batch, lane, () => this.threadOf(lane));
  }
  private send(batch: Batch, lane: Lane, find: () => PoolThread): void {
    if (this.disposed) return void batch.lost({ ...DISPOSED, early: true }, batch.size);
    let thread: PoolThread;
    try {
      thread = find();
    } catch (cause) {
      const what = `could not be started (${(cause as Error).message})`;
      return void batch.lost({ why: 'error', what, cause, early: true }, batch.size);
    }
    lane.thread = thread;
    thread.send(batch, lane);
  }

  abort(batch: Batch, { thread }: Lane): void {
    if (thread instanceof PoolThread && !thread.isDead) thread.abort(batch);
  }

  isCrowded(lane: Lane): boolean {
    const { thread } = lane;
    // All batches of a lane are on one thread, so a longer queue holds batches of other lanes.
    if (!(thread instanceof PoolThread) || thread.queue.length <= lane.busy) return false;
    if (this.threads.size < this.most) return true;
    for (const { queue } of this.threads) if (queue.length === 0) return true;
    return false;
  }

  private threadOf({ thread, busy }: Lane): PoolThread {
    // `busy` includes the batch that is about to be sent, so above 1 the lane has work on its
    // thread.
    if (thread instanceof PoolThread && !thread.isEnding && busy > 1) return thread;
    let least: PoolThread | undefined;
    for (const one of this.threads) {
      if (least === undefined || one.queue.length < least.queue.length) least = one;
    }
    if (least !== undefined && (least.queue.length === 0 || this.threads.size >= this.most)) return least;
    return this.start();
  }

  private start(): PoolThread {
    const started = new PoolThread(this.options, this);
    this.threads.add(started);
    this.started++;
    return started;
  }

  // Calls of `WorkerPool.run`.

  call(task: TaskSpec, value: unknown, options: RunOptions): Promise<unknown> {
    const call = new PoolCall(task, value, options, (wasSent) => this.called(call, wasSent));
    if (call.isWaiting) {
      this.calls.push(call);
      this.deal();
    }
    return call.promise;
  }

  /** Gives waiting calls to threads, as long as there is a thread for the next call. */
  private deal(): void {
    if (this.dealing) return;
    this.dealing = true;
    while (this.calls.length > 0) {
      const place = this.place();
      if (place === undefined && !this.disposed) break;
      const call = this.calls.shift();
      if (!call.isWaiting) this.takenBack--;
      call.start(this, (batch, lane) =>
        this.send(batch, lane, () => {
          const thread = place instanceof PoolThread ? place : this.start();
          thread.call = call;
          return thread;
        }),
      );
    }
    this.dealing = false;
  }

  /**
   * The thread for the next call: an idle thread; else a new thread; else, among the threads
   * without a call of `WorkerPool.run`, the thread with the least work.
   */
  private place(): PoolThread | 'new' | undefined {
    let free: PoolThread | undefined;
    for (const one of this.threads) {
      const { length } = one.queue;
      if (length === 0) return one;
      if (one.call === undefined && (free === undefined || length < free.queue.length)) free = one;
    }
    return this.threads.size < this.most ? 'new' : free;
  }

  /** Called when a call is done, or was taken back. */
  private called(call: PoolCall, wasSent: boolean): void {
    if (wasSent) {
      for (const thread of this.threads) if (thread.call === call) thread.call = undefined;
    } else if (++this.takenBack > KEPT && this.takenBack > this.calls.length / 2) {
      // The calls that threads run may never end, so calls taken back behind them must not pile up.
      const { calls } = this;
      this.calls = new Queue<PoolCall>();
      while (calls.length > 0) {
        const one = calls.shift();
        if (one.isWaiting) this.calls.push(one);
      }
      this.takenBack = 0;
    }
  }

  // Implements ThreadOwner.

  replied(count: number): void {
    this.completed += count;
  }

  answered(thread: PoolThread): void {
    this.failures = 0;
    if (thread.queue.length === 0) {
      thread.idleSince = now();
      this.rest();
    }
    this.deal();
  }

  ends(thread: PoolThread): void {
    this.threads.delete(thread);
    this.leaving.add(thread);
    this.deal();
  }

  died(thread: PoolThread, death: Death, left: Sent[], idle: boolean): void {
    this.threads.delete(thread);
    this.leaving.delete(thread);
    if (death !== DISPOSED && death !== IDLE) this.deaths++;
    if (!idle) this.failures = 0;
    else if (death.early === true || ++this.failures >= ATTEMPTS) {
      const times = death.early === true ? '' : ` before it began anything, ${ATTEMPTS} times`;
      this.failures = 0;
      const early: Death = {
        ...death,
        what: `${death.what}${times}`,
        early: true,
      };
      for (const { batch } of left) batch.lost(early, batch.size);
      return this.deal();
    }
    // Sound: `send` was given each of these lanes.
    for (const { batch, lane } of left) this.run(batch, lane as Lane);
    this.deal();
  }

  // Idle threads.

  /** Sets a timer that ends idle threads. The timer keeps no process alive. */
  private rest(): void {
    if (this.idleMs > LONGEST || this.timer !== undefined || this.disposed) return;
    let wait = Infinity;
    for (const { queue, idleSince } of this.threads) {
      if (queue.length === 0) wait = Math.min(wait, idleSince + this.idleMs - now());
    }
    if (wait === Infinity) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.sweep();
      },
      Math.max(0, Math.ceil(wait)),
    );
    (this.timer as { unref?(): void }).unref?.();
  }

  private sweep(): void {
    for (const thread of this.threads) {
      if (thread.queue.length === 0 && now() - thread.idleSince >= this.idleMs) thread.end(IDLE);
    }
    this.rest();
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.timer as ReturnType<typeof setTimeout>);
    this.deal();
    await Promise.all([...this.threads, ...this.leaving].map((thread) => thread.close(DISPOSED)));
  }
}

let common: Threads | undefined;

/** The pool that all pipes without the option `pool` share. */
export function commonPool(size: number): Executor {
  return (common ??= new Threads(size, COMMON_IDLE, {})).grow(size);
}
