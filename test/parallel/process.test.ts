import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const program = (name: string): string =>
  fileURLToPath(new URL(`../../.build/test/parallel/programs/${name}.js`, import.meta.url));

test('a process ends when it has nothing more to do, though the pool for all has threads', async () => {
  const { stdout } = await run('node', [program('idle')], { timeout: 10_000 });
  expect(stdout).toBe('[ 0, 1, 4, 9 ]\n');
});

test.each([['--expose-gc'], ['--max-old-space-size=500', '--enable-source-maps']])(
  'threads start in a process with flags of its own: %s',
  async (...flags) => {
    const { stdout } = await run('node', [...flags, program('idle')], { timeout: 10_000 });
    expect(stdout).toBe('[ 0, 1, 4, 9 ]\n');
  },
);

test('threads start in a program that was given on the command line', async () => {
  const code = `
    import { fromRange } from 'millrace';
    import { inline } from 'millrace/parallel';
    console.log(await fromRange(2).parallelPipe(1, inline((n) => n + 1)).collect());`;
  const { stdout } = await run('node', ['--expose-gc', '--input-type=module', '--eval', code], {
    timeout: 10_000,
  });
  expect(stdout).toBe('[ 1, 2 ]\n');
});

test('a pool that is disposed in the midst of its work lets the program go on', {
  timeout: 90_000,
}, async () => {
  const { stdout } = await run('node', [program('disposes')], { timeout: 80_000 });
  expect(stdout).toBe('20\n');
});

const ENDS = ['disposed', 'returned'].flatMap((how) => [0, 1, 2, 3, 4].map((round) => `${how} ${round}`));

test.each([
  [[], [...ENDS, 'hung', 'over']],
  [['iterates'], [0, 1, 2].map((round) => `iterated ${round}`)],
])('nothing that threads print is lost, however they end: %s', { timeout: 90_000 }, async (args, rounds) => {
  const { stdout } = await run('node', [program('prints'), ...args], { timeout: 80_000 });
  const lines = rounds.flatMap((round) => [0, 1, 2].map((line) => `${round}, line ${line}`));
  const printed = stdout.trimEnd().split('\n');
  expect(printed).toHaveLength(lines.length);
  expect(new Set(printed)).toEqual(new Set(lines));
});

test('an error that an output was told of is no unhandled rejection; any other is', {
  timeout: 60_000,
}, async () => {
  const { stdout } = await run('node', [program('handles')], { timeout: 50_000 });
  expect(stdout).toBe('1\nRangeError\n1\nWorkerError\nunhandled odd\n');
});

/** A program of an npm package, if that has one for this machine. */
function found(file: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    return undefined;
  }
}

// Where its install script ran, that has moved it.
const bun = found(`@oven/bun-${process.platform}-${process.arch}/bin/bun`) ?? found('bun/bin/bun.exe');
const deno = found('deno/bin.cjs');

describe.each<[string, string | undefined, string[]]>([
  ['Node', process.execPath, []],
  ['Bun', bun, ['run']],
  ['Deno', deno && process.execPath, [deno ?? '', 'run', '--allow-all', '--quiet']],
])('on %s', (name, command, args) => {
  // The packages `bun` and `deno` have no program for every machine.
  test.skipIf(command === undefined)(
    'tasks, channels and rings do what they do everywhere',
    { timeout: 60_000 },
    async () => {
      const { stdout, stderr } = await run(command ?? name, [...args, program('smoke')], { timeout: 50_000 });
      expect(stderr).toBe('');
      expect(stdout.split('\n')).toEqual([
        'ordered 1000 true',
        'unordered 1000 332833500',
        'error ParseError, odd, 2, E_PARSE, deeper',
        "closure ReferenceError, An inline task cannot use 'outer' of the sco",
        'exit true',
        'hang true',
        'hung up undefined 2',
        expect.stringMatching(/^transfer \[ 3 \] 0$/),
        'thread 500 998 500',
        'ring 499500',
        'iterable 4950',
        'disposed 0',
        '',
      ]);
    },
  );
});
