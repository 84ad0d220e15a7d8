/**
 * CSP-style concurrency for TypeScript: channels, select, goroutines.
 *
 * @packageDocumentation
 */
export { Chan, type ChanOptions } from './chan.js';
export {
  type ChanBuffer,
  type DropOptions,
  dropping,
  fixed,
  promise,
  sliding,
  unbounded,
  weighted,
} from './core/buffers.js';
export { ChanOverflowError, TimeoutError } from './core/errors.js';
export { type Abortable, PENDING, type Pending, type Selectable, type Value } from './core/protocol.js';
export type { Waiter } from './core/waiters.js';
export type { AsyncPipeOptions, CallContext } from './flow/async-pipe.js';
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
} from './flow/combine.js';
export type { Dup, TapOptions } from './flow/dup.js';
export { type Mix, type MixState, mix } from './flow/mix.js';
export type { ParallelPipeOptions, Task, TaskContext, TaskExecutor } from './flow/parallel.js';
export type { Pub, PubOptions } from './flow/pub.js';
export { type ChanStats, ReadChan } from './read-chan.js';
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
export { select, selectThen } from './select.js';
export { from, type Refused, type StreamLike } from './sources/from.js';
export { fromIter, fromRange } from './sources/iter.js';
export { type Tick, tickTock, timeout } from './sources/time.js';
export { go } from './task/go.js';
export { run } from './task/run.js';
export { type Scope, scope } from './task/scope.js';
export { nop, sleep } from './task/sleep.js';
export type { WriteChan } from './write-chan.js';
