/** `mix`: several channels into one; each can be muted, paused or soloed at any time. */
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

/** Changes of a {@link Mix} input. A property left out stays unchanged; all start as false. */
export interface MixState {
  /** While any input is soloed, only soloed inputs are heard, whatever their `mute` and `pause`. */
  readonly solo?: boolean | undefined;
  /** Whether the input's values are taken and dropped. */
  readonly mute?: boolean | undefined;
  /** Whether the input's values are not taken, whatever its `mute`. */
  readonly pause?: boolean | undefined;
}

/** An input of a mixing desk. */
class Channel<T> extends Inlet<T> {
  state: MixState = {};
  /** Whether the input was removed; it stays until a value taken from it was delivered. */
  removed = false;
  /** Whether the input is in `#ready`. */
  isReady = false;
  /** Whether to drop the value that came while the input waited; `undefined` for no such value. */
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
 * A mixing desk: puts the values of all inputs, in no order, into one output. Made by {@link mix}.
 *
 * An input that ends is removed. An input that fails closes the output with its error. When the
 * output closes, nothing more is taken. Whether a value is heard is decided when it is taken from
 * its input. A heard value is delivered even if its input is muted, paused or removed after that.
 */
// An input that is not paused is armed or in `#ready`. While the output is busy, no input is armed.
// An input that holds a value is in `#ready`.
export class Mix<T> extends Printed {
  readonly #host: Host = { serve: () => this.#serve() };
  readonly #channels: Map<ReadChan<T>, Channel<T>> = new Map<ReadChan<T>, Channel<T>>();
  /** The inputs that may have something. */
  readonly #ready: Channel<T>[] = [];
  readonly #out: WriteChan<T>;
  readonly #outlet: Outlet<T>;
  #solos = 0;
  #mode: 'mute' | 'pause' = 'mute';
  #busy = false;
  /** Whether the desk takes no more inputs, and whether it has ended. */
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
   * Adds an input. An input that is added again keeps its state.
   *
   * @param chan - the input.
   * @returns the desk.
   * @throws TypeError if `chan` is not a channel.
   */
  add(chan: ReadChan<T>): this {
    return this.toggle(chan, {});
  }

  /**
   * Removes an input, and does not cancel it. No more values are taken from it; a value that was
   * taken is delivered.
   *
   * @param chan - the input; any other channel is ignored.
   * @returns the desk.
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
   * Changes the state of an input; adds the input first if the desk does not have it.
   *
   * @param chan - the input.
   * @param state - the changes.
   * @returns the desk.
   * @throws TypeError if `chan` is not a channel.
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
   * Sets the treatment of inputs that are not soloed while another input is: `mute` drops their
   * values, `pause` does not take their values. The mode is `mute` at first.
   *
   * @param mode - `'mute'` or `'pause'`.
   * @returns the desk.
   * @throws TypeError if `mode` is any other value.
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
   * Removes all inputs, and leaves the output open. A value that was taken is delivered first.
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
  /** Called when an input's state may have changed. The state counts for all values from now on. */
  #changed(channel: Channel<T>): void {
    if (this.#isPaused(channel)) channel.disarm();
    else this.#look(channel);
  }
  #look(channel: Channel<T>): void {
    if (channel.isReady || channel.armed) return;
    channel.isReady = true;
    this.#ready.push(channel);
  }
  /** Called when a waiting input has received something. */
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
    const chan = channel.chan as ReadChan<T>; // Sound: `toggle` made the input from a ReadChan.
    // The same channel may have been added anew.
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
  /** Disarms all inputs: while the desk is busy nothing is taken, and a put on an input waits. */
  #rest(): void {
    for (const channel of this.#channels.values()) {
      if (!channel.armed) continue;
      channel.disarm();
      this.#look(channel);
    }
  }

  /** Takes one value, of a random ready input. @returns whether the value waits at the output. */
  #round(): boolean {
    const ready = this.#ready;
    while (ready.length > 0) {
      const at = below(ready.length);
      const channel = ready[at] as Channel<T>; // Sound: `at` is an index of `ready`.
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
        // User code in the poll can only have added inputs after this one.
        const last = ready.pop() as Channel<T>; // Sound: `channel` is in `ready`.
        if (last !== channel) ready[at] = last;
        channel.isReady = false;
        if (value === undefined && !channel.removed) this.#remove(channel);
        else if (channel.removed) this.#forget(channel);
        else if (!given && !this.#isPaused(channel)) channel.arm();
      }
      // Sound: `given` excludes `undefined` and PENDING.
      if (given) return !(drops ?? this.#isMuted(channel)) && !this.#outlet.send(value as T);
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
 * Mixes channels into `out`. Inputs can be added, removed, muted, paused and soloed at any time.
 * The output is not closed when all inputs have ended, because inputs may be added later.
 *
 * @param out - the output.
 * @returns the desk, without inputs.
 * @throws TypeError if `out` is not a channel.
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
