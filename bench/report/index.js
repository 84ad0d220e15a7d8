/**
 * Writes what a run has found.
 *
 * - `bench/RESULTS.md` and the charts of the README are committed: the targets, and one row for
 *   each workload.
 * - `bench/out` is ignored by Git: the tables of all peers, all charts, and the results themselves.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { digits } from '../harness/statistics.js';
import { compare, judge } from '../harness/targets.js';
import { workloads } from '../workloads/index.js';
import { chart } from './chart.js';
import { details } from './details.js';
import { fewestRounds, flat, machineLine, table } from './markdown.js';

const here = (path) => new URL(`../${path}`, import.meta.url);

/** Makes a folder anew. */
function empty(folder) {
  rmSync(here(folder), { recursive: true, force: true });
  mkdirSync(here(folder), { recursive: true });
}

/** @param {{ machine: object, workloads: Record<string, Record<string, object>> }} kept */
export async function writeReport(kept) {
  const shown = workloads.filter(({ name }) => kept.workloads[name] !== undefined);
  const drawn = drawCharts(shown, kept);
  const parts = [head(kept), targets(shown, kept), ratios(shown, kept), charts(shown, drawn)];
  writeFileSync(here('RESULTS.md'), `${parts.join('\n\n')}\n`);
  const full = details(shown, kept, ({ name }) => drawn.has(name));
  writeFileSync(here('out/REPORT.md'), `${full}\n`);
}

/** The names of the charts that the README shows. */
const inReadme = new Set(
  [...readFileSync(here('../README.md'), 'utf8').matchAll(/"bench\/charts\/([^"]+)\.svg"/g)].map(
    ([, name]) => name,
  ),
);

/** @returns {Set<string>} the names of the workloads that have a chart */
function drawCharts(shown, { workloads: all }) {
  empty('charts');
  empty('out/charts');
  const drawn = new Set();
  for (const workload of shown) {
    const svg = workload.grows ? undefined : chart(workload, all[workload.name]);
    if (svg === undefined) continue;
    drawn.add(workload.name);
    writeFileSync(here(`out/charts/${workload.name}.svg`), svg);
    if (inReadme.has(workload.name)) writeFileSync(here(`charts/${workload.name}.svg`), svg);
  }
  return drawn;
}

function head({ machine, workloads: results }) {
  return `# Results

\`npm run bench\` writes this file and its charts. Every figure is the median of at least ${fewestRounds(results)} repetitions.
Each peer ran in a process of its own, and the result of every repetition was checked. The machine was:
${machineLine(machine)}.

A ratio is the cost of millrace divided by the cost of the other: below 1, millrace is cheaper. It is the median of the
ratios of the rounds. Other machines give other figures. Their ratios differ less, but those to Go differ much.

The *floor* is the least that the work can cost in JavaScript: a mailbox of one slot made of promises, a loop, a bare
\`postMessage\`. The *ring* is a channel written by hand without closing, errors, aborting and fairness; it is the floor of a
workload that needs more than a mailbox. *go-1* and *go-2* are Go on one and on two processors.

A run also writes the tables of all peers, their versions and the rest of the charts, to \`bench/out/REPORT.md\`.`;
}

function targets(shown, { workloads: all }) {
  const rows = [];
  for (const workload of shown) {
    for (const target of workload.targets ?? []) {
      const verdict = judge(target, all[workload.name], all);
      const { text } = target;
      if (verdict === undefined) rows.push([workload.title, text, 'not measured', '']);
      else {
        const value = target.of === undefined ? verdict.value.toFixed(2) : digits(verdict.value);
        const rival = verdict.rival === undefined ? ` ${target.unit}` : `x ${verdict.rival}`;
        rows.push([workload.title, text, `${value}${rival}`, verdict.met ? 'met' : '**missed**']);
      }
    }
  }
  const met = rows.filter(([, , , verdict]) => verdict === 'met').length;
  return `## Targets

${met} of ${rows.length} are met.

${table(['workload', 'target', 'measured', ''], rows)}`;
}

/** @returns {string} a ratio, in bold if millrace is behind */
function cell({ value, rival } = {}, shows = true) {
  if (value === undefined) return '';
  const text = value.toFixed(2);
  return `${text > 1 ? `**${text}**` : text}${shows ? ` ${rival}` : ''}`;
}

/** A row for each workload, and the reasons for those that cost more than a peer. */
function ratios(shown, { workloads: all }) {
  const rows = [];
  const reasons = new Map();
  for (const { name, title, unit, floor, grows, why } of shown) {
    const results = all[name];
    const ours = results['millrace']?.median;
    // Growth compares a library with itself.
    if (ours === undefined || grows) continue;
    const [least, javascript, go] = [floor, 'javascript', 'go'].map(
      (rival) => rival && compare(rival, results, all),
    );
    rows.push([
      title,
      `${digits(ours)} ${unit}`,
      least === undefined ? '' : `${least.value.toFixed(2)}${floor === 'floor' ? '' : ` ${floor}`}`,
      cell(javascript),
      cell(go),
    ]);
    if ([javascript, go].some((each) => each?.value.toFixed(2) > 1)) {
      const reason = flat(why ?? 'The reason is not known.');
      reasons.set(reason, [...(reasons.get(reason) ?? []), title]);
    }
  }
  const heads = ['workload', 'millrace', 'to the floor', 'to the best JavaScript peer', 'to Go'];
  const list = [...reasons].map(([reason, titles]) => `- **${titles.join('; ')}**: ${reason}`);
  return `## Ratios

A ratio to a peer is bold where millrace is behind. The best JavaScript peer is the one that costs least of those that do the
whole work. Most of those that do less have no back-pressure. Go is whichever of go-1 and go-2 costs less.

${table(heads, rows, ['---', '--:', '---', '---', '---'])}

## Where millrace is behind

${list.length === 0 ? 'Nowhere, in these workloads.' : list.join('\n')}`;
}

function charts(shown, drawn) {
  const images = shown
    .filter(({ name }) => drawn.has(name) && inReadme.has(name))
    .map(({ name, title }) => `![${title}: a chart](charts/${name}.svg)`);
  return `## Charts\n\n${images.join('\n\n')}`;
}
