/** Jobs on worker threads, done with `millrace/parallel`. */
import { fromRange } from '../../dist/index.js';
import { workerPool } from '../../dist/parallel/index.js';
import { job } from '../jobs/millrace.js';
import { inOrder } from '../work.js';

let pool;

export function parallel(n, microseconds, threads) {
  pool ??= workerPool(threads);
  return fromRange(n)
    .map((index) => [index, microseconds])
    .parallelPipe(threads, job, { pool })
    .reduce(inOrder, 0);
}
