/**
 * Many channels read as one. None of them reads ahead: what has been read of some while others are waited for is kept
 * for the next who asks.
 */
import { isSignal, unwatch, watch } from '../base/abort.js';
import { expect } from '../base/errors.js';
import { PENDING, type Pending, expectProtocol } from '../channel/protocol.js';
import { below } from '../base/random.js';
import { Inlet, type Upstream } from '../pull/inlet.js';
import { Stage } from './stage.js';

/** @throws TypeError for what is no channel to read from. */
export function expectChan(name: string, thing: unknown): asserts thing is Upstream<unknown> {
  const { poll, queue, millrace } = (thing ?? {}) as Partial<Upstream<unknown>>;
  expect(typeof poll === 'function' && typeof queue === 'function', name, 'a channel', thing);
  expectProtocol(millrace);
}

/** One of the channels that a stage reads. */
export class Lane extends Inlet<unknown> {
  /** Which of the channels it is. */
  readonly index: number;
  /** Where it is in `lanes`. */
  place: number;
  readonly #stage: Combined<unknown>;

  constructor(chan: Upstream<unknown>, stage: Combined<unknown>, index: number) {
    super(chan, stage, true);
    this.index = index;
    this.place = index;
    this.#stage = stage;
  }
  override received(value: unknown, failed: boolean): void {
    this.#stage.ready.push(this);
    super.received(value, failed);
  }

  /** Takes nothing. @throws the cause, if it has failed and nothing is left of it. */
  failsNow(): void {
    if ((this.chan as { readonly drained?: boolean }).drained === true) this.poll();
  }
  /** Has the stage told when the channel closes, if it tells. */
  watch(): void {
    const { signal } = this.chan as { readonly signal?: AbortSignal };
    if (isSignal(signal) && !signal.aborted) watch(signal, this);
  }
  unwatch(): void {
    const { signal } = this.chan as { readonly signal?: AbortSignal };
    if (isSignal(signal)) unwatch(signal, this);
  }
  aborted(): void {
    this.#stage.closed(this);
  }
}

/**
 * A stage over several inputs.
 *
 * - An input that is read is in `ready`, in `idle`, or armed, and in one of them only. An input leaves them for ever when it has
 *   ended, and for a while when the stage wants nothing of it.
 * - A step looks at those in `ready` and in `idle`, never at those that are armed: with many inputs of which few have
 *   something, a value costs what those few cost.
 */
export abstract class Combined<T> extends Stage<T> {
  /** Whether they are looked at, and armed, in the order of the channels. */
  protected readonly inOrder: boolean = false;
  /** What is given up with it. */
  protected chans: Upstream<unknown>[];
  /** Those that have not ended. */
  protected lanes: Lane[];
  /** Those that may have something. */
  ready: Lane[];
  /** Those that had nothing when they were last looked at. */
  protected idle: Lane[] = [];
  #rounds = 0;

  /** @param chans - all that it may come to read, of which it begins with the first `count`. */
  constructor(chans: readonly Upstream<unknown>[], count?: number) {
    super();
    this.chans = [...chans];
    this.lanes = chans.slice(0, count).map((chan, i) => new Lane(chan, this, i));
    this.ready = [...this.lanes];
  }
  /** Arming one may bring a value at once, and with it another round: then that has armed what there is to arm. */
  arm(): void {
    const rounds = this.#rounds;
    if (this.inOrder) lastFirst(this.idle);
    while (rounds === this.#rounds) {
      const lane = this.idle.pop();
      if (lane === undefined) return;
      lane.arm();
    }
  }
  override serve(): void {
    this.#rounds++;
    super.serve();
  }
  override disarm(): void {
    this.#rounds++;
    if (this.channel.over) this.forget();
    // One that something is on its way to stays armed.
    for (const lane of this.lanes) if (lane.disarm()) this.idle.push(lane);
  }
  release(reason: unknown): void {
    for (const lane of this.lanes) lane.leave();
    for (const chan of this.chans) if (chan.isOwned) chan.cancel(reason);
  }
  /** One that is watched has closed. */
  closed(_lane: Lane): void {}
  /** Its channel has ended: it holds no values any more. */
  protected forget(): void {}

