import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { poolOnly } from './pool-only.js';
import { inOrder } from '../work.js';

const filename = fileURLToPath(new URL('../jobs/function.js', import.meta.url));
let pool;

export default {
  operations: {
    async parallel(n, microseconds, threads) {
      pool ??= new Piscina({
        filename,
        minThreads: threads,
        maxThreads: threads,
        // So that a worker has its next job when it is done with one.
        concurrentTasksPerWorker: 2,
      });
      const jobs = Array.from({ length: n }, (_, i) => pool.run([i, microseconds]));
      return (await Promise.all(jobs)).reduce(inOrder, 0);
    },
  },
  cannot: poolOnly,
};
