/** How many functions of millrace run for one value. A count is exact on a noisy machine, where a time is not. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../.build/test/calls/count.js', import.meta.url));

/** What was measured, and a twentieth. Who makes a path shorter lowers its limit. */
const LIMITS: Readonly<Record<string, number>> = {
  'put → get': 11.7,
  'put → map → filter → get': 38,
  'put → map → filter → collect': 37.5,
  asyncPipe: 66,
  'parallelPipe, on this thread': 178,
  'select, ready': 28.5,
  'select, waiting': 57,
  merge: 58,
};

let calls: Record<string, number>;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  calls = JSON.parse(stdout) as typeof calls; // Sound: the program prints it.
});

test('every path that is counted has a limit', () => {
  expect(Object.keys(calls)).toEqual(Object.keys(LIMITS));
});

test.each(Object.entries(LIMITS))(
  'a value calls on its way through %s at most %d functions',
  (path, limit) => {
    expect(calls[path]).toBeLessThanOrEqual(limit);
    // Nor is the limit far above what is measured, where a path has become shorter.
    expect(calls[path]).toBeGreaterThan(0.8 * limit);
  },
);
