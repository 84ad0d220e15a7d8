/**
 * Select: performs one of several operations, the first that can happen.
 *
 * 1. Poll the cases, in random order or, with `priority`, in the given order. The first ready case
 *    is selected.
 * 2. Park a waiter on every case. Polling may have run user code that made an earlier case ready,
 *    so parking checks each case again and may commit at once.
 * 3. Withdraw the losers before the winner is settled: two cases of one select must never commit.
 */
import { signalOf } from '../base/abort.js';
import { answer, deliver, refuse } from '../base/settle.js';
import { expect, expectFunction } from '../base/errors.js';
import { PENDING, type Selectable, expectKnown } from '../channel/protocol.js';
import { below, keep, permutation } from '../base/random.js';
import {
  type AnyOptions,
  type Callback,
  type Case,
  type Cases,
  type CheckedCases,
  type DefaultOption,
  type Disabled,
  type Result,
  type Selected,
  type SelectedDefault,
  type SelectOptions,
  chanOf,
  isEnabled,
  listOf,
  pollCase,
} from './cases.js';
import { Selection, finishCallback, finishPromise } from './selection.js';

function resultOf(cases: Cases, index: number, value: unknown): Result {
  if (typeof value === 'symbol') expectKnown(value);
  if (!Array.isArray(cases)) return { key: Object.keys(cases)[index], value };
  return { index, value, chan: chanOf((cases as readonly Case[])[index]) };
}

let polled = 0;

/** Phase 1. Returns the value of the selected case, with its index in `polled`, or PENDING. */
function poll(list: readonly Case[], inOrder: boolean): unknown {
  const size = list.length;
  const order = permutation(size);
  let index = 0;
  let value: unknown = PENDING;
  for (let i = 0; i < size && value === PENDING; i++) {
    index = i;
    if (!inOrder) {
      // The next index of a random permutation (Fisher and Yates), drawn only as far as needed.
      const at = i + below(size - i);
      index = order[at] as number; // Sound: `at` is below `size`.
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

/** Phase 1. Returns the result, or `undefined` if the select has to wait. */
function attempt(cases: Cases, list: readonly Case[], options: AnyOptions | undefined): Result | undefined {
  const value = poll(list, options !== undefined && options.priority === true);
  if (value !== PENDING) return resultOf(cases, polled, value);
  if (options !== undefined && 'default' in options) {
    return { key: undefined, index: undefined, value: options.default, chan: undefined };
  }
  expect(list.some(isEnabled), 'cases', 'one or more that are enabled', 'none');
  return undefined;
}

/**
 * Performs one of several operations, the first that can happen; waits until one can. The other
 * operations do not happen: they take nothing, deliver nothing and leave nothing behind. A channel
 * with a `filter` may have dropped values before its case lost: a value that the filter refuses is
 * gone, and a value that passed is kept for the next reader.
 *
 * If several cases are ready, a random one is selected, or with `priority` the first. A closed
 * channel is ready: a get gives `undefined`, and a put gives `false`. A case that is `undefined`,
 * `null` or `false` is left out.
 *
 * @param cases - a record, whose result narrows on `key`, or a list, whose result narrows on
 * `index`.
 * @param options - see {@link SelectOptions}; `default`: the value of the result when no case is
 * ready.
 * @returns the selected case and its value.
 * @throws TypeError if no case is enabled and there is no default, if `cases` or a case is of no
 * accepted type, or if the value of a put is `undefined`; the cause of a selected channel that was
 * closed with a cause; `signal.reason` when aborted; {@link ChanOverflowError} if more operations
 * would wait on a channel than its `maxPending` allows.
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
    // Polling may have run user code that aborted the signal.
    signal?.throwIfAborted();
    let resolve: unknown;
    const pending = new Promise((resolver) => {
      resolve = resolver;
    });
    Selection.start(cases, list, signal, finishPromise, resolve);
    return pending;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * Performs one of several operations, the first that can happen, without a promise: calls back with
 * the result, perhaps before `selectThen` returns. The other operations do not happen.
 *
 * If several cases are ready, a random one is selected, or with `priority` the first. A closed
 * channel is ready: a get gives `undefined`, and a put gives `false`. A case that is `undefined`,
 * `null` or `false` is left out.
 *
 * @param cases - a record, whose result narrows on `key`, or a list, whose result narrows on
 * `index`.
 * @param callback - called with `(result)`: the selected case and its value. Called with
 * `(undefined, error)` if no case is enabled and there is no default, if a case is of no accepted
 * type or cannot wait, if the selected channel was closed with a cause, or if the signal is
 * aborted. An error that the callback throws becomes an uncaught error.
 * @param options - see {@link SelectOptions}; `default`: the value of the result when no case is
 * ready.
 * @throws TypeError if `callback` is not a function.
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
  // Sound: the result has the type that the overloads compute; `never` accepts every such callback.
  callback: (result: never, error?: unknown) => void,
  options?: AnyOptions,
): void {
  expectFunction('callback', callback);
  const then = callback as Callback;
  try {
    const signal = signalOf(options);
    const list = listOf(cases);
    const result = attempt(cases, list, options);
    if (result !== undefined) return deliver(then, result, undefined, false);
    signal?.throwIfAborted();
    Selection.start(cases, list, signal, finishCallback, then);
  } catch (error) {
    deliver(then, undefined, error, false);
  }
}
