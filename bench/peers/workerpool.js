import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { inOrder } from '../work.js';
import { poolOnly } from './pool-only.js';

const script = fileURLToPath(new URL('../jobs/workerpool.js', import.meta.url));
let pool;

export default {
  operations: {
    async parallel(n, microseconds, threads) {
      pool ??= workerpool.pool(script, {
        minWorkers: threads,
        maxWorkers: threads,
        workerType: 'thread',
      });
      const jobs = Array.from({ length: n }, (_, i) => pool.exec('job', [[i, microseconds]]));
      return (await Promise.all(jobs)).reduce(inOrder, 0);
    },
  },
  cannot: poolOnly,
};
