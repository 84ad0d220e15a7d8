/** Whatever is passed where something else is due: an error of a documented type, no thread left behind, and a pool that works on. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Chan, fromIter, fromRange, type Value } from '../../src/index.js';
import * as parallel from '../../src/parallel/index.js';
import { piscinaExecutor } from '../../src/parallel/pool/piscina.js';
import { rejection } from '../support/outcome.js';
import { here } from '../support/runtime.js';
import { turns } from '../support/turns.js';
import { square } from './tasks/jobs.js';

const { fromPort, inline, output, ring, runInThread, task, toIterable, toPort, transfer } = parallel;
const { Runner, useWorker, workerPool } = parallel;

const pool = workerPool(1);
afterAll(() => pool.dispose());

const never = (): never => {
  throw new Error('must not be asked');
};

/** Things that are nothing in particular, and things that look a little like what is due. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Infinity,
    -1,
    0,
    0.5,
    2 ** 53,
    5n,
    '',
    '5',
    true,
    Symbol('symbol'),
    () => {},
    async () => {},
    [],
    {},
    [undefined],
    new Map(),
    /x/,
    new Error('error'),
    Object.create(null),
  ),
  fc.constantFrom<unknown>(
    { poll: 5 },
    { offer: true },
    { spec: 5 },
    { spec: null },
    { spec: {} },
    { spec: { module: 5, name: 'x' } },
    { run: 5, abort: 5, size: 1 },
    { postMessage: 5, addEventListener: 5 },
    { postMessage: () => {}, addEventListener: () => {} },
    { addEventListener: () => {}, aborted: 5 },
    { buffer: new ArrayBuffer(8), kind: 'numbers' },
    { options: { maxThreads: '5' }, run: () => {} },
    { toString: never },
    { [Symbol.toPrimitive]: never },
  ),
  fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true, withDate: true }),
);

const isMissing = (it: unknown): boolean => it === undefined;
const isFunction = (it: unknown): boolean => typeof it === 'function';
const isText = (it: unknown): boolean => typeof it === 'string';
const isInteger = (least: number) => (it: unknown) => Number.isSafeInteger(it) && (it as number) >= least;
const isDuration = (it: unknown): boolean => typeof it === 'number' && !Number.isNaN(it);
const nothing = (): boolean => false;
const or =
  (...all: ((it: unknown) => boolean)[]) =>
  (it: unknown) =>
    all.some((is) => is(it));

type Row = [name: string, isRight: (it: unknown) => boolean, use: (bad: never, ch: Chan<number>) => unknown];

const f = (n: number): number => n;
const same = inline((value: unknown) => value as number);
const port = (): parallel.PortLike => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
};

const OPTIONS = (
  [
    ['batch', or(isMissing, isInteger(1))],
    ['lookahead', or(isMissing, isInteger(0), (it: unknown) => it === Infinity)],
    ['taskTimeout', or(isMissing, isDuration)],
    ['graceMs', or(isMissing, isDuration)],
    ['transfer', or(isMissing, isFunction)],
    ['onError', or(isMissing, isFunction)],
    ['signal', isMissing],
    ['pool', isMissing],
  ] as const
).flatMap(([name, isRight]): Row[] =>
  (['parallelPipe', 'parallelPipeUnordered'] as const).map(
    (pipe): Row => [
      `${pipe}(1, task, { ${name} })`,
      isRight,
      (bad, ch) => ch[pipe](1, square, { pool, [name]: bad }),
    ],
  ),
);

const PLACES: Row[] = [
  ['parallelPipe(…, task)', isInteger(1), (bad, ch) => ch.parallelPipe(bad, square, { pool })],
  ['parallelPipe(1, …)', nothing, (bad, ch) => ch.parallelPipe(1, bad, { pool })],
  ['parallelPipeUnordered(…, task)', isInteger(1), (bad, ch) => ch.parallelPipeUnordered(bad, square)],
  ['parallelPipeUnordered(1, …)', nothing, (bad, ch) => ch.parallelPipeUnordered(1, bad)],
  ...OPTIONS,
  ['workerPool(…)', or(isMissing, isInteger(1)), (bad) => workerPool(bad)],
  ['workerPool(1, { idleMs })', or(isMissing, isDuration), (bad) => workerPool(1, { idleMs: bad })],
  ['workerPool(1).run(…, 1)', nothing, (bad) => pool.run(bad, 1)],
  ['workerPool(1).run(task, 1, { signal })', isMissing, (bad) => pool.run(square, 1, { signal: bad })],
  [
    'workerPool(1).run(task, 1, { transfer })',
    or(isMissing, Array.isArray),
    (bad) => pool.run(square, 1, { transfer: bad }).catch(() => {}),
  ],
  ['workerPool(1, { worker })', or(isMissing, isFunction), (bad) => workerPool(1, { worker: bad })],
  [
    'workerPool(1, { resourceLimits })',
    // Whose members are the next row's.
    (it) => it === undefined || (it === Object(it) && !isFunction(it)),
    (bad) => workerPool(1, { resourceLimits: bad }),
  ],
  [
    'workerPool(1, { resourceLimits: { stackSizeMb } })',
    or(isMissing, (it) => typeof it === 'number' && it > 0),
    (bad) => workerPool(1, { resourceLimits: { stackSizeMb: bad } }),
  ],
  ['useWorker(…)', or(isMissing, isFunction), (bad) => useWorker(bad)],
  ['task(…, name, f)', isText, (bad) => task(bad, 'f', f)],
  ['task(url, …, f)', isText, (bad) => task('node:path', bad, f)],
  ['task(url, name, …)', isFunction, (bad) => task('node:path', 'f', bad)],
  [
    'task(url, name, f, { initialize })',
    or(isMissing, isFunction),
    (bad) => task('node:path', 'f', f, { initialize: bad }),
  ],
  ['inline(…)', isFunction, (bad) => inline(bad)],
  ['inline(f, { initialize })', or(isMissing, isFunction), (bad) => inline(f, { initialize: bad })],
  ['runInThread(…)', nothing, (bad) => runInThread(bad)],
  ['output(…)', nothing, (bad) => output(bad)],
  ['toIterable(…)', nothing, (bad) => toIterable(bad)],
  ['transfer(…, [])', (it) => it === Object(it), (bad) => transfer(bad, [])],
  ['transfer({}, …)', Array.isArray, (bad) => transfer({}, bad)],
  ['fromPort(…)', nothing, (bad) => fromPort(bad)],
  ['fromPort(port, { window })', or(isMissing, isInteger(1)), (bad) => fromPort(port(), { window: bad })],
  ['toPort(…, port)', nothing, (bad) => toPort(bad, port())],
  ['toPort(ch, …)', nothing, (bad, ch) => toPort(ch, bad)],
  // More than there is memory for is a RangeError too, which takes its time.
  ['ring({ capacity })', or(isMissing, isInteger(1)), (bad) => ring({ capacity: bad })],
  ['ring({ kind })', or(isMissing, (it) => it === 'bytes'), (bad) => ring({ kind: bad })],
  ['ring({ buffer })', nothing, (bad) => ring({ kind: 'numbers', buffer: bad })],
  ['piscinaExecutor(…)', nothing, (bad) => piscinaExecutor(bad)],
];

const silent = (): parallel.Runner => new Runner(() => {});
const message = (of: object) =>
  ({
    type: 'run',
    id: 1,
    task: { source: '(n) => n', initialize: undefined },
    eager: false,
    values: [1],
    ...of,
  }) as never;

/** The same for the methods of what the module's classes make. */
const METHODS: Row[] = [
  ...(['numbers', 'bytes'] as const).flatMap((kind): Row[] => {
    const isRight =
      kind === 'numbers'
        ? (it: unknown) => typeof it === 'number'
        : (it: unknown) => it instanceof Uint8Array;
    return [
      [`ring of ${kind}, tryPut(…)`, isRight, (bad) => ring({ kind }).tryPut(bad)],
      [`ring of ${kind}, putSync(…)`, isRight, (bad) => ring({ kind }).putSync(bad)],
    ];
  }),
  ['new Runner(…)', isFunction, (bad) => new Runner(bad)],
  [
    'new Runner(post, …)',
    or(isMissing, (it) => it instanceof Int32Array),
    (bad) => new Runner(() => {}, bad),
  ],
  ['new Runner(post).run(…)', nothing, (bad) => silent().run(bad)],
  ['new Runner(post).run({ id })', isInteger(1), (bad) => silent().run(message({ id: bad }))],
  [
    'new Runner(post).run({ eager })',
    (it) => typeof it === 'boolean',
    (bad) => silent().run(message({ eager: bad })),
  ],
  [
    'new Runner(post).run({ values })',
    or(isMissing, Array.isArray),
    (bad) => silent().run(message({ values: bad })),
  ],
];

