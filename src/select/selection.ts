/** Phases 2 and 3 of a select: it waits on all its cases, and withdraws the losers. */
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

/** Tells the owner of a select that waited: of its result, or of an error when `failed`. */
type Finish = (owner: unknown, outcome: unknown, failed: boolean) => void;

export const finishPromise: Finish = (resolve, outcome, failed) => wake(resolve as Resolve, outcome, failed);

export const finishCallback: Finish = (callback, outcome, failed) => {
  deliver(callback as Callback, failed ? undefined : (outcome as Result), failed ? outcome : undefined, true);
};

/**
 * A select that waits, with a waiter for each case. When it is done it is used again for another of as many cases: making its
 * waiters is most of what a select that waits costs. Not if a selectable of the user's has seen them: that may keep them.
 */
export class Selection {
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
      const waiter = waiters[i] as Waiter<never>; // Sound: there is one for each case.
      // Most cases are gets of our channels: those are not asked what else they might be.
      const simple = isOurs(one);
      const source = simple ? one : sourceOf(one);
      chans[i] = simple ? one : chanOf(one);
      waiter.source = source;
      waiter.value = !simple && isPut(one) ? one[1] : undefined;
      if (!simple && !isOurs(source)) this.foreign = true;
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
    if (foreign) for (const [waiter, source] of later) forget(waiter, source);
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

/** An error of the user's must not keep the winner from being told, nor the others from being forgotten. */
function forget(waiter: Waiter<never>, source: Withdrawable): void {
  try {
    source.unpark(waiter);
  } catch (error) {
    surface(error);
  }
}

/** Whether it is a channel to get from, of any copy of the library, or an abort signal's. */
const isOurs = (source: object): source is ReadChan<unknown> =>
  (source as Partial<ReadChan<unknown>>).millrace === PROTOCOL;

/** How many selections are kept of each number of cases, and up to which. */
const SPARES = 16;
const spares: Selection[][] = Array.from({ length: 65 }, () => []);
