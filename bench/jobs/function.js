/** The job, as piscina and tinypool want it: the function a module exports. */
import { compute, increment } from '../work.js';

export default function job([index, microseconds]) {
  compute(microseconds);
  return increment(index);
}
