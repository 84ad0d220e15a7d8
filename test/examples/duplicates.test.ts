import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { link, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Chan, from, go } from 'millrace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reader } from '../../examples/duplicates/hash.js';
import { fromText, printable } from '../../examples/duplicates/path.js';
import { type Where, readers } from '../../examples/duplicates/readers.js';
import { complaints, table } from '../../examples/duplicates/report.js';
import { Tally } from '../../examples/duplicates/tally.js';
import { type Entry, walk } from '../../examples/duplicates/walk.js';

// The program as `npm start` runs it, on trees made for each test; `pretest` has built it.

const program = fileURLToPath(new URL('../../.build/examples/duplicates/main.js', import.meta.url));
const everything = { groups: Infinity, copies: Infinity, failures: Infinity };

let tree = '';

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'millrace-'));
});

afterEach(() => rm(tree, { recursive: true, force: true }));

/** Fills the tree with files, given as path and content. */
async function plant(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Run {
  readonly child: Child;
  stdout: string;
  stderr: string;
  readonly code: Promise<number | null>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const run: Run = { child, stdout: '', stderr: '', code };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.stderr += text));
  return run;
}

async function finish(...args: string[]): Promise<Pick<Run, 'stdout' | 'stderr'> & { code: number | null }> {
  const run = start(...args);
  const code = await run.code;
  return { code, stdout: run.stdout, stderr: run.stderr };
}

test('equal files are listed with what they waste, the most wasteful first', async () => {
  await plant({
    'small/one': 'ab',
    'small/two': 'ab',
    'small/three': 'ab',
    'big/one': 'x'.repeat(12_345),
    'big/deep/er/two': 'x'.repeat(12_345),
    'big/other': 'y'.repeat(12_345),
  });
  const { code, stdout, stderr } = await finish(tree);
  expect(stdout).toBe(`\
   WASTED  COPIES       EACH  FILES
  12.3 kB       2    12.3 kB  big/deep/er/two
                              big/one
      4 B       3        2 B  small/one
                              small/three
                              small/two

Wasted    12.3 kB
Needless  3 copies of 2 files
Read      6 files, 37.0 kB
Hashed    on this thread
`);
  expect(stderr).toBe(`Looking for duplicates in ${tree}\n`);
  expect(code).toBe(0);
});

test('hard links and empty files waste nothing; links, pipes and sockets are passed over', async () => {
  await plant({ file: 'content', 'empty/one': '', 'empty/two': '' });
  await link(join(tree, 'file'), join(tree, 'hard'));
  await symlink(join(tree, 'file'), join(tree, 'soft'));
  await symlink(tree, join(tree, 'circle'));
  if (process.platform !== 'win32') execFileSync('sh', ['-c', 'mkfifo "$0"', join(tree, 'pipe')]);
  const { code, stdout } = await finish(tree);
  expect(stdout).toBe(
    'Wasted    0 B\nRead      4 files, 14 B\nHashed    on this thread\nLeft out  2 empty, 1 hard-linked\n',
  );
  expect(code).toBe(0);
});

test('only the first of many groups and copies are listed, unless all are asked for', async () => {
  const files: Record<string, string> = {};
  for (let group = 10; group < 25; group++) {
    for (let copy = 0; copy < 6; copy++) files[`group${group}/copy${copy}`] = `content ${group}`;
  }
  await plant(files);
  const few = await finish(tree);
  expect(few.stdout.match(/group\d+\/copy\d/g)).toHaveLength(10 * 3);
  expect(few.stdout).toContain('… and 3 more\n');
  expect(few.stdout).toContain('… and 5 more (--all)\n');
  const all = await finish('--all', tree);
  expect(all.stdout.match(/group\d+\/copy\d/g)).toEqual(Object.keys(files));
});

