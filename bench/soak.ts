/**
 * Endurance: `npm run soak -- --minutes N`. A program of everything at once runs for that long, and what must stay as it is
 * is watched: the heap after collections, the handles of the process, the listeners of a signal that all share, how
 * late timers are, and that no value is lost or doubled. The exit code is 1 if any of it does not hold.
 */
import { getEventListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { Chan, type ReadChan, fromRange, nop, scope, select, sleep, timeout } from 'millrace';
import { inline, workerPool } from 'millrace/parallel';

/** What a timer may be late by, in ms, while the process has the processor. */
const LATEST = 20;
/** What the heap may grow by after the warm-up, in KiB a minute: a byte or two for each round. */
const STEEPEST = 32;
/** The share of the time that is warm-up. */
const WARM_UP = 0.25;

const HELP = `Usage: npm run soak -- [--minutes N]

Runs a mixed program for N minutes (1 unless given; it may be a fraction) and says what it did to the heap, to handles,
listeners and timers, and whether all values came to where they should.`;

interface Sample {
  readonly minutes: number;
  readonly heap: number;
  readonly handles: number;
  readonly listeners: number;
}

const stopped = new AbortController();
const { signal } = stopped;
/** How many values each part moved, and how many went wrong. */
const moved = new Map<string, number>();
const wrong: string[] = [];
let latest = 0;
let preempted = 0;

function check(ok: boolean, what: string): void {
  if (!ok) wrong.push(what);
}

/** Runs rounds of a part until it is time to stop; what fails in a round is what went wrong. */
async function part(name: string, round: () => Promise<number>): Promise<void> {
  moved.set(name, 0);
  while (!signal.aborted) {
    try {
      moved.set(name, (moved.get(name) ?? 0) + (await round()));
    } catch (error) {
      check(false, `${name}: ${String(error)}`);
    }
    await sleep(1);
  }
}

/** Loops of select, beside channels on which nothing ever comes. */
async function selects(silent: ReadChan<never>): Promise<number> {
  const [data, done] = [new Chan<number>(4), new Chan<number>()];
  let sum = 0;
  const reader = (async () => {
    for (;;) {
      const r = await select({ data, silent, late: timeout(60_000), signal });
      if (r.key === 'data' && r.value !== undefined) sum += r.value;
      else break;
    }
    data.cancel();
    await done.put(sum);
  })();
  let expected = 0;
  for (let i = 1; i <= 200; i++) {
    if (!(await data.put(i))) break;
    expected += i;
  }
  data.close();
  const got = await done.get();
  await reader;
  check(got === expected || signal.aborted, `select: ${got} of ${expected}`);
  return 200;
}

/** Puts and gets of which some are given up. */
async function aborts(): Promise<number> {
  const ch = new Chan<number>(1);
  const [put, got] = [new Set<number>(), new Set<number>()];
  const tasks = Array.from({ length: 40 }, async (_, i) => {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    if (i % 3 === 0) void nop().then(() => controller.abort());
    try {
      if (i % 2 === 0) {
        const value = await ch.get(options);
        if (value !== undefined) got.add(value);
      } else if (await ch.put(i, options)) put.add(i);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    }
  });
  await nop();
  await nop();
  ch.close();
  await Promise.all(tasks);
  for await (const value of ch) got.add(value);
  check(
    put.size === got.size && [...put].every((value) => got.has(value)),
    'an aborted operation lost a value',
  );
  return got.size;
}

/** A scope whose child fails while others wait. */
async function scopes(): Promise<number> {
  let ended = 0;
  const failure = new Error('planned');
  try {
    await scope(async (s) => {
      const ch = s.chan<number>();
      for (let i = 0; i < 5; i++) {
        void s.go(async () => {
          try {
            await select({ ch, stop: s.signal });
          } finally {
            ended++;
          }
        });
      }
      void s.go(async () => {
        await nop();
        throw failure;
      });
    });
  } catch (error) {
    if (error !== failure) throw error;
  }
  check(ended === 5, `scope: ${ended} of 5 children ended`);
  return ended;
}

/** Taps and subscribers that come and go. */
async function fanOut(): Promise<number> {
  const source = new Chan<number>();
  const dup = source.dup();
  const all = dup.tap().collect();
  const passing = dup.tap();
  const odd = dup
    .tap()
    .pub((n) => n % 2)
    .sub(1)
    .collect();
  const few = passing.collect(3).then(() => dup.untap(passing));
  for (let i = 0; i < 50; i++) await source.put(i);
  source.close();
  await few;
  const [every, odds] = await Promise.all([all, odd]);
  check(every.length === 50 && odds.length === 25, `fan-out: ${every.length} of 50, ${odds.length} of 25`);
  return 50;
}

/** Concurrent calls, some of which fail. */
async function calls(): Promise<number> {
  const results = await fromRange(60)
    .asyncPipe(
      4,
      async (n) => {
        if (n % 5 === 0) await nop();
        if (n % 7 === 0) throw new RangeError(String(n));
        return n;
      },
      { onError: (_, n) => (n % 2 === 0 ? -1 : undefined) },
    )
    .collect();
  // Of 9 that fail the 5 even ones have a value put in their place.
  check(
    results.length === 56 && results.filter((n) => n === -1).length === 5,
    `calls: ${results.length} of 56`,
  );
  return 60;
}

/** What this thread alone used of the processor, in µs; Node has it from 23.9 on. */
const { threadCpuUsage: threadCpu } = process as {
  threadCpuUsage?: (before?: NodeJS.CpuUsage) => NodeJS.CpuUsage;
};

/** How late timers are; what the machine gave to others meanwhile is not the library's. */
async function timers(): Promise<number> {
  const [began, used] = [performance.now(), threadCpu?.()];
  const ms = 1 + Math.floor(Math.random() * 20);
  await sleep(ms);
  const late = performance.now() - began - ms;
  check(late >= 0, `a timer was early by ${-late} ms`);
  if (late > LATEST && used !== undefined) {
    const { user, system } = threadCpu?.(used) ?? used;
    // It was not this thread that kept the processor busy.
    if ((user + system) / 1000 < late / 2) {
      preempted++;
      return 1;
    }
  }
  latest = Math.max(latest, late);
  return 1;
}

const square = inline((n: number) => n * n);

/** The growth of the samples after the warm-up, in KiB a minute, by least squares, and its standard error. */
function slope(samples: readonly Sample[]): [growth: number, error: number] {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ minutes }) => minutes), mean(({ heap }) => heap)];
  const across = samples.reduce((sum, { minutes, heap }) => sum + (minutes - x) * (heap - y), 0);
  const spread = samples.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0);
  const growth = across / spread;
  const rest = samples.reduce((sum, { minutes, heap }) => sum + (heap - y - growth * (minutes - x)) ** 2, 0);
  return [growth / 1024, Math.sqrt(rest / (samples.length - 2) / spread) / 1024];
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

