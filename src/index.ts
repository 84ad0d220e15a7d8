/**
 * CSP-style concurrency for TypeScript: channels, select, goroutines.
 *
 * @packageDocumentation
 */
export type { ChanOptions } from './channel/matching.js';
export type { ChanBuffer } from './channel/buffer.js';
export {
  type DropOptions,
  dropping,
  fixed,
  promise,
  sliding,
  unbounded,
  weighted,
} from './channel/buffers.js';
export { ChanOverflowError, TimeoutError } from './base/errors.js';
export { type Abortable, PENDING, type Pending, type Selectable, type Value } from './channel/protocol.js';
export type { Waiter } from './channel/waiters.js';
export type { AsyncPipeOptions, CallContext } from './operators/async-pipe.js';
export {
  type CombineLatestOptions,
  combineLatest,
  concat,
  type Holes,
  type Item,
  type Items,
  merge,
  race,
  zip,
  zipLongest,
} from './operators/combinators.js';
export type { Dup, TapOptions } from './operators/dup.js';
export { type Mix, type MixState, mix } from './operators/mix.js';
export type { ParallelPipeOptions, Task, TaskContext, TaskExecutor } from './operators/parallel.js';
export type { Pub, PubOptions } from './operators/pub.js';
export type { ChanStats } from './channel/stats.js';
export { Chan, type ChanConstructor, type Operators, ReadChan } from './operators/complete.js';
export type {
  Case,
  CaseChan,
  Cases,
  CaseValue,
  CheckedCases,
  DefaultOption,
  Disabled,
  Selected,
  SelectedDefault,
  SelectedIndex,
  SelectedKey,
  SelectOptions,
} from './select/cases.js';
export { select, selectThen } from './select/select.js';
export { from, type Refused, type StreamLike } from './sources/from.js';
export { fromIter, fromRange } from './sources/iter.js';
export { type Tick, tickTock, timeout } from './sources/time.js';
export { go } from './goroutines/go.js';
export { run } from './goroutines/run.js';
export { type Scope, scope } from './goroutines/scope.js';
export { nop, sleep } from './goroutines/sleep.js';
export type { WriteChan } from './channel/write-chan.js';
