/**
 * A chain of synchronous operators: one loop over its steps, run while the waiter on its source
 * commits.
 *
 * - Every operator's channel, a fused channel, knows its parent. The nearest channel above that is
 *   not fused is the root. When a fused channel is first asked for a value, it lays out its path:
 *   the fused channels from the one below the root down to itself.
 * - The channel that is asked runs its whole path, on values that it takes from the root. Between
 *   two steps there is no waiter, promise or microtask, and no recursion.
 * - The state of a step (the values it holds, whether it has ended) belongs to the step's own
 *   channel, so all channels derived from this channel share the state. All channels of one root
 *   share a trunk, which knows whether any of them is stirred.
 * - A channel goes `fed → cut → finished`. It is fed while values may come to its step. It is cut
 *   when no more values will come, or when it has failed. It is finished when it has also given the
 *   values that its step held.
 * - A channel is stirred while it has an output of its own to give: values that its step holds back
 *   or that were kept for it, or its end.
 * - User code may ask any of the channels while a step runs. While a step with a state runs, a
 *   channel that is asked finds nothing, and is served after the step: otherwise the values that
 *   the step holds would be lost, or values would overtake each other.
 */
import { spend } from '../base/fairness.js';
import { letGo } from '../base/letting-go.js';
import { type Drained, FULL, PENDING, type Pending, type Sink } from '../channel/protocol.js';
import type { ReadChan as Core } from '../channel/read-chan.js';
import { PullChan } from '../pull/pull-chan.js';
import { AGAIN, type Accepted, ENOUGH, Inlet, REFUSED, SERVE } from '../pull/inlet.js';
import type { ReadChan } from './complete.js';
import { Readers, Trunk } from './trunk.js';
import { FILTER, MAP, NONE, type Step, more, release, unmade } from './step.js';

/** The error of a `map` whose function returned `undefined`. */
function unmapped(step: Step, value: unknown): TypeError {
  return unmade('map', step, value, 'to leave a value out, use filter');
}

/** Runs the values of a root through a chain, and passes the results on to a sink. */
class ChainSink<T> implements Sink<unknown> {
  readonly #chain: Fused<T>;
  readonly #sink: Sink<T>;
  /** Whether the sink takes more; `undefined` while its `push` runs. */
  takes: boolean | undefined = true;

  constructor(chain: Fused<T>, sink: Sink<T>) {
    this.#chain = chain;
    this.#sink = sink;
  }
  push(value: unknown): boolean {
    const chain = this.#chain;
    const given = chain.pass(value);
    if (given === undefined) return spend() && chain.isCalm;
    this.takes = undefined;
    // Sound: the last step makes a T.
    return (this.takes = this.#sink.push(given as T)) && chain.isCalm;
  }
}

export class Fused<T> extends PullChan<T> {
  readonly #parent: Core<unknown>;
  readonly #root: Core<unknown>;
  readonly #operator: Step;
  readonly #trunk: Trunk;
  readonly #depth: number;
  #path: readonly Fused<unknown>[] = [];
  #steps: readonly Step[] = [];
  /** Whether the path is one to three maps or filters. They need no order between their values. */
  #isShort = false;
  #input: Inlet<unknown> | undefined;
  #loop: ((sink: Sink<unknown>) => Drained) | undefined;
  #finished = false;
  #failure: { readonly error: unknown } | undefined;
  #stirred = false;
  /** Whether no more values come to the step. */
  #cut = false;
  /** No channel of the path after index `#top` was stirred when `trunk.stirs` was `#seen`. */
  #top = -1;
  #seen = -1;
  /** Whether a microtask is scheduled that serves this channel. */
  #isTold = false;
  /** The channels that are asked for values which come through this channel. */
  readers: Readers | undefined;

  constructor(parent: Core<unknown>, step: Step) {
    super();
    const above = parent instanceof Fused ? parent : undefined;
    this.#parent = parent;
    this.#root = above === undefined ? parent : above.#root;
    this.#operator = step;
    step.root = this.#root;
    this.#trunk = above === undefined ? new Trunk() : above.#trunk;
    this.#depth = above === undefined ? 0 : above.#depth + 1;
    if (step.kind > FILTER) this.#trunk.remember();
    if (step.done) {
      this.#cut = true;
      this.#stirs();
      this.end(undefined);
    }
  }

