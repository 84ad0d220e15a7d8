/** The channel of a stage. */
import { type Watcher, follow, unwatch } from '../core/abort.js';
import type { ChanBuffer } from '../core/buffers.js';
import { causeOf } from '../core/errors.js';
import type { Pending } from '../core/protocol.js';
import { Fused } from '../derive/fused.js';
import type { Step } from '../derive/step.js';
import type { ReadChan } from '../read-chan.js';
import { Source } from '../source.js';
import type { WriteChan } from '../write-chan.js';
import type { Stage, StageChannel } from './stage.js';

/** Makes a channel: what is below channels does not know how. */
export type MakeChan = <T>(buffer?: number | ChanBuffer<T>) => ReadChan<T> & WriteChan<T>;

export class Staged<T> extends Source<T> implements StageChannel, Watcher {
  private readonly stage: Stage<T>;
  private readonly make: MakeChan;

  constructor(stage: Stage<T>, make: MakeChan) {
    super();
    this.stage = stage;
    this.make = make;
    this.repeats = stage.repeats;
    stage.channel = this;
    if (stage.outer !== undefined) follow(stage.outer, this);
  }

  /** Of {@link Watcher}. */
  aborted(reason: unknown): void {
    this.quit(causeOf(reason), reason);
  }
  protected override end(cause: unknown): void {
    super.end(cause);
    const { outer } = this.stage;
    if (outer !== undefined) unwatch(outer, this);
  }

  override derive<U>(step: Step): ReadChan<U> {
    return new Fused<U>(this, step);
  }
  override staged<U>(stage: Stage<U>): ReadChan<U> {
    return new Staged(stage, this.make);
  }
  override channel<U>(buffer?: number | ChanBuffer<U>): ReadChan<U> & WriteChan<U> {
    return this.make(buffer);
  }

  protected produce(): T | undefined | Pending {
    return this.stage.produce();
  }
  protected override arm(): void {
    if (!this.paused) this.stage.arm();
  }
  protected override disarm(): void {
    this.stage.disarm();
  }
  protected override goOn(): void {
    // It may read ahead, whether or not somebody waits.
    this.stage.serve();
  }
  get isWaited(): boolean {
    return this.waited;
  }
  protected override release(reason: unknown): void {
    this.stage.release(reason);
  }
}
