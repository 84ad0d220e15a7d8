/** Threads print before their pool is disposed, before a coroutine returns, before a hung call is ended, and at the end of the program. */
import { fromRange } from 'millrace';
import { inline, runInThread, workerPool } from 'millrace/parallel';

const prints = inline((round: string) => {
  for (let line = 0; line < 3; line++) console.log(`${round}, line ${line}`);
  return round;
});
for (let round = 0; round < 5; round++) {
  await using pool = workerPool(1);
  await pool.run(prints, `disposed ${round}`);
}
for (let round = 0; round < 5; round++) await runInThread(prints, `returned ${round}`);
const hangs = inline(async (round: string) => {
  for (let line = 0; line < 3; line++) console.log(`${round}, line ${line}`);
  await new Promise(() => {});
});
await using pool = workerPool(1);
await pool.run(hangs, 'hung', { taskTimeout: 20 }).catch(() => {});
await fromRange(1)
  .map(() => 'over')
  .parallelPipe(1, prints)
  .collect();