  /** Begins a step: those that had nothing may have something now. */
  protected look(): void {
    const { ready, idle } = this;
    if (ready.length === 0) {
      this.ready = idle;
      this.idle = ready;
    } else for (let lane = idle.pop(); lane !== undefined; lane = idle.pop()) ready.push(lane);
    if (this.inOrder) lastFirst(this.ready);
  }
  /** Instead: all are to be armed. */
  protected readAll(): void {
    this.ready.length = 0;
    this.idle = [...this.lanes];
  }
  /** It has ended. */
  protected drop(lane: Lane): void {
    const { lanes } = this;
    const last = lanes.pop() as Lane; // Sound: `lane` is in it.
    if (last === lane) return;
    lanes[lane.place] = last;
    last.place = lane.place;
  }
}

/** Sorts so that taking from the end gives the first of the channels first. */
function lastFirst(lanes: Lane[]): void {
  // Mostly they are in order.
  for (let i = 1; i < lanes.length; i++) {
    if ((lanes[i] as Lane).index < (lanes[i - 1] as Lane).index) continue; // Sound: there are as many.
    lanes.sort((a, b) => b.index - a.index);
    return;
  }
}

/** Takes the item at `i` out; the last takes its place. */
export function takeOut(items: Lane[], i: number): void {
  const last = items.pop() as Lane; // Sound: there is one at `i`.
  if (i < items.length) items[i] = last;
}

/** Every value of every input, as they come; among several ready at random. Ends when all have ended. */
export class Merge<T> extends Combined<T> {
  produce(): T | undefined | Pending {
    this.look();
    const { ready } = this;
    while (ready.length > 0) {
      const at = ready.length === 1 ? 0 : below(ready.length);
      const lane = ready[at] as Lane; // Sound: there are as many.
      const value = lane.poll() as T | undefined | Pending; // Sound: they are channels of T.
      if (value !== undefined && value !== PENDING) return value;
      takeOut(ready, at);
      if (value === PENDING) this.idle.push(lane);
      else this.drop(lane);
    }
    return this.lanes.length === 0 ? undefined : PENDING;
  }
}

/** One channel after the other. */
export class Concat<T> extends Combined<T> {
  #at = 0;

  constructor(chans: readonly Upstream<unknown>[]) {
    super(chans, 1);
  }
  override arm(): void {
    this.readAll();
    super.arm();
  }
  produce(): T | undefined | Pending {
    for (;;) {
      const [lane] = this.lanes;
      if (lane === undefined) return undefined;
      const value = lane.poll() as T | undefined | Pending; // Sound: they are channels of T.
      if (value !== undefined) return value;
      const next = this.chans[++this.#at];
      this.lanes = next === undefined ? [] : [new Lane(next, this, 0)];
    }
  }
}

/** The channel that is first to give a value, or to fail; the others are given up. Ends when all end without one. */
export class Race<T> extends Combined<T> {
  protected override readonly inOrder = true;

  produce(): T | undefined | Pending {
    this.look();
    const { ready } = this;
    for (let lane = ready.pop(); lane !== undefined; lane = ready.pop()) {
      try {
        const value = lane.poll() as T | undefined | Pending; // Sound: they are channels of T.
        if (value === PENDING) this.idle.push(lane);
        else if (value === undefined) this.drop(lane);
        else {
          this.#decide(lane);
          return value;
        }
      } catch (error) {
        this.#decide(lane);
        throw error;
      }
    }
    return this.lanes.length === 0 ? undefined : PENDING;
  }
  #decide(winner: Lane): void {
    const { lanes } = this;
    this.chans = [winner.chan];
    this.lanes = [winner];
    this.idle = [];
    this.ready = [winner];
    winner.place = 0;
    for (const other of lanes) {
      if (other === winner) continue;
      if (other.chan === winner.chan) other.leave();
      else other.hangUp(undefined);
    }
  }
}
