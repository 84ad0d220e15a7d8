/** Threads without a pool for `bench/parallel.ts`: what messages cost by themselves. */
import { parentPort, workerData } from 'node:worker_threads';

const port = parentPort;
if (port !== null && workerData === 'echo') {
  port.on('message', (bytes: ArrayBuffer) => port.postMessage(bytes, [bytes]));
}
if (port !== null && workerData === 'numbers') {
  port.on('message', (count: number) => {
    for (let n = 0; n < count; n++) port.postMessage(n);
  });
}
