/**
 * One thread of a pool, as the pool sees it.
 *
 * - What it was sent and has not answered stands in `queue`; it works on the first of that, and so answers in that order. It keeps
 *   the process alive exactly while there is something.
 * - It is watched until it has started, and while its first batch has a limit of time: a call, or the task's `initialize`, that is still the same after `taskTimeout`, or a batch
 *   that is not done `graceMs` after it was aborted, is its end. Nothing else ends it but itself and its pool.
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

/** How long, in ms, it may take a thread to start, and beyond `taskTimeout` to load a task. */
export const START = 30_000;

export interface Sent {
  readonly batch: Batch;
  readonly lane: object;
  /** How many calls it had been sent before. */
  readonly base: number;
}

/** Why it took too long. */
interface Overdue {
  readonly what: string;
  /** Whether it is the fault of the task, which did not load: other calls of it need not be tried. */
  readonly isTask?: boolean;
  /** Whether it is the fault of the thread, which did not start. */
  readonly isThread?: boolean;
}

/** Who owns it. */
export interface ThreadOwner {
  /** It is being ended, and is to be given nothing more. */
  ends(thread: PoolThread): void;
  /** A batch is settled, or the thread has room. */
  answered(thread: PoolThread): void;
  /** So many results have come. */
  replied(count: number): void;
  /** `left`: what it had not begun; `idle`: it had work, and began nothing at all. */
  died(thread: PoolThread, death: Death, left: Sent[], idle: boolean): void;
}

export class PoolThread {
  /** In the order in which they were sent. */
  readonly queue: Queue<Sent> = new Queue<Sent>();
  private readonly thread: Thread;
  private readonly owner: ThreadOwner;
  private readonly isLimited: boolean;
  private readonly shared: Int32Array | undefined;
  private sent = 0;
  private replied = 0;
  private readonly alarm: Alarm = new Alarm(() => void this.look());
  /** How far it was when it was last seen to have moved, and when. */
  private seen = 0;
  private since = 0;
  private ending: Death | undefined;
  /** The task that did not load in time. */
  private unloaded: object | undefined;
  private isReady = false;
  /** The message whose calls it said that it begins, and the one for which it calls an `initialize`. */
  private begun: number | undefined;
  private initializing: number | undefined;
  isDead = false;
  /** A call of the pool itself that it was given, and has not done. */
  call: object | undefined;
  /** Since when it has nothing to do, by `now()`. */
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
    // Nothing could be sent.
    if (batch.isDone) return this.owner.answered(this);
    this.queue.push({ batch, lane, base: this.sent });
    this.sent += batch.size;
    if (this.queue.length > 1) return;
    this.thread.ref();
    this.watch();
  }

  /** A thread with limits is expected to meet them. */
  private messageOf(batch: Batch): RunMessage {
    const { message } = batch;
    return this.isLimited && !message.eager ? { ...message, eager: true } : message;
  }

  private post(batch: Batch): void {
    try {
      return this.thread.post(this.messageOf(batch), batch.transfer);
    } catch {
      // One of the values cannot be cloned: which?
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

  /** The results of a batch are no longer wanted. */
  abort(batch: Batch): void {
    const { id } = batch;
    if (this.shared !== undefined) Atomics.store(this.shared, ABORTED + (id % ABORTS), id);
    this.thread.post({ type: 'abort', id, reason: toWire(batch.aborted?.reason) });
    this.watch();
  }

  /** What comes is data: tasks can post there too. */
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
  /** How many calls it was sent, and has not begun. */
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

  /** How long the first batch may go on without moving, in ms. */
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
  /** What there is to be said of a first batch that was at a standstill for that long. */
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

  /** How long to wait at first before it is looked at. */
  private step(): number {
    return Math.min(this.limit(), this.first?.batch.taskTimeout ?? Infinity);
  }

  private async look(): Promise<void> {
    if (this.stalled()) {
      // If it is us who were busy, its answer may lie there.
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

  /** Ends it. What it still tells until then counts; but it begins nothing more. */
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

  /** How many calls of a batch had begun. Where that is not known: all of the first. */
  private startedOf({ size, reported }: Batch, base: number, isFirst: boolean): number {
    if (this.shared === undefined) return isFirst ? size : 0;
    return Math.min(size, Math.max(reported, Atomics.load(this.shared, STARTED) - base));
  }
}

/** Whether a reply can be one to what is still open of a batch. */
function fits({ results, done }: Reply, { reported, size, aborted }: Batch): boolean {
  const total = reported + results.length;
  return total <= size && (!done || total === size || aborted !== undefined);
}
