/**
 * `npm run quick`: format and types of the whole checkout, lint and tests of what changed.
 *
 * `vitest --changed` does not choose the tests: nearly every test imports src/index.ts, so it would
 * run all tests for any file of src. The folders of test mirror those of src instead.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `usage: npm run quick

Checks what is changed and not committed, or the last commit if all is committed. The checks run side by side,
but for the tests on fewer than four processors:

  format   the format of all files
  lint     the lint of what changed
  types    the types of all files; what has not changed since the last time is not checked again
  tests    the tests of what changed: test files, the tests beside a changed file of test, test/operators for a file of
           src/operators and so on, with test/layout.test.ts for every file of src, and test/conformance but for
           src/parallel. Slow tests are left to npm test. The library is built first if one of the tests runs the build.

The output of a check is shown if it fails, and the exit code is 1 then.

  --help   this
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Tests that take too long for this, by how their paths begin. */
const SLOW = [
  'test/browser/',
  'test/bundles/',
  'test/examples/',
  'test/explore/',
  'test/models/',
  'test/runtimes/',
  'test/security/',
  'test/site/',
  'test/bench-suite.',
  'test/fairness-table.',
  'test/package.',
  'test/operators/chain-growth.',
  'test/operators/combine-growth.',
  'test/parallel/failures.',
  'test/parallel/hang-up.',
  'test/parallel/process.',
];

/** Says what is wrong, in a line, and ends. */
function fail(message) {
  process.stderr.write(`quick: ${message}\n`);
  process.exit(2);
}

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
      .split('\0')
      .filter((path) => path !== '');
  } catch (error) {
    return fail(`git says what changed, and failed: ${error.stderr?.trim() || error.message}`);
  }
}

/** The paths of what changed, those that are deleted too, and what that is. */
function changes() {
  const list = ['--name-only', '--no-renames', '-z'];
  const open = [...git('diff', ...list, 'HEAD'), ...git('ls-files', '--others', '--exclude-standard', '-z')];
  if (open.length > 0) return { changed: open, since: 'changed since the last commit' };
  const last = git('show', '--format=', '--first-parent', '-m', ...list, 'HEAD');
  return { changed: last, since: 'changed by the last commit' };
}

const allTests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts') && !path.includes('/node_modules/'));
const isSlow = (path) => SLOW.some((start) => path.startsWith(start));
const inFolder = (folder) => (path) =>
  path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/');

/** The tests of a changed file. */
function testsOf(path) {
  if (path.endsWith('.test.ts')) return allTests.filter((test) => test === path);
  const [top, folder] = path.split('/');
  if (top === 'src') {
    const isFolder = path.split('/').length > 2;
    const own = allTests.filter(isFolder ? (test) => test.startsWith(`test/${folder}/`) : inFolder('test'));
    const whole = folder === 'parallel' ? [] : allTests.filter(inFolder('test/conformance'));
    return [...own, ...whole, 'test/layout.test.ts'];
  }
  if (top === 'test') return allTests.filter((test) => test.startsWith(`test/${folder}/`));
  if (path === 'README.md') return ['test/readme.test.ts'];
  if (top === 'docs' && path.endsWith('.md')) return ['test/docs.test.ts'];
  return top === 'bench' ? ['test/bench.test.ts'] : [];
}

const textOf = (path) => readFileSync(join(root, path), 'utf8');
const runsThreads = (path) => path.startsWith('test/parallel/');
const runsTheBuild = (path) => runsThreads(path) || /\/dist\b|\.build\b|code-blocks/.test(textOf(path));

