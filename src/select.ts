/**
 * One of several operations, whichever can happen first.
 *
 * 1. Poll the cases, in random order or, with priority, as listed. The first that is ready is the one.
 * 2. Park a waiter on every case. Polling may have run user code that made an earlier case ready, so parking
 *    looks once more and may commit at once.
 * 3. Withdraw the losers, before anybody hears of the winner: of one select two must never commit.
 */
import { isSignal, signalOf, unwatch, watch } from './core/abort.js';
import { answer, deliver, refuse, wake } from './core/breath.js';
import { type Resolve, deferred, resolver } from './core/deferred.js';
import { expect, expectFunction, expectValue } from './core/errors.js';
import { type Abortable, PENDING, type Selectable, type Value } from './core/protocol.js';
import { below, keep, permutation } from './core/random.js';
import { type Settle, Waiter, type Withdrawable } from './core/waiters.js';
import { ReadChan } from './read-chan.js';
import type { WriteChan } from './write-chan.js';

/** A case that is left out: Go's nil channel. */
export type Disabled = undefined | null | false;

/**
 * A case of a select: a channel to get from (or any {@link Selectable}), a pair of a channel and a value to put, or
 * an `AbortSignal`, ready when it is aborted with its reason as the value.
 */
export type Case =
  | Selectable<unknown>
  | readonly [chan: WriteChan<never>, value: unknown]
  | AbortSignal
  | Disabled;

type PutCase = readonly [chan: WriteChan<never>, value: unknown];

/** What a case gives when it is the one that happened. */
export type CaseValue<C> =
  C extends Selectable<infer T>
    ? T | undefined
    : C extends PutCase
      ? boolean
      : C extends AbortSignal
        ? unknown
        : never;

/** The channel, or whatever else was waited on, of a case. */
export type CaseChan<C> = C extends readonly [infer W, unknown] ? W : C;

/** A put whose value its channel takes. */
type Checked<C> = C extends readonly [infer W, infer V]
  ? [W] extends [WriteChan<infer T>]
    ? [V] extends [T & Value]
      ? C
      : readonly [W, T & Value]
    : C
  : C;

type RecordOf<K, C> = C extends Disabled ? never : { readonly key: K; readonly value: CaseValue<C> };
type ListOf<I, C> = C extends Disabled
  ? never
  : { readonly index: I; readonly value: CaseValue<C>; readonly chan: CaseChan<C> };
type Position<K> = K extends `${infer I extends number}` ? I : number;

/** What `select` gives for a record of cases: a union that narrows on `key`. */
export type SelectedKey<R> = { [K in keyof R & string]: RecordOf<K, R[K]> }[keyof R & string];

/** What `select` gives for a list of cases: a union that narrows on `index`, for a list written out as a literal. */
export type SelectedIndex<L extends readonly unknown[]> = number extends L['length']
  ? ListOf<number, L[number]>
  : { [K in keyof L & `${number}`]: ListOf<Position<K>, L[K]> }[keyof L & `${number}`];

/** What `select` gives for either. */
export type Selected<C> = C extends readonly Case[] ? SelectedIndex<C> : SelectedKey<C>;

/** What `select` gives when nothing was ready and it has a default. */
export interface SelectedDefault<D> {
  readonly key: undefined;
  readonly index: undefined;
  readonly chan: undefined;
  readonly value: D;
}

/** A record or a list of cases. */
export type Cases = readonly Case[] | { readonly [key: string]: Case };

/** The cases, with every put's value checked against its channel. */
export type CheckedCases<C> = { [K in keyof C]: Checked<C[K]> };

/** Options of `select`. */
export interface SelectOptions extends Abortable {
  /**
   * Of several ready cases take the first in order, not one at random.
   *
   * @defaultValue false
   */
  readonly priority?: boolean | undefined;
}

/** A `select` that never waits. */
export interface DefaultOption<D> {
  /** The value when nothing is ready. Being there at all, even as `undefined`, is what makes the select not wait. */
  readonly default: D;
}

