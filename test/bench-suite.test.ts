import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The suite of `npm run bench`, with a few values each: that every program in it runs, and that all come to the same results,
// which they check themselves. What they measure is no test. `pretest` has built what they import.
//
// A checkout without the peers (they are installed by `npm ci --prefix bench`) tests ours and the floor.

interface Suite {
  readonly peers: readonly { name: string; kind: string; version: string | undefined; isPackage: boolean }[];
}

const file = (path: string): string => fileURLToPath(new URL(`../bench/${path}`, import.meta.url));
const node = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, args, { timeout: 60_000 });

const { peers } = (await import(file('peers/index.js'))) as Suite;
const hasPeers = existsSync(file('node_modules'));
const present = peers.filter(({ isPackage, kind, name }) => {
  if (kind === 'go' || name === 'millrace-ungated') return hasPeers;
  return !isPackage || hasPeers;
});

test.concurrent.each(present)(
  '$name does what it can of every workload, and comes to the result',
  async ({ name, kind }) => {
    const { stdout } = await node(file('check.js'), name).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).not.toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.includes('failed'))).toEqual([]);
    if (kind !== 'go') expect(lines.some((line) => line.endsWith(': agrees'))).toBe(true);
  },
  60_000,
);

test('a workload is measured in processes of their own, and printed with its floor', async () => {
  const { stdout } = await node(file('run.js'), 'daisy-10k', 'millrace', '--tiny');
  expect(stdout).toMatch(/^millrace +[\d,.]+ +[\d.]+ +[\d,]+ bytes each$/m);
  expect(stdout).toMatch(/^floor +[\d,.]+ +1\.00 +[\d,]+ bytes each$/m);
}, 60_000);

test.each([
  [['nonsense'], "bench: there is no workload 'nonsense': see --list"],
  [['select', 'nonsense'], "bench: there is no peer 'nonsense': see --list"],
  [['--rounds', '0'], "bench: expected --rounds to be an integer of at least 1, got '0'"],
  [['--nonsense'], "bench: Unknown option '--nonsense'"],
])('what is wrong with %j is said in a line, with exit code 2', async (args, line) => {
  await expect(node(file('run.js'), ...args)).rejects.toMatchObject({ code: 2, stderr: `${line}\n` });
});