function report(all: readonly Sample[], minutes: number): void {
  const samples = all.filter((sample) => sample.minutes >= minutes * WARM_UP);
  if (samples.length < 3) return console.log('stopped before there was anything to say');
  const most = (of: (sample: Sample) => number): number => Math.max(...samples.map(of));
  const least = (of: (sample: Sample) => number): number => Math.min(...samples.map(of));
  const range = (of: (sample: Sample) => number): string =>
    least(of) === most(of) ? String(most(of)) : `${least(of)} to ${most(of)}`;
  const [growth, error] = slope(samples);
  const [handles, listeners] = [({ handles: n }: Sample) => n, ({ listeners: n }: Sample) => n];
  for (const [name, count] of moved) console.log(`${name.padEnd(10)} ${count.toLocaleString('en')} values`);
  const heap = ({ heap: n }: Sample): number => n;
  console.log(
    `heap       ${mib(least(heap))} to ${mib(most(heap))} MiB, slope ${growth.toFixed(1)} ± ${error.toFixed(1)} KiB/min`,
  );
  console.log(`handles    ${range(handles)}`);
  console.log(`listeners  ${range(listeners)} on the signal that all share`);
  console.log(
    `timers     late by ${latest.toFixed(1)} ms at most; ${preempted} not counted: the processor was elsewhere`,
  );
  // As far as it is more than what samples scatter by.
  check(growth - 3 * error < STEEPEST, `the heap grows by ${growth.toFixed(1)} KiB a minute`);
  check(most(handles) - least(handles) <= 4, 'the number of handles is not flat');
  check(most(listeners) <= 1, 'listeners pile up');
  if (threadCpu === undefined)
    console.log('           (this Node cannot tell who had the processor, so that is not checked)');
  else check(latest <= LATEST, `a timer was late by ${latest.toFixed(1)} ms`);
  console.log(
    wrong.length === 0 ? 'all values are accounted for' : [...new Set(wrong)].slice(0, 20).join('\n'),
  );
}

async function main(minutes: number): Promise<void> {
  if (globalThis.gc === undefined)
    throw new Error('run it by `npm run soak`: the heap is measured after collections');
  const pool = workerPool(1);
  const silent = new Chan<never>();
  const parts = [
    part('select', () => selects(silent)),
    part('aborts', aborts),
    part('scopes', scopes),
    part('fan-out', fanOut),
    part('calls', calls),
    part('timers', timers),
    part('threads', async () => {
      const squares = await fromRange(50).parallelPipe(1, square, { pool }).collect();
      check(squares.length === 50 && squares[49] === 2401, `threads: ${squares.length} of 50`);
      return 50;
    }),
  ];
  const samples: Sample[] = [];
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 60_000;
  const interrupt = (): void => stopped.abort();
  process.once('SIGINT', interrupt);
  const pause = Math.min(5000, (minutes * 60_000) / 60);
  while (elapsed() < minutes && !signal.aborted) {
    await sleep(pause, { signal }).catch(() => {});
    globalThis.gc();
    samples.push({
      minutes: elapsed(),
      heap: process.memoryUsage().heapUsed,
      handles: process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate')
        .length,
      listeners: getEventListeners(signal, 'abort').length,
    });
    if (process.stderr.isTTY) process.stderr.write(`\r${elapsed().toFixed(1)} of ${minutes} minutes`);
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  const early = signal.aborted;
  process.off('SIGINT', interrupt);
  stopped.abort();
  await Promise.all(parts);
  await pool.dispose();
  report(samples, minutes);
  process.exitCode = early ? 130 : wrong.length > 0 ? 1 : 0;
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const minutes = Number(values.minutes);
if (values.help === true) console.log(HELP);
else if (!(minutes > 0)) {
  console.error(`--minutes must be a number above 0, got ${values.minutes}`);
  process.exitCode = 2;
} else await main(minutes);
