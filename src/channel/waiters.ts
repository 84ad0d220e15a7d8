/**
 * Waiters, and the list in which they wait.
 *
 * - `source` is where a waiter is parked. It is null before that, and null for ever once the waiter
 *   was committed, failed or withdrawn. It becomes null before the waiter is settled.
 * - All kinds of waiters share one class, so that the loads and calls of the channel code stay
 *   monomorphic. Kinds of waiters differ in the function in `settle` and in the object in `owner`.
 */

/** Tells a waiter's owner the outcome: `value` is the error if `failed`. Never throws. */
export type Settle = (waiter: Waiter<never>, value: unknown, failed: boolean) => void;

/** A place that a waiter can be withdrawn from. */
export interface Withdrawable {
  unpark(waiter: Waiter<never>): void;
}

/** The owner of waiters whose `index` is not -1: a select, for example. */
interface Siblings {
  withdraw(): void;
}

/**
 * One waiting operation. A {@link Selectable} of your own receives waiters in `park` and settles
 * them by `commit` or `fail`; it never makes a waiter.
 */
export class Waiter<in T> {
  /** @internal */ next: Waiter<never> = this;
  /** @internal */ prev: Waiter<never> = this;
  /** Where the waiter is parked. @internal */ source: Withdrawable | null;
  /** The value that a waiting put offers; `undefined` for a get. @internal */
  value: unknown = undefined;
  /** The index among the waiters of one owner, such as a select; -1 for a lone waiter. @internal */
  index = -1;
  /** Read by `settle`: a promise's resolver, a select, a callback … @internal */ owner: unknown;
  /** @internal */ settle: Settle;

  /** @internal */
  constructor(source: Withdrawable | null, settle: Settle, owner: unknown) {
    this.source = source;
    this.owner = owner;
    this.settle = settle;
  }

  /** True until the waiter is committed, failed or withdrawn. */
  get waiting(): boolean {
    return this.source !== null;
  }

  /**
   * Completes the operation with a value, or with `undefined` for the end.
   *
   * @param value - the value that the operation receives; `undefined` at the end.
   * @returns false if the waiter was no longer waiting; the value is then not taken.
   */
  commit(value: T | undefined): boolean {
    return this.finish(value, false);
  }

  /**
   * Completes the operation with an error.
   *
   * @param error - the error that the operation rejects with.
   * @returns false if the waiter was no longer waiting.
   */
  fail(error: unknown): boolean {
    return this.finish(error, true);
  }

  private finish(value: unknown, failed: boolean): boolean {
    if (this.source === null) return false;
    this.claim();
    this.settle(this, value, failed);
    return true;
  }

  /** Makes this waiter the one that commits, before `settle`. Withdraws its siblings. @internal */
  claim(): void {
    this.source = null;
    if (this.index >= 0) (this.owner as Siblings).withdraw();
  }

  /** Takes the waiter back from its source without telling its owner. @internal */
  withdraw(): void {
    const source = this.source;
    this.source = null;
    source?.unpark(this);
  }

  /** Called when the waiter's abort signal aborts. @internal */
  aborted(reason: unknown): void {
    // A claimed waiter is about to be settled with its value.
    if (this.source === null) return;
    this.withdraw();
    this.settle(this, reason, true);
  }
}

/**
 * An intrusive circular list. Any waiter leaves it in constant time, and adding to an empty list
 * costs one store.
 *
 * ```text
 *   head ─▶ a ⇄ b ⇄ c ⇄ (a)        remove(b):  a ⇄ c, b ⇄ b
 * ```
 *
 * A waiter outside of any list is linked to itself. A waiter is in at most one list.
 */
export class WaiterList {
  head: Waiter<never> | null = null;
  length = 0;

  /** Adds a waiter at the end, or at the start if `first`. */
  push(waiter: Waiter<never>, first = false): void {
    const head = this.head;
    this.length++;
    if (head === null) this.head = waiter;
    else {
      const tail = head.prev;
      tail.next = waiter;
      waiter.prev = tail;
      waiter.next = head;
      head.prev = waiter;
      // In a circle the end and the start are one place; only `head` makes the difference.
      if (first) this.head = waiter;
    }
  }

  /** Takes out and claims the first waiter; null if the list is empty. */
  shift(): Waiter<unknown> | null {
    const first = this.head;
    if (first === null) return null;
    this.remove(first);
    first.claim();
    // Sound: the list of one side of a channel holds only waiters for the type of that side's
    // value.
    return first as Waiter<unknown>;
  }

  /** Whether the list has a waiter that does not belong to the select `owner`. */
  hasOther(owner: unknown): boolean {
    const { head } = this;
    let one = head;
    while (one !== null && one.owner === owner) one = one.next === head ? null : one.next;
    return one !== null;
  }

  /** Takes out and claims all waiters, so that none of them can be matched or aborted later. */
  drain(): Waiter<unknown>[] {
    const all: Waiter<unknown>[] = [];
    for (let one = this.shift(); one !== null; one = this.shift()) all.push(one);
    return all;
  }

  /** Takes a waiter out; does nothing if the waiter is in no list. */
  remove(waiter: Waiter<never>): void {
    const { prev, next } = waiter;
    if (next === waiter && this.head !== waiter) return;
    this.length--;
    if (next === waiter) this.head = null;
    else {
      if (this.head === waiter) this.head = next;
      prev.next = next;
      next.prev = prev;
      waiter.next = waiter;
      waiter.prev = waiter;
    }
  }
}

/**
 * The list of every side on which no operation has waited yet, because most channels need at most
 * one list of their own. No waiter may be added to it.
 */
export const NOBODY: WaiterList = new WaiterList();
