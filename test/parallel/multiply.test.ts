import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// Programs of their own, which was built: their threads import them.

const exec = promisify(execFile);
const program = fileURLToPath(new URL('../../.build/test/parallel/programs/multiplies.js', import.meta.url));

/** @returns how often the program was imported, and what came of it. */
async function run(way: string): Promise<[imports: number, outcome: string]> {
  const { stdout } = await exec(process.execPath, [program], {
    timeout: 60_000,
    env: { ...process.env, WAY: way },
  });
  const lines = stdout.trim().split('\n');
  return [
    lines.filter((line) => line === 'imported').length,
    lines.filter((line) => line !== 'imported').join(),
  ];
}

const REFUSED =
  /Threads cannot be started here: .*Move the task to a module of its own, or start threads only where 'isMainThread'/;

test.each<[string, number]>([
  ['parallelPipe, at once', 3],
  // A pool starts threads again that have died, three times at most: how many imports that makes is for the machine to say.
  ['parallelPipe, at once, while nobody waits for it (later)', 24],
  ['runInThread', 2],
  ['toIterable', 2],
  ['a worker that imports the program', 24],
])(
  'a module that starts threads in each thread that imports it is an error: by %s',
  { timeout: 60_000 },
  async (way, most) => {
    const [imports, outcome] = await run(way);
    expect(outcome).toMatch(REFUSED);
    expect(imports).toBeLessThanOrEqual(most);
  },
);

// Two threads and, where the task waits, two more in each.
test.each<[string, number]>([
  ['parallelPipe, later', 7],
  ['parallelPipe, later, while the task waits', 36],
])(
  'a module that starts threads after it was imported does not do so without end: by %s',
  { timeout: 60_000 },
  async (way, most) => {
    const [imports] = await run(way);
    expect(imports).toBeLessThanOrEqual(most);
  },
);

test('a module that starts threads only where it is the main thread can have tasks', async () => {
  expect(await run('a program that starts threads only where it is the main thread')).toEqual([
    3,
    '[0,2,4,6]',
  ]);
});

test('a task may start threads in its thread', async () => {
  // One thread imports the module for the coroutine, and one for what it iterates.
  expect(await run('threads within a thread')).toEqual([3, '[1,2,3,1,2]']);
});
