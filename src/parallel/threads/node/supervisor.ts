/** What stands between a blocked thread and the one that works for it: it starts that, tells of its death, and ends it. */
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { deathOf } from './death.js';
import { UP, execArgv } from './flags.js';
import type { Supervised } from './iterate.js';
import { printed } from './stdio.js';

/** How long, in ms, it may take to end by itself. */
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
    // What it printed last is on its way through here.
    setImmediate(() => void printed().then(() => process.exit()));
  });
  parentPort.on('message', () => setTimeout(() => process.exit(), GRACE));
}
