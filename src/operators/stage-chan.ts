/**
 * The channel of a stage.
 *
 * - Stages over stages call each other: down to ask, to wait and to hang up, and up with a value. From a depth of DEEPEST on they do not:
 *   what asks or brings a value goes on in a microtask; what hangs up does so, in a loop, when the outermost call returns.
 */
import { type Watcher, follow, givenSignal, unwatch } from '../base/abort.js';
import { causeOf } from '../base/errors.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import { PullChan } from '../pull/pull-chan.js';
import type { ReadChan } from './complete.js';
import { Stage, type StageHost } from './stage.js';

/** How many calls of stages by stages may nest; each takes some ten frames. */
const DEEPEST = 128;
let depth = 0;
/** What is to be done when the outermost call returns. */
let deferred: (() => void)[] = [];

/** The outermost call has returned. */
function runDeferred(): void {
  depth++;
  for (let all = deferred; all.length > 0; all = deferred) {
    deferred = [];
    for (const each of all) each();
  }
  depth--;
}

/** The stage of a channel that was cancelled. */
class Gone extends Stage<never> {
  produce(): undefined {}
  arm(): void {}
  release(): void {}
  override serve(): void {}
}
const GONE = new Gone();

export class StageChan<T> extends PullChan<T> implements StageHost, Watcher {
  private stage: Stage<T>;
  /** Whether it goes on in a microtask. */
  private isLater = false;

  constructor(stage: Stage<T>) {
    super();
    this.stage = stage;
    this.repeats = stage.repeats;
    stage.channel = this;
    if (stage.outer !== undefined) follow(stage.outer, this);
  }

  /** Of {@link Watcher}. */
  aborted(reason: unknown): void {
    this.quit(causeOf(reason), reason);
  }
  protected override end(cause: unknown): void {
    // What is told of the end may release it.
    const { outer } = this.stage;
    super.end(cause);
    if (outer !== undefined) unwatch(outer, this);
  }

  protected produce(): T | undefined | Pending {
    if (depth >= DEEPEST) {
      this.goOnLater();
      return PENDING;
    }
    depth++;
    try {
      return this.stage.produce();
    } finally {
      if (--depth === 0 && deferred.length > 0) runDeferred();
    }
  }
  /** @internal */
  override serve(): void {
    if (depth >= DEEPEST) return this.goOnLater();
    depth++;
    try {
      super.serve();
    } finally {
      if (--depth === 0 && deferred.length > 0) runDeferred();
    }
  }
  protected override arm(): void {
    // Where asking was put off, that comes first.
    if (this.paused || this.isLater) return;
    if (depth >= DEEPEST) return this.goOnLater();
    depth++;
    try {
      this.stage.arm();
    } finally {
      if (--depth === 0 && deferred.length > 0) runDeferred();
    }
  }
  protected override disarm(): void {
    if (depth >= DEEPEST) {
      deferred.push(() => {
        if (!this.waited) this.disarm();
      });
      return;
    }
    depth++;
    try {
      this.stage.disarm();
    } finally {
      if (--depth === 0 && deferred.length > 0) runDeferred();
    }
  }
  /** Calls nest too deep here: goes on from a stack of its own. */
  private goOnLater(): void {
    if (this.isLater) return;
    this.isLater = true;
    queueMicrotask(() => {
      this.isLater = false;
      this.goOn();
    });
  }
  protected override goOn(): void {
    // It may read ahead, whether or not somebody waits.
    this.stage.serve();
  }
  protected override release(reason: unknown): void {
    if (depth >= DEEPEST) {
      deferred.push(() => this.release(reason));
      return;
    }
    const { stage } = this;
    // It goes with all that it holds.
    this.stage = GONE;
    depth++;
    try {
      stage.release(reason);
    } finally {
      if (--depth === 0 && deferred.length > 0) runDeferred();
    }
  }
}

/**
 * The channel of a stage, failed when the signal of the options is aborted. It has the operators: whoever makes a stage has
 * completed channels.
 */
export function channelOf<U>(stage: Stage<U>, options?: Abortable): ReadChan<U> {
  if (options !== undefined) stage.outer = givenSignal(options);
  return new StageChan<U>(stage) as unknown as ReadChan<U>;
}
