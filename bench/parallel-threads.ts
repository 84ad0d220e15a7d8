/** Threads without a pool for `bench/parallel.ts`: what messages cost by themselves. */
import { parentPort, workerData } from 'node:worker_threads';
import { ring, type RingHandle } from 'millrace/parallel';
import { work } from './parallel-work.js';

const port = parentPort;
if (port !== null && workerData === 'echo') {
  port.on('message', (bytes: ArrayBuffer) => port.postMessage(bytes, [bytes]));
}
if (port !== null && workerData === 'work') {
  port.on('message', ({ count, rounds }: { count: number; rounds: number }) => {
    for (let n = 0; n < count; n++) work(rounds);
    port.postMessage(count);
  });
}
if (port !== null && workerData === 'numbers') {
  port.on('message', (count: number) => {
    for (let n = 0; n < count; n++) port.postMessage(n);
  });
}
if (port !== null && workerData === 'ring') {
  port.on('message', ({ handle, count }: { handle: RingHandle; count: number }) => {
    const numbers = ring(handle);
    for (let n = 0; n < count; n++) numbers.putSync(n);
    numbers.close();
  });
}
