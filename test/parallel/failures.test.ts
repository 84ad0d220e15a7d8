import { afterAll, describe, expect, test } from 'vitest';
import { from, fromIter, fromRange } from '../../src/index.js';
import { WorkerError, inline, workerPool } from '../../src/parallel/index.js';
import { numbers } from '../support/numbers.js';
import { rejection } from '../support/outcome.js';
import { here } from '../support/runtime.js';
import { type Fate, fated, square, throws, uncloneable } from './tasks/jobs.js';

const pool = workerPool(2);
afterAll(() => pool.dispose());

/** What comes of a single text, as an error. */
async function thrown(what: string): Promise<unknown> {
  const { reason } = await rejection(from(['fine', what]).parallelPipe(1, throws, { pool }).collect());
  return reason;
}

describe('a task that throws fails the channel with', () => {
  test('its error: class name, message, stack, cause, code, and the index of the value', async () => {
    const error = (await thrown('an error of a class of its own')) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ParseError', message: 'odd', code: 'E_PARSE', line: 3, index: 1 });
    // Bun heads a stack with the class that the constructor of the error calls last; Deno names the source before it was compiled.
    expect(error.stack).toMatch(/^(Range)?Error: odd\n(.*\n)?.*tasks\/jobs\.[jt]s/);
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.cause).toMatchObject({ message: 'deeper', cause: 'deepest' });
  });

  test.each<[string, object]>([
    ['an error with a name of its own', { name: 'CustomName', message: 'named', index: 1 }],
    [
      'several',
      { name: 'AggregateError', message: 'both', errors: [{ name: 'RangeError', message: 'one' }, 2] },
    ],
    ['a rejection', { name: 'URIError', message: 'late', index: 1 }],
    ['undefined', { message: 'undefined was thrown' }],
    ['an object', { a: [1] }],
    [
      'a function',
      { message: 'A value of type function was thrown, which cannot be sent to another thread' },
    ],
    ['a symbol', { message: 'Symbol(odd) was thrown, which cannot be sent to another thread' }],
    ['its own cause', { message: 'round', cause: { message: 'round' } }],
  ])('%s', async (what, expected) => {
    expect(await thrown(what)).toMatchObject(expected);
  });

  test('null and zero', async () => {
    expect([await thrown('null'), await thrown('zero')]).toEqual([null, 0]);
  });
});

test('a task that throws fails the channel when the results before that have been read', async () => {
  const job = inline((n: number) => {
    if (n === 3) throw new Error('three');
    return n;
  });
  const ch = fromRange(10).parallelPipe(2, job, { pool });
  expect(await ch.collect(3)).toEqual([0, 1, 2]);
  expect((await rejection(ch.get())).reason).toMatchObject({ message: 'three', index: 3 });
  const onError = (error: unknown, value: number): number | undefined =>
    (error as Error).message === 'three' ? -value : undefined;
  expect(await fromRange(5).parallelPipe(2, job, { pool, onError }).collect()).toEqual([0, 1, 2, -3, 4]);
});

test('a value or a result that cannot be cloned is an error that names its index, and no other is lost', async () => {
  const inputs = fromIter<{}>([1, 2, () => {}, 4, Symbol('five'), 6]);
  const seen: unknown[] = [];
  const onError = (error: unknown): undefined => void seen.push(error);
  const same = inline((value: unknown) => value as number);
  expect(await inputs.parallelPipe(1, same, { pool, batch: 6, onError }).collect()).toEqual([1, 2, 4, 6]);
  expect(seen).toMatchObject([
    { name: 'TypeError', index: 2 },
    { name: 'TypeError', index: 4 },
  ]);
  expect((seen[0] as Error).message).toMatch(/^Value 2 cannot be sent to another thread: /);
  expect((seen[0] as Error).cause).toMatchObject({ name: 'DataCloneError' });

  const results = fromRange(5).parallelPipe(1, uncloneable, { pool, batch: 5 });
  expect(await results.collect(2)).toEqual([0, 1]);
  const { reason } = await rejection(results.get());
  expect(reason).toMatchObject({ name: 'TypeError', index: 2 });
  expect((reason as Error).message).toMatch(/^The result cannot be sent: /);
  const all = fromRange(5).parallelPipe(1, uncloneable, { pool, batch: 5, onError: () => undefined });
  expect(await all.collect()).toEqual([0, 1, 3, 4]);
});

