/**
 * The stage of `asyncPipe`: concurrent calls of an asynchronous function over a channel.
 *
 * - At most `n` calls are in flight, and at most `ahead` values are taken from the input and not
 *   yet delivered. So a slow first result holds up the rest, and memory does not grow.
 * - The stage reads ahead from the first time a reader asks until it ends, fails or is cancelled;
 *   after that it makes no more calls.
 * - A result is delivered in input order, or as it completes. A failure stops new calls at once,
 *   and fails the channel when the results before it have been delivered.
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

/** The second argument of the function that `asyncPipe` calls with each value. */
export interface CallContext {
  /** Aborted when the results are no longer wanted. */
  readonly signal: AbortSignal;
}

/** Options of `asyncPipe`. */
export interface AsyncPipeOptions<T, R> {
  /**
   * Called when the function throws for a value, or its promise rejects. It returns the result for
   * the value (or a promise of it), or `undefined` to leave the value out. If it throws, the
   * channel fails with the error it threw. Default: the channel fails with the function's error.
   *
   * @param error - the error of the function.
   * @param value - the value that the function was called with.
   */
  readonly onError?: ((error: unknown, value: T) => R | undefined | PromiseLike<R | undefined>) | undefined;
  /**
   * Whether the function returns iterables, whose values are delivered one by one.
   *
   * @defaultValue false
   */
  readonly flatten?: boolean | undefined;
  /**
   * Returns the key of a value. Values of one key are handled strictly one after the other. Keys
   * are compared as the keys of a `Map` are. Default: values have no keys.
   *
   * @param value - the value.
   */
  readonly key?: ((value: T) => unknown) | undefined;
  /**
   * Aborting the signal fails the channel with the signal's reason, aborts the signal of the calls
   * in flight, and releases the sources. Default: none.
   */
  readonly signal?: AbortSignal | undefined;
}

/** The options of the stage, as its operator gives them. */
export interface PipeOptions extends AsyncPipeOptions<never, unknown> {
  /** The operator's name, for errors. */
  readonly operator: string;
  readonly n: number;
  /** The most values that may be taken and not yet delivered. */
  readonly ahead: number;
  readonly ordered: boolean;
  /** May return {@link LATER}, and settle the job itself, during the call or later. */
  readonly f: (value: never, pipe: AsyncPipe, job: Job) => unknown;
}

/** Returned by an `f` that calls {@link AsyncPipe.settle} for its job, and then `serve`. */
export const LATER: unique symbol = Symbol('millrace.later');

/** A value in the pipe; `at` is its index, counted from 0. */
export class Job {
  readonly value: unknown;
  readonly at: number;
  key: unknown = undefined;
  /** Whether `result` is set. */
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
  /** If `ordered`, all jobs in the order of their values; else the done jobs, as they completed. */
  readonly #jobs: Queue<Job> = new Queue<Job>();
  #count = 0;
  #taken = 0;
  #running = 0;
  /** Whether no more values are taken. */
  #ended = false;
  /** The index of the first job that failed; no job from this index on is called. */
  #broken = Infinity;
  #failure: { readonly error: unknown } | undefined;
  #filling = false;
  /** Whether the limits or the input may have let another value in since the last `#fill`. */
  #mayFill = true;
  /** For every key in flight, the jobs that wait for the call of this key. */
  readonly #waiting: Map<unknown, Queue<Job>> = new Map<unknown, Queue<Job>>();
  #stopped: { readonly reason: unknown } | undefined;
  /** The iterator of the result that is being flattened. */
  #rest: Iterator<unknown> | undefined;
  /** The index of the value that has this result. */
  #index = 0;

  constructor(input: Upstream<unknown>, options: PipeOptions) {
    super();
    this.#input = new Inlet(input, this);
    this.#options = options;
  }

  /** Implements {@link CallContext}. */
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
    // If no reader waited, `produce` was not called and has filled nothing.
    if (this.#mayFill) this.#fill();
  }

  /** Called when a result has come. A paused stage continues when the event loop has turned. */
  #resulted(): void {
    if (!this.channel.paused) this.serve();
  }

  produce(): unknown {
    for (;;) {
      const value = this.#next();
      if (!this.#mayFill || this.#filling) return value;
      this.#fill();
      // A call may have completed at once, so look again. A paused stage continues by itself.
      if (value !== PENDING || this.channel.paused) return value;
    }
  }

  #next(): unknown {
    for (;;) {
      const rest = this.#rest;
      if (rest !== undefined) {
        // An iterator that throws has released its resources, so it is forgotten before the call.
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
      // An old object may still refer to the job, and must not keep the result alive.
      job.result = undefined;
      if (failed) throw result;
      if (result !== undefined && this.#options.flatten === true) {
        this.#rest = iteratorOf(this.#options.operator, result);
        this.#index = job.at;
      } else {
        this.#delivered();
        if (result !== undefined) return result;
      }
      // The job gave no value. If that repeats, the event loop must turn.
      if (!spend()) {
        this.channel.pause();
        return PENDING;
      }
    }
  }

  /** Called when all values of a job were given: there is room for another value. */
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
          // Arming has brought a value at once.
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

  /** Called when the function, or `onError`, has returned. */
  #settle(job: Job, result: unknown, onError: PipeOptions['onError']): void {
    if (!isPromise(result)) return this.#ran(job, result, false);
    // Not `result.then`: a thenable may break the contract of promises.
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

  /** Settles a job whose function has returned {@link LATER}. */
  settle(job: Job, result: unknown, failed: boolean): void {
    if (failed) this.#failed(job, result, this.#options.onError);
    else this.#ran(job, result, false);
  }

  /** Called when a call has completed: the next job of its key may be called. */
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
    // From now on only jobs are called whose results come before this one.
    this.#broken = Math.min(this.#broken, ordered ? job.at : 0);
    this.#ended = true;
    this.#input.hangUp(result);
  }

  /** Does nothing: `produce` has filled the pipe and armed the input. */
  arm(): void {}

  release(reason: unknown): void {
    this.#input.hangUp(reason);
    this.stop(reason);
  }

  /** Aborts the signal of the calls in flight, and closes the iterator of a flattened result. */
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