  get isWaiting(): boolean {
    return this.waited;
  }
  /** Whether waiting at the root may run user code. */
  get isBelowStage(): boolean {
    return this.#root.isOwned;
  }
  /** Whether values just run down the path, for a reader that asks while no reader waits. */
  get isCalm(): boolean {
    return this.#trunk.stirred === 0 && this.free;
  }
  /** Whether the values of this channel come through `other`. */
  isBelow(other: Fused<unknown>): boolean {
    return this.#path[other.#depth] === other;
  }

  #layOut(): Inlet<unknown> {
    const path: Fused<unknown>[] = [this];
    for (let one = this.#parent; one instanceof Fused; one = one.#parent) path.push(one);
    path.reverse();
    this.#path = path;
    this.#steps = path.map((one) => one.#operator);
    this.#isShort = path.length <= 3 && this.#steps.every((step) => step.kind <= FILTER);
    this.#trunk.join(this);
    for (const one of path) (one.readers ??= new Readers()).join(this);
    this.#seen = -1;
    return (this.#input = new Inlet(this.#root, this));
  }

  protected produce(): T | undefined | Pending {
    const input = this.#input ?? this.#layOut();
    const trunk = this.#trunk;
    // A step that another channel runs has asked this channel.
    if (trunk.running) return PENDING;
    for (;;) {
      // The next value comes from the last stirred channel of the path, or else from the root.
      const at = trunk.stirred > 0 ? this.#lastStirred() : -1;
      const entered = at >= 0 && trunk.enter(this);
      let value: unknown;
      try {
        value = this.#from(at, input);
        // Sound: the last step makes a T.
        if (value !== NONE) return value as T | undefined | Pending;
      } finally {
        if (entered) trunk.leave(this, value !== NONE);
      }
      // No value came out. If that repeats, the event loop must turn.
      if (!spend()) {
        this.pause();
        this.#handOn();
        return PENDING;
      }
    }
  }

  /**
   * Returns the index of the last stirred channel of the path; -1 for none. The search passes over
   * a channel that is not stirred only once, until another channel becomes stirred.
   */
  #lastStirred(): number {
    const { stirs } = this.#trunk;
    if (this.#seen !== stirs) this.#top = this.#path.length - 1;
    this.#seen = stirs;
    while (this.#top >= 0 && !this.#inPath(this.#top).#stirred) this.#top--;
    return this.#top;
  }

  /**
   * Takes the next value, or the end, from the channel at `at`, or from the root if `at` is -1, and
   * runs it through the rest of the path. Returns NONE if no value came out yet.
   */
  #from(at: number, input: Inlet<unknown>): unknown {
    let value: unknown;
    try {
      value = at < 0 ? input.poll() : this.#inPath(at).#own();
    } catch (error) {
      return at < 0 ? this.#change(0, { error }) : this.#fail(at, error);
    }
    if (value === PENDING || value === NONE) return value;
    if (value === undefined) {
      // The root has ended, or the channel at `at` is finished, so the next channel is cut.
      if (at < this.#path.length - 1)
        return this.#change(at + 1, at < 0 ? undefined : this.#inPath(at).#endRead());
      if (this.#failure !== undefined) throw this.#failure.error;
      return undefined;
    }
    const given = at < 0 ? this.#through(value) : this.#run(at + 1, value);
    if (given === undefined) return NONE;
    input.moved();
    return given;
  }

  /**
   * Called when a channel below has read the end of this one. The readers of this channel then
   * learn of the end, unless a value is being made for them.
   *
   * @returns how this channel failed, if it failed.
   */
  #endRead(): { readonly error: unknown } | undefined {
    if (this.free || this.wanted) this.end(this.#failure?.error);
    return this.#failure;
  }

  #inPath(at: number): Fused<unknown> {
    return this.#path[at] as Fused<unknown>; // Sound: `at` is an index of the path.
  }

  /**
   * Runs a value through the path, then lets the other channels continue. Here and below,
   * `undefined` means that no value came out, because engines compare `undefined` fastest.
   */
  #through(value: unknown): unknown {
    const entered = this.#trunk.enter(this);
    const given = this.#run(0, value);
    if (entered) this.#trunk.leave(this, given !== undefined);
    return given;
  }

  /**
   * FAST PATH: may be removed without changing results. Does what `#run(0, first)` does, if
   * `#isShort`. Each step has a call site of its own, where an engine can inline the user function.
   * The method is small enough for an engine to inline it, with the user functions, into the loop
   * that takes the values.
   */
  #short(first: unknown): unknown {
    const steps = this.#steps;
    let value = first;
    let i = 0;
    try {
      const one = steps[0] as Step;
      const a = one.f(value, one.index++);
      if (one.kind === MAP) {
        if (a === undefined) throw unmapped(one, value);
        value = a;
      } else if (!a) return undefined;
      if (steps.length === ++i) return value;
      const two = steps[1] as Step;
      const b = two.f(value, two.index++);
      if (two.kind === MAP) {
        if (b === undefined) throw unmapped(two, value);
        value = b;
      } else if (!b) return undefined;
      if (steps.length === ++i) return value;
      const three = steps[2] as Step;
      const c = three.f(value, three.index++);
      if (three.kind === MAP) {
        if (c === undefined) throw unmapped(three, value);
        value = c;
      } else if (!c) return undefined;
    } catch (error) {
      this.#fail(i, error);
      return undefined;
    }
    return value;
  }

