/**
 * A chain of synchronous operators: one loop over its steps, run while its source's waiter commits.
 *
 * - Every operator's channel knows its parent; the first time it is asked for a value it lays out the `path` of fused
 *   channels down from the first that is not fused, the root. Whoever is asked runs the whole path himself, on values he
 *   takes from the root: no waiter, promise or microtask between two steps, and no recursion.
 * - The state of a step (what it holds, whether it has ended) lies with its own channel, so that channels derived from
 *   one share it. All that share a root share its `trunk`, which knows whether any of them is out of the ordinary.
 * - A channel goes `fed → cut → finished`: fed while there may be values for its step; cut when there are none any more, or
 *   it has failed; finished when it has also given what it held. It is `stirred` while its step has something by itself:
 *   outputs it holds back, or its end.
 * - Code of the user's may ask any of them in the midst of a step. While a step with a state is at work, whoever else asks finds
 *   nothing, and is served behind it: else what it holds would be lost, or values would pass each other.
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

/** The error of a map whose function returned `undefined`. */
function unmapped(step: Step, value: unknown): TypeError {
  return unmade('map', step, value, 'to leave a value out, use filter');
}

/** Hands on to a sink what comes out of a chain. */
class ChainSink<T> implements Sink<unknown> {
  readonly #chain: Fused<T>;
  readonly #sink: Sink<T>;
  /** Whether the sink takes more; `undefined` while it is its turn. */
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
    return (this.takes = this.#sink.push(given as T)) && chain.isCalm; // Sound: the last step makes a T.
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
  /** Whether it is one to three steps without a state of their own: to those it is all the same in which order values run. */
  #isShort = false;
  #input: Inlet<unknown> | undefined;
  #loop: ((sink: Sink<unknown>) => Drained) | undefined;
  #finished = false;
  #failure: { readonly error: unknown } | undefined;
  #stirred = false;
  /** Whether nothing more comes to its step. */
  #cut = false;
  /** None of the path below `top` was stirred when the trunk had been stirred `seen` times. */
  #top = -1;
  #seen = -1;
  #isTold = false;
  /** Those that are asked for values that come through it. */
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
  /** Whether waiting at the root may run code of the user's. */
  get isBelowStage(): boolean {
    return this.#root.isOwned;
  }
  /** Whether values just run down the path, to one who asked and nobody else. */
  get isCalm(): boolean {
    return this.#trunk.stirred === 0 && this.free;
  }
  /** Whether its values come through another. */
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
    // Asked by what another just runs.
    if (trunk.running) return PENDING;
    for (;;) {
      // Where the next value comes from: the last in the path that has something by itself, else the root.
      const at = trunk.stirred > 0 ? this.#lastStirred() : -1;
      const entered = at >= 0 && trunk.enter(this);
      let value: unknown;
      try {
        value = this.#from(at, input);
        if (value !== NONE) return value as T | undefined | Pending; // Sound: the last step makes a T.
      } finally {
        if (entered) trunk.leave(this, value !== NONE);
      }
      // Nothing came of it. Where that goes on and on, the event loop must have its turn.
      if (!spend()) {
        this.pause();
        this.#handOn();
        return PENDING;
      }
    }
  }

  /** The last in the path that has something by itself; -1 for none. Steps that have nothing are passed over once. */
  #lastStirred(): number {
    const { stirs } = this.#trunk;
    if (this.#seen !== stirs) this.#top = this.#path.length - 1;
    this.#seen = stirs;
    while (this.#top >= 0 && !this.#inPath(this.#top).#stirred) this.#top--;
    return this.#top;
  }

  /** What comes of the next value there, or of the end; NONE: nothing yet. */
  #from(at: number, input: Inlet<unknown>): unknown {
    let value: unknown;
    try {
      value = at < 0 ? input.poll() : this.#inPath(at).#own();
    } catch (error) {
      return at < 0 ? this.#change(0, { error }) : this.#fail(at, error);
    }
    if (value === PENDING || value === NONE) return value;
    if (value === undefined) {
      // The root has ended, or the one at `at` is finished: so the next one is cut.
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

  /** Its end was read by one below it. Its own readers learn of it, unless a value is just made for them. @returns how it failed. */
  #endRead(): { readonly error: unknown } | undefined {
    if (this.free || this.wanted) this.end(this.#failure?.error);
    return this.#failure;
  }

  #inPath(at: number): Fused<unknown> {
    return this.#path[at] as Fused<unknown>; // Sound: asked only for what the path has.
  }

  /** Runs a value through, and lets the others go on. `undefined` is nothing, here and below: engines compare it fastest. */
  #through(value: unknown): unknown {
    const entered = this.#trunk.enter(this);
    const given = this.#run(0, value);
    if (entered) this.#trunk.leave(this, given !== undefined);
    return given;
  }

  /**
   * The same for the whole of a chain of up to three maps and filters. They are called from places of their own, where an engine can take the functions
   * in, and all of it is small enough to be taken in by the loop together with what takes the values.
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

  /** Runs a value through the steps from the one at `at` on. */
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
          // Cancelled by a function above it.
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

