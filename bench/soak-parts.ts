/** The program that `soak.ts` runs: rounds of everything at once, each of which says what went wrong. */
import { Chan, fromRange, nop, scope, select, sleep, timeout } from 'millrace';
import { type WorkerPool, inline, workerPool } from 'millrace/parallel';

export const stopped: AbortController = new AbortController();
const { signal } = stopped;
/** How many values each part moved, and how many went wrong. */
export const moved: Map<string, number> = new Map<string, number>();
export const wrong: string[] = [];
/** How late timers were at most, in ms: by the clock, and as far as this thread ran meanwhile. */
export const latest: { byClock: number; own: number } = { byClock: 0, own: 0 };
let measurements = 0;

/** Calls a function that holds the thread up, and is none of the program. */
export function measure<T>(make: () => T): T {
  measurements++;
  return make();
}

export function check(ok: boolean, what: string): void {
  if (!ok) wrong.push(what);
}

/** Runs rounds of a part until it is time to stop; what fails in a round is what went wrong. */
export async function part(name: string): Promise<void> {
  const round = PARTS[name];
  if (round === undefined) throw new RangeError(`No such part: ${name}`);
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

const silent = new Chan<never>();

/** Loops of select, beside a channel on which nothing ever comes. */
async function selects(): Promise<number> {
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
type ThreadCpu = (before?: NodeJS.CpuUsage) => NodeJS.CpuUsage;
export const threadCpu: ThreadCpu | undefined = (process as { threadCpuUsage?: ThreadCpu }).threadCpuUsage;

/**
 * That timers are not early, and how late they are. Of that the library's is at most what this thread ran for, collections of
 * garbage included; the rest is of who else had the processor. The measurements of this program are left out.
 */
async function timers(): Promise<number> {
  const began = performance.now();
  const ms = 1 + Math.floor(Math.random() * 20);
  await sleep(ms);
  const early = ms - (performance.now() - began);
  check(early <= 0, `a timer was early by ${early} ms`);
  // A short one, so that hardly anything that it ran for was before its time.
  const [from, used, before] = [performance.now(), threadCpu?.(), measurements];
  await sleep(1);
  if (measurements > before) return 2;
  const late = performance.now() - from - 1;
  latest.byClock = Math.max(latest.byClock, late);
  if (used !== undefined) {
    const { user, system } = threadCpu?.(used) ?? used;
    latest.own = Math.max(latest.own, Math.min(late, (user + system) / 1000));
  }
  return 2;
}

const square = inline((n: number) => n * n);
export const pool: WorkerPool = workerPool(1);

/** What another thread does. */
async function threads(): Promise<number> {
  const squares = await fromRange(50).parallelPipe(1, square, { pool }).collect();
  check(squares.length === 50 && squares[49] === 2401, `threads: ${squares.length} of 50`);
  return 50;
}

/** Promises, timers and signals without a channel: what it does to the heap when it runs alone is not the library's. */
async function plain(): Promise<number> {
  const controller = new AbortController();
  const heard = new Set<number>();
  const waits = Array.from({ length: 8 }, async (_, i) => {
    const listener = (): Set<number> => heard.add(i);
    controller.signal.addEventListener('abort', listener);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (i % 2 === 0) controller.signal.removeEventListener('abort', listener);
  });
  await Promise.all(waits);
  controller.abort();
  check(heard.size === 4, `plain: ${heard.size} of 4`);
  return 8;
}

/** A round of each part moves some values, and resolves with their number. */
export const PARTS: Readonly<Record<string, () => Promise<number>>> = {
  select: selects,
  aborts,
  scopes,
  'fan-out': fanOut,
  calls,
  timers,
  threads,
  plain,
};
