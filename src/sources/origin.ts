/** A source that a user makes: the root of what is derived from it. */
import { makeChan } from '../channel/chan.js';
import type { ChanBuffer } from '../channel/buffers.js';
import { Fused } from '../operators/fused.js';
import type { Step } from '../operators/step.js';
import type { Stage } from '../operators/stage.js';
import { Staged } from '../operators/staged.js';
import type { ReadChan } from '../channel/read-chan.js';
import { Source } from '../pull/pull-chan.js';
import type { WriteChan } from '../channel/write-chan.js';

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
