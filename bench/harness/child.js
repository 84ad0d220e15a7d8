/**
 * One workload of one peer, in a process of its own: `node child.js WORKLOAD PEER [COUNT]`.
 *
 * It warms up and reports how many values a repetition handles; then, for each line it reads, it does a repetition
 * that counts and prints a line of JSON. It is sent a line when it is this peer's turn.
 */
import { createInterface } from 'node:readline';
import { peerNamed } from '../peers/index.js';
import { workloads } from '../workloads/index.js';
import { memoryOf, repetition } from './repetition.js';

/** For how long to warm up at least, and how long a repetition may take, in ms. */
const WARM_UP = 200;
const LONGEST = 120;
/** Shorter ones are preceded by one that does not count, in ms. */
const SHORT = 50;
/** Where the count is part of the work: how long a repetition may take before the peer is left out. */
const UNBEARABLE = 700;

const [name, peerName, most] = process.argv.slice(2);
const workload = { ...workloads.find((each) => each.name === name) };
const peer = await peerNamed(peerName);
const say = (report) => process.stdout.write(`${JSON.stringify(report)}\n`);

/** How many values a repetition handles. */
async function warmUp() {
  if (most !== undefined) return Number(most);
  if (workload.operation === 'loop') {
    await repetition(workload, peer, workload.count / 3);
    return workload.count;
  }
  const step = workload.step ?? 1;
  const multiple = (n) => Math.max(step, Math.floor(n / step) * step);
  const { times = 1 } = workload;
  workload.times = 1;
  const few = workload.fixed ? workload.count : multiple(workload.count / 10);
  let cost = Infinity;
  const start = performance.now();
  if (workload.fixed) {
    const { value } = await repetition(workload, peer, few / 10);
    const whole = (value * few) / 1e6;
    if (whole > UNBEARABLE) return leave(whole);
  }
  do {
    const { ms } = await repetition(workload, peer, few);
    cost = Math.min(cost, ms / few);
  } while (performance.now() - start < WARM_UP);
  const count = workload.fixed ? workload.count : multiple(Math.min(workload.count, LONGEST / cost));
  if (!workload.fixed) await repetition(workload, peer, count);
  workload.times = Math.max(1, Math.min(times, Math.floor(LONGEST / (cost * count))));
  return count;
}

function leave(ms) {
  say({ cannot: `it would take ${(ms / 1000).toFixed(1)} s a time` });
  process.exit();
}

try {
  const count = await warmUp();
  const bytes = workload.memory ? await memoryOf(workload, peer, count) : 0;
  say({ count, bytes });
  let took = 0;
  for await (const _ of createInterface({ input: process.stdin })) {
    // While it was others' turn the caches were theirs, and the engine gave memory back: one that is not counted, where
    // that can make a difference.
    if (took < SHORT) await repetition(workload, peer, count);
    const report = await repetition(workload, peer, count);
    took = report.ms;
    say(report);
  }
  process.exit();
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
