/**
 * A chain of synchronous operators: one loop over its steps, run while its source's waiter commits.
 *
 * - Every operator's channel knows its parent; the first time it is asked for a value it lays out the `path` of fused
 *   channels down from the first that is not fused, the root. Whoever is asked runs the whole path himself, on values he
 *   takes from the root: no waiter, promise or microtask between two steps, and no recursion.
 * - The state of a step (what it holds, whether it has ended) lies with its own channel, so that channels derived from
 *   one share it. What changes in it may concern others who wait for values through it: they have enlisted there.
 * - A channel goes `fed → cut → finished`: fed while there may be values for its step; cut when there are none any more, or
 *   it has failed; finished when it has also given what it held.
 */
import { spend } from '../core/breath.js';
import { expectValue, surface } from '../core/errors.js';
import { Input } from './input.js';
import { PENDING, type Pending } from '../core/protocol.js';
import type { ReadChan } from '../read-chan.js';
import { Source } from '../source.js';
import { FILTER, MAP, NONE, type Step, more, release } from './step.js';

export class Fused<T> extends Source<T> {
  private readonly parent: ReadChan<unknown>;
  private readonly operator: Step;
  private path: readonly Fused<unknown>[] | undefined;
  private steps: readonly Step[] = [];
  private input: Input<unknown> | undefined;
  private cut = false;
  private finished = false;
  private failure: { readonly error: unknown } | undefined;
  /** Whether its step has something by itself: outputs it holds back, or its end. */
  private stirred: boolean;
  /** Who waits for values that come through here: the first, and any others. */
  private reader: Fused<unknown> | undefined;
  private others: Set<Fused<unknown>> | undefined;

  constructor(parent: ReadChan<unknown>, step: Step) {
    super();
    this.parent = parent;
    this.operator = step;
    this.stirred = this.cut = step.done;
  }

  override get isStage(): boolean {
    return true;
  }

  override derive<U>(step: Step): ReadChan<U> {
    return new Fused<U>(this, step);
  }

  /** Lays out the path. */
  private layOut(): Input<unknown> {
    const path: Fused<unknown>[] = [this];
    let root = this.parent;
    while (root instanceof Fused) {
      path.push(root);
      root = root.parent;
    }
    path.reverse();
    this.path = path;
    this.steps = path.map((one) => one.operator);
    return (this.input = new Input(root, this));
  }

  protected produce(): T | undefined | Pending {
    const input = this.input ?? this.layOut();
    const path = this.path as readonly Fused<unknown>[]; // Sound: laid out with the input.
    const last = path.length - 1;
    for (;;) {
      // 1. Where the next value comes from: the last in the path that has something by itself, else the root.
      let at = last;
      while (at >= 0 && !(path[at] as Fused<unknown>).stirred) at--;
      let value: unknown;
      try {
        if (at < 0) {
          value = input.poll();
          if (value === PENDING) return PENDING;
        } else value = (path[at] as Fused<unknown>).own();
      } catch (error) {
        this.change(path[Math.max(at, 0)] as Fused<unknown>, { error });
        continue;
      }
      if (value === undefined) {
        // The root has ended, or the one at `at` is finished: so the next one is cut.
        if (at === last) {
          if (this.failure !== undefined) throw this.failure.error;
          return undefined;
        }
        this.change(
          path[at + 1] as Fused<unknown>,
          at < 0 ? undefined : (path[at] as Fused<unknown>).failure,
        );
        continue;
      }
      if (value !== NONE) {
        // 2. Down the path from there.
        if (input.over && at < 0) this.change(path[0] as Fused<unknown>, undefined);
        value = this.run(at + 1, value);
        if (value !== NONE) return value as T; // Sound: the last step makes a T.
      }
      // Nothing came of it. Where that goes on and on, the event loop must have its turn.
      if (!spend()) {
        this.pause();
        return PENDING;
      }
    }
  }

  /** Runs a value through the steps from the one at `at` on. */
  private run(at: number, first: unknown): unknown {
    const { steps } = this;
    let value = first;
    let i = at;
    try {
      for (; i < steps.length; i++) {
        const step = steps[i] as Step;
        if (step.kind === MAP) {
          value = step.f(value, step.index++);
          if (value === undefined) expectValue(value);
        } else if (step.kind === FILTER) {
          if (!step.f(value, step.index++)) return NONE;
        } else {
          value = step.run(step, value);
          const one = this.path?.[i] as Fused<unknown>; // Sound: as long as the steps.
          if (step.done) this.change(one, undefined);
          else if (step.pending) one.stir(this);
          if (value === NONE) return NONE;
        }
      }
    } catch (error) {
      this.change(this.path?.[i] as Fused<unknown>, { error });
      return NONE;
    }
    return value;
  }

  /** What its step has by itself: an output, NONE, or `undefined` when it has finished. */
  private own(): unknown {
    const step = this.operator;
    if (step.pending) {
      const value = more(step);
      this.stirred = step.pending || this.cut;
      return value;
    }
    if (this.finished) return undefined;
    if (this.failure !== undefined && step.rescue !== undefined) {
      const { error } = this.failure;
      this.failure = undefined;
      const instead = step.rescue(error);
      return instead === undefined ? NONE : instead;
    }
    const value = step.flush(step);
    this.finished = value === NONE;
    return value;
  }

  /** Nothing more comes to one in the path, or it fails. */
  private change(one: Fused<unknown>, failure: { readonly error: unknown } | undefined): void {
    one.failure ??= failure;
    one.cut = true;
    if (failure !== undefined) one.operator.pending = false;
    one.stir(this);
  }

  /** Its step has something by itself: that concerns all who wait for values through it, but whoever runs it now. */
  private stir(runner: Fused<unknown>): void {
    this.stirred = true;
    const waiting = [this, this.reader, ...(this.others ?? [])];
    for (const one of waiting) {
      // Not now: the runner is in the middle of the path.
      if (one !== undefined && one !== runner && one.gets.head !== null) queueMicrotask(() => one.serve());
    }
  }

  protected override arm(): void {
    if (this.paused) return;
    for (const one of this.path as readonly Fused<unknown>[]) {
      // Sound: produce, which comes before, has laid out the path.
      if (one.reader === undefined) one.reader = this;
      else if (one.reader !== this) (one.others ??= new Set()).add(this);
    }
    this.input?.arm();
  }

  protected override disarm(): void {
    this.input?.disarm();
    for (const one of this.path ?? []) {
      if (one.reader === this) one.reader = undefined;
      else one.others?.delete(this);
    }
  }

  protected override release(reason: unknown): void {
    this.letGo();
    // All fused stages up to the root, in a loop: there may be very many. What the user made stays as it is.
    let one = this.parent;
    for (; one instanceof Fused; one = one.parent) one.letGo();
    if (one.isStage) one.cancel(reason);
  }

  private letGo(): void {
    this.cut = this.finished = true;
    this.end(undefined);
    try {
      release(this.operator);
    } catch (error) {
      surface(error);
    }
    this.stir(this);
  }
}
