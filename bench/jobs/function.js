/** The job, as piscina and tinypool want it: the function a module exports. */
import { busy, increment } from '../work.js';

export default function job([index, microseconds]) {
  busy(microseconds);
  return increment(index);
}
