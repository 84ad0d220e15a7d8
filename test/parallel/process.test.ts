import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const program = (name: string): string =>
  fileURLToPath(new URL(`../../.build/test/parallel/programs/${name}.js`, import.meta.url));

test('a process ends when it has nothing more to do, though the pool for all has threads', async () => {
  const { stdout } = await run('node', [program('idle')], { timeout: 10_000 });
  expect(stdout).toBe('[ 0, 1, 4, 9 ]\n');
});
