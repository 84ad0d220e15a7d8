/**
 * Synchronous operators: what happens to one value on its way through a chain.
 *
 * - A step never waits. For a value it gives one value or NONE (`run`); it may hold back several, to be given one by one
 *   (`more`, while `pending`); and at the end it gives what it still holds (`flush`).
 * - Its state is its own, so that all who read through it share it. It is NONE before the first value, and again when the step has ended.
 * - All steps are of one class, so that a chain's loop stays monomorphic; what differs is the functions.
 */
import { LEAVE_OUT, atIndex, iteratorOf, noValue, shown } from '../base/errors.js';
import type { ChanStats } from '../channel/stats.js';

/** What a step gives when it gives nothing. */
export const NONE: unique symbol = Symbol('millrace.none');

/** The kinds of steps that a chain's loop does itself, and the rest. */
export const MAP = 0;
export const FILTER = 1;
const OTHER = 2;

/** A user's function. Sound wherever one is called: the types of a chain fit, step by step. */
export type Fn = (value: never, index: number) => unknown;

type Run = (step: Step, value: unknown) => unknown;

export class Step {
  readonly kind: number;
  readonly f: (value: unknown, index: number) => unknown;
  readonly run: Run;
  readonly flush: (step: Step) => unknown;
  /** Where its values come from, to be named in errors. */
  root: { stats(): ChanStats } | undefined = undefined;
  /** How often the user's function was called. */
  index = 0;
  /** How many values a counting step has still to let through, or to hold. */
  left: number;
  /** What it remembers. */
  state: unknown = NONE;
  /** Whether `more` may give something. */
  pending = false;
  /** What is given instead of a failure that comes to it; undefined for a step that lets failures pass. */
  rescue: ((error: unknown) => unknown) | undefined = undefined;
  /** Whether its channel was cancelled, perhaps by the iterator it is just asking. */
  released = false;
  /** Whether it wants no more values: its channel ends. */
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
/** What it holds, which it then holds no more. */
const taken = (step: Step): unknown => {
  const { state } = step;
  step.state = NONE;
  return state;
};
const identity = (value: never): unknown => value;

const call: Run = (step, value) => step.f(value, step.index++);

/** A chain's loop does these two itself. */
export const map = (f: Fn): Step => new Step(MAP, f, nothing);
export const filter = (f: Fn): Step => new Step(FILTER, f, nothing);

/** Every value as it is. */
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

/** @param init - the first total; none: the first value is. */
export function scan(
  f: (total: never, value: never, index: number) => unknown,
  init: readonly unknown[],
): Step {
  const next = f as (total: unknown, value: unknown, index: number) => unknown; // Sound as Fn is.
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

/** The next of what a `pending` step holds back. */
export function more(step: Step): unknown {
  const iterator = step.state as Iterator<unknown>;
  // One that throws has let go of what it held; one that gives no value has not.
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

/** The index of the value that a step works on, and the channel it comes from. */
function where(step: Step): string {
  return atIndex(step.index - 1, step.root?.stats().name);
}

/** The error of an operator whose function returned `undefined`. */
export function unmade(operator: string, step: Step, value: unknown, remedy: string): TypeError {
  return noValue(`${operator} returned undefined for value ${shown(value)}${where(step)}`, remedy);
}

/** Lets go of what a step holds: its channel was cancelled, or failed. */
export function release(step: Step): void {
  const state = taken(step);
  if (!step.pending) return;
  step.pending = false;
  (state as Iterator<unknown>).return?.();
}
