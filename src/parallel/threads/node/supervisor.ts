/**
 * The supervisor of `toIterable`: starts the thread that runs the task, reports its death, and ends
 * it.
 */
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { deathOf } from './death.js';
import { UP, execArgv } from './flags.js';
import type { Supervised } from './iterate.js';
import { printed } from './stdio.js';

/** How long the task's thread may take to end by itself, in ms. */
const GRACE = 1000;

if (parentPort !== null) {
  const { news, ...work } = workerData as Supervised;
  Atomics.store(work.events, UP, 1);
  Atomics.notify(work.events, UP);
  const options = { execArgv, workerData: work, transferList: [work.values] };
  const worker = new Worker(new URL('./iterate.js', import.meta.url), options);
  let death: unknown;
  worker.on('error', (error: unknown) => (death ??= deathOf(error)));
  worker.on('exit', (code) => {
    news.postMessage(death ?? { why: 'exit', what: `exited with code ${code}` });
    Atomics.add(work.events, 0, 1);
    Atomics.notify(work.events, 0);
    // The last output of the task's thread passes through this thread.
    setImmediate(() => void printed().then(() => process.exit()));
  });
  parentPort.on('message', () => setTimeout(() => process.exit(), GRACE));
}
