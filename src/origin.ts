/** A source that a user makes: the root of what is derived from it. */
import { makeChan } from './chan.js';
import type { ChanBuffer } from './core/buffers.js';
import { Fused } from './derive/fused.js';
import type { Step } from './derive/step.js';
import type { Stage } from './flow/stage.js';
import { Staged } from './flow/staged.js';
import type { ReadChan } from './read-chan.js';
import { Source } from './source.js';
import type { WriteChan } from './write-chan.js';

/** @internal */
export abstract class Origin<T> extends Source<T> {
  override derive<U>(step: Step): ReadChan<U> {
    return new Fused<U>(this, step);
  }
  override staged<U>(stage: Stage<U>): ReadChan<U> {
    return new Staged<U>(stage, makeChan);
  }
  override channel<U>(buffer?: number | ChanBuffer<U>): ReadChan<U> & WriteChan<U> {
    return makeChan(buffer);
  }
}