type AnyOptions = SelectOptions & Partial<DefaultOption<unknown>>;
type Result = { key?: string | undefined; index?: number | undefined; value: unknown; chan?: unknown };
type Enabled = Exclude<Case, Disabled>;
type Callback = (result: Result | undefined, error: unknown) => void;

/** @throws TypeError for what are no cases. */
function listOf(cases: Cases): readonly Case[] {
  expect(typeof cases === 'object' && cases !== null, 'cases', 'a record or a list', cases);
  return Array.isArray(cases) ? (cases as readonly Case[]) : Object.values(cases);
}

function resultOf(cases: Cases, index: number, value: unknown): Result {
  if (!Array.isArray(cases)) return { key: Object.keys(cases)[index], value };
  return { index, value, chan: chanOf((cases as readonly Case[])[index]) };
}

function chanOf(one: Case): unknown {
  return isPut(one) ? one[0] : one;
}

const isPut = (one: Case): one is PutCase => Array.isArray(one);

const isEnabled = (one: Case): one is Enabled => one !== undefined && one !== null && one !== false;

/** An abort signal as something to poll and park on. */
class SignalCase implements Selectable<unknown> {
  private readonly signal: AbortSignal;
  private waiter: Waiter<unknown> | null = null;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }
  poll(): unknown {
    return this.signal.aborted ? (this.signal as { reason: unknown }).reason : PENDING;
  }
  park(waiter: Waiter<unknown>): void {
    if (this.signal.aborted) waiter.commit(this.poll());
    else {
      this.waiter = waiter;
      watch(this.signal, this);
    }
  }
  unpark(): void {
    unwatch(this.signal, this);
  }
  aborted(reason: unknown): void {
    this.waiter?.commit(reason);
  }
}

/** What a case waits on. @throws TypeError for what is no case. */
function sourceOf(one: Enabled): Selectable<unknown> | WriteChan<never> {
  // Most cases are gets: those are not asked what else they might be.
  if (typeof (one as Partial<Selectable<unknown>>).poll === 'function') return one as Selectable<unknown>;
  const chan: unknown = isPut(one) ? one[0] : one;
  if (isPut(one)) expectValue(one[1]);
  else if (isSignal(one)) return new SignalCase(one);
  const { offer } = (chan ?? {}) as Partial<WriteChan<never>>;
  expect(
    isPut(one) && typeof offer === 'function',
    'a case',
    'a channel, [channel, value] or an AbortSignal',
    chan,
  );
  return chan as Selectable<unknown> | WriteChan<never>;
}

function pollCase(one: Case): unknown {
  if (!isEnabled(one)) return PENDING;
  const source = sourceOf(one);
  // Sound: CheckedCases has seen to it that the value is one of the channel's.
  return isPut(one) ? (source as WriteChan<unknown>).offer(one[1]) : (source as Selectable<unknown>).poll();
}

let polled = 0;

/** Phase 1. The value of the case that happened, with its index in `polled`, or PENDING. */
function poll(list: readonly Case[], inOrder: boolean): unknown {
  const size = list.length;
  const order = permutation(size);
  let index = 0;
  let value: unknown = PENDING;
  for (let i = 0; i < size && value === PENDING; i++) {
    index = i;
    if (!inOrder) {
      // The next of a random permutation (Fisher and Yates, drawn only as far as needed).
      const at = i + below(size - i);
      index = order[at] as number; // Sound: at is below size.
      order[at] = order[i] as number;
      order[i] = index;
    }
    const one = list[index] as Partial<Selectable<unknown>> | Disabled;
    value = one && one.poll !== undefined ? one.poll() : pollCase(one as Case);
  }
  keep(order);
  polled = index;
  return value;
}

/** Phase 1: what is ready, or undefined when the select has to wait. */
function attempt(cases: Cases, list: readonly Case[], options: AnyOptions | undefined): Result | undefined {
  const value = poll(list, options !== undefined && options.priority === true);
  if (value !== PENDING) return resultOf(cases, polled, value);
  if (options !== undefined && 'default' in options) {
    return { key: undefined, index: undefined, value: options.default, chan: undefined };
  }
  expect(list.some(isEnabled), 'cases', 'one or more that are enabled', 'none');
  return undefined;
}