  /** Runs a value through the steps from index `at` on. */
  #run(at: number, first: unknown): unknown {
    const steps = this.#steps;
    let value = first;
    let i = at;
    try {
      for (; i < steps.length; i++) {
        const step = steps[i] as Step;
        if (step.kind === MAP) {
          const given = step.f(value, step.index++);
          if (given === undefined) throw unmapped(step, value);
          value = given;
        } else if (step.kind === FILTER) {
          if (!step.f(value, step.index++)) return undefined;
        } else {
          // A function of an earlier step may have cancelled the channel of this step.
          if (step.released) return undefined;
          value = step.run(step, value);
          if (step.done) this.#change(i);
          else if (step.pending) this.#inPath(i).#stir(this);
          if (value === NONE) return undefined;
        }
      }
    } catch (error) {
      this.#fail(i, error);
      return undefined;
    }
    return value;
  }

  /** Runs a value of the root through the path, for a sink; `undefined` if no value came out. */
  pass(value: unknown): unknown {
    this.begin();
    const given = this.#isShort ? this.#short(value) : this.#through(value);
    return this.made(given !== undefined) ? given : undefined;
  }

  /** Handles the common case by itself: no channel is stirred and the root has nothing. */
  override poll(): T | undefined | Pending {
    const input = this.#input;
    if (input === undefined || !this.isCalm || this.#trunk.running) return super.poll();
    this.begin();
    const nothing = input.looks();
    if (this.made(false) && this.waited) this.serve();
    return nothing && !this.over ? PENDING : super.poll();
  }

  /** Runs a value down the path at once, in the common case: a reader waits, nothing is stirred. */
  accept(value: unknown): Accepted {
    const trunk = this.#trunk;
    if (!this.wanted || trunk.stirred > 0) return REFUSED;
    this.begin();
    const short = this.#isShort;
    const entered = !short && trunk.enter(this);
    const given = short ? this.#short(value) : this.#run(0, value);
    if (entered) trunk.running = false;
    if (this.made(false) && given !== undefined) {
      this.#input?.moved();
      const { serving } = this;
      // The input continues or serves this channel next, so a reader that parks now need not arm.
      this.serving = true;
      this.give(given as T); // Sound: the last step makes a T.
      this.serving = serving;
    }
    if (entered) trunk.leave(this, given !== undefined);
    // Only a channel that is alone below the root has no other channel to notify in `serve`.
    if (trunk.waiting !== undefined || trunk.stirred > 0 || trunk.running || this.paused) return SERVE;
    return this.wanted ? AGAIN : this.free ? ENOUGH : SERVE;
  }

  override drain(sink: Sink<T>): Drained {
    const input = this.#input ?? this.#layOut();
    if (this.isCalm && !this.#trunk.running && input.idle) {
      // Calls the root's own `drain`; if that ended or failed, `super.drain` below finds it out
      // again. The call goes through a bound function, because engines do not inline the target of
      // a bound function: the root's loop is then compiled by itself, with room to inline all the
      // code that a value runs through.
      const loop = (this.#loop ??= this.#root.drain.bind(this.#root));
      const chained = new ChainSink<T>(this, sink);
      try {
        const state = loop(chained);
        if (state === PENDING && this.isCalm) return state;
      } catch (error) {
        if (chained.takes === undefined) throw error;
      }
      // A function of the chain may have asked this channel for a value.
      if (this.waited) this.serve();
      if (chained.takes === false) return FULL;
    }
    return super.drain(sink);
  }

  override gather(resume: () => void): boolean {
    return this.isCalm && this.#root.gather(resume);
  }

  /** Returns an output that this channel has of its own, NONE, or `undefined` when finished. */
  #own(): unknown {
    const step = this.#operator;
    const kept = this.unhold();
    if (kept !== PENDING) return kept;
    if (step.pending) {
      const value = more(step);
      this.#settles();
      return value;
    }
    if (this.#finished) return undefined;
    const { rescue } = step;
    const failure = this.#failure;
    if (failure !== undefined && rescue !== undefined) {
      this.#failure = undefined;
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

  /** Cuts the channel at index `at` of the path: it gets no more values, or it has failed. */
  #change(at: number, failure?: { readonly error: unknown }): typeof NONE {
    const one = this.#inPath(at);
    one.#failure ??= failure;
    one.#cut = true;
    one.#stir(this);
    return NONE;
  }

  /** A kept value is also for the channels that read through this one, so it stirs the channel. */
  protected override hold(value: T): void {
    super.hold(value);
    this.#stir(this);
  }
  protected override unhold(): T | Pending {
    const kept = super.unhold();
    if (kept !== PENDING) this.#settles();
    return kept;
  }

  /** Called when a function of the channel at `at` threw: no more values can come through it. */
  #fail(at: number, error: unknown): typeof NONE {
    const one = this.#inPath(at);
    this.#change(at, { error });
    one.#hangUp(error);
    return NONE;
  }

  /**
   * Called when a channel of the path has become stirred. Its own output comes first, so until this
   * channel is served, it takes nothing from the root.
   */
  told(): void {
    this.heldOff();
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      this.serve();
    });
  }
  /** Lets the next waiting channel have the outputs that are left in the channels of the path. */
  #handOn(): void {
    if (this.#trunk.stirred === 0 || this.#trunk.waiting === undefined) return;
    for (const one of this.#path) if (one.#stirred) one.readers?.other(this)?.told();
  }

  /** Stops waiting at the root, because another channel runs a value or is the taker. */
  heldOff(): boolean {
    return this.#input?.disarm() === true;
  }
  /** Starts to wait at the root. */
  listen(): void {
    this.#input?.arm();
  }

  /** Marks this channel as stirred, and notifies the channels that wait for values through it. */
  #stir(runner: Fused<unknown>): void {
    this.#stirs(runner);
    this.#trunk.tell(this, runner);
  }
  #stirs(runner?: Fused<unknown>): void {
    if (this.#stirred) return;
    this.#stirred = true;
    const trunk = this.#trunk;
    trunk.stirred++;
    // Updates the runner's `#top`, so that the runner need not search its path again.
    trunk.stirs++;
    if (runner !== undefined && runner.#seen === trunk.stirs - 1) {
      runner.#seen++;
      runner.#top = Math.max(runner.#top, this.#depth);
    }
  }
  /** Unmarks this channel if it has no output of its own any more. */
  #settles(): void {
    if (!this.#stirred || this.#cut || this.#operator.pending) return;
    this.#stirred = false;
    this.#trunk.stirred--;
  }

