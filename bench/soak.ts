/**
 * Endurance: `npm run soak -- --minutes N`. A program of everything at once runs for that long, and what must stay as it is
 * is watched: the heap after collections, the handles of the process, the listeners of a signal that all share, how
 * late timers are, and that no value is lost or doubled. The exit code is 1 if any of it does not hold.
 *
 * - The heap is what the program keeps. What V8 keeps about the program, its machine code above all, is printed beside it: it goes up and
 *   down by a hundred KiB and more for minutes, also in the part `plain`, which uses Node alone, and would hide a small leak.
 * - A run of less than `LONG` minutes fails only for what noise cannot be: its slope is that of the warm-up.
 */
import { getEventListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { getHeapSpaceStatistics } from 'node:v8';
import { sleep } from 'millrace';
import { PARTS, check, latest, measure, moved, part, pool, stopped, threadCpu, wrong } from './soak-parts.js';

/** From how many minutes on the slope of the heap and the lateness of timers decide too. */
const LONG = 3;
/** What a timer may be late by, in ms, for which this thread had the processor. */
const LATEST = 20;
/** What the heap may grow by after the warm-up, in KiB a minute: a byte or two for each round. */
const STEEPEST = 32;
/** How many times what it was at first the heap may be at last, in a run of any length. */
const MOST = 1.5;
/** The share of the time that is warm-up. */
const WARM_UP = 0.25;

interface Sample {
  readonly minutes: number;
  /** What the program keeps, in bytes. */
  readonly heap: number;
  /** What V8 keeps about it. */
  readonly code: number;
  readonly handles: number;
  readonly listeners: number;
}

const HELP = `Usage: npm run soak -- [--minutes N] [part…]

Runs a mixed program for N minutes (1 unless given; it may be a fraction) and says what it did to the heap, to handles,
listeners and timers, and whether all values came to where they should. Of the parts of the program all run, or
those that are named: ${Object.keys(PARTS).join(', ')}.

From ${LONG} minutes on, the run fails too if the heap grows by more than ${STEEPEST} KiB a minute, or if a timer is late by more
than ${LATEST} ms for which the thread had the processor.`;

type Of = (sample: Sample) => number;
const heap: Of = (one) => one.heap;
const code: Of = (one) => one.code;
const handles: Of = (one) => one.handles;
const listeners: Of = (one) => one.listeners;

/** The growth of something after the warm-up, in KiB a minute, by least squares, and its standard error. */
function slope(samples: readonly Sample[], of: Of): [growth: number, error: number] {
  const sum = (term: Of): number => samples.reduce((all, one) => all + term(one), 0);
  const x = sum(({ minutes }) => minutes) / samples.length;
  const y = sum(of) / samples.length;
  const spread = sum(({ minutes }) => (minutes - x) ** 2);
  const growth = sum((one) => (one.minutes - x) * (of(one) - y)) / spread;
  const rest = sum((one) => (of(one) - y - growth * (one.minutes - x)) ** 2);
  return [growth / 1024, Math.sqrt(rest / (samples.length - 2) / spread) / 1024];
}

function median(values: readonly number[]): number {
  const sorted = [...values];
  sorted.sort((a, b) => a - b);
  return sorted[values.length >> 1] ?? 0;
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);

function report(all: readonly Sample[], minutes: number): void {
  const samples = all.filter((one) => one.minutes >= minutes * WARM_UP);
  if (samples.length < 3) return console.log('stopped before there was anything to say');
  const range = (of: Of, unit: (n: number) => string = String): string => {
    const [least, most] = [Math.min(...samples.map(of)), Math.max(...samples.map(of))];
    return least === most ? unit(most) : `${unit(least)} to ${unit(most)}`;
  };
  const growing = (of: Of): string =>
    `${range(of, mib)} MiB, slope ${slope(samples, of)
      .map((n) => n.toFixed(1))
      .join(' ± ')} KiB/min`;
  for (const [name, count] of moved) console.log(`${name.padEnd(10)} ${count.toLocaleString('en')} values`);
  console.log(`heap       ${growing(heap)}`);
  console.log(`code       ${growing(code)}, of V8 about the program`);
  console.log(`handles    ${range(handles)}`);
  console.log(`listeners  ${range(listeners)} on the signal that all share`);
  const own =
    threadCpu === undefined
      ? '; this Node cannot tell for how much of that it had the processor'
      : `, and by ${latest.own.toFixed(1)} ms for which the thread had the processor`;
  if (moved.has('timers')) console.log(`timers     late by ${latest.byClock.toFixed(1)} ms at most${own}`);

  const third = Math.ceil(samples.length / 3);
  const [first, last] = [samples.slice(0, third), samples.slice(-third)].map((some) =>
    median(some.map(heap)),
  );
  if (first !== undefined && last !== undefined)
    check(last <= MOST * first, `the heap grew from ${mib(first)} to ${mib(last)} MiB`);
  const steady = median(samples.slice(0, third).map(handles));
  check(median(samples.slice(-third).map(handles)) <= steady + 4, 'the number of handles grows');
  check(Math.max(...samples.map(listeners)) <= 4, 'listeners pile up');
  if (minutes >= LONG) {
    const [growth, error] = slope(samples, heap);
    // As far as it is more than what samples scatter by.
    check(growth - 3 * error < STEEPEST, `the heap grows by ${growth.toFixed(1)} KiB a minute`);
    check(latest.own <= LATEST, `a timer was late by ${latest.own.toFixed(1)} ms`);
  }
  console.log(
    wrong.length === 0 ? 'all values are accounted for' : [...new Set(wrong)].slice(0, 20).join('\n'),
  );
}

/** Sizes of the spaces that hold values, and of those that hold code, bytecode and what V8 knows of types. */
function sizes(): { heap: number; code: number } {
  const found = { heap: 0, code: 0 };
  for (const { space_name: name, space_used_size: size } of getHeapSpaceStatistics())
    found[/code|trusted/.test(name) ? 'code' : 'heap'] += size;
  return found;
}

function sample(minutes: number): Sample {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  return {
    minutes,
    ...sizes(),
    handles: resources.filter((name) => name !== 'Timeout' && name !== 'Immediate').length,
    listeners: getEventListeners(stopped.signal, 'abort').length,
  };
}

function interrupt(): void {
  stopped.abort();
}

async function main(minutes: number, names: readonly string[]): Promise<void> {
  if (globalThis.gc === undefined)
    throw new Error('run it by `npm run soak`: the heap is measured after collections');
  const { signal } = stopped;
  const parts = names.map(part);
  const samples: Sample[] = [];
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 60_000;
  process.once('SIGINT', interrupt);
  const pause = Math.min(5000, (minutes * 60_000) / 60);
  while (elapsed() < minutes && !signal.aborted) {
    await sleep(pause, { signal }).catch(() => {});
    samples.push(measure(() => sample(elapsed())));
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const minutes = Number(values.minutes);
const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
if (values.help === true) console.log(HELP);
else if (!(minutes > 0)) {
  console.error(`--minutes must be a number above 0, got ${values.minutes}`);
  process.exitCode = 2;
} else if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
  process.exitCode = 2;
} else {
  const { plain: _, ...mixed } = PARTS;
  await main(minutes, positionals.length > 0 ? positionals : Object.keys(mixed));
}
