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
import { spend } from '../core/breath.js';
import type { ChanBuffer } from '../core/buffers.js';
import { expectValue } from '../core/errors.js';
import { letGo } from '../core/letting-go.js';
import { PENDING, type Pending } from '../core/protocol.js';
import type { Stage } from '../flow/stage.js';
import type { ReadChan } from '../read-chan.js';
import { Source } from '../source.js';
import { type Drained, FULL, type Sink } from '../consumer.js';
import type { WriteChan } from '../write-chan.js';
import { Input } from './input.js';
import { FILTER, MAP, NONE, type Step, more, release } from './step.js';

/** What all fused channels below one root have in common. */
class Trunk {
  /** How many of them are stirred: while none is, values just run down the path. */
  stirred = 0;
  /** The first that was ever asked for a value; while there is no other, nobody need be told of what changes. */
  #sole: Fused<unknown> | undefined;
  /** Since there are others: those that wait. */
  #waiting: Set<Fused<unknown>> | undefined;

  /** Whether any step of theirs has a state, for which the order of values counts. */
  stateful = false;
  /** Whether one of them runs a value through steps with a state. Whoever else asks meanwhile finds nothing, and is served behind it. */
  running = false;

  /** One runs a value: nothing is taken for the others until it is through, or it could pass this one. @returns whether that is so. */
  enter(): boolean {
    if (!this.stateful) return false;
    this.running = true;
    if (this.#waiting !== undefined) for (const other of this.#waiting) other.heldOff();
    return true;
  }
  /** It is through: the others go on. */
  leave(one: Fused<unknown>): void {
    this.running = false;
    // oxlint-disable-next-line unicorn/no-useless-spread -- who is served may wait again, and would come round for ever
    if (this.#waiting !== undefined) for (const other of [...this.#waiting]) if (other !== one) other.serve();
  }

  /** One was asked for the first time. */
  join(one: Fused<unknown>): void {
    if (this.#sole === undefined) this.#sole = one;
    else if (this.#waiting === undefined) {
      this.#waiting = new Set();
      if (this.#sole.isWaiting) this.#waiting.add(this.#sole);
    }
  }
  arm(one: Fused<unknown>): void {
    this.#waiting?.add(one);
  }
  disarm(one: Fused<unknown>): void {
    this.#waiting?.delete(one);
  }
  /** Tells those who wait for values through `changed`; but not `runner`, who is in the middle of the path. */
  tell(changed: Fused<unknown>, runner: Fused<unknown>): void {
    for (const one of this.#waiting ?? [this.#sole]) {
      if (one !== undefined && one !== runner && one.isBelow(changed)) one.told();
    }
  }
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

export class Fused<T> extends Source<T> {
  readonly #parent: ReadChan<unknown>;
  readonly #root: ReadChan<unknown>;
  readonly #operator: Step;
  readonly #trunk: Trunk;
  readonly #depth: number;
  #path: readonly Fused<unknown>[] = [];
  #steps: readonly Step[] = [];
  /** Whether it is one to three steps without a state of their own: to those it is all the same in which order values run. */
  #isShort = false;
  #input: Input<unknown> | undefined;
  #loop: ((sink: Sink<unknown>) => Drained) | undefined;
  #finished = false;
  #failure: { readonly error: unknown } | undefined;
  #stirred = false;

  constructor(parent: ReadChan<unknown>, step: Step) {
    super();
    const above = parent instanceof Fused ? parent : undefined;
    this.#parent = parent;
    this.#root = above === undefined ? parent : above.#root;
    this.#operator = step;
    this.#trunk = above === undefined ? new Trunk() : above.#trunk;
    this.#depth = above === undefined ? 0 : above.#depth + 1;
    this.#trunk.stateful ||= step.kind > FILTER;
    this.#stirs(step.done);
    if (step.done) this.end(undefined);
  }

  override derive<U>(step: Step): ReadChan<U> {
    return new Fused<U>(this, step);
  }
  override staged<U>(stage: Stage<U>): ReadChan<U> {
    return this.#root.staged(stage);
  }
  override channel<U>(buffer?: number | ChanBuffer<U>): ReadChan<U> & WriteChan<U> {
    return this.#root.channel(buffer);
  }

  get isWaiting(): boolean {
    return this.watched;
  }
  /** Whether values just run down the path, to one who asked and nobody else. */
  get isCalm(): boolean {
    return this.#trunk.stirred === 0 && this.free;
  }
  /** Whether its values come through another. */
  isBelow(other: Fused<unknown>): boolean {
    return this.#path[other.#depth] === other;
  }

  #layOut(): Input<unknown> {
    const path: Fused<unknown>[] = [this];
    for (let one = this.#parent; one instanceof Fused; one = one.#parent) path.push(one);
    path.reverse();
    this.#path = path;
    this.#steps = path.map((one) => one.#operator);
    this.#isShort = path.length <= 3 && this.#steps.every((step) => step.kind <= FILTER);
    this.#trunk.join(this);
    return (this.#input = new Input(this.#root, this));
  }

  protected produce(): T | undefined | Pending {
    const input = this.#input ?? this.#layOut();
    const trunk = this.#trunk;
    // Asked by what another just runs.
    if (trunk.running) return PENDING;
    for (;;) {
      // Where the next value comes from: the last in the path that has something by itself, else the root.
      let at = trunk.stirred > 0 ? this.#path.length - 1 : -1;
      while (at >= 0 && !this.#inPath(at).#stirred) at--;
      const entered = at >= 0 && trunk.enter();
      try {
        const value = this.#from(at, input);
        if (value !== NONE) return value as T | undefined | Pending; // Sound: the last step makes a T.
      } finally {
        if (entered) trunk.leave(this);
      }
      // Nothing came of it. Where that goes on and on, the event loop must have its turn.
      if (!spend()) {
        this.pause();
        return PENDING;
      }
    }
  }

  /** What comes of the next value there, or of the end; NONE: nothing yet. */
  #from(at: number, input: Input<unknown>): unknown {
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
        return this.#change(at + 1, at < 0 ? undefined : this.#inPath(at).#failure);
      if (this.#failure !== undefined) throw this.#failure.error;
      return undefined;
    }
    const given = at < 0 ? this.#through(value) : this.#run(at + 1, value);
    if (given === undefined) return NONE;
    input.moved();
    return given;
  }

  #inPath(at: number): Fused<unknown> {
    return this.#path[at] as Fused<unknown>; // Sound: asked only for what the path has.
  }

  /** Runs a value through, and lets the others go on. `undefined` is nothing, here and below: engines compare it fastest. */
  #through(value: unknown): unknown {
    const entered = this.#trunk.enter();
    const given = this.#run(0, value);
    if (entered) this.#trunk.leave(this);
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
        if ((value = a) === undefined) expectValue(a);
      } else if (!a) return undefined;
      if (steps.length === ++i) return value;
      const two = steps[1] as Step;
      const b = two.f(value, two.index++);
      if (two.kind === MAP) {
        if ((value = b) === undefined) expectValue(b);
      } else if (!b) return undefined;
      if (steps.length === ++i) return value;
      const three = steps[2] as Step;
      const c = three.f(value, three.index++);
      if (three.kind === MAP) {
        if ((value = c) === undefined) expectValue(c);
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
          value = step.f(value, step.index++);
          if (value === undefined) expectValue(value);
        } else if (step.kind === FILTER) {
          if (!step.f(value, step.index++)) return undefined;
        } else {
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

  /** The common case of a value that somebody waits for. @returns false if this is another. */
  accept(value: unknown): boolean {
    if (!this.wanted || this.#trunk.stirred > 0) return false;
    this.begin();
    const short = this.#isShort;
    const entered = !short && this.#trunk.enter();
    const given = short ? this.#short(value) : this.#run(0, value);
    if (entered) this.#trunk.running = false;
    if (this.made(false) && given !== undefined) {
      this.#input?.moved();
      const { serving } = this;
      // The input has it served next.
      this.serving = true;
      this.give(given as T); // Sound: the last step makes a T.
      this.serving = serving;
    }
    if (entered) this.#trunk.leave(this);
    return true;
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
    if (step.pending) {
      const value = more(step);
      this.#stirs(step.pending);
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
    return value;
  }

  /** Nothing more comes to the one at `at` in the path, or it fails. */
  #change(at: number, failure?: { readonly error: unknown }): typeof NONE {
    const one = this.#inPath(at);
    one.#failure ??= failure;
    one.#stir(this);
    return NONE;
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
    queueMicrotask(() => this.serve());
  }

  /** Another runs a value. */
  heldOff(): void {
    this.#input?.disarm();
  }

  /** Its step has something by itself: that concerns all who wait for values through it. */
  #stir(runner: Fused<unknown>): void {
    this.#stirs(true);
    this.#trunk.tell(this, runner);
  }

  #stirs(on: boolean): void {
    if (on === this.#stirred) return;
    this.#stirred = on;
    this.#trunk.stirred += on ? 1 : -1;
  }

  protected override arm(): void {
    if (this.paused) return;
    this.#trunk.arm(this);
    // In the midst of another's value it is served behind that.
    if (!this.#trunk.running) this.#input?.arm();
  }

  protected override disarm(): void {
    this.#trunk.disarm(this);
    this.#input?.disarm();
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
    this.#finished = true;
    this.end(this.#failure?.error);
    this.#operator.released = true;
    letGo(() => release(this.#operator));
    this.#stir(this);
  }
}