  /** What a value of the root's comes to, for a sink; `undefined` for nothing. */
  pass(value: unknown): unknown {
    this.begin();
    const given = this.#isShort ? this.#short(value) : this.#through(value);
    return this.made(given !== undefined) ? given : undefined;
  }

  /** The common case of a poll: nothing out of the ordinary, and nothing there. */
  override poll(): T | undefined | Pending {
    const input = this.#input;
    if (input === undefined || !this.isCalm || this.#trunk.running) return super.poll();
    this.begin();
    const nothing = input.looks();
    if (this.made(false) && this.waited) this.serve();
    return nothing && !this.over ? PENDING : super.poll();
  }

  /** The common case of a value that somebody waits for. */
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
      // The input has it served next.
      this.serving = true;
      this.give(given as T); // Sound: the last step makes a T.
      this.serving = serving;
    }
    if (entered) trunk.leave(this, given !== undefined);
    // Alone below the root, it has nobody to hand on to.
    if (trunk.waiting !== undefined || trunk.stirred > 0 || trunk.running || this.paused) return SERVE;
    return this.wanted ? AGAIN : this.free ? ENOUGH : SERVE;
  }

  override drain(sink: Sink<T>): Drained {
    const input = this.#input ?? this.#layOut();
    if (this.isCalm && !this.#trunk.running && input.idle) {
      // The root's own loop, with nothing in between. How it ended is found out again below. By a bound function, since engines
      // do not take in what such a one calls: that loop is compiled by itself, and has room for all that a value runs through.
      const loop = (this.#loop ??= this.#root.drain.bind(this.#root));
      const chained = new ChainSink<T>(this, sink);
      try {
        const state = loop(chained);
        if (state === PENDING && this.isCalm) return state;
      } catch (error) {
        if (chained.takes === undefined) throw error;
      }
      // A function of the chain may have asked it for a value itself.
      if (this.waited) this.serve();
      if (chained.takes === false) return FULL;
    }
    return super.drain(sink);
  }

  override gather(resume: () => void): boolean {
    return this.isCalm && this.#root.gather(resume);
  }

  /** What its step has by itself: an output, NONE, or `undefined` when it has finished. */
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
      // Once: it may fail too.
      step.rescue = undefined;
      // Nothing follows a failure: instead of nothing comes the end.
      return rescue(failure.error);
    }
    const value = step.flush(step);
    this.#finished = value === NONE;
    if (this.#finished) step.state = NONE;
    return value;
  }

  /** Nothing more comes to the one at `at` in the path, or it fails. */
  #change(at: number, failure?: { readonly error: unknown }): typeof NONE {
    const one = this.#inPath(at);
    one.#failure ??= failure;
    one.#cut = true;
    one.#stir(this);
    return NONE;
  }

  /** A value whose taker was withdrawn is for all that read through it. */
  protected override hold(value: T): void {
    super.hold(value);
    this.#stir(this);
  }
  protected override unhold(): T | Pending {
    const kept = super.unhold();
    if (kept !== PENDING) this.#settles();
    return kept;
  }

  /** A function of the one at `at` in the path has failed: nothing more can come through it. */
  #fail(at: number, error: unknown): typeof NONE {
    const one = this.#inPath(at);
    this.#change(at, { error });
    one.#hangUp(error);
    return NONE;
  }

  /** Another it gets its values through has something by itself: that comes first, so until then nothing is taken for it. */
  told(): void {
    this.heldOff();
    if (this.#isTold) return;
    this.#isTold = true;
    queueMicrotask(() => {
      this.#isTold = false;
      this.serve();
    });
  }
  /** What is left, in the stages it gets its values through, is for the next that waits. */
  #handOn(): void {
    if (this.#trunk.stirred === 0 || this.#trunk.waiting === undefined) return;
    for (const one of this.#path) if (one.#stirred) one.readers?.other(this)?.told();
  }

  /** Another runs a value, or has its turn. */
  heldOff(): boolean {
    return this.#input?.disarm() === true;
  }
  /** It is its turn to wait at the root. */
  listen(): void {
    this.#input?.arm();
  }

  /** It has something by itself: that concerns those that wait for values through it. */
  #stir(runner: Fused<unknown>): void {
    this.#stirs(runner);
    this.#trunk.tell(this, runner);
  }
  #stirs(runner?: Fused<unknown>): void {
    if (this.#stirred) return;
    this.#stirred = true;
    const trunk = this.#trunk;
    trunk.stirred++;
    // The runner need not look through the rest of its path.
    trunk.stirs++;
    if (runner !== undefined && runner.#seen === trunk.stirs - 1) {
      runner.#seen++;
      runner.#top = Math.max(runner.#top, this.#depth);
    }
  }
  /** It may have nothing by itself any more. */
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

  /** Releases all fused channels above it, in a loop, since there may be very many; and the root, if that is no channel of the user's. */
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

/** The channel of a step behind `chan`. It has the operators: the step comes from one of them. */
export function derive<U>(chan: object, step: Step): ReadChan<U> {
  return new Fused<U>(chan as Core<unknown>, step) as unknown as ReadChan<U>;
}
