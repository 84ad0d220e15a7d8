/**
 * Measures a workload: a process for each peer, warmed up one after the other; then round after round, in each of which
 * every process does one repetition in turn. So drift of the machine hits all alike, and nothing runs beside what is measured.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { commandOf } from './players.js';
import { ratio, summary } from './statistics.js';

/** How long to wait for a process before giving it up, in ms. */
const PATIENCE = 60_000;

const running = new Set();

/** Ends every process there is. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

class Process {
  constructor(workload, player, most) {
    const { command, args, env } = commandOf(workload, player.peer, most);
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this.child);
    this.child.once('exit', () => running.delete(this.child));
    this.child.stdin.on('error', () => {});
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.complaint = '';
    this.child.stderr.on('data', (text) => (this.complaint = `${this.complaint}${text}`.slice(-2000)));
  }

  /** The next line it prints. */
  async report() {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE, { value: '{"failed":"no answer for a minute"}' });
    });
    const { value } = await Promise.race([this.lines.next(), late]);
    clearTimeout(timer);
    if (value === undefined) return { failed: this.complaint.trim().split('\n').at(-1) || 'it ended' };
    return JSON.parse(value);
  }

  again() {
    this.child.stdin.write('\n');
    return this.report();
  }

  async stop() {
    this.child.kill('SIGKILL');
    if (running.has(this.child)) await once(this.child, 'exit');
  }
}

/**
 * @param {object} workload
 * @param {object[]} players - of {@link playersOf}
 * @param {{ rounds: number, most?: number, tell: (text: string) => void }} options
 * @returns {Promise<Record<string, object>>} by the names of the peers: a summary, or `cannot`, or `failed`
 */
export async function measure(workload, players, { rounds, most, tell }) {
  const results = {};
  const ready = [];
  try {
    for (const player of players) {
      const { name } = player.peer;
      const { cannot: unable, less, note } = player;
      if (unable !== undefined) {
        results[name] = { cannot: unable };
        continue;
      }
      tell(`${name} warms up`);
      const child = new Process(workload, player, most);
      const { count, bytes, cannot, failed } = await child.report();
      if (count === undefined) {
        await child.stop();
        results[name] = cannot === undefined ? { failed } : { cannot };
        continue;
      }
      results[name] = { count, bytes: bytes > 0 ? bytes : undefined, less, note };
      ready.push({ name, child, samples: [] });
    }
    for (let round = 0; round < rounds; round++) {
      // Everybody comes after everybody else now and then.
      for (let i = 0; i < ready.length; i++) {
        const each = ready[(i + round) % ready.length];
        if (results[each.name].failed !== undefined) continue;
        tell(`round ${round + 1} of ${rounds}, ${each.name}`);
        const {
          value,
          result,
          failed = wrong(workload, results[each.name].count, result),
        } = await each.child.again();
        if (failed === undefined) each.samples.push(value);
        else results[each.name] = { failed };
      }
    }
    for (const { name, samples } of ready) {
      if (results[name].failed === undefined) Object.assign(results[name], summary(samples));
    }
    const floor = ready.find(({ name }) => name === workload.floor && results[name].failed === undefined);
    if (floor !== undefined) addRatios(results, ready, floor.samples);
    return results;
  } finally {
    await Promise.all(ready.map(({ child }) => child.stop()));
  }
}

/** A process of Go's says what came of its work; Node's have checked it. */
function wrong(workload, count, result) {
  if (result === undefined || result === workload.expected(count)) return undefined;
  return `the result is ${result} where ${workload.expected(count)} was expected`;
}

/** The ratio to the floor. */
function addRatios(results, ready, floor) {
  for (const { name, samples } of ready) {
    if (results[name].failed === undefined) results[name].ratio = ratio(samples, floor);
  }
}
