/** The sink of a chain's root, while a drain of the chain runs. */
import { spend } from '../base/fairness.js';
import type { Sink } from '../channel/protocol.js';
import type { Fused } from './fused.js';

/** Runs the values of a root through a chain, and passes the results on to a sink. */
export class ChainSink<T> implements Sink<unknown> {
  readonly #chain: Fused<T>;
  readonly #sink: Sink<T>;
  /** Whether the sink takes more; `undefined` while its `push` runs. */
  takes: boolean | undefined = true;

  constructor(chain: Fused<T>, sink: Sink<T>) {
    this.#chain = chain;
    this.#sink = sink;
  }
  push(value: unknown): boolean {
    const chain = this.#chain;
    const given = chain.pass(value);
    if (given === undefined) return spend() && chain.isCalm;
    this.takes = undefined;
    // Sound: the last step makes a T.
    return (this.takes = this.#sink.push(given as T)) && chain.isCalm;
  }
}
