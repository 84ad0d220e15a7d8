/**
 * The threads of a pool: what runs its work.
 *
 * - Threads are started when there is work for them, and again when they have died; at most `size` at a time, not counting those
 *   that are being ended.
 * - A lane stays with its thread while it has work there; else it goes to the one that has least. Calls of the pool itself wait
 *   here: a thread is given one at a time, so that none waits behind a slow one while another thread is free.
 * - What had not begun when a thread died is run on another, also if that happens again: but three threads that die one
 *   after the other before they began anything are enough.
 * - A thread that has had nothing to do for `idleMs` is ended.
 */
import { now } from '../../base/clock.js';
import { Queue } from '../../base/queue.js';
import { PoolCall, type RunOptions } from './call.js';
import type { Batch, Executor, Lane } from './executor.js';
import type { TaskSpec } from '../threads/messages.js';
import type { ThreadOptions } from '../threads/platform.js';
import { PoolThread, type Sent, type ThreadOwner } from './pool-thread.js';
import type { Death } from '../threads/worker-error.js';

/** How many may die before they began anything. */
const ATTEMPTS = 3;

/**
 * How long a thread of the pool for all may have nothing to do, in ms: nobody can dispose of that pool, and to start one again
 * takes less than a thousandth of this time.
 */
const COMMON_IDLE = 60_000;
/** How many calls that were taken back may lie among those that wait. */
const KEPT = 64;
/** The longest delay that timers take, in ms. */
const LONGEST = 2 ** 31 - 1;

const DISPOSED: Death = { why: 'disposed', what: 'was ended with its pool' };
const IDLE: Death = { why: 'exit', what: 'was ended: it had nothing to do' };

/** Figures of a pool, see {@link WorkerPool.stats}. */
export interface PoolStats {
  /** How many threads it has at most. */
  readonly size: number;
  /** How many run now. */
  readonly threads: number;
  /** How many of those have work. */
  readonly busy: number;
  /** How many of those have none. */
  readonly idle: number;
  /** Calls that it was given, and that have not begun. */
  readonly queued: number;
  /** Calls that a thread has told the outcome of: a result, or an error that the task threw. */
  readonly completed: number;
  /** How many threads were started in all. */
  readonly started: number;
  /** How many of those have died by themselves, or were ended as they took too long. */
  readonly died: number;
}

/** The executor of a pool. */
export class Threads implements Executor, ThreadOwner {
  private most: number;
  private readonly options: ThreadOptions;
  private readonly idleMs: number;
  /** Those that take work, and those that are being ended. */
  private readonly threads: Set<PoolThread> = new Set<PoolThread>();
  private readonly leaving: Set<PoolThread> = new Set<PoolThread>();
  /** Calls that wait for a thread, and how many among them were taken back. */
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
  /** Of the pool for all: more are wanted. */
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
    // All that a lane has under way is on one thread.
    if (!(thread instanceof PoolThread) || thread.queue.length <= lane.busy) return false;
    if (this.threads.size < this.most) return true;
    for (const { queue } of this.threads) if (queue.length === 0) return true;
    return false;
  }

  private threadOf({ thread, busy }: Lane): PoolThread {
    // More than what is about to be sent: it has work there.
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

  // Calls of the pool itself.

  call(task: TaskSpec, value: unknown, options: RunOptions): Promise<unknown> {
    const call = new PoolCall(task, value, options, (wasSent) => this.called(call, wasSent));
    if (call.isWaiting) {
      this.calls.push(call);
      this.deal();
    }
    return call.promise;
  }

  /** Gives the calls that wait to threads, as far as there are any for them. */
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

  /** The thread for the next call: one that has no work, a new one, or else one that has no other call. */
  private place(): PoolThread | 'new' | undefined {
    let free: PoolThread | undefined;
    for (const one of this.threads) {
      const { length } = one.queue;
      if (length === 0) return one;
      if (one.call === undefined && (free === undefined || length < free.queue.length)) free = one;
    }
    return this.threads.size < this.most ? 'new' : free;
  }

  /** A call is done, or was taken back. */
  private called(call: PoolCall, wasSent: boolean): void {
    if (wasSent) {
      for (const thread of this.threads) if (thread.call === call) thread.call = undefined;
    } else if (++this.takenBack > KEPT && this.takenBack > this.calls.length / 2) {
      // A call that is waited for may never end: what was taken back behind it must not pile up.
      const { calls } = this;
      this.calls = new Queue<PoolCall>();
      while (calls.length > 0) {
        const one = calls.shift();
        if (one.isWaiting) this.calls.push(one);
      }
      this.takenBack = 0;
    }
  }

  // Of ThreadOwner.

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
    // Sound: lanes are what `run` was given.
    for (const { batch, lane } of left) this.run(batch, lane as Lane);
    this.deal();
  }

  // Threads that have nothing to do.

  /** Sees to it that threads are ended in time. The timer keeps no process alive. */
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

/** The pool for all. */
export function commonPool(size: number): Executor {
  return (common ??= new Threads(size, COMMON_IDLE, {})).grow(size);
}
