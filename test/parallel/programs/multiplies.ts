/** A program that starts threads for a task which is in its own module: each thread imports it, and would start threads again. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, isMainThread } from 'node:worker_threads';
import { fromRange } from 'millrace';
import { type Task, inline, runInThread, task, toIterable, useWorker, workerPool } from 'millrace/parallel';

const here = import.meta.url;
/** Threads have it too. */
const wanted = process.env['WAY'] ?? '';

writeSync(1, 'imported\n');
export const double: Task<(n: number) => number> = task(here, 'double', (n) => 2 * n);

/** Takes longer than a module that starts threads later. */
export const slow: Task<(n: number) => Promise<number>> = task(here, 'slow', async (n) => {
  await sleep(200);
  return n;
});

export const lists: Task<() => number[]> = task(here, 'lists', () => [1, 2]);

/** Threads within a thread, while a task runs there. */
export const nests: Task<(n: number) => Promise<number[]>> = task(here, 'nests', async (n) => {
  await using pool = workerPool(2);
  await sleep(1);
  const values = await fromRange(n)
    .parallelPipe(
      2,
      inline((m: number) => m + 1),
      { pool },
    )
    .collect();
  return [...values, ...toIterable(lists)];
});

const pipe = (): Promise<number[]> => fromRange(4).parallelPipe(2, double).collect();
const ways: Readonly<Record<string, () => unknown>> = {
  'parallelPipe, at once': pipe,
  'parallelPipe, at once, while nobody waits for it (later)': pipe,
  'parallelPipe, later': async () => {
    await sleep(20);
    return pipe();
  },
  'parallelPipe, later, while the task waits': async () => {
    await sleep(20);
    return fromRange(4).parallelPipe(2, slow).collect();
  },
  runInThread: () => runInThread(double, 3),
  toIterable: () => [...toIterable(lists)],
  'a worker that imports the program': () => {
    useWorker(() => new Worker(new URL('multiplies-worker.js', import.meta.url)));
    return pipe();
  },
  // These do not multiply.
  'a program that starts threads only where it is the main thread': () => (isMainThread ? pipe() : 0),
  'threads within a thread': () => (isMainThread ? runInThread(nests, 3) : 0),
};

const way = ways[wanted] ?? pipe;
// Where the program waits for that, so do the threads that import it; they hear of an error then.
const outcome: Promise<unknown> = (async () => way())().then(
  (result) => isMainThread && writeSync(1, `${JSON.stringify(result)}\n`),
  (error: unknown) => {
    if (!isMainThread) throw error;
    writeSync(1, `${String(error)}\n`);
  },
);
if (!wanted.includes('later')) await outcome;
