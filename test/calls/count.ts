/**
 * Counts how many functions of millrace are called for one value, by V8's precise coverage: exact where time is noisy.
 * Prints a JSON object, path → calls. V8 inlines many of these calls; their number still shows when a path grows.
 */
import { Session } from 'node:inspector/promises';
import { Chan, fromRange, merge, select } from 'millrace';
import { inline, workerPool } from 'millrace/parallel';

/** Values in one run. */
const COUNT = 2000;

const pool = workerPool(2);
const addOne = inline((n: number) => n + 1);
const later = (n: number): Promise<number> => Promise.resolve(n);

/** A channel that a goroutine puts the numbers below `n` to, one by one. */
function numbers(n: number): Chan<number> {
  const ch = new Chan<number>();
  void (async () => {
    for (let i = 0; i < n; i++) await ch.put(i);
    ch.close();
  })();
  return ch;
}

const PATHS: Readonly<Record<string, (n: number) => Promise<unknown>>> = {
  'put → get': async (n) => {
    const ch = numbers(n);
    for (let i = 0; i < n; i++) await ch.get();
  },
  'put → map → filter → get': async (n) => {
    const ch = numbers(n)
      .map((i) => i + 1)
      .filter((i) => i % 3 !== 0);
    while ((await ch.get()) !== undefined);
  },
  'put → map → filter → collect': (n) =>
    numbers(n)
      .map((i) => i + 1)
      .filter((i) => i % 3 !== 0)
      .collect(),
  asyncPipe: (n) => fromRange(n).asyncPipe(16, later).collect(),
  'parallelPipe, on this thread': (n) => fromRange(n).parallelPipe(2, addOne, { pool, batch: 1 }).collect(),
  'select, ready': async (n) => {
    const chans = [new Chan<number>(1), new Chan<number>(1)] as const;
    for (let i = 0; i < n; i++) {
      chans[i % 2]?.tryPut(i);
      await select(chans);
    }
  },
  'select, waiting': async (n) => {
    const chans = [new Chan<number>(), new Chan<number>()] as const;
    void (async () => {
      for (let i = 0; i < n; i++) await chans[i % 2]?.put(i);
    })();
    for (let i = 0; i < n; i++) await select(chans);
  },
  merge: async (n) => {
    const ch = merge(numbers(n / 2), numbers(n / 2));
    while ((await ch.get()) !== undefined);
  },
};

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
const calls: Record<string, number> = {};
for (const [path, run] of Object.entries(PATHS)) {
  // The first run makes what is made once: threads, lists of waiters.
  await run(COUNT);
  await session.post('Profiler.takePreciseCoverage');
  await run(COUNT);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const counts = result
    .filter(({ url }) => url.includes('/dist/'))
    .flatMap(({ functions }) => functions.map(({ ranges }) => ranges[0]?.count ?? 0));
  calls[path] = Math.round((counts.reduce((sum, count) => sum + count, 0) / COUNT) * 10) / 10;
}
await pool.dispose();
console.log(JSON.stringify(calls));
