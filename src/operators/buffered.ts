/** Reading ahead into a buffer, from the first time somebody asks. */
import { spend } from '../base/fairness.js';
import { type ChanBuffer, builtIn, clear } from '../channel/buffers.js';
import { noValue } from '../base/errors.js';
import { PENDING, type Pending } from '../channel/protocol.js';
import { Input, type Upstream } from '../pull/inlet.js';
import { Stage } from './stage.js';

export class Buffered<T> extends Stage<T> {
  override readonly repeats: boolean;
  readonly #input: Input<T>;
  readonly #buffer: ChanBuffer<T>;
  #filling = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(input: Upstream<T>, buffer: ChanBuffer<T>) {
    super();
    this.#input = new Input(input, this);
    this.#buffer = buffer;
    this.repeats = builtIn(buffer)?.repeats === true;
  }

  override serve(): void {
    this.#fill();
    this.channel.serve();
  }

  produce(): T | undefined | Pending {
    this.#fill();
    if (this.#buffer.canTake()) {
      const value = this.#buffer.take();
      if (value === undefined)
        throw noValue(
          'buffer was given undefined by take() of its buffer',
          'where canTake() is true, take() gives a value',
        );
      this.#fill();
      return value;
    }
    if (!this.#input.over) return PENDING;
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** `produce` has filled the buffer, and waits for more. */
  arm(): void {}

  /** Not inside itself: it runs what makes the values, and they must keep their order. */
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
          // Waiting for it may bring a value at once.
          if (input.arm()) return;
        } else if (value !== undefined) buffer.add(value);
      } catch (error) {
        input.over = true;
        this.#failure = { error };
      }
      if (!spend()) return this.channel.pause();
    }
  }

  release(reason: unknown): void {
    this.#input.hangUp(reason);
    clear(this.#buffer);
  }
}