test.runIf(process.platform === 'linux')(
  'no file name can write anything but text to the terminal',
  async () => {
    const name = Buffer.from('\u001b[31mred\nline\\\u202e\u009b1m\u2713');
    await writeFile(Buffer.concat([Buffer.from(`${tree}/`), name]), 'same');
    await writeFile(Buffer.concat([Buffer.from(`${tree}/z`), Buffer.from([0xff, 0x80])]), 'same');
    const { stdout } = await finish(tree);
    expect(stdout).toContain('  \\x1b[31mred\\nline\\\\\\u{202e}\\x9b1m✓\n');
    expect(stdout).toContain('  z\\xff\\x80\n');
  },
);

test('what vanishes before it is read, or cannot be read, is counted and named', async () => {
  await plant({ stays: 'a', vanishes: 'a', 'folder/file': 'b' });
  const root = fromText(tree);
  const entries = new Chan<Entry>(10);
  await walk(root, entries);
  const found = await entries.collect();
  expect(new Set(found)).toEqual(new Set(['folder/file', 'stays', 'vanishes']));

  await rm(join(tree, 'vanishes'));
  const read = reader(root, new AbortController().signal);
  const tally = new Tally();
  for (const entry of [...found, 'folder', 'x'.repeat(1000)]) tally.add(await read(entry));
  expect(complaints(tally, { ...everything, failures: 2 })).toBe(`\
2 vanished before being read:
  vanishes
  folder
1 could not be read:
  ${'x'.repeat(1000)}: name too long
`);
  expect(complaints(tally, { ...everything, failures: 1 })).toContain('  … and 1 more (--all)\n');
  expect(table(tally, everything)).toBe('Wasted    0 B\nRead      2 files, 2 B\nNot read  3\n');
});

test('a directory that vanishes is named, and the walk goes on', async () => {
  const entries = new Chan<Entry>(10);
  await walk(fromText(join(tree, 'gone')), entries);
  expect(entries.closed).toBe(true);
  expect(await entries.collect()).toMatchObject([{ kind: 'failed', path: '', vanished: true }]);
});

test('the walker waits for the readers, and stops when they have left', async () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 50; i++) files[`${i % 7}/${i}`] = '';
  await plant(files);
  const paths = new Chan<Entry>(3);
  const walking = go(walk, fromText(tree), paths);
  await paths.get();
  expect(paths.stats().puts).toBeLessThanOrEqual(1 + 3);
  paths.cancel();
  await walking;
  expect(paths.stats().puts).toBeLessThan(50);
});

// As root nothing is unreadable.
test.runIf(process.getuid?.() !== 0 && process.platform !== 'win32')(
  'a file without permission is named, and the search goes on',
  async () => {
    await plant({ mine: 'same', also: 'same', theirs: 'same' });
    execFileSync('chmod', ['0', join(tree, 'theirs')]);
    const { code, stdout, stderr } = await finish(tree);
    expect(stdout).toContain('Needless  1 copy of 1 file\n');
    expect(stderr).toContain('1 could not be read:\n  theirs: permission denied\n');
    expect(code).toBe(0);
  },
);

test('a terminal with few columns gets the paths below the numbers, with their beginnings left out', () => {
  const tally = new Tally();
  for (const path of ['a', fromText(`b/${'日本'.repeat(20)}`)]) {
    tally.add({ kind: 'hashed', path, size: 1, digest: '', inode: undefined });
  }
  expect(table(tally, everything, 40).split('\n').slice(0, 4)).toEqual([
    '   WASTED  COPIES       EACH',
    '      1 B       2        1 B',
    '    a',
    `    …本${'日本'.repeat(8)}`,
  ]);
});

test.each([
  ['that does not exist', 'nowhere', 'no such file or directory'],
  ['that is a file', 'file', 'not a directory'],
])('a directory %s is a one-line error with exit code 1', async (_, name, problem) => {
  await plant({ file: '' });
  const path = join(tree, name);
  expect(await finish(path)).toEqual({
    code: 1,
    stdout: '',
    stderr: `Cannot look into ${path}: ${problem}\n`,
  });
});

test.each([
  ['an unknown option', ['--no\u001bsuch'], "Unknown option '--no\\x1bsuch'"],
  ['a value for an option that takes none', ['--all=1'], "Option '--all' does not take an argument"],
  ['a second directory', ['a', 'b'], 'Expected one directory only'],
  ['two ways to show', ['--all', '--compare'], '--all and --compare do not go together'],
])('%s is a one-line error with exit code 2', async (_, args, problem) => {
  const stderr = `${problem} (--help tells what there is)\n`;
  expect(await finish(...args)).toEqual({ code: 2, stdout: '', stderr });
});

