import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Block,
  blocksOf,
  outputOf,
  problemsOf,
  programsOf,
  root,
  typeErrors,
} from './support/code-blocks.js';

// The guide runs: every ```ts block of every page under docs/, as in readme.test.ts. In a browser the live ones run once
// more (test/site).

const folder = join(root, 'docs');
const isPage = (path: string): boolean =>
  path.endsWith('.md') && !/(^|[\\/])(node_modules|api|\.vitepress)[\\/]/.test(path);
const pages = (await readdir(folder, { recursive: true })).filter(isPage);
pages.sort();

const blocks = new Map<string, Block[]>();
for (const page of pages)
  blocks.set(page, blocksOf(await readFile(join(folder, page), 'utf8'), `docs/${page}`));
const all = [...blocks.values()].flat();

test('every code block of the guide type-checks', () => {
  expect(typeErrors(all)).toEqual([]);
});

describe.each([...blocks].filter(([, found]) => found.length > 0))('on docs/%s', (_, found) => {
  test.each(found.filter(({ isFile }) => !isFile))(
    'the code at $name does what it says',
    { timeout: 5000 },
    async (block) => {
      expect(await problemsOf(block)).toEqual([]);
    },
  );
});

test.each([...blocks.values()].flatMap(programsOf))(
  'the program of files that ends at $name prints what it says',
  { timeout: 20_000 },
  async (program) => {
    expect(await outputOf(program)).toBe(program.output);
  },
);

test.each(pages.filter((page) => /^(tutorial|recipes)[\\/]/.test(page)))(
  'every example on docs/%s shows its output',
  (page) => {
    const silent = (blocks.get(page) ?? []).filter(({ output, isFile }) => output === undefined && !isFile);
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(blocks.get(page)?.length).toBeGreaterThan(0);
  },
);
