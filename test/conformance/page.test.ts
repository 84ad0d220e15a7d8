import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Behaviour, collect } from '../support/behaviour.js';

/** Each file of behaviours, in the order of the page. */
const FILES: Readonly<Record<string, () => Promise<unknown>>> = {
  'order.test.ts': () => import('./order.test.js'),
  'attempts.test.ts': () => import('./attempts.test.js'),
  'closing.test.ts': () => import('./closing.test.js'),
  'nothing.test.ts': () => import('./nothing.test.js'),
  'select.test.ts': () => import('./select.test.js'),
  'choice.test.ts': () => import('./choice.test.js'),
  'time.test.ts': () => import('./time.test.js'),
  'buffers.test.ts': () => import('./buffers.test.js'),
  'pipelines.test.ts': () => import('./pipelines.test.js'),
  'sharing.test.ts': () => import('./sharing.test.js'),
  'mixing.test.ts': () => import('./mixing.test.js'),
  'programs.test.ts': () => import('./programs.test.js'),
};
const HERE = new URL('.', import.meta.url);
const PAGE = new URL('../../docs/conformance.md', HERE);
const COMMAND = 'CONFORMANCE=write npx vitest run test/conformance';

const all = await collect(async () => {
  for (const load of Object.values(FILES)) await load();
});

const row = (...cells: string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(topic: string): string {
  const rows = all
    .filter((one) => one.topic === topic)
    .map((one) => row(one.name, one.millrace ?? 'yes', one.Go, one['core.async'], one.aiochan));
  const head = [
    row('behaviour', 'millrace', 'Go', 'core.async', 'aiochan'),
    row(...Array<string>(5).fill('---')),
  ];
  return [`## ${topic}`, '', ...head, ...rows].join('\n');
}

function pageOf(behaviours: readonly Behaviour[]): string {
  const topics = [...new Set(behaviours.map(({ topic }) => topic))];
  return `# Conformance

What systems of channels hold themselves to, and what millrace does. The behaviours are those that Go, crossbeam-channel,
core.async and aiochan document or test; the tests are our own, one for each row, in \`test/conformance/\`. They ran
for the column *millrace* only: what the other columns say was read in those systems' documents and sources.

*Yes* means that the behaviour is as its row says, *the same* that the other system does so too, and *has none* that it
has nothing of the kind, though it may be easy to write there.

This page is written by its tests. After a change of one of them run \`${COMMAND}\`.

${topics.map(table).join('\n\n')}
`;
}

test('every file of behaviours is on the page', () => {
  const files = readdirSync(HERE).filter((name) => name !== 'page.test.ts');
  expect(new Set(files)).toEqual(new Set(Object.keys(FILES)));
});

test('no two behaviours have one name', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test('docs/conformance.md says what the tests say', () => {
  const page = pageOf(all);
  if (process.env['CONFORMANCE'] === 'write') writeFileSync(PAGE, page);
  let found = '';
  try {
    found = readFileSync(PAGE, 'utf8');
  } catch {
    // Not written yet.
  }
  expect(found === page, `docs/conformance.md is out of date; to write it anew: ${COMMAND}`).toBe(true);
});
