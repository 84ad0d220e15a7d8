/**
 * What threads gain and cost, as ratios in one process: `npm run bench:parallel [-- 1ms 100us 10us buffers numbers memory]`.
 *
 * A job is a loop of so many rounds over an integer: the same work wherever it runs, and however often it is interrupted. All pools
 * have two threads and are warmed up. Every workload is run in turn, round after round, and each round begins with another, so that drift
 * of the machine, and who ran before, hit all alike; the medians are printed, and the ratios of medians. The peers run as they
 * come, but for the number of threads. What two threads do that are only told how many jobs to run is printed with them: it is the most that
 * this machine can give.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fromRange } from 'millrace';
import { type Ring, type Task, inline, ring, workerPool } from 'millrace/parallel';
import { Piscina } from 'piscina';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';
import { echo, work, workTask } from './parallel-work.js';

const THREADS = 2;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
/** How long a workload takes inline, in ms. */
const TIME = Number(process.env['BENCH_MS'] ?? 300);

type Workload = () => unknown;

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const pool = workerPool(THREADS);
const options = { filename: file('parallel-work.js'), minThreads: THREADS, maxThreads: THREADS };
const piscina = new Piscina<number, number>({ ...options, name: 'work' });
const tinypool = new Tinypool(options);
const limits = { minWorkers: THREADS, maxWorkers: THREADS, workerType: 'thread' } as const;
const theirs = workerpool.pool(file('parallel-workerpool.js'), limits);

