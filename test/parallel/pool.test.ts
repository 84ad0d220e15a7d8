/** A pool: calls one by one, threads that have nothing to do, figures. */
import { afterAll, describe, expect, test } from 'vitest';
import { fromRange } from '../../src/index.js';
import { WorkerError, inline, workerPool } from '../../src/parallel/index.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { square, waits } from './tasks/jobs.js';

const pool = workerPool(2);
afterAll(() => pool.dispose());

const turn = (): Promise<void> => new Promise(setImmediate);
const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

/** Counts that it has begun, and goes on when it is told. */
const held = inline((words: Int32Array) => {
  Atomics.add(words, 0, 1);
  Atomics.wait(words, 1, 0);
  return words[0];
});
const letGo = (words: Int32Array): void => {
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
};
const begun = async (words: Int32Array, count = 1): Promise<void> => {
  while (Atomics.load(words, 0) < count) await turn();
};

describe('a call of a pool', () => {
  test('gives what the task returns, or rejects with what it throws', async () => {
    expect(await pool.run(square, 7)).toBe(49);
    expect(await Promise.all(numbers(20).map((n) => pool.run(square, n)))).toEqual(
      numbers(20).map((n) => n * n),
    );
    const fails = inline(async (message: string) => {
      throw new RangeError(message);
    });
    const { reason } = await rejection(pool.run(fails, 'odd'));
    expect(reason).toBeInstanceOf(RangeError);
    expect(reason).toMatchObject({ message: 'odd' });
    expect(reason).not.toHaveProperty('index');
    expect(
      await pool.run(
        inline(() => undefined),
        0,
      ),
    ).toBeUndefined();
  });

  test('waits for a thread that is free, and not behind a slow one', async () => {
    const words = shared();
    const slow = pool.run(held, words);
    await begun(words);
    expect(await Promise.all(numbers(20).map((n) => pool.run(square, n)))).toHaveLength(20);
    letGo(words);
    await slow;
  });

  test('is not held up by pipes that keep every thread busy', async () => {
    const pipe = fromRange().parallelPipe(2, square, { pool });
    let over = false;
    const draining = pipe.forEach(() => over && pipe.cancel());
    await turn();
    expect(await pool.run(square, 3)).toBe(9);
    over = true;
    await draining;
  });

  test('that is aborted rejects with the reason: what waits is not called, what runs is told', async () => {
    const small = workerPool(1);
    const [controller, words] = [new AbortController(), shared()];
    const listeners = countListeners(controller.signal);
    const { signal } = controller;
    const running = rejection(small.run(waits, words, { signal }));
    const ran = shared();
    const waiting = rejection(small.run(held, ran, { signal }));
    await begun(words);
    expect(small.stats()).toMatchObject({ busy: 1, queued: 1 });
    controller.abort('enough');
    expect(await Promise.all([running, waiting])).toEqual([{ reason: 'enough' }, { reason: 'enough' }]);
    expect(await small.run(square, 2)).toBe(4);
    expect([words[1], ran[0], listeners.now]).toEqual([1, 0, 0]);
    expect((await rejection(small.run(square, 2, { signal }))).reason).toBe('enough');
    await small.dispose();
  });

  test('that does not stop within graceMs is ended with its thread', async () => {
    const small = workerPool(1);
    const [controller, words] = [new AbortController(), shared()];
    const running = rejection(small.run(held, words, { signal: controller.signal, graceMs: 10 }));
    await begun(words);
    controller.abort('enough');
    expect(await running).toEqual({ reason: 'enough' });
    expect(await small.run(square, 2)).toBe(4);
    // One that is stuck may take some time to end.
    while (small.stats().died === 0) await turn();
    expect(small.stats()).toMatchObject({ started: 2, died: 1 });
    await small.dispose();
  });

  test('whose thread dies, hangs, or cannot be started, rejects', async () => {
    const exits = inline((code: number) => process.exit(code));
    expect((await rejection(pool.run(exits, 3))).reason).toMatchObject({
      name: 'WorkerError',
      message: 'The worker exited with code 3',
      why: 'exit',
      index: -1,
    });
    const hangs = inline(() => {
      for (;;);
    });
    expect((await rejection(pool.run(hangs, 0, { taskTimeout: 50 }))).reason).toMatchObject({
      message: 'The worker was ended after 50 ms',
      why: 'timeout',
    });
    const none = workerPool(1, {
      worker: () => {
        throw new Error('no more');
      },
    });
    const calls = numbers(3).map(async (n) => rejection(none.run(square, n)));
    for (const { reason } of await Promise.all(calls)) {
      expect(reason).toMatchObject({ message: 'The worker could not be started (no more)' });
    }
  });

  test('of a value or result that cannot be cloned rejects', async () => {
    const same = inline((value: unknown) => value);
    expect((await rejection(pool.run(same, () => {}))).reason).toMatchObject({
      message: expect.stringMatching(/^The value cannot be sent to another thread: /),
    });
    const makes = inline(() => () => {});
    expect((await rejection(pool.run(makes, 0))).reason).toMatchObject({
      message: expect.stringMatching(/^The result cannot be sent: /),
    });
    // Many that are refused at once do not nest.
    const refused = numbers(20_000).map(async () => rejection(pool.run(same, Symbol())));
    expect(await Promise.all(refused)).toHaveLength(20_000);
  });

  test('of a pool that was disposed rejects, also one that waited', async () => {
    const doomed = workerPool(1);
    const words = shared();
    const calls = [rejection(doomed.run(held, words)), rejection(doomed.run(square, 1))];
    await begun(words);
    await doomed.dispose();
    calls.push(rejection(doomed.run(square, 2)));
    for (const { reason } of await Promise.all(calls)) {
      expect(reason).toBeInstanceOf(WorkerError);
      expect(reason).toMatchObject({ why: 'disposed', message: 'The worker was ended with its pool' });
    }
    expect(doomed.stats()).toMatchObject({ threads: 0, queued: 0 });
  });

  test('of what is no task, or with a bad option, throws', () => {
    expect(() => pool.run((() => 1) as never, 1)).toThrow('Expected task to be a task');
    expect(() => pool.run(square, 1, { signal: 5 as never })).toThrow('Expected signal to be an AbortSignal');
    expect(() => pool.run(square, 1, { transfer: 5 as never })).toThrow(TypeError);
    expect(() => pool.run(square, 1, { taskTimeout: '5' as never })).toThrow(TypeError);
    expect(() => pool.run(square, 1, { graceMs: NaN })).toThrow(TypeError);
  });

  test('that was taken back is forgotten, also while the thread is held up', async () => {
    const small = workerPool(1);
    const words = shared();
    const running = small.run(held, words);
    await begun(words);
    const calls: Promise<unknown>[] = [];
    for (let n = 0; n < 1000; n++) {
      const controller = new AbortController();
      calls.push(rejection(small.run(square, n, { signal: controller.signal })));
      controller.abort();
    }
    const last = small.run(square, 3);
    expect(small.stats().queued).toBe(1);
    await Promise.all(calls);
    letGo(words);
    await running;
    expect(await last).toBe(9);
    expect(small.stats()).toMatchObject({ queued: 0, completed: 2 });
    await small.dispose();
  });
});

