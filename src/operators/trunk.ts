/**
 * The state that the fused channels below one root share, and which of these channels takes the
 * next value of the root. The header of fused.ts defines root, path and stirred.
 */
import type { Fused } from './fused.js';
import type { StepChan } from './step-chan.js';

/** The fused channels that read through one fused channel, or through one root ({@link Trunk}). */
export class Readers {
  /** The first reader, while it is the only one: then no other reader is notified of changes. */
  #first: Fused<unknown> | undefined;
  /** The waiting readers, in the order in which they began to wait; set at the second reader. */
  waiting: Set<Fused<unknown>> | undefined;

  /** Called when `one` is asked for a value for the first time. */
  join(one: Fused<unknown>): void {
    if (this.waiting !== undefined) return;
    const first = this.#first;
    this.#first = first === undefined ? one : undefined;
    if (first === undefined) return;
    this.waiting = new Set();
    if (first.isWaiting) this.waiting.add(first);
  }
  /** Returns the first reader other than `one` that waits; an only reader may not be waiting. */
  other(one: StepChan<unknown>): Fused<unknown> | undefined {
    for (const other of this.waiting ?? [this.#first]) if (other !== one) return other;
    return undefined;
  }
}

/**
 * The state that all fused channels below one root share.
 *
 * - If a step has a state, a value runs through the whole path before the next value is taken from
 *   the root. So only one of several waiting channels, the taker, waits at the root; when the taker
 *   has its value, the next waiting channel becomes the taker. A value therefore costs the same
 *   however many channels wait.
 */
export class Trunk extends Readers {
  /** How many of the channels are stirred. While none is, values just run down the path. */
  stirred = 0;
  /** How often a channel has become stirred. */
  stirs = 0;
  /**
   * Whether a value is running down a path; set only if `stateful`. A channel that is asked
   * meanwhile finds nothing, and is served after that value.
   */
  running = false;
  /** Whether a step below the root has a state, so that the order of values matters. */
  stateful = false;
  #taker: Fused<unknown> | undefined;
  /** The channels to serve when the running value is through. */
  readonly #late: Set<Fused<unknown>> = new Set();
  #serving = false;

  override join(one: Fused<unknown>): void {
    const wasAlone = this.waiting === undefined;
    super.join(one);
    // Not later: the taker may just have given up its place, and `#goOn` then finds the next taker.
    if (wasAlone && this.stateful) this.#choose();
  }
  /** Called when a step with a state is derived. */
  remember(): void {
    if (this.stateful) return;
    this.stateful = true;
    this.#choose();
  }
  /** Makes the first waiting channel the taker; all other channels stop waiting at the root. */
  #choose(): void {
    if (this.#taker !== undefined || this.waiting === undefined) return;
    const [taker, ...others] = this.waiting;
    this.#taker = taker;
    for (const one of others) one.heldOff();
  }

  /**
   * Called before `one` runs a value. Until `leave`, no value is taken for another channel, because
   * it could overtake this one. Returns false if no step has a state; then `leave` is not needed.
   */
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
  /**
   * Called when the value of `one` is through; `given`: a value came out. The other channels
   * continue, and come before `one` if it waits for another value.
   */
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

  /** Called when `one` waits and has found nothing. */
  arm(one: Fused<unknown>): void {
    this.waiting?.add(one);
    // While a value runs, `one` has to wait until the value is through.
    if (this.running) this.#late.add(one);
    else if (this.waiting === undefined || !this.stateful) one.listen();
    else if ((this.#taker ??= one) === one) one.listen();
  }
  /**
   * Called when `one` waits no more. `listened`: it waited at the root, so the root has nothing.
   * `quiet`: no user code may run now.
   */
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

  /**
   * Serves the channels that came while a value ran, and finds the next taker. This is a loop, not
   * a recursion, because each served channel may give its place to the next.
   */
  #goOn(): void {
    if (this.#serving) return;
    this.#serving = true;
    do {
      for (const one of this.#late) {
        this.#late.delete(one);
        one.serve();
      }
      // `left` leaves out the channels that begin to wait meanwhile: they have just polled.
      let left = this.waiting?.size ?? 0;
      for (const one of this.waiting ?? []) {
        if (this.#taker !== undefined || left-- === 0) break;
        one.serve();
      }
    } while (this.#late.size > 0);
    this.#serving = false;
  }

  /**
   * Notifies the channels that wait for values through `changed`, which has become stirred; but not
   * `runner`, which is running a value down its path.
   */
  tell(changed: Fused<unknown>, runner: StepChan<unknown>): void {
    const taker = this.#taker;
    if (taker !== undefined && taker !== runner && taker.isBelow(changed)) taker.told();
    const { readers } = changed;
    // If only one channel takes values, only the first is notified; it notifies the next.
    if (this.stateful || readers?.waiting === undefined) readers?.other(runner)?.told();
    else for (const one of readers.waiting) if (one !== runner) one.told();
  }
}
