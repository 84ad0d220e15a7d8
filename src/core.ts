/**
 * Channels and `select` alone, for programs that must be small: the classes of `millrace` without
 * operators.
 *
 * @packageDocumentation
 */
export { ChanOverflowError, TimeoutError } from './base/errors.js';
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
export { Chan } from './channel/chan.js';
export type { ChanOptions } from './channel/matching.js';
export { type Abortable, PENDING, type Pending, type Selectable, type Value } from './channel/protocol.js';
export type { ChanStats } from './channel/stats.js';
export { ReadChan } from './channel/read-chan.js';
export type { Waiter } from './channel/waiters.js';
export type { WriteChan } from './channel/write-chan.js';
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