const settleCase: Settle = (waiter, value, failed) =>
  (waiter.owner as Selection).settle(waiter.index, value, failed);

/** Tells the owner of a select that waited: of its result, or of an error when `failed`. */
type Finish = (owner: unknown, outcome: unknown, failed: boolean) => void;

const finishPromise: Finish = (resolve, outcome, failed) => wake(resolve as Resolve, outcome, failed);

const finishCallback: Finish = (callback, outcome, failed) => {
  deliver(
    callback as Callback,
    failed ? undefined : (outcome as Result),
    failed ? outcome : undefined,
    false,
  );
};

/**
 * A select that waits, with a waiter for each case. When it is done it is used again for another of as many cases: making its
 * waiters is most of what a select that waits costs. Not if a selectable of the user's has seen them: that may keep them.
 */
class Selection {
  private readonly waiters: Waiter<never>[] = [];
  /** The names of the cases, of a record. */
  private keys: readonly string[] | null = null;
  /** What they wait on, as the caller had it: he may change his list. */
  private readonly chans: unknown[] = [];
  private signal: AbortSignal | undefined = undefined;
  private finish: Finish = finishPromise;
  private owner: unknown = undefined;
  private waiting = false;
  private parking = false;
  /** Whether a selectable of the user's is among the cases. */
  private foreign = false;

  constructor(size: number) {
    for (let i = 0; i < size; i++) {
      const waiter = new Waiter<never>(null, settleCase, this);
      waiter.index = i;
      this.waiters.push(waiter);
      this.chans.push(undefined);
    }
  }

  /** Phase 2. */
  static start(
    cases: Cases,
    list: readonly Case[],
    signal: AbortSignal | undefined,
    finish: Finish,
    owner: unknown,
  ): void {
    const size = list.length;
    const selection = spares[size]?.pop() ?? new Selection(size);
    selection.keys = Array.isArray(cases) ? null : Object.keys(cases);
    selection.signal = signal;
    selection.finish = finish;
    selection.owner = owner;
    selection.waiting = true;
    if (signal !== undefined) watch(signal, selection);
    selection.park(list);
  }

  private park(list: readonly Case[]): void {
    const { waiters, chans } = this;
    this.parking = true;
    for (let i = 0; i < list.length && this.waiting; i++) {
      const one = list[i];
      if (!isEnabled(one)) continue;
      const source = sourceOf(one);
      const waiter = waiters[i] as Waiter<never>; // Sound: there is one for each case.
      chans[i] = chanOf(one);
      waiter.source = source;
      waiter.value = isPut(one) ? one[1] : undefined;
      if (!isOurs(source)) this.foreign = true;
      try {
        (source as Selectable<never>).park(waiter); // Sound: what settles it, by this channel, is of the case's type.
      } catch (error) {
        waiter.source = null; // It is not parked.
        if (this.waiting) this.aborted(error);
      }
    }
    this.parking = false;
  }

  /** A case happened; its waiter was claimed, so the losers are withdrawn. */
  settle(index: number, value: unknown, failed: boolean): void {
    const { keys } = this;
    let outcome = value;
    if (!failed)
      outcome = keys === null ? { index, value, chan: this.chans[index] } : { key: keys[index], value };
    this.done(outcome, failed);
  }

  /** The select's own signal fired, or a case could not wait. */
  aborted(reason: unknown): void {
    this.withdraw();
    this.done(reason, true);
  }

  /**
   * Phase 3. The winner is no longer waiting, so it stays as it is. The others are all out of the reach of channels
   * before a selectable of the user's is called: that may put and get.
   */
  withdraw(): void {
    this.waiting = false;
    if (this.signal !== undefined) unwatch(this.signal, this);
    const { waiters, foreign } = this;
    const later: [Waiter<never>, Withdrawable][] = [];
    for (let i = 0; i < waiters.length; i++) {
      const waiter = waiters[i] as Waiter<never>; // Sound: i is below the length.
      const { source } = waiter;
      if (source === null) continue;
      waiter.source = null;
      if (!foreign || isOurs(source)) source.unpark(waiter);
      else later.push([waiter, source]);
    }
    if (foreign) for (const [waiter, source] of later) source.unpark(waiter);
  }