/** @returns the command that runs the tests of what changed; `undefined` if there are none. */
function testsCommand(changed) {
  const tests = [...new Set(changed.flatMap(testsOf))].filter((path) => !isSlow(path));
  // Who imports these is known to vitest alone.
  const helpers = changed.filter((path) => path.startsWith('test/support/') && existsSync(join(root, path)));
  if (tests.length + helpers.length === 0) return undefined;
  const needsBuild = helpers.length > 0 || tests.some(runsTheBuild);
  // Test files start sooner on threads than in processes. Tests of threads need a process of their own.
  const pool = helpers.length > 0 || tests.some(runsThreads) ? 'forks' : 'threads';
  const given = [
    ...(helpers.length > 0 ? ['related', '--run'] : ['run']),
    ...[...helpers, ...tests].map((path) => JSON.stringify(path)),
    ...SLOW.map((start) => `--exclude "${start}**"`),
    `--pool=${pool} --maxWorkers=${availableParallelism()} --passWithNoTests`,
    '--reporter=minimal --reporter=./test/reporter.ts',
  ];
  return `${needsBuild ? `${scripts.compile} && ` : ''}vitest ${given.join(' ')}`;
}

/** @returns the command that lints what changed; `undefined` if that is no code. */
function lintCommand(changed) {
  if (changed.includes('.oxlintrc.json')) return scripts.lint;
  const code = changed.filter((path) => /\.(?:[cm]?[jt]s|vue)$/.test(path) && existsSync(join(root, path)));
  if (code.length === 0) return undefined;
  return `${scripts.lint} --no-error-on-unmatched-pattern ${code.map((path) => JSON.stringify(path)).join(' ')}`;
}

const running = new Map();

/** Ends a check with all that it started. */
function kill({ pid }) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

const { stdout } = process;
const shows = stdout.isTTY && process.env.TERM !== 'dumb';
const clear = () => shows && stdout.write('\r\u001B[2K');
const progress = () =>
  shows && running.size > 0 && stdout.write(`running: ${[...running.keys()].join(', ')}`);
const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** @returns whether it passed. */
async function check(name, command) {
  if (command === undefined) {
    console.log(`${name.padEnd(6)}  nothing to do`);
    return true;
  }
  const began = performance.now();
  const child = spawn(command, {
    cwd: root,
    shell: true,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
      ...(shows ? { FORCE_COLOR: '1' } : {}),
    },
  });
  running.set(name, child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      running.delete(name);
      const passed = code === 0;
      const count = /^\d+ passed, \d+ failed.*$/m.exec(output)?.[0] ?? '';
      clear();
      console.log(
        `${name.padEnd(6)}  ${passed ? 'ok    ' : 'FAILED'}  ${seconds(began)}  ${count}`.trimEnd(),
      );
      if (!passed) console.log(`\n${output.trim()}\n`);
      progress();
      resolve(passed);
    });
  });
}

async function main() {
  let values;
  try {
    ({ values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } }));
  } catch (error) {
    fail(error.message.split('. To specify')[0]);
  }
  if (values.help) {
    stdout.write(HELP);
    return;
  }
  const began = performance.now();
  const { changed, since } = changes();
  console.log(`${changed.length} file${changed.length === 1 ? '' : 's'} ${since}`);
  const left = changed.filter((path) => allTests.includes(path) && isSlow(path));
  if (left.length > 0) console.log(`left out, as they are slow: npm test -- ${left.join(' ')}`);

  const incremental = '--incremental --tsBuildInfoFile node_modules/.cache/quick.tsbuildinfo';
  const quiet = [
    check('format', scripts['format:check']),
    check('lint', lintCommand(changed)),
    check('types', `${scripts.typecheck} ${incremental}`),
  ];
  progress();
  // Some tests measure time, so on a few processors the tests do not run beside the other checks.
  if (availableParallelism() < 4) await Promise.all(quiet);
  const checks = [...quiet, check('tests', testsCommand(changed))];
  progress();
  const failed = (await Promise.all(checks)).filter((passed) => !passed).length;
  console.log(`${failed === 0 ? 'all ok' : `${failed} of ${checks.length} failed`}, ${seconds(began)}`);
  if (failed > 0) process.exitCode = 1;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    for (const child of running.values()) kill(child);
    clear();
    process.stderr.write('quick: stopped\n');
    process.exit(code);
  });
}

await main();
