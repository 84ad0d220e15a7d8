/** The page of what survived: made of Stryker's report and of our reasons. */
import { createHash } from 'node:crypto';
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

/** What was found of a file, as it is kept between runs. */
interface Found {
  /** Of the source as it was then. */
  readonly hash: string;
  readonly killed: number;
  readonly late: number;
  readonly aside: number;
  readonly survivors: readonly Survivor[];
}
interface Survivor {
  /** Line and column. */
  readonly at: string;
  /** The whole line. */
  readonly line: string;
  readonly mutator: string;
  readonly was: string;
  readonly became: string;
  readonly isRun: boolean;
}
export type Kept = Readonly<Record<string, Found>>;

/** What is mutated, but for files of types alone. */
const FOLDERS = ['src/core', 'src/select', 'src/derive', 'src/flow'];
const FILES = ['src/chan.ts', 'src/read-chan.ts', 'src/select.ts'];
const ONLY_TYPES = new Set(['src/core/protocol.ts', 'src/flow/parallel.ts']);
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

const hashOf = (source: string): string => createHash('sha256').update(source).digest('hex').slice(0, 16);

function foundOf({ source, mutants }: Report['files'][string]): Found {
  const of = (...all: string[]): Mutant[] => mutants.filter(({ status }) => all.includes(status));
  const lines = source.split('\n');
  return {
    hash: hashOf(source),
    killed: of('Killed').length,
    late: of('Timeout').length,
    aside: of('Ignored', 'RuntimeError', 'CompileError').length,
    survivors: of('Survived', 'NoCoverage').map(({ location, mutatorName, replacement = '', status }) => ({
      at: `${location.start.line}:${location.start.column}`,
      line: (lines[location.start.line - 1] ?? '').trim(),
      mutator: mutatorName,
      was: code(original(source, location)),
      became: replacement.replaceAll(/\s+/g, ' '),
      isRun: status === 'Survived',
    })),
  };
}

/** What is known after a run: what it found of its files, and what was known of the others that are still there. */
export function merged(kept: Kept, report: Report): Kept {
  const now = sources().flatMap((name): [string, Found][] => {
    const ran = report.files[name];
    const found = ran === undefined ? kept[name] : foundOf(ran);
    return found === undefined ? [] : [[name, found]];
  });
  return Object.fromEntries(now);
}

/** The page, and what whoever keeps it should know. */
export function pageOf(kept: Kept): { text: string; problems: string[] } {
  const problems: string[] = [];
  const used = new Set<Reason>();
  const all = sources();
  const measured = Object.entries(kept);
  const total = { killed: 0, late: 0, survived: 0, aside: 0 };
  const rows: string[] = [];
  const listed: string[] = [];
  for (const [name, { hash, killed, late, aside, survivors }] of measured) {
    const survived = survivors.length;
    total.killed += killed;
    total.late += late;
    total.survived += survived;
    total.aside += aside;
    const changed = hashOf(readFileSync(name, 'utf8')) !== hash;
    if (changed) problems.push(`${name} has changed since it was run: npm run mutate -- ${name}`);
    const shown = changed ? `${code(name)}, before its last change` : code(name);
    rows.push(row([shown, percent(killed + late, killed + late + survived), killed, late, survived, aside]));
    if (survived > 0) listed.push(`### ${name}\n`);
    for (const { at, line, mutator, was, became, isRun } of survivors) {
      const found = (REASONS[name] ?? []).find(
        (reason) => line.includes(reason.at.trim()) && (reason.to === undefined || reason.to === became),
      );
      if (found !== undefined) used.add(found);
      else problems.push(`${name}:${at} has no reason: ${mutator}, ${code(became)}`);
      const why = found?.why ?? (isRun ? 'Not looked at yet.' : 'No test runs it.');
      listed.push(`- ${at}, ${mutator}: ${was} became ${code(became)}. ${why}`);
    }
    if (survived > 0) listed.push('');
    for (const reason of REASONS[name] ?? [])
      if (!used.has(reason)) problems.push(`${name}: a reason for what did not survive: ${reason.at}`);
  }
  const { killed, late, survived, aside } = total;
  rows.push(
    row(['all', percent(killed + late, killed + late + survived), killed, late, survived, aside].map(strong)),
  );
  const missing = all.filter((name) => kept[name] === undefined);
  const text = `# Mutation testing

A test suite is worth what it notices. [Stryker](https://stryker-mutator.io) changes the code of the core, one small change at
a time: a condition becomes true, a call goes, a number is off by one. Each time it runs the tests that reach the
changed place. A change that makes one fail is *killed*; one that makes them run for ever is *late*, and killed too; one that nobody
notices has *survived*. *Aside* are changes to what runs once when a module loads, which are not tried, and those that do not run at all.

\`npm run mutate\` does it, and writes this page; \`npm run mutate -- 'src/core/*.ts'\` does a part, and leaves what was found of the
rest. It takes long, so CI does not. The tests are those of one process that end soon; properties and schedules run less often than in
\`npm test\`, so that some survivors here are killed there.

${row(['file', 'killed', 'by a test', 'late', 'survived', 'aside'])}
${row(['---', '---:', '---:', '---:', '---:', '---:'])}
${rows.join('\n')}

${missing.length === 0 ? 'No file is left out.' : `Not measured yet: ${missing.map(code).join(', ')}.`}

## What survived

Each with its line and column, and why no test kills it.

${listed.join('\n').trim()}
`;
  return { text, problems };
}

const strong = (cell: string | number): string => `**${cell}**`;