  protected override arm(): void {
    if (this.paused) return;
    const trunk = this.#trunk;
    if (trunk.waiting === undefined && !trunk.running) {
      this.#input?.arm();
      return;
    }
    if (trunk.waiting !== undefined) for (const one of this.#path) one.readers?.waiting?.add(this);
    trunk.arm(this);
  }

  protected override disarm(quiet: boolean): void {
    const listened = this.#input?.disarm() === true;
    const trunk = this.#trunk;
    if (trunk.waiting !== undefined) {
      for (const one of this.#path) one.readers?.waiting?.delete(this);
      this.#handOn();
    }
    trunk.disarm(this, listened, quiet);
  }

  protected override release(reason: unknown): void {
    this.#letGo();
    this.#hangUp(reason);
  }

  /**
   * Releases all fused channels above, in a loop because there may be very many. Cancels the root,
   * unless the user made the root.
   */
  #hangUp(reason: unknown): void {
    let one = this.#parent;
    for (; one instanceof Fused && !one.#operator.released; one = one.#parent) one.#letGo();
    if (this.#root.isOwned) this.#root.cancel(reason);
  }

  #letGo(): void {
    this.#finished = this.#cut = true;
    this.end(this.#failure?.error);
    this.#operator.released = true;
    this.#input?.drop();
    letGo(() => release(this.#operator));
    this.#stir(this);
  }
}

/**
 * Returns the channel of a step that reads from `chan`. The channel has the operators, because only
 * operators call this function.
 */
export function derive<U>(chan: object, step: Step): ReadChan<U> {
  return new Fused<U>(chan as Core<unknown>, step) as unknown as ReadChan<U>;
}
