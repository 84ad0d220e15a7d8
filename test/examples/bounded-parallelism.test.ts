import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digests, sha256 } from '../../examples/bounded-parallelism.js';
import { turns } from '../support/turns.js';

const FILES: Record<string, string> = {
  'a.txt': 'alpha',
  'b/c/deep.txt': '',
  'b/one.txt': 'x'.repeat(200_000),
  'b/two.txt': 'two',
  'z.txt': 'omega',
};

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-'));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
});

afterEach(() => rm(root, { recursive: true, force: true }));

const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const expected = Object.entries(FILES).map(([path, content]) => [path, digestOf(content)]);

test('every file below the directory gets its digest, in the order of the paths', async () => {
  for (const atOnce of [1, 3, 100]) {
    const found = await digests(root, atOnce).collect();
    expect(found).toEqual(expected.map(([path, digest]) => ({ path: join(root, path ?? ''), digest })));
  }
});

test('at most so many files are read at a time', async () => {
  let reading = 0;
  let most = 0;
  const found = digests(root, 2, async (path, signal) => {
    most = Math.max(most, ++reading);
    const digest = await sha256(path, signal);
    reading--;
    return digest;
  });
  expect(await found.collect()).toHaveLength(5);
  expect(most).toBe(2);
});

test('a file that cannot be read is named, and the others are read', async () => {
  const found = digests(root, 2, async (path, signal) => {
    if (path.endsWith('a.txt')) await rm(path);
    return sha256(path, signal);
  });
  const [first, ...others] = await found.collect();
  expect(first?.digest).toMatch(/ENOENT/);
  expect(others.map(({ digest }) => digest)).toEqual(expected.slice(1).map(([, digest]) => digest));
});

test('who cancels stops the reads under way, and no other is begun', async () => {
  const begun: AbortSignal[] = [];
  const found = digests(root, 2, (_, signal) => {
    begun.push(signal);
    return begun.length === 1 ? Promise.resolve('first') : new Promise(() => {});
  });
  expect((await found.get())?.digest).toBe('first');
  found.cancel(new Error('seen enough'));
  await turns(20);
  expect(begun.length).toBeLessThanOrEqual(3);
  expect(begun.every(({ aborted }) => aborted)).toBe(true);
});

test('a directory that cannot be walked is an error', async () => {
  await expect(digests(join(root, 'nowhere'), 2).collect()).rejects.toThrow('ENOENT');
});
