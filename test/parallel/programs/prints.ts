/**
 * Threads print before their pool is disposed, before a coroutine returns, before a hung call is ended, and
 * at the end of the program; or, when told so, before a loop over a blocking iterable ends.
 */
import { fromRange } from 'millrace';
import { inline, runInThread, toIterable, workerPool } from 'millrace/parallel';

const prints = inline((round: string) => {
  for (let line = 0; line < 3; line++) console.log(`${round}, line ${line}`);
  return round;
});
const iterates = inline(function* (round: string) {
  for (let line = 0; line < 3; line++) console.log(`${round}, line ${line}`);
  yield round;
});
const hangs = inline(async (round: string) => {
  for (let line = 0; line < 3; line++) console.log(`${round}, line ${line}`);
  await new Promise(() => {});
});

async function all(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await using pool = workerPool(1);
    await pool.run(prints, `disposed ${round}`);
  }
  for (let round = 0; round < 5; round++) await runInThread(prints, `returned ${round}`);
  await using pool = workerPool(1);
  await pool.run(hangs, 'hung', { taskTimeout: 20 }).catch(() => {});
  await fromRange(1)
    .map(() => 'over')
    .parallelPipe(1, prints)
    .collect();
}

if (process.argv[2] !== 'iterates') await all();
else for (let round = 0; round < 3; round++) for (const _ of toIterable(iterates, `iterated ${round}`));
