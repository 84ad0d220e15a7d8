/**
 * A chain of synchronous operators: one loop over its steps, run while the waiter on its source
 * commits.
 *
 * - Every operator's channel, a fused channel, knows its parent. The nearest channel above that is
 *   not fused is the root. When a fused channel is first asked for a value, it lays out its path:
 *   the fused channels from the one below the root down to itself.
 * - The channel that is asked runs its whole path, on values that it takes from the root. Between
 *   two steps there is no waiter, promise or microtask, and no recursion.
 * - A channel of the path that has an output of its own to give is stirred (see step-chan.ts). The
 *   next value comes from the last stirred channel of the path, or else from the root.
 * - User code may ask any of the channels while a step runs. While a step with a state runs, a
 *   channel that is asked finds nothing, and is served after the step: otherwise the values that
 *   the step holds would be lost, or values would overtake each other.
 */
import { spend } from '../base/fairness.js';
import { type Drained, FULL, PENDING, type Pending, type Sink } from '../channel/protocol.js';
import type { ReadChan as Core } from '../channel/read-chan.js';
import { AGAIN, type Accepted, ENOUGH, Inlet, REFUSED, SERVE } from '../pull/inlet.js';
import type { ReadChan } from './complete.js';
import { FILTER, MAP, NONE, type Step, unmapped } from './step.js';
import { ChainSink } from './chain-sink.js';
import { type Failure, StepChan } from './step-chan.js';
import { Readers } from './trunk.js';

export class Fused<T> extends StepChan<T> {
  #path: readonly Fused<unknown>[] = [];
  #steps: readonly Step[] = [];
  /** Whether the path is one to three maps or filters. They need no order between their values. */
  #isShort = false;
  #input: Inlet<unknown> | undefined;
  #loop: ((sink: Sink<unknown>) => Drained) | undefined;
  /** No channel of the path after index `#top` was stirred when `trunk.stirs` was `#seen`. */
  #top = -1;
  #seen = -1;
  /** Whether a microtask is scheduled that serves this channel. */
  #isTold = false;

  /** Whether the values of this channel come through `other`. */
  isBelow(other: Fused<unknown>): boolean {
    return this.#path[other.depth] === other;
  }

  #layOut(): Inlet<unknown> {
    const path: Fused<unknown>[] = [this];
    for (let one = this.parent; one instanceof Fused; one = one.parent) path.push(one);
    path.reverse();
    this.#path = path;
    this.#steps = path.map((one) => one.operator);
    this.#isShort = path.length <= 3 && this.#steps.every((step) => step.kind <= FILTER);
    this.trunk.join(this);
    for (const one of path) (one.readers ??= new Readers()).join(this);
    this.#seen = -1;
    return (this.#input = new Inlet(this.root, this));
  }

