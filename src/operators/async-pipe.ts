/**
 * Concurrent calls of an asynchronous function over a channel.
 *
 * - At most `n` calls are in flight, and at most `ahead` values are taken from the input and not yet delivered: so a slow
 *   first result holds up the rest, and memory does not grow.
 * - It reads ahead from the first time somebody asks, until it ends, fails or is cancelled; then it calls nothing more.
 * - A result is delivered in input order, or as it completes. A failure stops new calls at once, and fails the channel
 *   when the results before it have been delivered.
 */
import { makeController } from '../base/abort.js';
import { isPromise } from '../base/promises.js';
import { spend } from '../base/fairness.js';
import { LEAVE_OUT, atIndex, causeOf, iteratorOf, noValue } from '../base/errors.js';
import { letGo } from '../base/letting-go.js';
import { Inlet, type Upstream } from '../pull/inlet.js';
import { PENDING } from '../channel/protocol.js';
import { Queue } from '../base/queue.js';
import { Stage } from './stage.js';

/** What the function is given beside its value. */
export interface CallContext {
  /** Aborted when the results are no longer wanted. */
  readonly signal: AbortSignal;
}

/** Options of `asyncPipe`. */
export interface AsyncPipeOptions<T, R> {
  /**
   * What is done when the function throws for a value: return a result to put in its place (or a promise of one), `undefined` to leave
   * it out, or throw to fail the channel. Default: fails it with the error.
   *
   * @param error - what the call threw.
   * @param value - what it was called with.
   */
  readonly onError?: ((error: unknown, value: T) => R | undefined | PromiseLike<R | undefined>) | undefined;
  /**
   * Whether the results are iterables, whose values are given one by one.
   *
   * @defaultValue false
   */
  readonly flatten?: boolean | undefined;
  /**
   * Values of one key are handled strictly one after the other. Keys are the same as those of a `Map`. Default: no key.
   *
   * @param value - the value.
   */
  readonly key?: ((value: T) => unknown) | undefined;
  /** Aborting it fails the channel with its reason, aborts the signals of the calls in flight, and hangs up. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** The same in the form the stage works on. */
export interface PipeOptions extends AsyncPipeOptions<never, unknown> {
  /** Its name, for errors. */
  readonly operator: string;
  readonly n: number;
  /** How many values are at most taken and not yet delivered. */
  readonly ahead: number;
  readonly ordered: boolean;
  /** May return {@link LATER}, and settle the job by itself, then or after that. */
  readonly f: (value: never, pipe: AsyncPipe, job: Job) => unknown;
}

/** What a function returns that will call {@link AsyncPipe.settle}, and then `serve`. */
export const LATER: unique symbol = Symbol('millrace.later');

/** One value on its way: `at` is how many came before it. */
export class Job {
  readonly value: unknown;
  readonly at: number;
  key: unknown = undefined;
  /** Whether `result` is there. */
  done = false;
  failed = false;
  result: unknown = undefined;

  constructor(value: unknown, at: number) {
    this.value = value;
    this.at = at;
  }
}

export class AsyncPipe extends Stage<unknown> implements CallContext {
  readonly #input: Inlet<unknown>;
  readonly #options: PipeOptions;
  #controller: AbortController | undefined;
  /** Ordered: all jobs, as they came; else those that are done, as they were. */
  readonly #jobs: Queue<Job> = new Queue<Job>();
  #count = 0;
  #taken = 0;
  #running = 0;
  /** Whether no more values are taken. */
  #ended = false;
  /** The first job that failed; none from there on is called. */
  #broken = Infinity;
  #failure: { readonly error: unknown } | undefined;
  #filling = false;
  /** Whether the limits, or the input, may let another value in since it was last filled. */
  #mayFill = true;
  /** For every key in flight the jobs that wait for it. */
  readonly #waiting: Map<unknown, Queue<Job>> = new Map<unknown, Queue<Job>>();
  #stopped: { readonly reason: unknown } | undefined;
  /** What is left of a flattened result. */
  #rest: Iterator<unknown> | undefined;
  /** Of which value that is. */
  #index = 0;

  constructor(input: Upstream<unknown>, options: PipeOptions) {
    super();
    this.#input = new Inlet(input, this);
    this.#options = options;
  }

  /** Of {@link CallContext}. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = makeController();
      if (this.#stopped !== undefined) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  override serve(): void {
    this.#mayFill = true;
    this.channel.serve();
    // Where nobody waited, `produce` was not called, and has filled nothing.
    if (this.#mayFill) this.#fill();
  }

  /** A result has come. Paused, it goes on when the event loop has turned, not for that. */
  #resulted(): void {
    if (!this.channel.paused) this.serve();
  }

