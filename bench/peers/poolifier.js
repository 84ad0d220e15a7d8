import { fileURLToPath } from 'node:url';
import { FixedThreadPool } from 'poolifier';
import { inOrder } from '../work.js';
import { poolOnly } from './pool-only.js';

const script = fileURLToPath(new URL('../jobs/poolifier.js', import.meta.url));
let pool;

export default {
  operations: {
    async parallel(n, microseconds, threads) {
      pool ??= new FixedThreadPool(threads, script);
      const jobs = Array.from({ length: n }, (_, i) => pool.execute([i, microseconds]));
      return (await Promise.all(jobs)).reduce(inOrder, 0);
    },
  },
  cannot: poolOnly,
};
