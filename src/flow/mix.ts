/** Several channels into one, each of which can be muted, paused or soloed while it runs. */
import { breathe, spend } from '../core/breath.js';
import { expect } from '../core/errors.js';
import { Printed } from '../core/printed.js';
import { PENDING } from '../core/protocol.js';
import { below } from '../core/random.js';
import { type Host, Input } from '../derive/input.js';
import type { ReadChan } from '../read-chan.js';
import type { WriteChan } from '../write-chan.js';
import { expectChan } from './combined.js';
import { Outlet, expectOut } from './outlet.js';

/** What is to change of an input of a {@link Mix}; what is left out stays as it is. All are false at first. */
export interface MixState {
  /** Only soloed inputs are heard while there are any. Stands above `mute` and `pause`. */
  readonly solo?: boolean | undefined;
  /** Its values are taken and dropped. */
  readonly mute?: boolean | undefined;
  /** Its values are not taken. Stands above `mute`. */
  readonly pause?: boolean | undefined;
}

interface Channel<T> {
  readonly input: Input<T>;
  state: MixState;
}

/**
 * A mixing desk: the values of all inputs, in no order, into one channel. Made by {@link mix}.
 *
 * An input that ends is removed; one that fails closes the output with its error. When the output closes, nothing more is taken.
 */
export class Mix<T> extends Printed {
  readonly #host: Host = { serve: () => this.#serve() };
  readonly #inputs: Map<ReadChan<T>, Channel<T>> = new Map<ReadChan<T>, Channel<T>>();
  readonly #out: WriteChan<T>;
  readonly #outlet: Outlet<T>;
  #mode: 'mute' | 'pause' = 'mute';
  #busy = false;
  /** Whether something changed while it was busy. */
  #changed = false;
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

  get [Symbol.toStringTag](): string {
    return 'Mix';
  }
  toString(): string {
    return `Mix { inputs: ${this.#inputs.size} }`;
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
   * Removes an input: nothing more is taken from it. It is not cancelled.
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
    this.#inputs.get(chan)?.input.disarm();
    this.#inputs.delete(chan);
    this.#serve();
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
    if (this.#over) return this;
    const found = this.#inputs.get(chan);
    if (found === undefined)
      this.#inputs.set(chan, { input: new Input<T>(chan, this.#host), state: { ...state } });
    else found.state = { ...found.state, ...state };
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
    this.#serve();
    return this;
  }

  #next(): void {
    this.#busy = false;
    this.#serve();
  }

  #serve(): void {
    this.#changed = true;
    while (!this.#busy && !this.#over) {
      this.#busy = true;
      this.#changed = false;
      const more = this.#round();
      if (more === undefined) return;
      this.#busy = false;
      if (!more && !this.#changed) return;
      if (!spend()) {
        this.#busy = true;
        return void breathe().then(() => this.#next());
      }
    }
  }

  /** Looks for a value, from any input on. True: there was one; false: there is none; undefined: it is being sent. */
  #round(): boolean | undefined {
    const all = [...this.#inputs];
    const soloed = all.some(([, { state }]) => state.solo === true);
    const start = below(all.length);
    for (let i = 0; i < all.length; i++) {
      const [chan, { input, state }] = all[(start + i) % all.length] as [ReadChan<T>, Channel<T>]; // Sound: it has as many.
      const aside = soloed && state.solo !== true;
      const paused = soloed ? aside && this.#mode === 'pause' : state.pause === true;
      if (paused) {
        input.disarm();
        continue;
      }
      let value: unknown;
      try {
        value = input.poll();
      } catch (error) {
        this.#fail(error);
        return undefined;
      }
      if (value === PENDING) input.arm();
      else if (value === undefined) {
        // The others may be heard now.
        this.#inputs.delete(chan);
        return true;
      } else if (soloed ? aside : state.mute === true) return true;
      else return this.#send(value as T);
    }
    return false;
  }

  #send(value: T): true | undefined {
    if (this.#outlet.send(value)) return true;
    // Nothing more is taken meanwhile.
    for (const { input } of this.#inputs.values()) input.disarm();
    return undefined;
  }

  #fail(error: unknown): void {
    this.#outlet.drop();
    this.#stop(error);
    this.#out.close(error);
  }

  #stop(reason: unknown): void {
    this.#over = true;
    for (const { input } of this.#inputs.values()) input.hangUp(reason);
    this.#inputs.clear();
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