/** Enough files for both ways of hashing to be tried, of which every two are equal. */
const pairs = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${n % 10}/${n}`, `content ${n >> 1}`]));

test('with many files it says where they were hashed, and finds the same', async () => {
  await plant(pairs());
  const { code, stdout } = await finish(tree);
  expect(stdout).toContain('Needless  500 copies of 500 files\nRead      1,000 files, 10.8 kB\n');
  expect(stdout).toMatch(
    /^Hashed {4}on (this thread|\d+ threads, \d+\.\d times as fast as this one, which must not block)$/m,
  );
  expect(code).toBe(0);
});

test('on threads it finds the same, and what vanishes or cannot be read is named as on this thread', async () => {
  await plant({ ...pairs(), 'really/vanishes': '' });
  const entries: Entry[] = [...Object.keys(pairs()), 'vanishes', 'x'.repeat(1000)];
  const outcomes = async (where: Where): Promise<string> => {
    const tally = new Tally();
    const stage = readers(fromText(tree), where, new AbortController().signal, tally);
    for await (const outcome of from(entries).through(stage)) tally.add(outcome);
    expect(tally.hashed).toMatch(where === 'here' ? /^on this thread$/ : /^on \d+ threads$/);
    tally.hashed = '';
    return table(tally, everything);
  };
  expect(await outcomes('threads')).toBe(await outcomes('here'));
});

test('--compare shows the same work on this thread and on several', async () => {
  await plant(pairs());
  const { code, stdout, stderr } = await finish('--compare', tree);
  expect(stdout).toMatch(
    /^this thread +\d+\.\d\d s +[\d,]+ files\/s +[\d.]+ [kM]?B\/s\n\d+ threads? +\d+\.\d\d s .* \d+\.\d\dx\n\nRead 1,000 files, 10\.8 kB, /,
  );
  expect(stderr).toContain(`Comparing threads on ${tree}\n`);
  expect(code).toBe(0);
});

test('--help tells what there is', async () => {
  const { code, stdout, stderr } = await finish('--help');
  expect(stdout).toMatch(/^Usage: npm start/);
  expect(stdout).toContain('--all');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.runIf(process.platform !== 'win32')(
  'Ctrl-C ends the search at once, with what was found so far',
  async () => {
    await plant({ 'a/one': 'same', 'b/two': 'same' });
    // Files without content that take minutes to read, but not as many as there are readers.
    for (let i = 0; i < 8; i++) {
      const file = await open(join(tree, `endless${i}`), 'w');
      await file.truncate(2 ** 36);
      await file.close();
    }
    const run = start(tree);
    await new Promise<void>((resolve) => {
      run.child.stderr.on('data', () => {
        if (run.stderr.includes('\n2 files read, 8 B\n')) resolve();
      });
    });
    const pressed = performance.now();
    run.child.kill('SIGINT');
    expect(await run.code).toBe(130);
    // Some tens of milliseconds; the rest is for a busy machine.
    expect(performance.now() - pressed).toBeLessThan(1000);
    expect(run.stdout).toContain(
      '      4 B       2        4 B  a/one\n                              b/two\n',
    );
    expect(run.stderr).toContain('Interrupted; found so far:\n');
  },
);

test('a reader of its output that leaves early, like head, ends it without a trace', async () => {
  await plant({ one: 'same', two: 'same' });
  const run = start(tree);
  run.child.stdout.destroy();
  expect(await run.code).toBe(0);
  expect(run.stderr).toBe(`Looking for duplicates in ${tree}\n`);
});

test('a path is printed as text, whatever its bytes', () => {
  expect(printable(fromText('a/ü/✓ b'))).toBe('a/ü/✓ b');
  expect(printable(fromText('tab\tnull\0'))).toBe('tab\\tnull\\x00');
  expect(printable('\u00fc')).toBe('\\xfc');
});