describe('initialize', () => {
  const never = inline((n: number) => n, { initialize: () => new Promise(() => {}) });
  const blocks = inline((n: number) => n, {
    initialize: () => {
      for (;;);
    },
  });

  test.each([
    ['never settles', never],
    ['blocks', blocks],
  ])('that %s fails the calls of its task after taskTimeout, and no others', async (_, task) => {
    const small = workerPool(1);
    const errors: unknown[] = [];
    const onError = (error: unknown): undefined => void errors.push(error);
    const [results, others] = await Promise.all([
      fromRange(4).parallelPipe(1, task, { pool: small, batch: 2, taskTimeout: 50, onError }).collect(),
      fromRange(4).parallelPipe(1, square, { pool: small, batch: 2 }).collect(),
    ]);
    expect([results, others]).toEqual([[], [0, 1, 4, 9]]);
    const message = 'The worker was ended: initialize did not settle within 50 ms';
    expect(errors).toMatchObject(numbers(4).map((index) => ({ message, why: 'timeout', index })));
    // Not one for each call.
    expect(small.stats().started).toBeLessThanOrEqual(4);
    await small.dispose();
  });

  test('that takes less than taskTimeout leaves the first call its whole time', async () => {
    const slow = inline(
      async (n: number) => {
        await new Promise((resolve) => setTimeout(resolve, 600));
        return n;
      },
      { initialize: () => new Promise((resolve) => setTimeout(resolve, 600)) },
    );
    expect(await pool.run(slow, 5, { taskTimeout: 1000 })).toBe(5);
  });
});

test('threads that have had nothing to do for idleMs are ended, and started again when there is work', async () => {
  const small = workerPool(2, { idleMs: 20 });
  expect(await small.run(square, 2)).toBe(4);
  expect(small.stats()).toMatchObject({ threads: 1, idle: 1, started: 1 });
  const words = shared();
  const running = small.run(held, words);
  await begun(words);
  // One that has work stays.
  expect(await small.run(square, 3)).toBe(9);
  while (small.running > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(small.stats()).toMatchObject({ threads: 1, busy: 1, started: 2, died: 0 });
  letGo(words);
  await running;
  while (small.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await fromRange(3).parallelPipe(2, square, { pool: small }).collect()).toEqual([0, 1, 4]);
  await small.dispose();
  expect(() => workerPool(1, { idleMs: '5' as never })).toThrow('Expected idleMs');
});

test('figures tell what the threads do, and have done', async () => {
  const small = workerPool(1);
  const none = { size: 1, threads: 0, busy: 0, idle: 0, queued: 0, completed: 0, started: 0, died: 0 };
  expect(small.stats()).toEqual(none);
  const words = shared();
  // So that the values are taken in one go, unless the machine is busy.
  await turns();
  const pipe = fromRange(3)
    .map(() => words)
    .parallelPipe(1, held, { pool: small, batch: 3 })
    .collect();
  await begun(words);
  const call = small.run(square, 1);
  const other = small.run(square, 2);
  const { queued, ...figures } = small.stats();
  expect([2, 3, 4]).toContain(queued);
  expect({ ...figures, queued: 0 }).toEqual({ ...none, threads: 1, busy: 1, started: 1 });
  letGo(words);
  await Promise.all([pipe, call, other]);
  expect(small.stats()).toEqual({ ...none, threads: 1, idle: 1, completed: 5, started: 1 });
  await small.dispose();
});

test('with flatten a task may be a generator', async () => {
  const twice = inline(function* (n: number) {
    yield n;
    if (n === 2) throw new RangeError('two');
    yield n;
  });
  const ch = fromRange(3).parallelPipe(1, twice, { pool, flatten: true });
  expect(await ch.collect(4)).toEqual([0, 0, 1, 1]);
  expect((await rejection(ch.get())).reason).toMatchObject({ name: 'RangeError', index: 2 });
});

test('ten thousand pipes at once on one thread each get their results', async () => {
  const small = workerPool(1);
  const pipes = numbers(10_000).map((n) =>
    fromRange(n, n + 1)
      .parallelPipe(1, square, { pool: small })
      .get(),
  );
  expect(await Promise.all(pipes)).toEqual(numbers(10_000).map((n) => n * n));
  await small.dispose();
});
