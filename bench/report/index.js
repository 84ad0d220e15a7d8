/** Writes RESULTS.md and the charts from results. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { YOUNG } from '../harness/players.js';
import { digits } from '../harness/statistics.js';
import { absentees, ranked, row } from '../harness/table.js';
import { judge } from '../harness/targets.js';
import { workloads } from '../workloads/index.js';
import { chart } from './chart.js';

const here = (path) => new URL(`../${path}`, import.meta.url);

const table = (heads, rows, align = heads.map(() => '---')) =>
  [heads, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param {{ machine: object, workloads: Record<string, Record<string, object>> }} kept */
export async function writeReport(kept) {
  const shown = workloads.filter(({ name }) => kept.workloads[name] !== undefined);
  rmSync(here('charts'), { recursive: true, force: true });
  mkdirSync(here('charts'));
  const sections = [];
  for (const workload of shown) {
    const results = kept.workloads[workload.name];
    const svg = workload.grows ? undefined : chart(workload, results);
    if (svg !== undefined) writeFileSync(here(`charts/${workload.name}.svg`), svg);
    sections.push(section(workload, results, svg !== undefined));
  }
  const text = [head(kept), targets(shown, kept), ahead(shown, kept), ...sections].join('\n\n');
  writeFileSync(here('RESULTS.md'), `${text}\n`);
}

function head({ machine, workloads: results }) {
  const rounds = Math.min(
    ...Object.values(results)
      .flatMap((each) => Object.values(each))
      .filter(({ samples }) => samples !== undefined && samples.length > 1)
      .map(({ samples }) => samples.length),
  );
  const versions = Object.entries(machine.peers).map(
    ([name, version]) => `${name} ${version ?? '(not installed)'}`,
  );
  return `# Results

Written by \`npm run bench\`; not by hand. Every figure is the median of at least ${rounds} repetitions. Each peer ran in a process of
its own, warmed up, and took its turn in every round, so that whatever else the machine did hit all alike. All of Node's
have at least the young generation that a process has which never rests (\`${YOUNG}\`): V8 halves it where a process
waits for its turn, in some and not in others. A ratio is the median of the ratios of the rounds. Each peer does the work as its
users would write it (\`bench/peers\`), and every repetition is checked for its result.

- Machine: ${machine.processors} processors (${machine.model}), ${machine.memory}, ${machine.system}
- Node ${machine.node}, Go ${machine.go ?? 'not installed'}, on ${machine.date}
- ${versions.join(', ')}

Figures of another machine differ, ratios less so, but for those to Go: Node and Go do not go together from machine to machine. Where the
floor itself is slower than Go, no channel made of promises can be level with it. Run it yourself: \`npm ci --prefix bench && npm run bench\`.

The *floor* is the least the work can cost in JavaScript: a mailbox of one slot made of promises, a loop, a bare \`postMessage\`. The *ring* is a
channel written by hand without closing, errors, aborting and fairness. *go-1* and *go-2* are Go on one and on two processors.`;
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

/** Where anybody is faster than we are. */
function ahead(shown, { workloads: all }) {
  const rows = [];
  for (const workload of shown) {
    const results = all[workload.name];
    const ours = results['millrace']?.median;
    if (ours === undefined || workload.only !== undefined || workload.grows) continue;
    const faster = ranked(results)
      .filter(([name, { median }]) => median < ours && !/^(floor|ring|millrace)/.test(name))
      .map(
        ([name, { median, less }]) =>
          `${name}${less === undefined ? '' : '\\*'} ${(median / ours).toFixed(2)}`,
      );
    if (faster.length > 0) rows.push([`[${workload.title}](#${anchor(workload.title)})`, faster.join(', ')]);
  }
  const those = rows.length === 0 ? 'Nowhere, in these workloads.' : table(['workload', 'of our time'], rows);
  return `## Where a peer is ahead

${those}

\\* It does less of the work, as the table of the workload says: mostly, its producer does not wait for the consumer. Such
results are shown, but count for no target. Why a peer is ahead stands with its workload.`;
}

const anchor = (title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

function section(workload, results, hasChart) {
  const hasFloor = workload.floor !== undefined;
  const took = ranked(results).filter(([, { cannot }]) => cannot === undefined);
  const heads = ['', workload.unit, 'range', ...(hasFloor ? [`of ${workload.floor}`] : []), ''];
  const rows = took.map((each) => {
    const [name, ...cells] = row(each, workload.floor).map((cell) => cell.replaceAll('*', '\\*'));
    const shown = hasFloor ? cells : cells.filter((_, i) => i !== 2);
    return [name === 'millrace' ? '**millrace**' : name, ...shown];
  });
  const align = heads.map((_, i) => (i === 0 || i === heads.length - 1 ? '---' : '--:'));
  const parts = [
    `## ${workload.title}`,
    workload.what.replaceAll('\n', ' '),
    hasChart ? `![${workload.title}: a chart](charts/${workload.name}.svg)` : '',
    table(heads, rows, align),
    ...(workload.why === undefined ? [] : [workload.why.replaceAll('\n', ' ')]),
    absent(results),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Who takes no part, by reason. */
function absent(results) {
  const reasons = absentees(results);
  if (reasons.size === 0) return '';
  const lines = [...reasons].map(([reason, names]) => `- ${names.join(', ')}: ${reason}`);
  return `<details><summary>Who takes no part, and why</summary>\n\n${lines.join('\n')}\n\n</details>`;
}
