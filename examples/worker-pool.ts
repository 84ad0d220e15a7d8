/**
 * Jobs for a few workers: three goroutines that share a channel of jobs.
 *
 * By hand it takes ten lines: many read from `jobs`, so each job goes to one of them; many write to `results`, so it is
 * closed when the last has ended. `asyncPipeUnordered` is the same in one line, and `asyncPipe` keeps the results in the order
 * of the jobs: a slow one holds up those behind it, but not the work on them.
 *
 * After "Worker pools" of Mark McGranaghan's "Go by Example".
 */
import { type ReadChan, type Value, from, scope, sleep } from 'millrace';
import { program } from './program.js';

export type Work<J, R> = (job: J) => Promise<R>;

/** The results of all jobs, as they come, by goroutines that share the jobs. */
export function byHand<J, R extends Value>(
  workers: number,
  jobs: ReadChan<J>,
  work: Work<J, R>,
): Promise<R[]> {
  return scope(async (s) => {
    const results = s.chan<R>();
    const working = Array.from({ length: workers }, () =>
      s.go(async () => {
        for await (const job of jobs) if (!(await results.put(await work(job)))) return;
      }),
    );
    void s.go(async () => {
      await Promise.all(working);
      results.close();
    });
    return results.collect();
  });
}

/** The same by an operator. */
export function asTheyCome<J, R extends Value>(
  workers: number,
  jobs: ReadChan<J>,
  work: Work<J, R>,
): Promise<R[]> {
  return jobs.asyncPipeUnordered(workers, work).collect();
}

/** The results in the order of the jobs. */
export function inOrder<J, R extends Value>(
  workers: number,
  jobs: ReadChan<J>,
  work: Work<J, R>,
): Promise<R[]> {
  return jobs.asyncPipe(workers, work).collect();
}

async function rest(ms: number): Promise<string> {
  await sleep(ms);
  return `${ms} ms`;
}

async function main(): Promise<void> {
  for (const pool of [byHand, asTheyCome, inOrder]) {
    const began = performance.now();
    const results = await pool(3, from([90, 10, 50, 30, 70, 20]), rest);
    console.log(`${pool.name.padEnd(10)} ${results.join(', ')}`);
    console.log(`${' '.repeat(10)} done in ${Math.round(performance.now() - began)} ms`);
  }
}

program(import.meta.url, main);
