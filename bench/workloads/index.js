/** Every workload, in the order of the report. */
import { buffer1, buffer1024, drain1024 } from './buffer.js';
import { daisy10k, daisy100k } from './daisy.js';
import { dup } from './dup.js';
import { fan } from './fan.js';
import { gate } from './gate.js';
import { growth } from './growth.js';
import { lateness } from './lateness.js';
import { mapOnce, mapTimers } from './map.js';
import { parallel1ms, parallel10us } from './parallel.js';
import { pub } from './pub.js';
import { range } from './range.js';
import { rendezvous } from './rendezvous.js';
import { selectReady } from './select-ready.js';
import { selectWaits } from './select-waits.js';
import { size } from './size.js';
import { stages } from './stages.js';

/**
 * @typedef {object} Workload
 * @property {string} name - as on the command line
 * @property {string} title
 * @property {string} what - the work, in a sentence or two
 * @property {string} operation - the function of the adapters that does it: `(n, ...args) => result`
 * @property {unknown[]} args - what it gets besides the number of values
 * @property {number} count - how many values a repetition handles (fewer for a peer that would take too long)
 * @property {number} [step] - what the count must be a multiple of
 * @property {boolean} [fixed] - the count is part of the work, for slow peers too
 * @property {number} [times] - how often a repetition does it (fewer times for a slow peer)
 * @property {boolean} [memory] - whether the bytes are counted that stand behind each of what is made
 * @property {boolean} [grows] - whether the result is the cost at ten times the count, over that at the count
 * @property {string[]} [only] - the peers that take part; all, if not given
 * @property {string} unit - of the results
 * @property {string} floor - the peer everybody is compared with
 * @property {(n: number) => number} [expected] - the result that proves the work done
 * @property {import('../harness/targets.js').Target[]} [targets]
 * @property {string} [why] - where a peer is ahead, and why
 */

/** @type {Workload[]} */
export const workloads = [
  rendezvous,
  buffer1,
  buffer1024,
  drain1024,
  ...selectReady,
  ...selectWaits,
  fan,
  range,
  stages,
  daisy10k,
  daisy100k,
  mapOnce,
  mapTimers,
  parallel1ms,
  parallel10us,
  dup,
  pub,
  ...lateness,
  gate,
  size,
  ...growth,
];

/** How few values do for a peer to show that it runs: a multiple of all that counts are multiples of. */
export function tinyCount(workload) {
  return workload.operation === 'loop' ? 20 : 6400 / (workload.step === 64 ? 1 : 16);
}
