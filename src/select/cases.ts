/** The types of the cases of a select and of its results, and how a case is polled. */
import { isSignal, unwatch, watch } from '../base/abort.js';
import { expect, noPut, on } from '../base/errors.js';
import { type Abortable, PENDING, PROTOCOL, type Selectable, type Value } from '../channel/protocol.js';
import type { ReadChan } from '../channel/read-chan.js';
import type { Waiter } from '../channel/waiters.js';
import type { WriteChan } from '../channel/write-chan.js';

/** A case that is left out, like a nil channel in Go. */
export type Disabled = undefined | null | false;

/**
 * A case of a select: a channel or any other {@link Selectable} to get from; a pair of a channel
 * and a value to put; or an `AbortSignal`, which is ready once it is aborted and whose value is its
 * reason.
 */
export type Case =
  | ReadChan<unknown>
  | Selectable<unknown>
  | readonly [chan: WriteChan<never>, value: unknown]
  | AbortSignal
  | Disabled;

type PutCase = readonly [chan: WriteChan<never>, value: unknown];

/** The type of the value that a case gives when the case is selected. */
export type CaseValue<C> = C extends ReadChan<infer T> | Selectable<infer T>
  ? T | undefined
  : C extends PutCase
    ? boolean
    : C extends AbortSignal
      ? unknown
      : never;

/** The type of a case's channel, or of the selectable or signal that the case waits on. */
export type CaseChan<C> = C extends readonly [infer W, unknown] ? W : C;

/**
 * The type expected in place of a value that the channel does not take, so that the compiler's
 * message names it. An interface, because the compiler would show `string & number` as `never`.
 */
interface TheChannelTakes<in T> {
  /** Takes the values of the channel. */
  readonly [TAKES]: (value: T) => void;
}
declare const TAKES: unique symbol;

/** The type of a put case, if its channel takes its value. */
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

/** The result of `select` for a record of cases: a union that narrows on `key`. */
// A conditional type: an editor then shows the union instead of this type's name.
export type SelectedKey<R> = [R] extends [never]
  ? never
  : { [K in keyof R & string]: RecordOf<K, R[K]> }[keyof R & string];

/**
 * The result of `select` for a list of cases: a union that narrows on `index` if the list is
 * written as a literal.
 */
export type SelectedIndex<L extends readonly unknown[]> = number extends L['length']
  ? ListOf<number, L[number]>
  : { [K in keyof L & `${number}`]: ListOf<Position<K>, L[K]> }[keyof L & `${number}`];

/** The result of `select` for a record or a list of cases. */
export type Selected<C> = C extends readonly Case[] ? SelectedIndex<C> : SelectedKey<C>;

/** The result of `select` when no case was ready and the options have a `default`. */
export interface SelectedDefault<D> {
  /** Always `undefined`, because no case of a record was selected. */
  readonly key: undefined;
  /** Always `undefined`, because no case of a list was selected. */
  readonly index: undefined;
  /** Always `undefined`, because no channel was selected. */
  readonly chan: undefined;
  /** The default of the options. */
  readonly value: D;
}

/** A record or a list of cases. */
export type Cases = readonly Case[] | { readonly [key: string]: Case };

/** The type of the cases, with the value of every put checked against the put's channel. */
export type CheckedCases<C> = { [K in keyof C]: Checked<C[K]> };

/** Options of `select`. */
export interface SelectOptions extends Abortable {
  /**
   * Whether the first ready case in order is selected, instead of a random one of the ready cases.
   *
   * @defaultValue false
   */
  readonly priority?: boolean | undefined;
}

/** The option that keeps a `select` from waiting. */
export interface DefaultOption<D> {
  /**
   * The value of the result when no case is ready. The presence of the key, even with the value
   * `undefined`, keeps the select from waiting.
   */
  readonly default: D;
}

export type AnyOptions = SelectOptions & Partial<DefaultOption<unknown>>;
export type Result = { key?: string | undefined; index?: number | undefined; value: unknown; chan?: unknown };
type Enabled = Exclude<Case, Disabled>;
export type Callback = (result: Result | undefined, error: unknown) => void;

/** Returns the cases as a list. @throws TypeError if `cases` is neither a record nor a list. */
export function listOf(cases: Cases): readonly Case[] {
  expect(typeof cases === 'object' && cases !== null, 'cases', 'a record or a list', cases);
  return Array.isArray(cases) ? (cases as readonly Case[]) : Object.values(cases);
}

export function chanOf(one: Case): unknown {
  return isPut(one) ? one[0] : one;
}

export const isPut = (one: Case): one is PutCase => Array.isArray(one);

export const isEnabled = (one: Case): one is Enabled => one !== undefined && one !== null && one !== false;

/** An abort signal that a select can poll and park on. */
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

/** The name of a channel, whose type may be the user's own and have no `stats`. */
function nameOf(chan: Partial<WriteChan<never>>): string | undefined {
  return typeof chan.stats === 'function' ? chan.stats().name : undefined;
}

/** The selectable or channel that a case waits on. @throws TypeError if `one` is not a case. */
export function sourceOf(one: Enabled): Selectable<unknown> | WriteChan<never> {
  // Most cases are gets, so a get returns before any other check.
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
  // Sound: `CheckedCases` ensures that the channel takes the value.
  return isPut(one) ? (source as WriteChan<unknown>).offer(one[1]) : (source as Selectable<unknown>).poll();
}
