/** Several channels into one, each of which can be muted, paused or soloed while it runs. */
import { spend } from '../base/fairness.js';
import { breathe } from '../base/turn.js';
import { expect } from '../base/errors.js';
import { Printed } from '../base/printed.js';
import { PENDING } from '../channel/protocol.js';
import { below } from '../base/random.js';
import { type Host, Inlet } from '../pull/inlet.js';
import type { ReadChan } from '../channel/read-chan.js';
import type { WriteChan } from '../channel/write-chan.js';
import { expectChan } from './combine.js';
import { Outlet, expectOut } from '../pull/outlet.js';

/** What is to change of an input of a {@link Mix}; what is left out stays as it is. All are false at first. */
export interface MixState {
  /** Only soloed inputs are heard while there are any. Stands above `mute` and `pause`. */
  readonly solo?: boolean | undefined;
  /** Its values are taken and dropped. */
  readonly mute?: boolean | undefined;
  /** Its values are not taken. Stands above `mute`. */
  readonly pause?: boolean | undefined;
}

/** An input of a desk. */
class Channel<T> extends Inlet<T> {
  state: MixState = {};
  /** Whether it was removed: it stays until what was taken from it has been delivered. */
  removed = false;
  /** Whether it is in `ready`. */
  isReady = false;
  /** Of a value that came in while it waited, and lies here: whether it is to be dropped. */
  drops: boolean | undefined = undefined;
  readonly #came: (channel: Channel<T>) => void;

  constructor(chan: ReadChan<T>, host: Host, came: (channel: Channel<T>) => void) {
    super(chan, host);
    this.#came = came;
  }
  override received(value: unknown, failed: boolean): void {
    this.#came(this);
    super.received(value, failed);
  }
}

/**
 * A mixing desk: the values of all inputs, in no order, into one channel. Made by {@link mix}.
 *
 * An input that ends is removed; one that fails closes the output with its error. When the output closes, nothing more is taken.
 *
 * What becomes of a value is decided when it is taken from its input: what was heard then is delivered, also if the input is muted,
 * paused or removed before the output takes it.
 */
// An input that is not paused is armed, or in `ready`; while the output is busy none is armed. One that holds a value is in `ready`.
export class Mix<T> extends Printed {
  readonly #host: Host = { serve: () => this.#serve() };
  readonly #channels: Map<ReadChan<T>, Channel<T>> = new Map<ReadChan<T>, Channel<T>>();
  /** Those that may have something. */
  readonly #ready: Channel<T>[] = [];
  readonly #out: WriteChan<T>;
  readonly #outlet: Outlet<T>;
  #solos = 0;
  #mode: 'mute' | 'pause' = 'mute';
  #busy = false;
  /** Whether it takes no more inputs, and whether it is at its end. */
  #closed = false;
  #over = false;

