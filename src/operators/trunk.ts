/** What the fused channels below one root have in common, and which of them takes the next value. */
import type { Fused } from './fused.js';

/** The channels that wait for values through one stage, or through any stage below one root. */
export class Readers {
  /** The first that was ever asked for a value; while there is no other, it need not be told of changes by others. */
  #first: Fused<unknown> | undefined;
  /** Since there are others: those that wait, in the order in which they began to. */
  waiting: Set<Fused<unknown>> | undefined;

  /** One was asked for the first time. */
  join(one: Fused<unknown>): void {
    if (this.waiting !== undefined) return;
    const first = this.#first;
    this.#first = first === undefined ? one : undefined;
    if (first === undefined) return;
    this.waiting = new Set();
    if (first.isWaiting) this.waiting.add(first);
  }
  /** The first that waits, or may wait, other than `one`. */
  other(one: Fused<unknown>): Fused<unknown> | undefined {
    for (const other of this.waiting ?? [this.#first]) if (other !== one) return other;
    return undefined;
  }
}

/**
 * What all fused channels below one root have in common.
 *
 * - A value that runs through steps with a state is through before the next one is taken from the root. So of several channels that wait
 *   below such steps only one, the `taker`, waits at the root; when that has its value, the next one does. A value costs the same however many wait.
 */
export class Trunk extends Readers {
  /** How many of them are stirred: while none is, values just run down the path. */
  stirred = 0;
  /** How often one has become stirred. */
  stirs = 0;
  /** Whether one of them runs a value through steps with a state. A channel that is asked meanwhile finds nothing, and is served behind it. */
  running = false;
  /** Whether any step of theirs has a state, for which the order of values counts. */
  stateful = false;
  #taker: Fused<unknown> | undefined;
  /** To be served when the value is through. */
  readonly #late: Set<Fused<unknown>> = new Set();
  #serving = false;

  override join(one: Fused<unknown>): void {
    const wasAlone = this.waiting === undefined;
    super.join(one);
    // Later the taker may just have given its place up, and none of those that wait has it yet.
    if (wasAlone && this.stateful) this.#choose();
  }
  /** A step with a state is derived. */
  remember(): void {
    if (this.stateful) return;
    this.stateful = true;
    this.#choose();
  }
  /** From now on only one of those that wait does so at the root. */
  #choose(): void {
    if (this.#taker !== undefined || this.waiting === undefined) return;
    const [taker, ...others] = this.waiting;
    this.#taker = taker;
    for (const one of others) one.heldOff();
  }

  /** One runs a value: nothing is taken for the others until it is through, or it could pass this one. @returns whether that is so. */
  enter(one: Fused<unknown>): boolean {
    if (!this.stateful) return false;
    this.running = true;
    const taker = this.#taker;
    if (taker !== undefined && taker !== one) {
      taker.heldOff();
      this.#late.add(taker);
    }
    return true;
  }
  /** It is through, and came to something if `given`: the others go on, and come before one that waits for more. */
  leave(one: Fused<unknown>, given: boolean): void {
    this.running = false;
    const { waiting } = this;
    if (given && this.#taker === one && waiting !== undefined && waiting.size > 1) {
      waiting.delete(one);
      waiting.add(one);
      this.#taker = undefined;
      this.#goOn();
    } else if (this.#late.size > 0) this.#goOn();
  }

  /** One waits, and has found nothing. */
  arm(one: Fused<unknown>): void {
    this.waiting?.add(one);
    // In the midst of a value it is served behind that.
    if (this.running) this.#late.add(one);
    else if (this.waiting === undefined || !this.stateful) one.listen();
    else if ((this.#taker ??= one) === one) one.listen();
  }
  /** One waits no more. `listened`: it waited at the root, where there is nothing then. `quiet`: as of a source. */
  disarm(one: Fused<unknown>, listened: boolean, quiet: boolean): void {
    if (this.#late.size > 0) this.#late.delete(one);
    if (this.waiting === undefined) return;
    this.waiting.delete(one);
    if (this.#taker !== one) return;
    this.#taker = undefined;
    const next = this.other(one);
    if (next === undefined) return;
    if (this.running) this.#late.add(next);
    else if (!listened && !quiet) this.#goOn();
    else {
      this.#taker = next;
      if (listened && !next.isBelowStage) next.listen();
      else next.told();
    }
  }

  /** Serves those that came while a value ran, and finds the next taker. In a loop: each may give its place to the next. */
  #goOn(): void {
    if (this.#serving) return;
    this.#serving = true;
    do {
      for (const one of this.#late) {
        this.#late.delete(one);
        one.serve();
      }
      // Those that begin to wait meanwhile have looked by themselves.
      let left = this.waiting?.size ?? 0;
      for (const one of this.waiting ?? []) {
        if (this.#taker !== undefined || left-- === 0) break;
        one.serve();
      }
    } while (this.#late.size > 0);
    this.#serving = false;
  }

  /** `changed` has something by itself: that concerns those that wait for values through it; but not `runner`, which is in the middle of the path. */
  tell(changed: Fused<unknown>, runner: Fused<unknown>): void {
    const taker = this.#taker;
    if (taker !== undefined && taker !== runner && taker.isBelow(changed)) taker.told();
    const { readers } = changed;
    // Where only one takes values the first does; it hands on.
    if (this.stateful || readers?.waiting === undefined) readers?.other(runner)?.told();
    else for (const one of readers.waiting) if (one !== runner) one.told();
  }
}
