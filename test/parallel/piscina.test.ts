import { Piscina } from 'piscina';
import { afterAll, expect, test } from 'vitest';
import { Chan, fromIter, fromRange } from '../../src/index.js';
import { inline, workerPool } from '../../src/parallel/index.js';
import { piscinaExecutor } from '../../src/parallel/pool/piscina.js';
import { numbers } from '../support/numbers.js';
import { rejection } from '../support/outcome.js';
import { type Fate, fated, square, throws, waits } from './tasks/jobs.js';

const piscina = new Piscina({ minThreads: 2, maxThreads: 2 });
const pool = piscinaExecutor(piscina);
afterAll(() => piscina.destroy());

test.each(['parallelPipe', 'parallelPipeUnordered'] as const)('%s runs on a piscina', async (kind) => {
  const results = await fromRange(2000)[kind](2, square, { pool }).collect();
  expect(new Set(results)).toEqual(new Set(numbers(2000).map((n) => n * n)));
  expect(pool.size).toBe(2);
});

test('errors are as on a pool of our own', async () => {
  const texts = fromIter(['fine', 'an error of a class of its own']);
  const { reason } = await rejection(texts.parallelPipe(2, throws, { pool }).collect());
  expect(reason).toMatchObject({
    name: 'ParseError',
    code: 'E_PARSE',
    index: 1,
    cause: { message: 'deeper' },
  });
});

test('what cannot be cloned is an error that names its index, and no other is lost', async () => {
  const seen: unknown[] = [];
  const same = inline((value: {}) => value as number);
  const inputs = fromIter<{}>([1, () => {}, 3]);
  const onError = (error: unknown): undefined => void seen.push(error);
  expect(await inputs.parallelPipe(1, same, { pool, batch: 3, onError }).collect()).toEqual([1, 3]);
  expect(seen).toMatchObject([{ name: 'TypeError', index: 1 }]);
});

test.each([
  ['exit', 'error', {}],
  ['hang', 'timeout', { taskTimeout: 200 }],
] as const)(
  'a thread that dies (%s) is an error that names the value; every other is run once',
  async (fate, why, options) => {
    const runs = new Int32Array(new SharedArrayBuffer(4 * 30));
    const errors: unknown[] = [];
    const onError = (error: unknown): undefined => void errors.push(error);
    const fates = fromRange(30).map((n): Fate => ({ n, fate: n === 13 ? fate : undefined, runs }));
    const results = await fates.parallelPipe(2, fated, { pool, batch: 10, onError, ...options }).collect();
    expect(errors).toMatchObject([{ name: 'WorkerError', why, index: 13 }]);
    expect(results).toEqual(numbers(30).filter((n) => n !== 13));
    expect(Array.from(runs)).toEqual(numbers(30).map(() => 1));
  },
);

test('hanging up aborts the signal of tasks in flight', async () => {
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const ch = new Chan<Int32Array>(1).add(counts).parallelPipe(1, waits, { pool });
  const got = ch.get();
  while (Atomics.load(counts, 0) < 1) await new Promise(setImmediate);
  ch.cancel();
  expect(await got).toBeUndefined();
  while (Atomics.load(counts, 1) < 1) await new Promise(setImmediate);
});

test('what is no piscina is refused', () => {
  expect(() => piscinaExecutor(workerPool(1) as never)).toThrow('Expected pool to be a Piscina, got object');
});
