/**
 * The channel of one step of a chain: what it holds of its own, and how it ends. The class of
 * fused.ts adds the path and the loop that runs values through it, and its header defines the terms.
 *
 * - The state of a step (the values it holds, whether it has ended) belongs to the step's own
 *   channel, so all channels derived from this channel share the state. All channels of one root
 *   share a trunk, which knows whether any of them is stirred.
 * - A channel goes `fed → cut → finished`. It is fed while values may come to its step. It is cut
 *   when no more values will come, or when it has failed. It is finished when it has also given the
 *   values that its step held.
 * - A channel is stirred while it has an output of its own to give: values that its step holds back
 *   or that were kept for it, or its end.
 */
import { letGo } from '../base/letting-go.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import type { ReadChan as Core } from '../channel/read-chan.js';
import { PullChan } from '../pull/pull-chan.js';
import { FILTER, NONE, type Step, more, release } from './step.js';
import { type Readers, Trunk } from './trunk.js';

/** The error that a channel of a chain failed with. */
export interface Failure {
  readonly error: unknown;
}

export abstract class StepChan<T> extends PullChan<T> {
  protected readonly parent: Core<unknown>;
  protected readonly root: Core<unknown>;
  protected readonly operator: Step;
  protected readonly trunk: Trunk;
  /** The number of fused channels between this channel and the root. */
  protected readonly depth: number;
  #finished = false;
  protected failure: Failure | undefined;
  protected stirred = false;
  /** Whether no more values come to the step. */
  #cut = false;
  /** The channels that are asked for values which come through this channel. */
  readers: Readers | undefined;

  constructor(parent: Core<unknown>, step: Step) {
    super();
    const above = parent instanceof StepChan ? parent : undefined;
    this.parent = parent;
    this.root = above === undefined ? parent : above.root;
    this.operator = step;
    step.root = this.root;
    this.trunk = above === undefined ? new Trunk() : above.trunk;
    this.depth = above === undefined ? 0 : above.depth + 1;
    if (step.kind > FILTER) this.trunk.remember();
  }

  get isWaiting(): boolean {
    return this.waited;
  }
  /** Whether waiting at the root may run user code. */
  get isBelowStage(): boolean {
    return this.root.isOwned;
  }
  /** Whether values just run down the path, for a reader that asks while no reader waits. */
  get isCalm(): boolean {
    return this.trunk.stirred === 0 && this.free;
  }

  /** Ends a new channel whose step wants no values. */
  endNow(): void {
    this.#cut = true;
    this.#stirs();
    this.end(undefined);
  }

  /** Updates the search for stirred channels: the channel at `depth` of the path became stirred. */
  protected abstract notice(depth: number): void;
  /** Forgets what was read from the root and not run through the path. */
  protected abstract forgetInput(): void;
  /** Notifies the channels that wait for values through this one; not `runner`, which asks. */
  protected abstract tell(runner: StepChan<unknown>): void;

  /** Returns an output that this channel has of its own, NONE, or `undefined` when finished. */
  protected own(): unknown {
    const step = this.operator;
    const kept = this.unhold();
    if (kept !== PENDING) return kept;
    if (step.pending) {
      const value = more(step);
      this.#settles();
      return value;
    }
    if (this.#finished) return undefined;
    const { rescue } = step;
    const { failure } = this;
    if (failure !== undefined && rescue !== undefined) {
      this.failure = undefined;
      // Only once: `rescue` may throw too.
      step.rescue = undefined;
      // If `rescue` returns `undefined` the channel ends here, because no value follows a failure.
      return rescue(failure.error);
    }
    const value = step.flush(step);
    this.#finished = value === NONE;
    if (this.#finished) step.state = NONE;
    return value;
  }

  /**
   * Called when a channel below has read the end of this one. The readers of this channel then
   * learn of the end, unless a value is being made for them.
   *
   * @returns how this channel failed, if it failed.
   */
  protected endRead(): Failure | undefined {
    if (this.free || this.wanted) this.end(this.failure?.error);
    return this.failure;
  }

  /** Called by `runner`: this channel gets no more values, or it has failed. */
  protected cutBy(runner: StepChan<unknown>, failure?: Failure): void {
    this.failure ??= failure;
    this.#cut = true;
    this.stir(runner);
  }

  /** A kept value is also for the channels that read through this one, so it stirs the channel. */
  protected override hold(value: T): void {
    super.hold(value);
    this.stir(this);
  }
  protected override unhold(): T | Pending {
    const kept = super.unhold();
    if (kept !== PENDING) this.#settles();
    return kept;
  }

  /** Marks this channel as stirred, and notifies the channels that wait for values through it. */
  protected stir(runner: StepChan<unknown>): void {
    this.#stirs(runner);
    this.tell(runner);
  }
  #stirs(runner?: StepChan<unknown>): void {
    if (this.stirred) return;
    this.stirred = true;
    this.trunk.stirred++;
    this.trunk.stirs++;
    runner?.notice(this.depth);
  }
  /** Unmarks this channel if it has no output of its own any more. */
  #settles(): void {
    if (!this.stirred || this.#cut || this.operator.pending) return;
    this.stirred = false;
    this.trunk.stirred--;
  }

  protected override release(reason: unknown): void {
    this.#letGo();
    this.hangUp(reason);
  }

  /**
   * Releases all fused channels above, in a loop because there may be very many. Cancels the root,
   * unless the user made the root.
   */
  protected hangUp(reason: unknown): void {
    let one = this.parent;
    for (; one instanceof StepChan && !one.operator.released; one = one.parent) one.#letGo();
    if (this.root.isOwned) this.root.cancel(reason);
  }

  #letGo(): void {
    this.#finished = this.#cut = true;
    this.end(this.failure?.error);
    this.operator.released = true;
    this.forgetInput();
    letGo(() => release(this.operator));
    this.stir(this);
  }
}