describe('a worker that', () => {
  const COUNT = 40;
  const BAD = 17;

  interface Outcome {
    readonly results: unknown[];
    readonly errors: unknown[];
    readonly runs: number[];
  }

  /** Runs batches of ten, one value of which is the end of its thread; that is left out of the results. */
  async function outcome(fate: Fate['fate'], options: { taskTimeout?: number } = {}): Promise<Outcome> {
    const runs = new Int32Array(new SharedArrayBuffer(4 * COUNT));
    const small = workerPool(2, { resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const errors: unknown[] = [];
    const onError = (error: unknown): undefined => void errors.push(error);
    const fates = fromRange(COUNT).map((n): Fate => ({ n, fate: n === BAD ? fate : undefined, runs }));
    const pipe = fates.parallelPipe(2, fated, { pool: small, batch: 10, onError, ...options });
    const results = await pipe.collect();
    await small.dispose();
    expect(small.running).toBe(0);
    return { results, errors, runs: Array.from(runs) };
  }

  const others = numbers(COUNT).filter((n) => n !== BAD);

  test('exits in the midst of a batch is an error that names the value; every other is run once and gives its result', async () => {
    const { results, errors, runs } = await outcome('exit');
    expect(errors).toEqual([expect.any(WorkerError)]);
    expect(errors).toMatchObject([
      { why: 'exit', index: BAD, message: 'The worker exited with code 7 while it ran value 17' },
    ]);
    expect(results).toEqual(others);
    expect(runs).toEqual(numbers(COUNT).map(() => 1));
  });

  test('fails with an uncaught error is an error that names the value', async () => {
    const { results, errors, runs } = await outcome('uncaught');
    expect(errors).toMatchObject([{ why: 'error', index: BAD, cause: { message: 'in the background' } }]);
    expect(results).toEqual(others);
    expect(runs).toEqual(numbers(COUNT).map(() => 1));
  });

  // So long that a busy machine does not pass for a hang.
  const taskTimeout = 1000;
  const memory: [string, Fate['fate'], string, object] =
    // Deno ends a call that meets the limit without a word.
    here === 'deno'
      ? ['runs out of memory', 'memory', 'timeout', { taskTimeout }]
      : ['runs out of memory', 'memory', 'memory', {}];

  test.each<[string, Fate['fate'], string, object]>([
    ['hangs past taskTimeout', 'hang', 'timeout', { taskTimeout }],
    // Bun sets no limit to the memory of a thread: it would take all there is.
    ...(here === 'bun' ? [] : [memory]),
  ])(
    '%s is an error that names the value; every other is run once and gives its result',
    async (_, fate, why, options) => {
      const { results, errors, runs } = await outcome(fate, options);
      expect(errors).toMatchObject([{ name: 'WorkerError', why, index: BAD }]);
      expect(results).toEqual(others);
      expect(runs).toEqual(numbers(COUNT).map(() => 1));
    },
  );

  test('dies without an onError closes the output with its error, and what came before can be read', async () => {
    const fates = fromRange(COUNT).map((n): Fate => ({ n, fate: n === BAD ? 'exit' : undefined }));
    const ch = fates.parallelPipe(2, fated, { pool });
    expect(await ch.collect(BAD)).toEqual(numbers(BAD));
    expect((await rejection(ch.get())).reason).toMatchObject({ name: 'WorkerError', index: BAD });
    expect(ch.drained).toBe(true);
    expect(await fromRange(3).parallelPipe(2, square, { pool }).collect()).toEqual([0, 1, 4]);
  });
});

test('threads that cannot be started are an error', async () => {
  const none = workerPool(1, {
    worker: () => {
      throw new Error('no more');
    },
  });
  const { reason } = await rejection(fromRange(3).parallelPipe(1, square, { pool: none }).get());
  expect(reason).toMatchObject({ name: 'WorkerError', message: 'The worker could not be started (no more)' });
});

test('threads that die before they begin anything are given up', async () => {
  const dead = inline(() => 1, { initialize: () => process.exit(3) });
  const { reason } = await rejection(fromRange(3).parallelPipe(1, dead, { pool }).get());
  expect(reason).toMatchObject({
    name: 'WorkerError',
    message: 'The worker exited with code 3 before it began anything, 3 times',
  });
});

test('a pool that was disposed fails what it had begun, and what is given to it later', async () => {
  const doomed = workerPool(1);
  const hangs = fromRange(3).map((n): Fate => ({ n, fate: 'hang' }));
  const got = hangs.parallelPipe(1, fated, { pool: doomed }).get();
  while (doomed.running === 0) await new Promise(setImmediate);
  await doomed.dispose();
  expect((await rejection(got)).reason).toMatchObject({ name: 'WorkerError', why: 'disposed' });
  expect(doomed.running).toBe(0);
  const late = fromRange(1).parallelPipe(1, square, { pool: doomed }).get();
  expect((await rejection(late)).reason).toMatchObject({ why: 'disposed' });
});
