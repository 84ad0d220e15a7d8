/** All that was measured: a section for each workload, with a row for each peer. */
import { YOUNG } from '../harness/players.js';
import { absentees, ranked, row } from '../harness/table.js';
import { fewestRounds, flat, machineLine, table } from './markdown.js';

/**
 * @param {object[]} shown - the workloads
 * @param {{ machine: object, workloads: Record<string, Record<string, object>> }} kept
 * @param {(workload: object) => boolean} hasChart
 * @returns {string}
 */
export function details(shown, kept, hasChart) {
  const sections = shown.map((workload) =>
    section(workload, kept.workloads[workload.name], hasChart(workload)),
  );
  return [head(kept), ahead(shown, kept), ...sections].join('\n\n');
}

function head({ machine, workloads: results }) {
  const versions = Object.entries(machine.peers).map(
    ([name, version]) => `${name} ${version ?? '(not installed)'}`,
  );
  return `# Results in full

\`npm run bench\` writes this file. Every figure is the median of at least ${fewestRounds(results)} repetitions. Each peer ran in
a process of its own, warmed up, and took its turn in every round, so that other work of the machine affects all peers alike.
Every process of Node has at least the young generation of a process that never rests (\`${YOUNG}\`), because V8 halves the
young generation of some processes while they wait for their turn. A ratio is the median of the ratios of the rounds. Each
peer does the work as its users would write it (\`bench/peers\`). The result of every repetition is checked.

- Machine: ${machineLine(machine)}
- ${versions.join(', ')}

The *floor* is the least that the work can cost in JavaScript: a mailbox of one slot made of promises, a loop, a bare
\`postMessage\`. The *ring* is a channel written by hand without closing, errors, aborting and fairness. *go-1* and *go-2* are
Go on one and on two processors.`;
}

/** Where anybody is faster than millrace. */
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
  const those =
    rows.length === 0 ? 'Nowhere, in these workloads.' : table(['workload', "of millrace's time"], rows);
  return `## Where a peer is ahead

${those}

\\* The peer does less of the work, as the table of the workload says: mostly, its producer does not wait for the consumer.`;
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
    flat(workload.what),
    hasChart ? `![${workload.title}: a chart](charts/${workload.name}.svg)` : '',
    table(heads, rows, align),
    ...(workload.why === undefined ? [] : [flat(workload.why)]),
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