  produce(): unknown {
    for (;;) {
      const value = this.#next();
      if (!this.#mayFill || this.#filling) return value;
      this.#fill();
      // A call may have had its result at once. Paused, it goes on by itself.
      if (value !== PENDING || this.channel.paused) return value;
    }
  }

  #next(): unknown {
    for (;;) {
      const rest = this.#rest;
      if (rest !== undefined) {
        // One that throws has let go of what it held.
        this.#rest = undefined;
        const { done, value } = rest.next();
        if (!done) {
          this.#rest = rest;
          if (value === undefined) throw this.#noValue();
          return value;
        }
        this.#delivered();
      }
      if (this.#jobs.length === 0 || !this.#jobs.peek().done) {
        if (this.#taken > 0 || !this.#ended) return PENDING;
        if (this.#failure !== undefined) throw this.#failure.error;
        return undefined;
      }
      const job = this.#jobs.shift();
      const { failed, result } = job;
      // Something old may still know the job: it shall not keep the result alive.
      job.result = undefined;
      if (failed) throw result;
      if (result !== undefined && this.#options.flatten === true) {
        this.#rest = iteratorOf(this.#options.operator, result);
        this.#index = job.at;
      } else {
        this.#delivered();
        if (result !== undefined) return result;
      }
      // Nothing came of it yet. Where that goes on and on, the event loop must have its turn.
      if (!spend()) {
        this.channel.pause();
        return PENDING;
      }
    }
  }

  /** All of a job was given: there is room for another value. */
  #delivered(): void {
    this.#taken--;
    this.#mayFill = true;
  }

  #noValue(): TypeError {
    const { operator } = this.#options;
    return noValue(
      `${operator} was given undefined by an iterable${atIndex(this.#index, this.#input.chan.stats().name)}`,
      LEAVE_OUT,
    );
  }

  /** Takes values and calls the function as far as the limits allow. */
  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    const { n, ahead } = this.#options;
    while (!this.#ended && this.#running < n && this.#taken < ahead && !this.channel.over) {
      let value: unknown;
      try {
        value = this.#input.poll();
        if (value === PENDING) {
          if (this.#input.arm()) break;
          // Waiting for it has brought a value at once.
          continue;
        }
      } catch (error) {
        this.#failure = { error };
      }
      if (value === undefined) this.#ended = true;
      else if (!this.channel.over) this.#take(value);
      if (!spend()) {
        this.channel.pause();
        break;
      }
    }
    this.#filling = this.#mayFill = false;
  }

  #take(value: unknown): void {
    const { key, ordered } = this.#options;
    const job = new Job(value, this.#count++);
    this.#taken++;
    if (ordered) this.#jobs.push(job);
    if (key !== undefined) {
      try {
        job.key = key(value as never);
      } catch (error) {
        return this.#finish(job, error, true);
      }
      if (this.channel.over) return;
      const queue = this.#waiting.get(job.key);
      if (queue !== undefined) return queue.push(job);
      this.#waiting.set(job.key, new Queue());
    }
    this.#call(job);
  }

  #call(job: Job): void {
    this.#running++;
    try {
      const result = this.#options.f(job.value as never, this, job);
      if (result !== LATER) this.#settle(job, result, this.#options.onError);
    } catch (error) {
      this.#failed(job, error, this.#options.onError);
    }
  }

  /** The function, or `onError`, has returned. */
  #settle(job: Job, result: unknown, onError: PipeOptions['onError']): void {
    if (!isPromise(result)) return this.#ran(job, result, false);
    // A thenable may be wrong about being one.
    Promise.resolve(result).then(
      (late) => {
        this.#ran(job, late, false);
        this.#resulted();
      },
      (error: unknown) => {
        this.#failed(job, error, onError);
        this.#resulted();
      },
    );
  }

  #failed(job: Job, error: unknown, onError: PipeOptions['onError']): void {
    if (onError === undefined || this.channel.over) return this.#ran(job, error, true);
    try {
      this.#settle(job, onError(error, job.value as never), undefined);
    } catch (thrown) {
      this.#ran(job, thrown, true);
    }
  }

  /** The outcome of a job whose function has returned {@link LATER}. */
  settle(job: Job, result: unknown, failed: boolean): void {
    if (failed) this.#failed(job, result, this.#options.onError);
    else this.#ran(job, result, false);
  }

  /** A call is over: the next of its key may be called. */
  #ran(job: Job, result: unknown, failed: boolean): void {
    this.#running--;
    this.#mayFill = true;
    this.#finish(job, result, failed);
    if (this.#options.key === undefined) return;
    const queue = this.#waiting.get(job.key);
    const next = queue !== undefined && queue.length > 0 ? queue.shift() : undefined;
    if (next === undefined) this.#waiting.delete(job.key);
    else if (!this.channel.over && next.at < this.#broken) this.#call(next);
  }

  #finish(job: Job, result: unknown, failed: boolean): void {
    const { ordered } = this.#options;
    job.done = true;
    job.failed = failed;
    job.result = failed ? causeOf(result) : result;
    if (!ordered) this.#jobs.push(job);
    if (!failed) return;
    // No more calls, but of those whose results come before it.
    this.#broken = Math.min(this.#broken, ordered ? job.at : 0);
    this.#ended = true;
    this.#input.hangUp(result);
  }

  /** `produce` has taken what there is, and waits for more. */
  arm(): void {}

  release(reason: unknown): void {
    this.#input.hangUp(reason);
    this.stop(reason);
  }

  /** Tells the calls in flight, and lets go. */
  protected stop(reason: unknown): void {
    this.#ended = true;
    this.#broken = 0;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
    const rest = this.#rest;
    this.#rest = undefined;
    letGo(() => rest?.return?.());
  }
}
