/**
 * One thread of a pool, as the pool sees it.
 *
 * - `queue` holds the batches that the thread was sent and has not answered. The thread works on
 *   the first batch, so it answers in the order of `queue`. The thread keeps the process alive
 *   exactly while `queue` is not empty.
 * - The thread is watched until it has started, and while its first batch has a time limit. It is
 *   ended when it makes no progress for the time that `limit` returns, or when it sends an
 *   impossible reply. Otherwise only the thread itself or its pool ends it.
 */
import { breathe } from '../../base/turn.js';
import { Alarm, now } from '../../base/clock.js';
import { Queue } from '../../base/queue.js';
import type { Batch } from './executor.js';
import {
  ABORTED,
  ABORTS,
  PLACES,
  type Ready,
  type Reply,
  type RunMessage,
  STARTED,
  STOPPED,
  isReply,
} from '../threads/messages.js';
import type { Thread, ThreadOptions } from '../threads/platform.js';
import { spawn } from '../threads/spawn.js';
import { toWire } from '../threads/error-transport.js';
import type { Death } from '../threads/worker-error.js';

/**
 * How long a thread may take to start, in ms; and, in addition to `taskTimeout`, to load a task.
 */
export const START = 30_000;

export interface Sent {
  readonly batch: Batch;
  readonly lane: object;
  /** How many calls the thread had been sent before this batch. */
  readonly base: number;
}

/** Why a thread is ended for making no progress. */
interface Overdue {
  readonly what: string;
  /** Whether the task did not load, so that other calls of the task fail without being tried. */
  readonly isTask?: boolean;
  /** Whether the thread did not start. */
  readonly isThread?: boolean;
}

/** The pool of a thread. */
export interface ThreadOwner {
  /** The thread is being ended, and must be given nothing more. */
  ends(thread: PoolThread): void;
  /** A batch of the thread is settled, so the thread may have room. */
  answered(thread: PoolThread): void;
  /** `count` results have arrived. */
  replied(count: number): void;
  /**
   * The thread died.
   *
   * @param left - the batches with calls that had not begun.
   * @param idle - whether the thread had work and had begun none of it.
   */
  died(thread: PoolThread, death: Death, left: Sent[], idle: boolean): void;
}

export class PoolThread {
  /** The batches that are not done, in the order in which they were sent. */
  readonly queue: Queue<Sent> = new Queue<Sent>();
  private readonly thread: Thread;
  private readonly owner: ThreadOwner;
  private readonly isLimited: boolean;
  private readonly shared: Int32Array | undefined;
  private sent = 0;
  private replied = 0;
  private readonly alarm: Alarm = new Alarm(() => void this.look());
  /** The last known position of the thread, and the time of its last progress, by `now()`. */
  private seen = 0;
  private since = 0;
  private ending: Death | undefined;
  /** The task that did not load in time. */
  private unloaded: object | undefined;
  private isReady = false;
  /**
   * The id of the message whose calls the thread last reported to begin, and the id of the message
   * for which the thread last reported to call `initialize`.
   */
  private begun: number | undefined;
  private initializing: number | undefined;
  isDead = false;
  /** The call of `WorkerPool.run` that the thread was given and has not done. */
  call: object | undefined;
  /** The time since which the thread has had no work, by `now()`. */
  idleSince: number = now();

  constructor(options: ThreadOptions, owner: ThreadOwner) {
    this.owner = owner;
    this.isLimited = options.resourceLimits !== undefined;
    this.thread = spawn(options, {
      message: (data) => this.received(data),
      died: (death) => this.died(this.ending ?? death),
    });
    if (typeof SharedArrayBuffer !== 'undefined') {
      this.shared = new Int32Array(new SharedArrayBuffer(4 * PLACES));
      this.thread.post({ type: 'share', shared: this.shared });
    }
  }

  send(batch: Batch, lane: object): void {
    this.post(batch);
    // None of the values could be cloned.
    if (batch.isDone) return this.owner.answered(this);
    this.queue.push({ batch, lane, base: this.sent });
    this.sent += batch.size;
    if (this.queue.length > 1) return;
    this.thread.ref();
    this.watch();
  }

  /** A thread with memory limits may reach them and die, so it sends every result at once. */
  private messageOf(batch: Batch): RunMessage {
    const { message } = batch;
    return this.isLimited && !message.eager ? { ...message, eager: true } : message;
  }

  private post(batch: Batch): void {
    try {
      return this.thread.post(this.messageOf(batch), batch.transfer);
    } catch {
      // One of the values cannot be cloned: send the values one by one to find it.
    }
    const message = this.messageOf(batch);
    let refused = 0;
    for (const [at, { value, transfer }] of batch.parts.entries()) {
      try {
        this.thread.post({ type: 'part', value }, transfer);
      } catch (error) {
        batch.refuse(at - refused++, error);
      }
    }
    if (!batch.isDone) this.thread.post({ ...message, values: undefined });
  }

  /** Aborts a batch whose results are no longer wanted. */
  abort(batch: Batch): void {
    const { id } = batch;
    if (this.shared !== undefined) Atomics.store(this.shared, ABORTED + (id % ABORTS), id);
    this.thread.post({ type: 'abort', id, reason: toWire(batch.aborted?.reason) });
    this.watch();
  }

