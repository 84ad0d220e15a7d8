/** A worker of the floor: a job in, its result out. */
import { parentPort } from 'node:worker_threads';
import { compute, increment } from '../work.js';

parentPort.on('message', ([index, microseconds]) => {
  compute(microseconds);
  parentPort.postMessage([index, increment(index)]);
});
