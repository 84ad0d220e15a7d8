/** The stage of `buffer`: reads ahead into a buffer, from the first time a reader asks. */
import { spend } from '../base/fairness.js';
import type { ChannelBuffer } from '../channel/buffer.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { Inlet, type Upstream } from '../pull/inlet.js';
import { Stage } from './stage.js';

export class Buffered<T> extends Stage<T> {
  override readonly repeats: boolean;
  readonly #input: Inlet<T>;
  readonly #buffer: ChannelBuffer<T>;
  #filling = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(input: Upstream<T>, buffer: ChannelBuffer<T>) {
    super();
    this.#input = new Inlet(input, this);
    this.#buffer = buffer;
    this.repeats = buffer.repeats;
  }

  override serve(): void {
    this.#fill();
    this.channel.serve();
  }

  produce(): T | undefined | Pending {
    this.#fill();
    if (this.#buffer.canTake()) {
      const value = this.#buffer.take();
      this.#fill();
      return value;
    }
    if (!this.#input.over) return PENDING;
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** Does nothing: `produce` has filled the buffer and armed the input. */
  arm(): void {}

  /** Never nests: polling the input runs user code, and a nested fill would reorder the values. */
  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    this.#read();
    this.#filling = false;
  }

  #read(): void {
    const input = this.#input;
    const buffer = this.#buffer;
    while (!input.over && !this.channel.over) {
      try {
        if (!buffer.canAdd()) return;
        const value = input.poll();
        if (value === PENDING) {
          // If arming has brought a value at once, poll again.
          if (input.arm()) return;
        } else if (value !== undefined) {
          buffer.add(value, buffer.weigh(value));
          buffer.tell();
        }
      } catch (error) {
        input.over = true;
        this.#failure = { error };
      }
      if (!spend()) return this.channel.pause();
    }
  }

  release(reason: unknown): void {
    this.#input.hangUp(reason);
    this.#buffer.clear();
  }
}
