/**
 * The channel of a stage.
 *
 * - Stages that read from each other call each other: to poll, to park, to hang up, and to bring a
 *   value. At depth `DEEPEST` these calls no longer nest. A poll, a park or a value then continues
 *   in a microtask; a disarm or a release runs in a loop when the outermost call returns.
 */
import { type Watcher, follow, givenSignal, unwatch } from '../base/abort.js';
import { causeOf } from '../base/errors.js';
import { type Abortable, PENDING, type Pending } from '../channel/protocol.js';
import type { Waiter } from '../channel/waiters.js';
import { PullChan } from '../pull/pull-chan.js';
import type { ReadChan } from './complete.js';
import { Stage, type StageHost } from './stage.js';

/** How deep calls between stages may nest; each call takes some ten stack frames. */
const DEEPEST = 128;
let depth = 0;
/** The calls to make when the outermost call returns. */
let deferred: (() => void)[] = [];

/** Makes the deferred calls. Called when the outermost call has returned. */
function runDeferred(): void {
  depth++;
  for (let all = deferred; all.length > 0; all = deferred) {
    deferred = [];
    for (const each of all) each();
  }
  depth--;
}

/** The stage of a released channel. */
class Gone extends Stage<never> {
  produce(): undefined {}
  arm(): void {}
  release(): void {}
  override serve(): void {}
}
const GONE = new Gone();

export class StageChan<T> extends PullChan<T> implements StageHost, Watcher {
  private stage: Stage<T>;
  /** Whether a microtask is scheduled that continues this stage. */
  private isLater = false;

  constructor(stage: Stage<T>) {
    super();
    this.stage = stage;
    this.repeats = stage.repeats;
    stage.channel = this;
    if (stage.outer !== undefined) follow(stage.outer, this);
  }

  /** Implements {@link Watcher}: the signal was aborted. */
  aborted(reason: unknown): void {
    this.quit(causeOf(reason), reason);
  }
  protected override end(cause: unknown): void {
    // Read first: a reader that learns of the end may release the channel, which drops its stage.
    const { outer } = this.stage;
    super.end(cause);
    if (outer !== undefined) unwatch(outer, this);
  }

  protected produce(): T | undefined | Pending {
    if (depth <= DEEPEST) return this.stage.produce();
    this.goOnLater();
    return PENDING;
  }
  protected override arm(): void {
    // A poll that was put off comes first, and arms afterwards if it finds nothing.
    if (this.paused || this.isLater) return;
    if (depth <= DEEPEST) this.stage.arm();
    else this.goOnLater();
  }

  override poll(): T | undefined | Pending {
    depth++;
    try {
      return super.poll();
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
  /** @internal */
  override queue(waiter: Waiter<T>, first?: boolean): void {
    depth++;
    try {
      super.queue(waiter, first);
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
  /** Continues in a microtask, because calls nest too deep here. */
  private goOnLater(): void {
    if (this.isLater) return;
    this.isLater = true;
    queueMicrotask(() => {
      this.isLater = false;
      this.goOn();
    });
  }
  protected override goOn(): void {
    // Not the channel's `serve`: the stage may read ahead while no reader waits.
    this.stage.serve();
  }
  protected override release(reason: unknown): void {
    if (depth >= DEEPEST) {
      deferred.push(() => this.release(reason));
      return;
    }
    const { stage } = this;
    // The channel must not keep the stage, and the values that the stage holds, alive.
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
 * Returns the channel of a stage. Aborting `options.signal` fails the channel. The channel has the
 * operators, because only operators call this function and they exist only on completed channels.
 */
export function channelOf<U>(stage: Stage<U>, options?: Abortable): ReadChan<U> {
  if (options !== undefined) stage.outer = givenSignal(options);
  return new StageChan<U>(stage) as unknown as ReadChan<U>;
}
