/** A source that a user makes: the root of what is derived from it. */
import { Fused } from './derive/fused.js';
import type { Step } from './derive/step.js';
import type { ReadChan } from './read-chan.js';
import { Source } from './source.js';

/** @internal */
export abstract class Origin<T> extends Source<T> {
  override derive<U>(step: Step): ReadChan<U> {
    return new Fused<U>(this, step);
  }
}
