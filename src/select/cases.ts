/** What the cases of a select are, and what it gives for them. */
import { isSignal, unwatch, watch } from '../base/abort.js';
import { expect, noPut, on } from '../base/errors.js';
import { type Abortable, PENDING, PROTOCOL, type Selectable, type Value } from '../channel/protocol.js';
import type { ReadChan } from '../channel/read-chan.js';
import type { Waiter } from '../channel/waiters.js';
import type { WriteChan } from '../channel/write-chan.js';

/** A case that is left out: Go's nil channel. */
export type Disabled = undefined | null | false;

/**
 * A case of a select: a channel to get from (or any {@link Selectable}), a pair of a channel and a value to put, or
 * an `AbortSignal`, ready when it is aborted with its reason as the value.
 */
export type Case =
  | ReadChan<unknown>
  | Selectable<unknown>
  | readonly [chan: WriteChan<never>, value: unknown]
  | AbortSignal
  | Disabled;

type PutCase = readonly [chan: WriteChan<never>, value: unknown];

/** What a case gives when it is the one that happened. */
export type CaseValue<C> = C extends ReadChan<infer T> | Selectable<infer T>
  ? T | undefined
  : C extends PutCase
    ? boolean
    : C extends AbortSignal
      ? unknown
      : never;

/** The channel, or whatever else was waited on, of a case. */
export type CaseChan<C> = C extends readonly [infer W, unknown] ? W : C;

/**
 * In place of a value that its channel does not take: the compiler's message names it. An interface, as `string & number` would be
 * shown as `never`.
 */
interface TheChannelTakes<in T> {
  /** What it takes. */
  readonly [TAKES]: (value: T) => void;
}
declare const TAKES: unique symbol;

/** A put whose value its channel takes. */
type Checked<C> = C extends readonly [infer W, infer V]
  ? [W] extends [WriteChan<infer T>]
    ? [V] extends [T & Value]
      ? C
      : V extends undefined
        ? { readonly 'undefined cannot be put, it means the end: close the channel, or put null': never }
        : readonly [W, TheChannelTakes<T & Value>]
    : C
  : C;

type RecordOf<K, C> = C extends Disabled ? never : { readonly key: K; readonly value: CaseValue<C> };
type ListOf<I, C> = C extends Disabled
  ? never
  : { readonly index: I; readonly value: CaseValue<C>; readonly chan: CaseChan<C> };
type Position<K> = K extends `${infer I extends number}` ? I : number;

/** What `select` gives for a record of cases: a union that narrows on `key`. */
// As a condition: an editor then shows the union, not this name of it.
export type SelectedKey<R> = [R] extends [never]
  ? never
  : { [K in keyof R & string]: RecordOf<K, R[K]> }[keyof R & string];

/** What `select` gives for a list of cases: a union that narrows on `index`, for a list written out as a literal. */
export type SelectedIndex<L extends readonly unknown[]> = number extends L['length']
  ? ListOf<number, L[number]>
  : { [K in keyof L & `${number}`]: ListOf<Position<K>, L[K]> }[keyof L & `${number}`];

/** What `select` gives for either. */
export type Selected<C> = C extends readonly Case[] ? SelectedIndex<C> : SelectedKey<C>;

/** What `select` gives when nothing was ready and it has a default. */
export interface SelectedDefault<D> {
  /** No case was it, by its name … */
  readonly key: undefined;
  /** … nor by its place … */
  readonly index: undefined;
  /** … and so no channel. */
  readonly chan: undefined;
  /** The default that was given. */
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

export type AnyOptions = SelectOptions & Partial<DefaultOption<unknown>>;
export type Result = { key?: string | undefined; index?: number | undefined; value: unknown; chan?: unknown };
type Enabled = Exclude<Case, Disabled>;
export type Callback = (result: Result | undefined, error: unknown) => void;

/** @throws TypeError for what are no cases. */
export function listOf(cases: Cases): readonly Case[] {
  expect(typeof cases === 'object' && cases !== null, 'cases', 'a record or a list', cases);
  return Array.isArray(cases) ? (cases as readonly Case[]) : Object.values(cases);
}

export function chanOf(one: Case): unknown {
  return isPut(one) ? one[0] : one;
}

export const isPut = (one: Case): one is PutCase => Array.isArray(one);

export const isEnabled = (one: Case): one is Enabled => one !== undefined && one !== null && one !== false;

/** An abort signal as something to poll and park on. */
class SignalCase implements Selectable<unknown> {
  readonly millrace: number = PROTOCOL;
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

/** The name of a channel, which may be of a type of the user's. */
function nameOf(chan: Partial<WriteChan<never>>): string | undefined {
  return typeof chan.stats === 'function' ? chan.stats().name : undefined;
}

/** What a case waits on. @throws TypeError for what is no case. */
export function sourceOf(one: Enabled): Selectable<unknown> | WriteChan<never> {
  // Most cases are gets: those are not asked what else they might be.
  if (typeof (one as Partial<Selectable<unknown>>).poll === 'function') return one as Selectable<unknown>;
  const chan: unknown = isPut(one) ? one[0] : one;
  if (!isPut(one) && isSignal(one)) return new SignalCase(one);
  const { offer } = (chan ?? {}) as Partial<WriteChan<never>>;
  expect(
    isPut(one) && typeof offer === 'function',
    'a case',
    'a channel, [channel, value] or an AbortSignal',
    chan,
  );
  if (isPut(one) && one[1] === undefined) throw noPut('select', on(nameOf(one[0])));
  return chan as Selectable<unknown> | WriteChan<never>;
}

export function pollCase(one: Case): unknown {
  if (!isEnabled(one)) return PENDING;
  const source = sourceOf(one);
  // Sound: CheckedCases has seen to it that the value is one of the channel's.
  return isPut(one) ? (source as WriteChan<unknown>).offer(one[1]) : (source as Selectable<unknown>).poll();
}
