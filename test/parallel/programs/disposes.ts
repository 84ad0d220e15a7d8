/** Leaves a loop in the midst, and disposes of its pool, again and again: prints how often it got through. */
import { fromRange } from 'millrace';
import { inline, workerPool } from 'millrace/parallel';

const same = inline((n: number) => n);
let rounds = 0;
for (; rounds < 20; rounds++) {
  const pool = workerPool(1);
  try {
    let left = 20;
    for await (const _ of fromRange().parallelPipe(1, same, { pool }).consume()) if (--left === 0) break;
  } finally {
    await pool.dispose();
  }
}
console.log(rounds);