  /** @internal */
  constructor(out: WriteChan<T>) {
    super();
    expectOut(out);
    this.#out = out;
    this.#outlet = new Outlet<T>(
      out,
      () => this.#next(),
      (reason) => this.#stop(reason),
    ).watch();
  }

  /** `'Mix'`. */
  get [Symbol.toStringTag](): string {
    return 'Mix';
  }
  /**
   * Describes this object in one line, which `console.log` prints too.
   *
   * @example
   * ```ts
   * String(mix(new Chan()).add(new Chan())); // 'Mix { inputs: 1 }'
   * ```
   */
  toString(): string {
    return `Mix { inputs: ${this.#channels.size} }`;
  }

  /**
   * Adds an input. Added again, it stays as it is.
   *
   * @param chan - the input.
   * @throws TypeError for what is no channel.
   */
  add(chan: ReadChan<T>): this {
    return this.toggle(chan, {});
  }

  /**
   * Removes an input: nothing more is taken from it; what was taken is delivered. It is not cancelled.
   *
   * @param chan - the input; any other channel is ignored.
   * @example
   * ```ts
   * const [a, b, out] = [new Chan<string>(), new Chan<string>(), new Chan<string>()];
   * mix(out).add(a).add(b).remove(b);
   * a.tryPut('a'); // true
   * b.tryPut('b'); // undefined: nobody takes it
   * ```
   */
  remove(chan: ReadChan<T>): this {
    const channel = this.#channels.get(chan);
    if (channel !== undefined && !channel.removed) {
      this.#remove(channel);
      this.#serve();
    }
    return this;
  }

  /**
   * Changes an input's state, adding it if it is not there.
   *
   * @param chan - the input.
   * @param state - what changes.
   */
  toggle(chan: ReadChan<T>, state: MixState): this {
    expectChan('chan', chan);
    if (this.#closed || this.#over) return this;
    let channel = this.#channels.get(chan);
    if (channel === undefined) {
      channel = new Channel<T>(chan, this.#host, (one) => this.#came(one));
      this.#channels.set(chan, channel);
    }
    channel.removed = false;
    this.#change(channel, { ...channel.state, ...state });
    this.#serve();
    return this;
  }

  /**
   * What becomes of the inputs that are not soloed while one is: `mute` (the default) drops their values, `pause` leaves
   * them waiting.
   *
   * @param mode - `'mute'` or `'pause'`.
   * @throws TypeError for any other mode.
   * @example
   * ```ts
   * const [voice, drums, out] = [new Chan<string>(1), new Chan<string>(1), new Chan<string>()];
   * voice.add('la');
   * drums.add('boom');
   * mix(out).soloMode('pause').toggle(voice, { solo: true }).add(drums);
   * await out.get(); // 'la'
   * await drums.get(); // 'boom': it was left waiting
   * ```
   */
  soloMode(mode: 'mute' | 'pause'): this {
    expect(mode === 'mute' || mode === 'pause', 'mode', "'mute' or 'pause'", mode);
    this.#mode = mode;
    this.#changedAll();
    this.#serve();
    return this;
  }

  /**
   * Removes all inputs and lets go of the output, which stays open. What was taken is delivered first.
   *
   * @example
   * ```ts
   * const [a, out] = [new Chan<string>(1).add('a'), new Chan<string>()];
   * const desk = mix(out).add(a);
   * desk.close();
   * await out.get(); // 'a'
   * a.tryPut('b'); // true: it has room
   * out.tryGet(); // undefined: nobody takes it from there
   * ```
   */
  close(): void {
    this.#closed = true;
    for (const channel of this.#channels.values()) if (!channel.removed) this.#remove(channel);
    this.#serve();
  }

  /** Closes the desk, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the desk, at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #isPaused({ removed, state }: Channel<T>): boolean {
    if (this.#solos === 0 || removed) return removed || state.pause === true;
    return this.#mode === 'pause' && state.solo !== true;
  }
  #isMuted({ state }: Channel<T>): boolean {
    return this.#solos === 0 ? state.mute === true : this.#mode === 'mute' && state.solo !== true;
  }

  #change(channel: Channel<T>, state: MixState): void {
    const solos = this.#solos + Number(state.solo === true) - Number(channel.state.solo === true);
    channel.state = state;
    const concernsAll = solos === 0 || this.#solos === 0;
    if (solos !== this.#solos) {
      this.#solos = solos;
      if (concernsAll) return this.#changedAll();
    }
    this.#changed(channel);
  }
  #changedAll(): void {
    for (const channel of this.#channels.values()) this.#changed(channel);
  }
  /** An input's state may be another now: that counts for all that comes from here on. */
  #changed(channel: Channel<T>): void {
    if (this.#isPaused(channel)) channel.disarm();
    else this.#look(channel);
  }
  #look(channel: Channel<T>): void {
    if (channel.isReady || channel.armed) return;
    channel.isReady = true;
    this.#ready.push(channel);
  }
  /** Something came in for one that waited. */
  #came(channel: Channel<T>): void {
    channel.drops = this.#isMuted(channel);
    channel.isReady = true;
    this.#ready.push(channel);
  }
  #remove(channel: Channel<T>): void {
    channel.removed = true;
    channel.disarm();
    if (channel.drops === undefined && !channel.armed) this.#forget(channel);
    this.#change(channel, {});
  }
  #forget(channel: Channel<T>): void {
    const chan = channel.chan as ReadChan<T>; // Sound: it was made of one.
    // It may have been added anew.
    if (this.#channels.get(chan) === channel) this.#channels.delete(chan);
  }

  #next(): void {
    this.#busy = false;
    this.#serve();
  }

  #serve(): void {
    while (!this.#busy && !this.#over && this.#ready.length > 0) {
      this.#busy = true;
      if (this.#round()) this.#rest();
      else if (this.#ready.length === 0 || spend()) this.#busy = false;
      else {
        this.#rest();
        void breathe().then(() => this.#next());
      }
    }
    if (this.#closed && this.#channels.size === 0 && !this.#busy && !this.#over) {
      this.#over = true;
      this.#outlet.leave();
    }
  }
  /** Nothing is taken while it is busy: who puts to an input waits. */
  #rest(): void {
    for (const channel of this.#channels.values()) {
      if (!channel.armed) continue;
      channel.disarm();
      this.#look(channel);
    }
  }

  /** Looks for one value, at random among those that are ready. @returns whether it waits at the output. */
  #round(): boolean {
    const ready = this.#ready;
    while (ready.length > 0) {
      const at = below(ready.length);
      const channel = ready[at] as Channel<T>; // Sound: there are as many.
      const { drops } = channel;
      let value: T | undefined | typeof PENDING = PENDING;
      if (drops !== undefined || !this.#isPaused(channel)) {
        try {
          value = channel.poll();
        } catch (error) {
          this.#fail(error);
        }
        if (this.#over) return true;
        channel.drops = undefined;
      }
      const given = value !== PENDING && value !== undefined;
      if (!given || channel.removed) {
        // What ran in the poll may only have added others behind it.
        const last = ready.pop() as Channel<T>; // Sound: there is one.
        if (last !== channel) ready[at] = last;
        channel.isReady = false;
        if (value === undefined && !channel.removed) this.#remove(channel);
        else if (channel.removed) this.#forget(channel);
        else if (!given && !this.#isPaused(channel)) channel.arm();
      }
      if (given) return !(drops ?? this.#isMuted(channel)) && !this.#outlet.send(value as T); // Sound: just looked at.
    }
    return false;
  }

  #fail(error: unknown): void {
    this.#outlet.drop();
    this.#stop(error);
    this.#out.close(error);
  }

  #stop(reason: unknown): void {
    this.#over = true;
    this.#ready.length = 0;
    for (const channel of this.#channels.values()) channel.hangUp(reason);
    this.#channels.clear();
  }
}

/**
 * Mixes channels into `out`: inputs can be added, removed, muted, paused and soloed at any time. The output is not closed when
 * all inputs have ended: others may be added.
 *
 * @param out - where all values go.
 * @returns the desk.
 * @throws TypeError for what is no channel.
 * @example
 * ```ts
 * const out = new Chan<string>();
 * const noise = new Chan<string>(1).add('noise');
 * const desk = mix(out).toggle(noise, { mute: true }).add(from(['music']));
 * await out.get(); // 'music'
 * ```
 */
export function mix<T>(out: WriteChan<T>): Mix<T> {
  return new Mix<T>(out);
}
