import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { has } from '../support/installed.js';

// The model checker goes through all interleavings of ring.pml. It comes as the package `spin` of Debian and others, and
// needs a C compiler.

const run = promisify(execFile);
const model = fileURLToPath(new URL('ring.pml', import.meta.url));
const installed = has('spin', 'apt-get install spin gcc', 'ring.pml is not checked');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the checker reports of all runs of the model. */
async function check(...faults: string[]): Promise<{ errors: number; states: number; report: string }> {
  const cwd = await mkdtemp(join(folder, 'run-'));
  await run('spin', [...faults, '-a', model], { cwd });
  await run('gcc', ['-O1', '-DSAFETY', '-o', 'pan', 'pan.c'], { cwd });
  const { stdout } = await run(join(cwd, 'pan'), [], { cwd });
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1]);
  return { errors: number(/errors: (\d+)/), states: number(/(\d+) states, stored/), report: stdout };
}

test.runIf(installed).each([1, 2, 3])(
  'no wake-up of a ring of %d places is lost, and what is written is read in order',
  async (places) => {
    const { errors, states, report } = await check(`-DCAPACITY=${places}`);
    expect(report).not.toContain('Search not completed');
    expect(errors).toBe(0);
    expect(states).toBeGreaterThan(100);
  },
);

test.runIf(installed).each([
  ['who finds nothing does not look again', '-DNO_SECOND_LOOK'],
  ['who publishes asks first whether the other waits', '-DASK_FIRST'],
  ['who looks again goes by what it remembers', '-DSTALE_LOOK'],
])('the lost wake-up is found when %s', async (_, fault) => {
  const { errors, report } = await check(fault, '-DCAPACITY=1');
  expect(errors).toBe(1);
  expect(report).toContain('invalid end state');
});
