/**
 * Stages that read several channels as one. No stage reads ahead: a value that was read from one
 * channel while the stage waits for another channel is kept for the next reader that asks.
 */
import { isSignal, unwatch, watch } from '../base/abort.js';
import { expect } from '../base/errors.js';
import { PENDING, type Pending, expectProtocol } from '../channel/protocol.js';
import { below } from '../base/random.js';
import { Inlet, type Upstream } from '../pull/inlet.js';
import { Stage } from './stage.js';

/** @throws TypeError unless `thing` is a channel that can be read. */
export function expectChan(name: string, thing: unknown): asserts thing is Upstream<unknown> {
  const { poll, queue, millrace } = (thing ?? {}) as Partial<Upstream<unknown>>;
  expect(typeof poll === 'function' && typeof queue === 'function', name, 'a channel', thing);
  expectProtocol(millrace);
}

/** The inlet of one of the channels that a stage reads. */
export class Lane extends Inlet<unknown> {
  /** The index among the channels that the stage was made with. */
  readonly index: number;
  /** The index in `lanes`. */
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

  /** Takes no value. @throws the cause that the channel failed with, if it is drained. */
  failsNow(): void {
    if ((this.chan as { readonly drained?: boolean }).drained === true) this.poll();
  }
  /** Calls `closed` of the stage when the channel closes, if the channel has a signal. */
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
 * - An input that is read is in exactly one state: in `ready`, in `idle`, or armed. An input leaves
 *   these states for good when it has ended, and for a while when the stage wants none of its
 *   values.
 * - A call of `produce` polls the inputs in `ready` and `idle`, never the armed ones. So the cost
 *   of a value depends on the inputs that have something, not on the number of all inputs.
 */
export abstract class Combined<T> extends Stage<T> {
  /** Whether the inputs are polled and armed in the order of the channels. */
  protected readonly inOrder: boolean = false;
  /** The channels that `release` cancels, unless the user made them. */
  protected chans: Upstream<unknown>[];
  /** The inputs that have not ended. */
  protected lanes: Lane[];
  /** The inputs that may have something. */
  ready: Lane[];
  /** The inputs that had nothing when they were last polled. */
  protected idle: Lane[] = [];
  /** How often the stage was served or disarmed. */
  #rounds = 0;

  /** @param count - how many of `chans` the stage reads at first. Default: all. */
  constructor(chans: readonly Upstream<unknown>[], count?: number) {
    super();
    this.chans = [...chans];
    this.lanes = chans.slice(0, count).map((chan, i) => new Lane(chan, this, i));
    this.ready = [...this.lanes];
  }
  /**
   * Arming an input may bring a value at once. The stage is then served, and arms its inputs again
   * if they need it, so this call must stop.
   */
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
    // An input whose waiter is claimed stays armed.
    for (const lane of this.lanes) if (lane.disarm()) this.idle.push(lane);
  }
  release(reason: unknown): void {
    for (const lane of this.lanes) lane.leave();
    for (const chan of this.chans) if (chan.isOwned) chan.cancel(reason);
  }
  /** Called when a watched channel has closed. */
  closed(_lane: Lane): void {}
  /** Called when the stage's channel has ended: the stage must forget the values that it holds. */
  protected forget(): void {}

  /** Moves the inputs in `idle` to `ready`, because they may have something now. */
  protected look(): void {
    const { ready, idle } = this;
    if (ready.length === 0) {
      this.ready = idle;
      this.idle = ready;
    } else for (let lane = idle.pop(); lane !== undefined; lane = idle.pop()) ready.push(lane);
    if (this.inOrder) lastFirst(this.ready);
  }
  /** Moves all inputs to `idle`, so that all are armed. For stages that do not call `look`. */
  protected readAll(): void {
    this.ready.length = 0;
    this.idle = [...this.lanes];
  }
  /** Removes an input that has ended. */
  protected drop(lane: Lane): void {
    const { lanes } = this;
    const last = lanes.pop() as Lane; // Sound: `lane` is in it.
    if (last === lane) return;
    lanes[lane.place] = last;
    last.place = lane.place;
  }
}

/** Sorts by descending index, so that `pop` takes the inputs in the order of the channels. */
function lastFirst(lanes: Lane[]): void {
  // FAST PATH: may be removed without changing results. Skips the sort of a sorted list.
  for (let i = 1; i < lanes.length; i++) {
    if ((lanes[i] as Lane).index < (lanes[i - 1] as Lane).index) continue; // Sound: in range.
    lanes.sort((a, b) => b.index - a.index);
    return;
  }
}

/** Removes the item at `i`; the last item takes its place. */
export function takeOut(items: Lane[], i: number): void {
  const last = items.pop() as Lane; // Sound: the list has an item at `i`, so it is not empty.
  if (i < items.length) items[i] = last;
}

/** The stage of `merge`: a random input of those that are ready gives the next value. */
export class Merge<T> extends Combined<T> {
  produce(): T | undefined | Pending {
    this.look();
    const { ready } = this;
    while (ready.length > 0) {
      const at = ready.length === 1 ? 0 : below(ready.length);
      const lane = ready[at] as Lane; // Sound: `at` is an index of `ready`.
      const value = lane.poll() as T | undefined | Pending; // Sound: the inputs are channels of T.
      if (value !== undefined && value !== PENDING) return value;
      takeOut(ready, at);
      if (value === PENDING) this.idle.push(lane);
      else this.drop(lane);
    }
    return this.lanes.length === 0 ? undefined : PENDING;
  }
}

/** The stage of `concat`: reads one channel after the other. */
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
      const value = lane.poll() as T | undefined | Pending; // Sound: the inputs are channels of T.
      if (value !== undefined) return value;
      const next = this.chans[++this.#at];
      this.lanes = next === undefined ? [] : [new Lane(next, this, 0)];
    }
  }
}

/** The stage of `race`: gives up all channels but the first that gives a value or fails. */
export class Race<T> extends Combined<T> {
  protected override readonly inOrder = true;

  produce(): T | undefined | Pending {
    this.look();
    const { ready } = this;
    for (let lane = ready.pop(); lane !== undefined; lane = ready.pop()) {
      try {
        const value = lane.poll() as T | undefined | Pending; // Sound: inputs are channels of T.
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