  protected produce(): T | undefined | Pending {
    const input = this.#input ?? this.#layOut();
    const trunk = this.trunk;
    if (trunk.running) return PENDING; // A step that another channel runs has asked this channel.
    for (;;) {
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
    const { stirs } = this.trunk;
    if (this.#seen !== stirs) this.#top = this.#path.length - 1;
    this.#seen = stirs;
    while (this.#top >= 0 && !this.#inPath(this.#top).stirred) this.#top--;
    return this.#top;
  }

  /**
   * Takes the next value, or the end, from the channel at `at`, or from the root if `at` is -1, and
   * runs it through the rest of the path. Returns NONE if no value came out yet.
   */
  #from(at: number, input: Inlet<unknown>): unknown {
    let value: unknown;
    try {
      value = at < 0 ? input.poll() : this.#inPath(at).own();
    } catch (error) {
      return at < 0 ? this.#change(0, { error }) : this.#fail(at, error);
    }
    if (value === PENDING || value === NONE) return value;
    if (value === undefined) {
      // The root has ended, or the channel at `at` is finished, so the next channel is cut.
      if (at < this.#path.length - 1)
        return this.#change(at + 1, at < 0 ? undefined : this.#inPath(at).endRead());
      if (this.failure !== undefined) throw this.failure.error;
      return undefined;
    }
    const given = at < 0 ? this.#through(value) : this.#run(at + 1, value);
    if (given === undefined) return NONE;
    input.moved();
    return given;
  }

  #inPath(at: number): Fused<unknown> {
    return this.#path[at] as Fused<unknown>; // Sound: `at` is an index of the path.
  }

  /**
   * Runs a value through the path, then lets the other channels continue. Here and below,
   * `undefined` means that no value came out, because engines compare `undefined` fastest.
   */
  #through(value: unknown): unknown {
    const entered = this.trunk.enter(this);
    const given = this.#run(0, value);
    if (entered) this.trunk.leave(this, given !== undefined);
    return given;
  }

  /**
   * FAST PATH: may be removed without changing results. Does what `#run(0, first)` does, if
   * `#isShort`. Each step has a call site of its own, so an engine can inline the user functions
   * there, and the whole method into the loop that takes the values.
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
          else if (step.pending) this.#inPath(i).stir(this);
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
    if (input === undefined || !this.isCalm || this.trunk.running) return super.poll();
    this.begin();
    const nothing = input.looks();
    if (this.made(false) && this.waited) this.serve();
    return nothing && !this.over ? PENDING : super.poll();
  }

  /** Runs a value down the path at once, in the common case: a reader waits, nothing is stirred. */
  accept(value: unknown): Accepted {
    const trunk = this.trunk;
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
    if (this.isCalm && !this.trunk.running && input.idle) {
      // Calls the root's own `drain`; `super.drain` below finds an end or a failure again. Engines do
      // not inline the target of a bound function, so the root's loop is compiled by itself, with
      // room to inline all the code that a value runs through.
      const loop = (this.#loop ??= this.root.drain.bind(this.root));
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
    return this.isCalm && this.root.gather(resume);
  }

  /** Cuts the channel at index `at` of the path: it gets no more values, or it has failed. */
  #change(at: number, failure?: Failure): typeof NONE {
    this.#inPath(at).cutBy(this, failure);
    return NONE;
  }

  /** Called when a function of the channel at `at` threw: no more values can come through it. */
  #fail(at: number, error: unknown): typeof NONE {
    const one = this.#inPath(at);
    this.#change(at, { error });
    one.hangUp(error);
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
    if (this.trunk.stirred === 0 || this.trunk.waiting === undefined) return;
    for (const one of this.#path) if (one.stirred) one.readers?.other(this)?.told();
  }

  /** Stops waiting at the root, because another channel runs a value or is the taker. */
  heldOff(): boolean {
    return this.#input?.disarm() === true;
  }
  /** Starts to wait at the root. */
  listen(): void {
    this.#input?.arm();
  }

  protected override tell(runner: StepChan<unknown>): void {
    this.trunk.tell(this, runner);
  }
  /** If the search was up to date, it stays so: this channel need not search its path again. */
  protected override notice(depth: number): void {
    if (this.#seen !== this.trunk.stirs - 1) return;
    this.#seen++;
    this.#top = Math.max(this.#top, depth);
  }
  protected override forgetInput(): void {
    this.#input?.drop();
  }

  protected override arm(): void {
    if (this.paused) return;
    const trunk = this.trunk;
    if (trunk.waiting === undefined && !trunk.running) {
      this.#input?.arm();
      return;
    }
    if (trunk.waiting !== undefined) for (const one of this.#path) one.readers?.waiting?.add(this);
    trunk.arm(this);
  }

  protected override disarm(quiet: boolean): void {
    const listened = this.#input?.disarm() === true;
    const trunk = this.trunk;
    if (trunk.waiting !== undefined) {
      for (const one of this.#path) one.readers?.waiting?.delete(this);
      this.#handOn();
    }
    trunk.disarm(this, listened, quiet);
  }
}

/**
 * Returns the channel of a step that reads from `chan`. The channel has the operators, because only
 * operators call this function.
 */
export function derive<U>(chan: object, step: Step): ReadChan<U> {
  const one = new Fused<U>(chan as Core<unknown>, step);
  if (step.done) one.endNow();
  return one as unknown as ReadChan<U>;
}
