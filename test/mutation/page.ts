/** The page of what survived: made of Stryker's report and of our reasons. */
import { readFileSync, readdirSync } from 'node:fs';
import { REASONS, type Reason } from './reasons.js';

/** What is read of a report; its lines and columns count from 1. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}
interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}
interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is mutated, but for files of types alone. */
const FOLDERS = ['src/core', 'src/select', 'src/derive', 'src/flow'];
const FILES = ['src/chan.ts', 'src/read-chan.ts', 'src/select.ts'];
const ONLY_TYPES = new Set(['src/core/protocol.ts']);
/** Of a change, how much is shown. */
const SHOWN = 90;

function sources(): string[] {
  const within = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  return [...FILES, ...within].filter((name) => !ONLY_TYPES.has(name));
}

/** The code that a mutant replaced. */
function original(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? '').slice(0, end.column - 1));
  lines.unshift((lines.shift() ?? '').slice(start.column - 1));
  return lines.join(' ');
}

/** Code in one line of Markdown. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line;
  if (shown === '') return 'nothing';
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** How many mutants of a file there are of each kind. */
function count(mutants: readonly Mutant[]): Record<'killed' | 'late' | 'survived' | 'aside', number> {
  const of = (...all: string[]): number => mutants.filter(({ status }) => all.includes(status)).length;
  return {
    killed: of('Killed'),
    late: of('Timeout'),
    survived: of('Survived', 'NoCoverage'),
    aside: of('Ignored', 'RuntimeError', 'CompileError'),
  };
}

/** The page, and what whoever keeps it should know. */
export function pageOf(report: Report): { text: string; problems: string[] } {
  const problems: string[] = [];
  const used = new Set<Reason>();
  const all = sources();
  const measured = all.filter((name) => report.files[name] !== undefined);
  const total = { killed: 0, late: 0, survived: 0, aside: 0 };
  const rows: string[] = [];
  const survivors: string[] = [];
  for (const name of measured) {
    const { source, mutants } = report.files[name] as Report['files'][string]; // Sound: just looked at.
    const counted = count(mutants);
    for (const kind of Object.keys(total) as (keyof typeof total)[]) total[kind] += counted[kind];
    const { killed, late, survived, aside } = counted;
    const changed = readFileSync(name, 'utf8') !== source;
    if (changed) problems.push(`${name} has changed since it was run: npm run mutate -- ${name}`);
    const shown = changed ? `${code(name)}, before its last change` : code(name);
    rows.push(row([shown, percent(killed + late, killed + late + survived), killed, late, survived, aside]));
    const lines = source.split('\n');
    const left = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    if (left.length > 0) survivors.push(`### ${name}\n`);
    for (const { location, mutatorName, replacement = '', status } of left) {
      const { line, column } = location.start;
      const text = lines[line - 1] ?? '';
      const found = (REASONS[name] ?? []).find(
        ({ at, to }) => text.includes(at) && (to === undefined || to === replacement.replaceAll(/\s+/g, ' ')),
      );
      if (found !== undefined) used.add(found);
      else problems.push(`${name}:${line}:${column} has no reason: ${mutatorName}, ${code(replacement)}`);
      const why = found?.why ?? (status === 'NoCoverage' ? 'No test runs it.' : 'Not looked at yet.');
      const was = code(original(source, location));
      survivors.push(`- ${line}:${column}, ${mutatorName}: ${was} became ${code(replacement)}. ${why}`);
    }
    if (left.length > 0) survivors.push('');
  }
  for (const name of measured) {
    for (const reason of REASONS[name] ?? [])
      if (!used.has(reason)) problems.push(`${name}: a reason for what did not survive: ${reason.at}`);
  }
  const { killed, late, survived, aside } = total;
  rows.push(
    row(['all', percent(killed + late, killed + late + survived), killed, late, survived, aside].map(strong)),
  );
  const missing = all.filter((name) => !measured.includes(name));
  const text = `# Mutation testing

A test suite is worth what it notices. [Stryker](https://stryker-mutator.io) changes the code of the core, one small change at
a time: a condition becomes true, a call goes, a number is off by one. Each time it runs the tests that reach the
changed place. A change that makes one fail is *killed*; one that makes them run for ever is *late*, and killed too; one that nobody
notices has *survived*. *Aside* are changes to what runs once when a module loads, which are not tried, and those that do not run at all.

\`npm run mutate\` does it, and writes this page; \`npm run mutate -- 'src/core/*.ts'\` does a part. It takes hours, so CI does
not. The tests are those of one process that end soon; properties and schedules run less often than in
\`npm test\`, so that some survivors here are killed there.

${row(['file', 'killed', 'by a test', 'late', 'survived', 'aside'])}
${row(['---', '---:', '---:', '---:', '---:', '---:'])}
${rows.join('\n')}

${missing.length === 0 ? 'No file is left out.' : `Not measured yet: ${missing.map(code).join(', ')}.`}

## What survived

Each with its line and column, and why no test kills it.

${survivors.join('\n').trim()}
`;
  return { text, problems };
}

const strong = (cell: string | number): string => `**${cell}**`;
