/**
 * Steps: the work of a synchronous operator on one value.
 *
 * - A step never waits. `run` takes a value and returns a value or NONE. A step may hold back
 *   several values: while it is `pending`, `more` returns them one by one. At the end `flush`
 *   returns the value that the step still holds.
 * - The state of a step is its own, so all channels that read through the step share the state. The
 *   state is NONE before the first value, and again when the step has ended.
 * - All steps are of one class, so that a chain's loop stays monomorphic. Steps differ in their
 *   functions.
 */
import { LEAVE_OUT, atIndex, iteratorOf, noValue, shown } from '../base/errors.js';
import type { ChanStats } from '../channel/stats.js';

/** Returned by a step that gives no value. */
export const NONE: unique symbol = Symbol('millrace.none');

/** The two kinds of steps that a chain's loop runs itself, and the kind of all other steps. */
export const MAP = 0;
export const FILTER = 1;
const OTHER = 2;

/** A user function. Calling it with any value is sound: the types of a chain fit step by step. */
export type Fn = (value: never, index: number) => unknown;

type Run = (step: Step, value: unknown) => unknown;

export class Step {
  readonly kind: number;
  readonly f: (value: unknown, index: number) => unknown;
  readonly run: Run;
  readonly flush: (step: Step) => unknown;
  /** The root of the chain, named in errors. */
  root: { stats(): ChanStats } | undefined = undefined;
  /** How often the user function was called. */
  index = 0;
  /** How many values `take` still passes, or `drop` still drops; 1 while `dropWhile` drops. */
  left: number;
  /** The key, total, array or iterator that the step keeps between calls. */
  state: unknown = NONE;
  /** Whether `more` may return a value. */
  pending = false;
  /** Returns the value in place of a failure; `undefined` for a step that lets failures pass. */
  rescue: ((error: unknown) => unknown) | undefined = undefined;
  /** Whether the step's channel was released, perhaps by the iterator that `more` is calling. */
  released = false;
  /** Whether the step wants no more values, so that its channel ends. */
  done = false;

  constructor(kind: number, f: Fn, run: Run, left = 0, flush: (step: Step) => unknown = nothing) {
    this.kind = kind;
    this.f = f as (value: unknown, index: number) => unknown;
    this.run = run;
    this.left = left;
    this.flush = flush;
  }
}

const nothing = (): unknown => NONE;
/** Takes the state out of a step. */
const taken = (step: Step): unknown => {
  const { state } = step;
  step.state = NONE;
  return state;
};
const identity = (value: never): unknown => value;

const call: Run = (step, value) => step.f(value, step.index++);

/** The next two steps have no `run` of their own: a chain's loop calls `f` itself. */
export const map = (f: Fn): Step => new Step(MAP, f, nothing);
export const filter = (f: Fn): Step => new Step(FILTER, f, nothing);

/** Passes every value on unchanged. */
export const pass = (): Step => new Step(OTHER, identity, (_, value) => value);

export const tap = (f: Fn): Step =>
  new Step(OTHER, f, (step, value) => {
    call(step, value);
    return value;
  });

export function take(n: number): Step {
  const step = new Step(
    OTHER,
    identity,
    (self, value) => {
      self.done = --self.left <= 0;
      return value;
    },
    n,
  );
  step.done = n === 0;
  return step;
}

export const drop = (n: number): Step =>
  new Step(OTHER, identity, (step, value) => (step.left > 0 && step.left-- > 0 ? NONE : value), n);

export const takeWhile = (f: Fn): Step =>
  new Step(OTHER, f, (step, value) => {
    step.done = !call(step, value);
    return step.done ? NONE : value;
  });

export const dropWhile = (f: Fn): Step =>
  new Step(
    OTHER,
    f,
    (step, value) => {
      if (step.left > 0 && call(step, value)) return NONE;
      step.left = 0;
      return value;
    },
    1,
  );

export const distinct = (f: Fn = identity): Step =>
  new Step(OTHER, f, (step, value) => {
    const key = call(step, value);
    if (Object.is(key, step.state)) return NONE;
    step.state = key;
    return value;
  });

/** @param init - holds the first total; if it is empty, the first value is the first total. */
export function scan(
  f: (total: never, value: never, index: number) => unknown,
  init: readonly unknown[],
): Step {
  const next = f as (total: unknown, value: unknown, index: number) => unknown; // Sound: see `Fn`.
  const step = new Step(OTHER, identity, (self, value) => {
    const total = self.state === NONE ? value : next(self.state, value, self.index);
    self.index++;
    if (total === undefined) throw unmade('scan', self, value, 'for nothing, return null');
    return (self.state = total);
  });
  if (init.length > 0) [step.state] = init;
  return step;
}

export function group(n: number): Step {
  const run: Run = (step, value) => {
    const values = step.state === NONE ? (step.state = []) : step.state;
    return (values as unknown[]).push(value) < n ? NONE : taken(step);
  };
  return new Step(OTHER, identity, run, 0, taken);
}

type Group = [key: unknown, values: unknown[]];

export const groupBy = (f: Fn): Step =>
  new Step(
    OTHER,
    f,
    (step, value) => {
      const key = call(step, value);
      const current = step.state as Group | typeof NONE;
      if (current !== NONE && Object.is(current[0], key)) {
        current[1].push(value);
        return NONE;
      }
      step.state = [key, [value]] satisfies Group;
      return current;
    },
    0,
    taken,
  );

export const flatMap = (f: Fn): Step =>
  new Step(OTHER, f, (step, value) => {
    step.state = iteratorOf('flatMap', call(step, value));
    return more(step);
  });

export function rescue(f: (error: unknown) => unknown): Step {
  const step = pass();
  step.rescue = f;
  return step;
}

/** Returns the next value that a `pending` step holds back; NONE when none is left. */
export function more(step: Step): unknown {
  const iterator = step.state as Iterator<unknown>;
  // An iterator that throws has released its resources, so it is forgotten before the call. An
  // iterator that gives `undefined` has not, so `release` calls its `return`.
  step.pending = false;
  step.state = NONE;
  const result = iterator.next();
  if (result.done) return NONE;
  step.state = iterator;
  step.pending = true;
  if (step.released || result.value === undefined) release(step);
  if (step.released) return NONE;
  if (result.value === undefined)
    throw noValue(`flatMap was given undefined by an iterable${where(step)}`, LEAVE_OUT);
  return result.value;
}

/** A part of a message: the index of the step's present value, and the root's name. */
function where(step: Step): string {
  return atIndex(step.index - 1, step.root?.stats().name);
}

/** The error of a `map` whose function returned `undefined`. */
export function unmapped(step: Step, value: unknown): TypeError {
  return unmade('map', step, value, 'to leave a value out, use filter');
}

/** The error of an operator whose function returned `undefined`. */
function unmade(operator: string, step: Step, value: unknown, remedy: string): TypeError {
  return noValue(`${operator} returned undefined for value ${shown(value)}${where(step)}`, remedy);
}

/** Drops the state of a step whose channel was cancelled or has failed, and closes its iterator. */
export function release(step: Step): void {
  const state = taken(step);
  if (!step.pending) return;
  step.pending = false;
  (state as Iterator<unknown>).return?.();
}