  private done(outcome: unknown, failed: boolean): void {
    const { finish, owner, waiters } = this;
    // In the midst of parking it is still in use.
    if (!this.foreign && !this.parking) {
      for (const waiter of waiters) waiter.value = this.chans[waiter.index] = undefined;
      this.signal = this.owner = undefined;
      const spare = spares[waiters.length];
      if (spare !== undefined && spare.length < SPARES) spare.push(this);
    }
    finish(owner, outcome, failed);
  }
}

const isOurs = (source: Withdrawable): boolean => source instanceof ReadChan || source instanceof SignalCase;

/** How many selections are kept of each number of cases, and up to which. */
const SPARES = 16;
const spares: Selection[][] = Array.from({ length: 65 }, () => []);

/**
 * Does one of several operations, whichever can happen first; waits until one can. The others do not happen: they
 * take nothing, deliver nothing and leave nothing behind.
 *
 * Several ready: one at random, unless `priority`. A closed channel is ready: a get gives `undefined`, a put `false`.
 * Give `undefined`, `null` or `false` in a case's place to leave it out.
 *
 * @param cases - a record, whose result narrows on `key`, or a list, whose result narrows on `index`.
 * @throws TypeError without an enabled case or default, and for what is no case; the cause of a channel that was
 * closed with one; `signal.reason` when aborted; {@link ChanOverflowError} if a case cannot wait.
 * @example
 * ```ts
 * const numbers = new Chan<number>();
 * const done = timeout(100);
 * numbers.add(1);
 * const r = await select({ numbers, done });
 * if (r.key === 'numbers') console.log(r.value); // 1
 * ```
 */
export function select<const C extends Cases, D>(
  cases: C & CheckedCases<C>,
  options: SelectOptions & DefaultOption<D>,
): Promise<Selected<C> | SelectedDefault<D>>;
export function select<const C extends Cases>(
  cases: C & CheckedCases<C>,
  options?: SelectOptions,
): Promise<Selected<C>>;
export function select(cases: Cases, options?: AnyOptions): Promise<unknown> {
  try {
    const signal = options === undefined ? undefined : signalOf(options);
    const list = listOf(cases);
    const result = attempt(cases, list, options);
    if (result !== undefined) return answer(result);
    // Polling may have run user code that aborted it.
    signal?.throwIfAborted();
    const pending = deferred<unknown>();
    Selection.start(cases, list, signal, finishPromise, resolver());
    return pending;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The promise-free `select`: calls back with the result, perhaps before it returns.
 *
 * @param callback - `(result)`, or `(undefined, error)` with what `select` would reject with. An error it throws
 * becomes an uncaught one.
 * @throws TypeError if `callback` is no function.
 * @example
 * ```ts
 * const a = new Chan<number>();
 * selectThen({ a }, (r) => console.log(r?.value)); // prints 1
 * a.tryPut(1);
 * ```
 */
export function selectThen<const C extends Cases, D>(
  cases: C & CheckedCases<C>,
  callback: (result: Selected<C> | SelectedDefault<D> | undefined, error?: unknown) => void,
  options: SelectOptions & DefaultOption<D>,
): void;
export function selectThen<const C extends Cases>(
  cases: C & CheckedCases<C>,
  callback: (result: Selected<C> | undefined, error?: unknown) => void,
  options?: SelectOptions,
): void;
export function selectThen(
  cases: Cases,
  // Sound: the result is of the type the overloads compute; `never` lets every such callback in.
  callback: (result: never, error?: unknown) => void,
  options?: AnyOptions,
): void {
  expectFunction('callback', callback);
  const then = callback as Callback;
  try {
    const signal = signalOf(options);
    const list = listOf(cases);
    const result = attempt(cases, list, options);
    if (result !== undefined) return deliver(then, result, undefined, true);
    signal?.throwIfAborted();
    Selection.start(cases, list, signal, finishCallback, then);
  } catch (error) {
    deliver(then, undefined, error, true);
  }
}
