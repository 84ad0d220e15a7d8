import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Block, blocksOf, problemsOf, root, typeErrors, withImports } from './support/code-blocks.js';

async function examplesOf(path: string): Promise<Block[]> {
  const source = await readFile(join(root, 'src', path), 'utf8');
  // The text of its comments, every line where it was.
  const text = source.replace(/^(?![ \t]*\*).*$/gm, '').replace(/^[ \t]*\*\/?[ ]?/gm, '');
  return blocksOf(text, `src/${path}`).map(withImports);
}

const readme = blocksOf(await readFile(join(root, 'README.md'), 'utf8'), 'README.md');
const paths = await readdir(join(root, 'src'), { recursive: true });
paths.sort();
const sources = paths.filter((path) => path.endsWith('.ts'));
const examples = (await Promise.all(sources.map(examplesOf))).flat();

describe.each<[string, Block[], number]>([
  ['the README', readme, 8],
  ['the sources', examples, 20],
])('in %s', (_, blocks, least) => {
  test('the code blocks are found', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });

  test('every code block type-checks', () => {
    expect(typeErrors(blocks)).toEqual([]);
  });

  test.each(blocks)('the code at $name does what it says', { timeout: 1000 }, async (block) => {
    expect(await problemsOf(block)).toEqual([]);
  });
});

describe('documentation that is wrong is found:', () => {
  const block = (code: string, output?: string): Block => ({
    name: 'made up',
    code,
    output,
    isFile: false,
  });

  test.each([
    ['a value', 'const a = 1; // 2'],
    ['a value inside', 'for (const a of [1, 2]) {\n  a; // 1\n}'],
    ['a value never reached', 'if (Math.abs(-1) === 2) {\n  1; // 1\n}'],
    ['what is printed', 'console.log(1); // 2'],
    ['what is printed later', 'queueMicrotask(() => console.log(1)); // prints 2: or so\nawait null;'],
    ['nothing printed', '[].forEach((a) => console.log(a)); // prints 1'],
  ])('%s', async (_, code) => {
    expect(await problemsOf(block(code))).toHaveLength(1);
  });

  test('an output', async () => {
    expect(await problemsOf(block("console.log('a', 1);", 'a 1\n'))).toEqual([]);
    expect(await problemsOf(block("console.log('a', 1);", 'a 2\n'))).toHaveLength(1);
  });

  test('a type', () => {
    const wrong = withImports({ ...block("new Chan<number>().tryPut('a');"), name: 'wrong' });
    const right = withImports({
      ...block('const c: WriteChan<null> = new Chan();\nc.tryPut(null);'),
      name: 'right',
    });
    expect(typeErrors([wrong, right])).toEqual([expect.stringMatching(/^wrong, line 1: /)]);
  });
});