const works = async (): Promise<void> =>
  expect(await fromRange(3).parallelPipe(1, square, { pool }).collect()).toEqual([0, 1, 4]);

test('every function of the module is here, or stands beside this', () => {
  const named = new Set(PLACES.map(([name]) => name.replace(/\(.*/, '')));
  const others = Object.keys(parallel).filter((name) => !named.has(name));
  // Classes: two whose methods are here too, and an error.
  expect(others).toEqual(['Ring', 'Runner', 'WorkerError']);
});

describe('a TypeError or a RangeError at once:', () => {
  test.each([...PLACES, ...METHODS])('%s refuses what is of another kind', async (_, isRight, use) => {
    const before = pool.running;
    await fc.assert(
      fc.asyncProperty(anything, async (bad) => {
        fc.pre(!isRight(bad));
        const ch = new Chan<number>(2);
        let error: unknown = 'no error';
        try {
          use(bad as never, ch);
        } catch (thrown) {
          error = thrown;
        }
        if (!(error instanceof TypeError || error instanceof RangeError))
          expect.unreachable(error instanceof Error ? `${error.name}: ${error.message}` : typeof error);
        expect(error.message).not.toBe('must not be asked');
        // Nothing was done by halves.
        expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
        expect(ch.tryPut(7)).toBe(true);
        expect(ch.tryGet()).toBe(7);
      }),
      { numRuns: 150 },
    );
    await turns();
    expect(pool.running).toBe(before);
    await works();
  });
});

describe('what cannot go to another thread', () => {
  /** Whether two values are the same to those who can only look at what a clone keeps. */
  const clone = (it: unknown): { readonly is: unknown } | undefined => {
    try {
      return { is: structuredClone(it) };
    } catch {
      return undefined;
    }
  };

  test('is a TypeError of the pipe it came to, and what can be cloned gets there as its clone', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything.filter((it) => it !== undefined),
        async (value) => {
          const got = fromIter<{}>([value as {}]).parallelPipe(1, same, { pool });
          const expected = clone(value);
          if (expected !== undefined) expect(await got.collect()).toEqual([expected.is]);
          else expect((await rejection(got.collect())).reason).toMatchObject({ name: 'TypeError', index: 0 });
          await works();
        },
      ),
      { numRuns: 100 },
    );
  });

  test('fails the reader at the other end of a port, and cancels the writer', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything.filter((it) => clone(it) === undefined),
        async (value) => {
          const { port1, port2 } = new MessageChannel();
          const ch = new Chan<Value>(2).add(1, value as {});
          toPort(ch, port1 as never);
          const read = fromPort<unknown>(port2);
          expect(await read.get()).toBe(1);
          expect((await rejection(read.get())).reason).toMatchObject({ name: 'TypeError', index: 1 });
          expect(ch.closed).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('is refused by runInThread at once, and its channels stay the caller’s', () => {
    const ch = new Chan<number>(1);
    const takes = inline((_ch: unknown, bad: unknown) => bad);
    for (const bad of [() => {}, Symbol('no'), { f: () => {} }]) {
      expect(() => runInThread(takes, ch, bad)).toThrow(/clone/);
      expect([ch.closed, ch.tryPut(1), ch.tryGet()]).toEqual([false, true, 1]);
    }
  });

  test('is an error of the task that returned it', async () => {
    const makes = inline((n: number) => [() => n, Symbol(String(n)), new WeakMap()][n] as never);
    const errors: unknown[] = [];
    const onError = (error: unknown): undefined => void errors.push(error);
    expect(await fromRange(3).parallelPipe(1, makes, { pool, onError }).collect()).toEqual([]);
    // A symbol, a function and a weak map: JavaScriptCore clones the last, as an empty object.
    expect(errors.length).toBeGreaterThanOrEqual(here === 'bun' ? 2 : 3);
    for (const error of errors) expect(error).toBeInstanceOf(TypeError);
    await works();
  });
});

test('a worker of one’s own that is none fails what it was made for, and nothing waits', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async (made) => {
      const none = workerPool(1, { worker: () => made as object });
      const got = fromRange(2).parallelPipe(1, square, { pool: none }).collect();
      // Without one, a worker of this package is made.
      if (made === undefined || made === null) expect(await got).toEqual([0, 1]);
      else expect((await rejection(got)).reason).toMatchObject({ name: 'WorkerError', why: 'error' });
      await none.dispose();
      expect(none.running).toBe(0);
    }),
    { numRuns: 40 },
  );
});