function median(times: readonly number[]): number {
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and this is a copy
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs all in turn; the median time of each, in ms. */
async function measure(workloads: Record<string, Workload>): Promise<Map<string, number>> {
  const times = new Map(Object.keys(workloads).map((name): [string, number[]] => [name, []]));
  const all = Object.entries(workloads);
  for (let round = -1; round < ROUNDS; round++) {
    // Not always the same comes after the same.
    const first = (round + 1) % all.length;
    for (const [name, run] of [...all.slice(first), ...all.slice(0, first)]) {
      // Twice: so nobody pays for the garbage of another, nor for code that V8 has thrown away with it.
      await run();
      const start = performance.now();
      await run();
      if (round >= 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map(Array.from(times, ([name, list]) => [name, median(list)]));
}

/** How many rounds take a job `us` microseconds. */
function calibrated(us: number): number {
  const rates = Array.from({ length: 20 }, () => {
    const start = performance.now();
    work(1_000_000);
    return 1000 / (performance.now() - start);
  });
  // The fastest was disturbed least.
  return Math.max(1, Math.round(us * Math.max(...rates)));
}

async function jobs(title: string, us: number): Promise<void> {
  const rounds = calibrated(us);
  const count = Math.round((TIME * 1000) / us);
  const list = Array.from({ length: count }, () => rounds);
  const input = () => fromRange(count).map(() => rounds);
  const bare = Array.from(
    { length: THREADS },
    () => new Worker(file('parallel-threads.js'), { workerData: 'work' }),
  );
  const told = (worker: Worker): Promise<unknown> => {
    worker.postMessage({ count: count / THREADS, rounds });
    return once(worker, 'message');
  };
  const times = await measure({
    inline: () => list.forEach((n) => work(n)),
    'bare threads': () => Promise.all(bare.map(told)),
    parallelPipe: () => input().parallelPipe(THREADS, workTask, { pool }).forEach(ignore),
    parallelPipeUnordered: () => input().parallelPipeUnordered(THREADS, workTask, { pool }).forEach(ignore),
    piscina: () => Promise.all(list.map((n) => piscina.run(n))),
    tinypool: () => Promise.all(list.map((n) => tinypool.run(n, { name: 'work' }) as Promise<number>)),
    workerpool: () => Promise.all(list.map((n) => theirs.exec('work', [n]))),
  });
  await Promise.all(bare.map((worker) => worker.terminate()));
  const floor = times.get('inline') ?? Number.NaN;
  const each = ((floor / count) * 1000).toFixed(us < 100 ? 1 : 0);
  print(
    `${title}: ${count} of ${each} µs each; speed-up over inline`,
    times,
    (ms) => `${(floor / ms).toFixed(2)}x`,
  );
}

const SIZE = 64 * 1024;
const buffer = (): ArrayBuffer => new ArrayBuffer(SIZE);

async function buffers(): Promise<void> {
  const count = 20_000;
  const ahead = 2 * 64;
  const bare = Array.from(
    { length: THREADS },
    () => new Worker(file('parallel-threads.js'), { workerData: 'echo' }),
  );
  // Each thread always has some to send back, as the pipe's have.
  const ping = (worker: Worker, all: number): Promise<void> =>
    new Promise((resolve) => {
      let sent = 0;
      let back = 0;
      const send = (): void => {
        const bytes = new ArrayBuffer(SIZE);
        worker.postMessage(bytes, [bytes]);
        sent++;
      };
      const received = (): void => {
        if (sent < all) send();
        if (++back < all) return;
        worker.off('message', received);
        resolve();
      };
      worker.on('message', received);
      while (sent < Math.min(all, ahead)) send();
    });
  const moved = { pool, transfer: (bytes: ArrayBuffer) => [bytes] };
  const typed: Task<(bytes: ArrayBuffer) => ArrayBuffer> = echo;
  const times = await measure({
    'bare postMessage': () => Promise.all(bare.map((worker) => ping(worker, count / THREADS))),
    parallelPipe: () => fromRange(count).map(buffer).parallelPipe(THREADS, typed, moved).forEach(ignore),
    parallelPipeUnordered: () =>
      fromRange(count).map(buffer).parallelPipeUnordered(THREADS, typed, moved).forEach(ignore),
  });
  await Promise.all(bare.map((worker) => worker.terminate()));
  const floor = times.get('bare postMessage') ?? Number.NaN;
  const rate = (ms: number): string => `${(count / ms).toFixed(1).padStart(6)} k/s`;
  print('64 KiB buffers there and back by transfer; rate against bare postMessage', times, (ms) => {
    return `${(floor / ms).toFixed(2)}x  ${rate(ms)}`;
  });
}

/** Numbers from a thread to this one. */
async function numbers(): Promise<void> {
  const count = 300_000;
  const factor = 10;
  const poster = new Worker(file('parallel-threads.js'), { workerData: 'numbers' });
  const writer = new Worker(file('parallel-threads.js'), { workerData: 'ring' });
  const posted = (): Promise<void> =>
    new Promise((resolve) => {
      let got = 0;
      const received = (): void => {
        if (++got < count) return;
        poster.off('message', received);
        resolve();
      };
      poster.on('message', received);
      poster.postMessage(count);
    });
  // Shared memory is so much faster that it is given more to do.
  const written = async (read: (ends: Ring<'numbers'>) => unknown): Promise<void> => {
    const ends = ring({ capacity: 4096 });
    writer.postMessage({ handle: ends.handle, count: count * factor });
    await read(ends);
  };
  const times = await measure({
    'bare postMessage': posted,
    'ring, blocking': () =>
      written((ends) => {
        while (ends.getSync() !== undefined);
      }),
    'ring, tryGet, then get': () =>
      written(async (ends) => {
        while ((await ends.get()) !== undefined) while (ends.tryGet() !== undefined);
      }),
  });
  await Promise.all([poster.terminate(), writer.terminate()]);
  for (const [name, ms] of times) if (name.startsWith('ring')) times.set(name, ms / factor);
  const floor = times.get('bare postMessage') ?? Number.NaN;
  print(`${count} numbers from a thread; rate against bare postMessage`, times, (ms) => {
    return `${(floor / ms).toFixed(2)}x  ${(count / ms / 1000).toFixed(2).padStart(6)} M/s`;
  });
}

const mib = (size: number): string => `${size.toFixed(1)} MiB`;

/** The heap while a million values pass through a stage that is slower than its source. */
async function memory(): Promise<void> {
  const count = 1_000_000;
  const rounds = calibrated(10);
  const heap: number[] = [];
  let given = 0;
  const sample = (): void => {
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 2 ** 20);
  };
  const input = fromRange(count).map((n) => ({ n, rounds }));
  const slow = inline((job: { n: number; rounds: number }) => {
    let x = job.n | 1;
    for (let left = job.rounds; left > 0; left--) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    return { x };
  });
  await input.parallelPipe(THREADS, slow, { pool }).forEach(() => {
    if (++given % (count / 20) === 0) sample();
  });
  const half = heap.length / 2;
  console.log(`\n${count} values of 10 µs; heap in use after collection, at 20 moments`);
  console.log(
    `  first half   ${mib(median(heap.slice(0, half)))}, at most ${mib(Math.max(...heap.slice(0, half)))}`,
  );
  console.log(
    `  second half  ${mib(median(heap.slice(half)))}, at most ${mib(Math.max(...heap.slice(half)))}`,
  );
}

function ignore(): void {}

function print(title: string, times: ReadonlyMap<string, number>, what: (ms: number) => string): void {
  console.log(`\n${title}`);
  for (const [name, ms] of times)
    console.log(`  ${name.padEnd(24)}${ms.toFixed(1).padStart(9)} ms  ${what(ms)}`);
}

const workloads: Record<string, () => Promise<void>> = {
  '1ms': () => jobs('1 ms jobs', 1000),
  '100us': () => jobs('100 µs jobs', 100),
  '10us': () => jobs('10 µs jobs', 10),
  buffers,
  numbers,
  memory,
};
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(workloads);
const unknown = chosen.filter((name) => !Object.hasOwn(workloads, name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(' ')}. There are: ${Object.keys(workloads).join(' ')}`);
  process.exitCode = 2;
} else {
  console.log(`Node ${process.versions.node}, ${THREADS} threads, medians of ${ROUNDS} rounds`);
  for (const name of chosen) await workloads[name]?.();
}
await Promise.all([pool.dispose(), piscina.destroy(), tinypool.destroy(), theirs.terminate()]);
