/**
 * The benchmark suite: `npm run bench -- --help`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine } from './harness/machine.js';
import { measure, stopAll } from './harness/measure.js';
import { playersOf } from './harness/players.js';
import { Progress } from './harness/progress.js';
import { sizes } from './harness/size.js';
import { terminalTable } from './harness/table.js';
import { peers } from './peers/index.js';
import { tinyCount, workloads } from './workloads/index.js';

const HELP = `usage: npm run bench [-- [options] [workload [peer …]]]

Measures millrace beside its peers, each in a process of its own, and prints medians. Without a workload it runs all of them
in about ten minutes. It then writes bench/RESULTS.md and its charts, which are committed, and bench/out, which is not:
REPORT.md with the tables of all peers, all charts, and results.json.

  workload       one by its name, or several by how their names begin: select, growth …
  peer …         only these, by a part of their names; millrace and the floor are always beside them

  --list         the workloads and the peers
  --rounds N     repetitions of each, at least 1 (default: 7; results are kept only of 7 and more)
  --save         keep the results of some workloads too, beside those of the others
  --report       measure nothing: write the reports and the charts again from bench/out/results.json
  --tiny         a few values each, to see that everything runs and that all agree; the times mean nothing
  --help         this

The peers are installed by: npm ci --prefix bench. Go is measured if it is there (Debian: golang-go).
`;

/** Says what is wrong, in a line, and ends. */
function fail(message) {
  process.stderr.write(`bench: ${message}\n`);
  process.exit(2);
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        list: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '7' },
        save: { type: 'boolean', default: false },
        report: { type: 'boolean', default: false },
        tiny: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(error.message.split('. To specify')[0]);
  }
}

/** Five digits are more than the machine knows. */
const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);

const resultsFile = new URL('out/results.json', import.meta.url);

/** The results of the last run of everything. */
function kept() {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') fail('there is no bench/out/results.json: npm run bench makes it');
    throw error;
  }
}

function list() {
  const width = Math.max(...[...workloads, ...peers].map(({ name }) => name.length));
  console.log('workloads');
  for (const { name, title } of workloads) console.log(`  ${name.padEnd(width)}  ${title}`);
  console.log('\npeers');
  const about = { ours: 'ours', floor: 'the least it can cost', go: 'if Go is installed' };
  for (const { name, kind, version, isPackage } of peers) {
    const state = isPackage ? (version ?? 'not installed') : (about[kind] ?? `in Node ${version}`);
    console.log(`  ${name.padEnd(width)}  ${state}`);
  }
}

function chosenWorkloads(start) {
  if (start === undefined) return workloads;
  const exact = workloads.filter(({ name }) => name === start);
  const chosen = exact.length > 0 ? exact : workloads.filter(({ name }) => name.startsWith(start));
  if (chosen.length === 0) fail(`there is no workload '${start}': see --list`);
  return chosen;
}

/** Whether a peer takes part, by the parts of names that were given. */
function chosenPeers(parts) {
  for (const part of parts) {
    if (!peers.some(({ name }) => name.includes(part))) fail(`there is no peer '${part}': see --list`);
  }
  return (name) => parts.length === 0 || parts.some((part) => name.includes(part));
}

async function resultsOf(workload, isChosen, settings) {
  if (workload.operation === 'size') {
    return sizes((name) => name === 'millrace' || isChosen(name), settings.tell);
  }
  const players = await playersOf(workload);
  const wanted = players.filter(
    ({ peer: { name } }) => name === 'millrace' || name === workload.floor || isChosen(name),
  );
  return measure(workload, wanted, settings);
}

async function main() {
  const { values, positionals } = options();
  if (values.help) return void process.stdout.write(HELP);
  if (values.list) return list();
  const hasPeers = existsSync(new URL('node_modules', import.meta.url));
  if (values.report) {
    if (!hasPeers) fail('the charts need a package that is not installed: npm ci --prefix bench');
    const { writeReport } = await import('./report/index.js');
    return writeReport(kept());
  }
  const rounds = values.tiny ? 1 : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    fail(`expected --rounds to be an integer of at least 1, got '${values.rounds}'`);
  const [start, ...parts] = positionals;
  const chosen = chosenWorkloads(start);
  const isChosen = chosenPeers(parts);
  const keeps = !values.tiny && parts.length === 0 && (start === undefined || values.save);
  if (keeps && rounds < 7) fail(`expected at least 7 rounds for results that are kept, got ${rounds}`);
  const before = keeps && start !== undefined ? kept().workloads : {};

  if (!hasPeers) {
    if (keeps) fail('the peers are not installed: npm ci --prefix bench');
    process.stderr.write(
      'bench: the peers are not installed (npm ci --prefix bench), so millrace runs alone\n',
    );
  }

  const progress = new Progress(chosen.length);
  let failures = 0;
  const fresh = {};
  for (const workload of chosen) {
    const tell = (text) => progress.tell(`${workload.title}: ${text}`);
    const most = values.tiny ? tinyCount(workload) : undefined;
    fresh[workload.name] = await resultsOf(workload, isChosen, { rounds, most, tell });
    progress.step();
    failures += Object.values(fresh[workload.name]).filter(({ failed }) => failed !== undefined).length;
    console.log(`${workload.title} (${workload.name})\n${terminalTable(workload, fresh[workload.name])}\n`);
  }
  if (keeps) {
    const results = { machine: machine(), workloads: { ...before, ...fresh } };
    mkdirSync(new URL('.', resultsFile), { recursive: true });
    writeFileSync(resultsFile, `${JSON.stringify(results, rounded, 1)}\n`);
    const { writeReport } = await import('./report/index.js');
    await writeReport(results);
    console.log(`written: bench/RESULTS.md, bench/charts, bench/out (${progress.spent})`);
  }
  if (failures > 0) {
    process.stderr.write(`bench: ${failures} failed\n`);
    process.exitCode = 1;
  }
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    stopAll();
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001B[2K' : ''}bench: stopped; nothing was written\n`);
    process.exit(code);
  });
}
process.on('exit', stopAll);

await main();
