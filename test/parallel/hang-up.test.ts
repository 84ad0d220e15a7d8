import { afterAll, describe, expect, test } from 'vitest';
import { Chan, from, fromRange } from '../../src/index.js';
import { type WorkerError, inline, workerPool } from '../../src/parallel/index.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { type Fate, fated, square, waits } from './tasks/jobs.js';

const pool = workerPool(2);
afterAll(() => pool.dispose());

const turn = (): Promise<void> => new Promise(setImmediate);
const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

describe('hanging up', () => {
  test('aborts the signal of tasks in flight, and takes nothing more', async () => {
    const counts = shared();
    const source = new Chan<Int32Array>(9).add(...numbers(9).map(() => counts));
    const ch = source.parallelPipe(2, waits, { pool });
    const got = ch.get();
    while (Atomics.load(counts, 0) < 2) await turn();
    const { gets } = source.stats();
    ch.cancel('enough');
    expect(await got).toBeUndefined();
    while (Atomics.load(counts, 1) < 2) await turn();
    expect([counts[0], source.stats().gets, pool.running]).toEqual([2, gets, 2]);
  });

  test('calls no more of a batch, and what dies after that is told from what had not begun', async () => {
    const small = workerPool(1);
    // Ten calls that travel together, the first of which waits for us.
    const counts = shared();
    const first = inline((words: Int32Array) => {
      if (Atomics.add(words, 0, 1) === 0) Atomics.wait(words, 1, 0);
      return 1;
    });
    const ch = from(numbers(10).map(() => counts)).parallelPipe(1, first, { pool: small, batch: 10 });
    void ch.get();
    while (Atomics.load(counts, 0) === 0) await turn();
    ch.cancel();
    Atomics.store(counts, 1, 1);
    Atomics.notify(counts, 1);
    // The same thread goes on with these, and dies of the third.
    const runs = new Int32Array(new SharedArrayBuffer(16));
    const fates = numbers(4).map((n): Fate => ({ n, fate: n === 2 ? 'exit' : undefined, runs }));
    const failed: unknown[] = [];
    const results = await from(fates)
      .parallelPipe(1, fated, {
        pool: small,
        batch: 4,
        onError: (error, { n }) => void failed.push([n, (error as WorkerError).index]),
      })
      .collect();
    expect(counts[0]).toBe(1);
    expect(failed).toContainEqual([2, 2]);
    expect(results).toContain(3);
    expect(Array.from(runs)).toEqual([1, 1, 1, 1]);
    await small.dispose();
  });

  test('ends a thread that does not stop within graceMs, and another takes its place', async () => {
    const small = workerPool(1);
    const hangs = fromRange(2).map((n): Fate => ({ n, fate: 'hang' }));
    const ch = hangs.parallelPipe(1, fated, { pool: small, graceMs: 20 });
    void ch.get();
    while (small.running === 0) await turn();
    // Behind what hangs, on the same thread.
    const others = fromRange(3).parallelPipe(1, square, { pool: small }).collect();
    await turn();
    ch.cancel();
    expect(await others).toEqual([0, 1, 4]);
    await small.dispose();
  });

  test('at 500 random moments leaves no thread, message or listener behind', async () => {
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    const { signal } = controller;
    const source = new Chan<number>();
    const job = inline((n: number) => {
      for (const until = performance.now() + (n % 7) / 10; performance.now() < until; );
      if (n % 50 === 49) throw new Error('now and then');
      return n;
    });
    const fed = (async () => {
      for (let n = 0; await source.put(n); n++);
    })();
    for (let round = 0; round < 500; round++) {
      const ordered = round % 2 === 0 ? 'parallelPipe' : 'parallelPipeUnordered';
      const ch = source[ordered](2, job, { pool, signal });
      const got = ch.collect(1 + (round % 5)).catch(() => []);
      const moment = Math.random() * 3;
      if (round % 3 === 0) await turn();
      else await new Promise((resolve) => setTimeout(resolve, moment));
      ch.cancel(new Error('hung up'));
      await got;
    }
    source.cancel();
    await fed;
    expect(listeners.now).toBe(0);
    expect(source.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
    // The pool answers as ever, with the threads it had: nothing lies before that in its queues.
    expect(await fromRange(50).parallelPipe(2, square, { pool }).collect()).toEqual(
      numbers(50).map((n) => n * n),
    );
    expect(pool.running).toBe(2);
    await pool.dispose();
    expect(pool.running).toBe(0);
    const ports = process
      .getActiveResourcesInfo()
      .filter((name) => name === 'MessagePort' || name === 'Worker');
    expect(ports).toEqual([]);
  });
});
