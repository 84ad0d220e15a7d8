/**
 * What operators and concurrent stages cost, as ratios in one process: `npm run bench:flow`.
 *
 * A chain from a range is held against the same work fused by hand over an iterator; a chain behind a rendezvous
 * channel against the bare put/get loop; sixteen calls at a time against p-map. Every workload is warmed up, then
 * all are run in turn, many rounds, so that drift of the machine hits all alike; the medians are printed.
 */
import { Chan, fromRange } from 'millrace';
import pMap from 'p-map';

const COUNT = Number(process.env['BENCH_COUNT'] ?? 300_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);

/** Handles `n` values; the same result for all of one group. */
type Workload = (n: number) => number | Promise<number>;

const increment = (n: number): number => n + 1;
const isKept = (n: number): boolean => n % 3 !== 0;
const double = (n: number): number => n * 2;
const add = (a: number, b: number): number => a + b;

function* numbers(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}

function fed(n: number): Chan<number> {
  const ch = new Chan<number>();
  void (async () => {
    for (let i = 0; i < n; i++) await ch.put(i);
    ch.close();
  })();
  return ch;
}

const later = async (n: number): Promise<number> => n + 1;

const workloads: Record<string, Record<string, Workload>> = {
  'three operators from a range': {
    'fused by hand, over an iterator': (n) => {
      let total = 0;
      for (const value of numbers(n)) {
        const more = increment(value);
        if (isKept(more)) total = add(total, double(more));
      }
      return total;
    },
    'map, filter, map, reduce': (n) => fromRange(n).map(increment).filter(isKept).map(double).reduce(add, 0),
  },
  'three operators behind a rendezvous channel': {
    'put/get loop without operators': async (n) => {
      const ch = fed(n);
      let total = 0;
      for (let value = await ch.get(); value !== undefined; value = await ch.get()) {
        const more = increment(value);
        if (isKept(more)) total = add(total, double(more));
      }
      return total;
    },
    'map, filter, map, reduce': (n) => fed(n).map(increment).filter(isKept).map(double).reduce(add, 0),
    'map, filter, map, get loop': async (n) => {
      const ch = fed(n).map(increment).filter(isKept).map(double);
      let total = 0;
      for (let value = await ch.get(); value !== undefined; value = await ch.get()) total = add(total, value);
      return total;
    },
  },
  'sixteen calls at a time, resolving at once': {
    'p-map': async (n) => (await pMap(numbers(n), later, { concurrency: 16 })).reduce(add, 0),
    asyncPipe: (n) => fromRange(n).asyncPipe(16, later).reduce(add, 0),
    asyncPipeUnordered: (n) => fromRange(n).asyncPipeUnordered(16, later).reduce(add, 0),
  },
};

function median(times: number[]): number {
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and this is a copy
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const all = Object.values(workloads).flatMap((group) => Object.values(group));
const times = new Map(all.map((run) => [run, [] as number[]]));

console.log(`node ${process.version}, ${COUNT} values, ${ROUNDS} rounds; ns a value, median\n`);
for (const [name, group] of Object.entries(workloads)) {
  const results = new Set<number>();
  for (const run of Object.values(group)) results.add(await run(1000));
  if (results.size !== 1) throw new Error(`${name}: the results differ: ${[...results].join(', ')}`);
}
for (let round = -2; round < ROUNDS; round++) {
  for (const [run, taken] of times) {
    const start = performance.now();
    await run(COUNT);
    if (round >= 0) taken.push(((performance.now() - start) * 1e6) / COUNT);
  }
}
for (const [name, group] of Object.entries(workloads)) {
  console.log(name);
  let floor: number | undefined;
  for (const [which, run] of Object.entries(group)) {
    const ns = median(times.get(run) ?? []);
    floor ??= ns;
    console.log(`  ${which.padEnd(38)}${ns.toFixed(0).padStart(6)}  ${(ns / floor).toFixed(2)}`);
  }
}
