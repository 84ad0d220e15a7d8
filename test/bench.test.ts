import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The benchmarks at a tiny size: that they run, and that what they compare gives the same results, which they check
// themselves. What they measure is no test. `pretest` has built them.

const env = { ...process.env, BENCH_COUNT: '200', BENCH_ROUNDS: '1', BENCH_LATENESS: '20' };

test.each(['core', 'flow'])('the benchmark %s runs and prints a ratio for every workload', async (name) => {
  const program = fileURLToPath(new URL(`../.build/bench/${name}.js`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--expose-gc', program], { env });
  expect(stderr).toBe('');
  const ratios = stdout.match(/ {2}\d+\.\d\d$/gm) ?? [];
  expect(ratios.length).toBeGreaterThan(name === 'core' ? 10 : 7);
  expect(ratios.map(Number).every((ratio) => ratio > 0)).toBe(true);
});
