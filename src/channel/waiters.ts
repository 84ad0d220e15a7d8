/**
 * Who waits, and the list they wait in.
 *
 * - `source` is where a waiter is parked; null before, and for ever once it was committed, failed or withdrawn.
 *   It goes to null before anyone is told.
 * - All kinds of waiters are of this one class, so that the machine's loads and calls stay monomorphic; what
 *   differs between them is the function in `settle`, and what it finds in `owner`.
 */

/** How a waiter tells its owner: `value` is the error when `failed`. Never throws. */
export type Settle = (waiter: Waiter<never>, value: unknown, failed: boolean) => void;

/** Where a waiter can be withdrawn from. */
export interface Withdrawable {
  unpark(waiter: Waiter<never>): void;
}

/** A select: what the owner of a waiter with an `index` is. */
interface Siblings {
  withdraw(): void;
}

/**
 * One waiting operation. A {@link Selectable} of your own receives it in `park` and settles it by `commit` or
 * `fail`; it never makes one.
 */
export class Waiter<in T> {
  /** @internal */ next: Waiter<never> = this;
  /** @internal */ prev: Waiter<never> = this;
  /** Where it is parked. @internal */ source: Withdrawable | null;
  /** What a waiting put offers. @internal */
  value: unknown = undefined;
  /** Which case of a select this is; -1 for no select. @internal */
  index = -1;
  /** The function that resolves its promise, its select, its callback … @internal */ owner: unknown;
  /** @internal */ settle: Settle;

  /** @internal */
  constructor(source: Withdrawable | null, settle: Settle, owner: unknown) {
    this.source = source;
    this.owner = owner;
    this.settle = settle;
  }

  /** True until it was committed, failed or withdrawn. */
  get waiting(): boolean {
    return this.source !== null;
  }

  /**
   * Completes the operation with a value, or with `undefined` for "ended".
   *
   * @param value - what was got; `undefined` at the end.
   * @returns false if it was no longer waiting; the value is then still yours.
   */
  commit(value: T | undefined): boolean {
    return this.finish(value, false);
  }

  /**
   * Completes the operation with an error.
   *
   * @param error - what it rejects with.
   * @returns false if it was no longer waiting.
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

  /** Decides that it is this one that commits; `settle` is to follow. Its siblings in a select are withdrawn. @internal */
  claim(): void {
    this.source = null;
    if (this.index >= 0) (this.owner as Siblings).withdraw();
  }

  /** Takes it back from where it is parked; its owner is not told. @internal */
  withdraw(): void {
    const source = this.source;
    this.source = null;
    source?.unpark(this);
  }

  /** Its abort signal fired. @internal */
  aborted(reason: unknown): void {
    // One that was claimed is about to be told of its value.
    if (this.source === null) return;
    this.withdraw();
    this.settle(this, reason, true);
  }
}

/**
 * An intrusive circular list: any waiter leaves it in constant time, and a list of one costs one store.
 *
 * ```text
 *   head ─▶ a ⇄ b ⇄ c ⇄ (a)        remove(b):  a ⇄ c, b ⇄ b
 * ```
 *
 * A waiter outside of any list is linked to itself. It is in at most one list.
 */
export class WaiterList {
  head: Waiter<never> | null = null;
  length = 0;

  /** Adds at the end, or as the `first`. */
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
      // Between the last and the first is both ends.
      if (first) this.head = waiter;
    }
  }

  /** Takes the first out and claims it, or returns null. */
  shift(): Waiter<unknown> | null {
    const first = this.head;
    if (first === null) return null;
    this.remove(first);
    first.claim();
    // Sound: a list of one channel's side holds only waiters for that side's type of value.
    return first as Waiter<unknown>;
  }

  /** Whether there is one that is not of the select that is `owner`. */
  hasOther(owner: unknown): boolean {
    const { head } = this;
    let one = head;
    while (one !== null && one.owner === owner) one = one.next === head ? null : one.next;
    return one !== null;
  }

  /** Takes all out and claims them, so that none can be matched or aborted any more. */
  drain(): Waiter<unknown>[] {
    const all: Waiter<unknown>[] = [];
    for (let one = this.shift(); one !== null; one = this.shift()) all.push(one);
    return all;
  }

  /** Takes a waiter out; nothing happens if it is in no list. */
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

/** Stands in for a list while nobody has waited there yet: most channels come to need one at most. Nothing is put into it. */
export const NOBODY: WaiterList = new WaiterList();
