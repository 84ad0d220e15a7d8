/** Phases 2 and 3 of a select: waiting on all its cases, and withdrawing the losers. */
import { unwatch, watch } from '../base/abort.js';
import { deliver, wake } from '../base/settle.js';
import type { Resolve } from '../base/promises.js';
import { surface } from '../base/errors.js';
import { PROTOCOL, type Selectable } from '../channel/protocol.js';
import { type Settle, Waiter, type Withdrawable } from '../channel/waiters.js';
import type { ReadChan } from '../channel/read-chan.js';
import {
  type Callback,
  type Case,
  type Cases,
  type Result,
  chanOf,
  isEnabled,
  isPut,
  sourceOf,
} from './cases.js';

const settleCase: Settle = (waiter, value, failed) =>
  (waiter.owner as Selection).settle(waiter.index, value, failed);

/** Tells the owner of a select that waited the result, or the error if `failed`. */
type Finish = (owner: unknown, outcome: unknown, failed: boolean) => void;

export const finishPromise: Finish = (resolve, outcome, failed) => wake(resolve as Resolve, outcome, failed);

export const finishCallback: Finish = (callback, outcome, failed) => {
  deliver(callback as Callback, failed ? undefined : (outcome as Result), failed ? outcome : undefined, true);
};

/**
 * A select that waits, with one waiter for each case. A finished selection is used again for
 * another select with as many cases, because making the waiters is most of the cost of a select
 * that waits. A selection is not used again if a custom selectable has seen its waiters, because
 * the selectable may keep them.
 */
export class Selection {
  private readonly waiters: Waiter<never>[] = [];
  /** The keys of the cases if the cases are a record, else null. */
  private keys: readonly string[] | null = null;
  /** The channel of each case. A copy, because the caller may change its list during the wait. */
  private readonly chans: unknown[] = [];
  private signal: AbortSignal | undefined = undefined;
  private finish: Finish = finishPromise;
  private owner: unknown = undefined;
  private waiting = false;
  private parking = false;
  /** Whether a custom selectable is among the cases. */
  private foreign = false;

  constructor(size: number) {
    for (let i = 0; i < size; i++) {
      const waiter = new Waiter<never>(null, settleCase, this);
      waiter.index = i;
      this.waiters.push(waiter);
      this.chans.push(undefined);
    }
  }

  /** Phase 2: parks a waiter on every case. */
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
      const waiter = waiters[i] as Waiter<never>; // Sound: there is one waiter for each case.
      // Most cases are gets of our channels, so these skip the other checks.
      const simple = isOurs(one);
      const source = simple ? one : sourceOf(one);
      chans[i] = simple ? one : chanOf(one);
      waiter.source = source;
      waiter.value = !simple && isPut(one) ? one[1] : undefined;
      if (!simple && !isOurs(source)) this.foreign = true;
      try {
        // Sound: only this channel settles the waiter, with a value of the case's type.
        (source as Selectable<never>).park(waiter);
      } catch (error) {
        waiter.source = null; // The waiter is not parked.
        if (this.waiting) this.aborted(error);
      }
    }
    this.parking = false;
  }

  /**
   * Finishes the select with the outcome of a case, whose claimed waiter has withdrawn the losers.
   */
  settle(index: number, value: unknown, failed: boolean): void {
    const { keys } = this;
    let outcome = value;
    if (!failed)
      outcome = keys === null ? { index, value, chan: this.chans[index] } : { key: keys[index], value };
    this.done(outcome, failed);
  }

  /** Finishes the select with an error: its signal aborted, or a case could not wait. */
  aborted(reason: unknown): void {
    this.withdraw();
    this.done(reason, true);
  }

  /**
   * Phase 3: withdraws the losers. The winner is not waiting any more, so it is skipped. Every
   * loser has lost its `source` and left its channel before `unpark` of a custom selectable runs,
   * because that is user code, which may put and get.
   */
  withdraw(): void {
    this.waiting = false;
    if (this.signal !== undefined) unwatch(this.signal, this);
    const { waiters, foreign } = this;
    const later: [Waiter<never>, Withdrawable][] = [];
    for (let i = 0; i < waiters.length; i++) {
      const waiter = waiters[i] as Waiter<never>; // Sound: `i` is below the length.
      const { source } = waiter;
      if (source === null) continue;
      waiter.source = null;
      if (!foreign || isOurs(source)) source.unpark(waiter);
      else later.push([waiter, source]);
    }
    if (foreign) for (const [waiter, source] of later) forget(waiter, source);
  }

  private done(outcome: unknown, failed: boolean): void {
    const { finish, owner, waiters } = this;
    // While `park` runs, the selection is still in use.
    if (!this.foreign && !this.parking) {
      for (const waiter of waiters) waiter.value = this.chans[waiter.index] = undefined;
      this.signal = this.owner = undefined;
      const spare = spares[waiters.length];
      if (spare !== undefined && spare.length < SPARES) spare.push(this);
    }
    finish(owner, outcome, failed);
  }
}

/**
 * Unparks from a custom selectable. An error it throws must not stop the select from settling, nor
 * the withdrawal of the remaining losers.
 */
function forget(waiter: Waiter<never>, source: Withdrawable): void {
  try {
    source.unpark(waiter);
  } catch (error) {
    surface(error);
  }
}

/** Whether `source` is a channel of any copy of the library, or the case of an abort signal. */
const isOurs = (source: object): source is ReadChan<unknown> =>
  (source as Partial<ReadChan<unknown>>).millrace === PROTOCOL;

/** How many finished selections are kept for each number of cases, from 0 to 64. */
const SPARES = 16;
const spares: Selection[][] = Array.from({ length: 65 }, () => []);