  /** The message is unchecked data, because tasks can post to the same port. */
  private received(data: unknown): void {
    const reply = (data ?? {}) as Partial<Reply> | Ready;
    if (reply.type === 'ready') {
      this.isReady = true;
      if (reply.initializing === true) this.initializing = reply.id;
      else this.begun = reply.id;
      return this.watch();
    }
    const batch = this.first?.batch;
    if (reply.type !== 'reply' || batch === undefined || batch.id !== reply.id) return;
    if (!isReply(reply) || !fits(reply, batch))
      return this.end({ why: 'error', what: 'sent a reply that makes no sense' });
    this.isReady = true;
    this.replied += reply.results.length;
    this.owner.replied(reply.results.length);
    if (reply.done) {
      this.queue.shift();
      if (this.queue.length === 0) this.thread.unref();
      this.watch();
    }
    batch.report(reply);
    if (reply.done) this.owner.answered(this);
  }

  // Watching.

  private get position(): number {
    return this.shared === undefined ? this.replied : Atomics.load(this.shared, STARTED);
  }

  private get first(): Sent | undefined {
    return this.queue.length > 0 ? this.queue.peek() : undefined;
  }
  get isEnding(): boolean {
    return this.ending !== undefined || this.isDead;
  }
  /** How many calls the thread was sent and has not begun. */
  get waiting(): number {
    const { first } = this;
    return first === undefined ? 0 : this.sent - Math.max(this.position, first.base);
  }

  private watch(): void {
    if (this.ending !== undefined) return;
    const limit = this.limit();
    this.seen = this.position;
    this.since = now();
    if (limit === Infinity) this.alarm.clear();
    else this.alarm.set(this.since + this.step());
  }

  /** How long the first batch may make no progress, in ms. */
  private limit(): number {
    const { first } = this;
    if (first === undefined || this.isDead) return Infinity;
    if (!this.isReady) return START;
    const { aborted, graceMs, taskTimeout } = first.batch;
    if (aborted !== undefined) return graceMs;
    return this.isLoading(first) && !this.isInitializing(first) ? taskTimeout + START : taskTimeout;
  }
  private isLoading({ batch, base }: Sent): boolean {
    return this.position === base && this.begun !== batch.id;
  }
  private isInitializing({ batch }: Sent): boolean {
    return this.initializing === batch.id;
  }
  /**
   * Why the first batch is overdue. Called when the batch has made no progress for `limit()` ms.
   */
  private overdue(first: Sent): Overdue {
    if (!this.isReady) return { what: `did not start within ${START} ms`, isThread: true };
    const { aborted, taskTimeout } = first.batch;
    if (aborted !== undefined) return { what: 'was ended: it would not stop' };
    if (!this.isLoading(first)) return { what: `was ended after ${taskTimeout} ms` };
    const loaded = this.isInitializing(first)
      ? `initialize did not settle within ${taskTimeout} ms`
      : `the task was not loaded within ${taskTimeout + START} ms`;
    return { what: `was ended: ${loaded}`, isTask: true };
  }

  /** How long to wait before the first look at the progress, in ms. */
  private step(): number {
    return Math.min(this.limit(), this.first?.batch.taskTimeout ?? Infinity);
  }

  private async look(): Promise<void> {
    if (this.stalled()) {
      // If the pool's own thread was busy, an answer may wait in its event loop, so let the event
      // loop turn.
      await breathe();
      const { first } = this;
      if (this.ending !== undefined) return;
      if (this.stalled() && first !== undefined) {
        const { what, isTask, isThread } = this.overdue(first);
        if (isTask === true) this.unloaded = first.batch.task;
        return this.end({ why: 'timeout', what, early: isThread === true });
      }
    }
    const limit = this.limit();
    if (limit !== Infinity)
      this.alarm.set(Math.min(this.since + limit, now() + Math.max(1, this.step() / 4)));
  }

  private stalled(): boolean {
    const { position } = this;
    if (position !== this.seen) {
      this.seen = position;
      this.since = now();
    }
    return now() - this.since >= this.limit();
  }

  // The end.

  /** Ends the thread. Replies that it sends before its end count, but it begins no more calls. */
  end(death: Death): void {
    void this.close(death);
  }

  close(death: Death): Promise<void> {
    if (this.ending === undefined) {
      this.ending = death;
      this.alarm.clear();
      if (this.shared !== undefined) Atomics.store(this.shared, STOPPED, 1);
      this.owner.ends(this);
    }
    return this.thread.end();
  }

  private died(death: Death): void {
    this.isDead = true;
    this.alarm.clear();
    const left: Sent[] = [];
    const { unloaded } = this;
    let idle = this.queue.length > 0 && unloaded === undefined;
    for (let isFirst = true; this.queue.length > 0; isFirst = false) {
      const sent = this.queue.shift();
      const { batch, base } = sent;
      if (batch.task === unloaded) {
        batch.lost({ ...death, early: true }, batch.size);
        continue;
      }
      const started = this.startedOf(batch, base, isFirst);
      if (started > batch.reported || batch.reported > 0) idle = false;
      if (batch.lost(death, started)) left.push(sent);
    }
    this.owner.died(this, death, left, idle);
  }

  /**
   * How many calls of a batch had begun. Without shared memory, all calls of the first batch count
   * as begun.
   */
  private startedOf({ size, reported }: Batch, base: number, isFirst: boolean): number {
    if (this.shared === undefined) return isFirst ? size : 0;
    return Math.min(size, Math.max(reported, Atomics.load(this.shared, STARTED) - base));
  }
}

/** Whether a reply is possible for the calls of a batch that are still open. */
function fits({ results, done }: Reply, { reported, size, aborted }: Batch): boolean {
  const total = reported + results.length;
  return total <= size && (!done || total === size || aborted !== undefined);
}
