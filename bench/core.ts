/**
 * What the machine costs, as ratios to the floor measured in the same process: `npm run bench:core`.
 *
 * The floor is a mailbox of one slot made of native promises: two awaits and one promise a value, and nothing else:
 * no second reader, no closing, no buffer, no fairness. Every workload is warmed up, then all are run in turn, many
 * rounds, so that drift of the machine hits all alike; the medians are printed.
 */
import { Chan, select, timeout } from 'millrace';

const COUNT = Number(process.env['BENCH_COUNT'] ?? 300_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
/** For how long timers are watched, in ms. */
const LATENESS = Number(process.env['BENCH_LATENESS'] ?? 2000);

/** Moves `n` values. */
type Workload = (n: number) => Promise<unknown>;

function nobody(): void {}

async function mailbox(n: number): Promise<number> {
  const sent = Promise.resolve(true);
  let wake: (value: number) => void = nobody;
  const executor = (resolve: (value: number) => void): void => {
    wake = resolve;
  };
  const consumer = (async () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await new Promise<number>(executor);
    return sum;
  })();
  for (let i = 0; i < n; i++) {
    wake(i);
    await sent;
  }
  return consumer;
}

async function produce(ch: Chan<number>, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await ch.put(i);
}

async function consume(ch: Chan<number>, n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (await ch.get()) ?? 0;
  return sum;
}

function channels(n: number, size?: number): Chan<number>[] {
  return Array.from({ length: n }, () => new Chan<number>(size));
}

const at = (list: Chan<number>[], i: number): Chan<number> => list[i % list.length] as Chan<number>; // Sound: it is not empty.

function selectReady(size: number): Workload {
  return async (n) => {
    const list = channels(size, 1);
    for (let i = 0; i < n; i++) {
      await at(list, i).put(i);
      await select(list);
    }
  };
}

function selectWaiting(size: number): Workload {
  return async (n) => {
    const list = channels(size);
    const producer = (async () => {
      for (let i = 0; i < n; i++) await at(list, i).put(i);
    })();
    for (let i = 0; i < n; i++) await select(list);
    await producer;
  };
}

const workloads: Record<string, Workload> = {
  'floor: mailbox': mailbox,
  'rendezvous, reader first': async (n) => {
    const ch = new Chan<number>();
    const sum = consume(ch, n);
    await produce(ch, n);
    return sum;
  },
  'rendezvous, writer first': async (n) => {
    const ch = new Chan<number>();
    const done = produce(ch, n);
    await consume(ch, n);
    return done;
  },
  'buffer of 1': async (n) => {
    const ch = new Chan<number>(1);
    const done = produce(ch, n);
    await consume(ch, n);
    return done;
  },
  'buffer of 1,024': async (n) => {
    const ch = new Chan<number>(1024);
    const done = produce(ch, n);
    await consume(ch, n);
    return done;
  },
  'buffer of 1,024, for await': async (n) => {
    const ch = new Chan<number>(1024);
    const done = produce(ch, n).then(() => ch.close());
    let sum = 0;
    for await (const value of ch) sum += value;
    return done;
  },
  'buffer of 1,024, collect': async (n) => {
    const ch = new Chan<number>(1024);
    const done = produce(ch, n).then(() => ch.close());
    await ch.collect();
    return done;
  },
  '100 writers, 100 readers': async (n) => {
    const ch = new Chan<number>();
    const share = Math.floor(n / 100);
    const all: Promise<unknown>[] = [];
    for (let i = 0; i < 100; i++) all.push(produce(ch, share), consume(ch, share));
    return Promise.all(all);
  },
  'put and get of one ready channel': async (n) => {
    const ch = new Chan<number>(1);
    for (let i = 0; i < n; i++) {
      await ch.put(i);
      await ch.get();
    }
  },
  'put and select, 1 ready of 2': selectReady(2),
  'put and select, 1 ready of 8': selectReady(8),
  'put and select, 1 ready of 8, record': async (n) => {
    const list = channels(8, 1);
    const [a, b, c, d, e, f, g, h] = list;
    for (let i = 0; i < n; i++) {
      await at(list, i).put(i);
      await select({ a, b, c, d, e, f, g, h });
    }
  },
  'put and select, 1 ready of 64': selectReady(64),
  'select that waits, of 2': selectWaiting(2),
  'select that waits, of 8': selectWaiting(8),
};

function median(times: number[]): number {
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and this is a copy
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function speed(): Promise<void> {
  const times = new Map(Object.keys(workloads).map((name) => [name, [] as number[]]));
  for (const run of Object.values(workloads)) for (let i = 0; i < 3; i++) await run(Math.ceil(COUNT / 3));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(workloads)) {
      const start = performance.now();
      await run(COUNT);
      times.get(name)?.push(((performance.now() - start) * 1e6) / COUNT);
    }
  }
  const floor = median(times.get('floor: mailbox') ?? []);
  console.log(`${'ns a value, median'.padEnd(40)}${'ns'.padStart(6)}  of the floor`);
  for (const [name, all] of times) {
    const ns = median(all);
    console.log(`${name.padEnd(40)}${ns.toFixed(0).padStart(6)}  ${(ns / floor).toFixed(2)}`);
  }
  const one = median(times.get('put and get of one ready channel') ?? []);
  const eight = median(times.get('put and select, 1 ready of 8') ?? []);
  console.log(`select over 1 ready of 8 channels against a get: ${(eight / one).toFixed(2)}`);
}

/** Works for some microseconds. */
function busy(work: number): void {
  if (work === 0) return;
  const until = performance.now() + work / 1000;
  while (performance.now() < until);
}

/** How late the worst timer is while a loop runs that does `work` microseconds for each value. */
async function lateness(work: number): Promise<number> {
  let worst = 0;
  let due = performance.now() + 1;
  let timer = setTimeout(function tick() {
    worst = Math.max(worst, performance.now() - due);
    due = performance.now() + 1;
    timer = setTimeout(tick, 1);
  }, 1);
  const ch = new Chan<number>(16);
  const end = timeout(LATENESS);
  const producer = (async () => {
    while (!end.closed) await ch.put(1);
    ch.close();
  })();
  for await (const _ of ch) {
    busy(work);
  }
  await producer;
  clearTimeout(timer);
  return worst;
}

/** Bytes of heap for each of what `make` makes. */
function bytes(make: () => unknown): number {
  const gc = globalThis.gc ?? (() => {});
  const size = 100_000;
  const kept = Array.from({ length: size }, (): unknown => null);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < size; i++) kept[i] = make();
  gc();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

console.log(`node ${process.version}, ${COUNT} values, ${ROUNDS} rounds\n`);
await speed();
for (const work of [0, 50, 500]) {
  const worst = await lateness(work);
  console.log(
    `worst timer lateness in ${LATENESS / 1000} s of a loop with ${work} µs of work a value: ${worst.toFixed(1)} ms`,
  );
}
if (globalThis.gc === undefined) console.log('memory: run with --expose-gc');
else {
  let resolve: unknown;
  const promise = bytes(() => [new Promise((settle) => (resolve = settle)), resolve]);
  const parked = new Chan<number>();
  console.log(`an idle channel: ${bytes(() => new Chan<number>()).toFixed(0)} bytes`);
  console.log(
    `a parked get beside its promise: ${(bytes(() => [parked.get(), null]) - promise).toFixed(0)} bytes`,
  );
}
