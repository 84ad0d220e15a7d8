/**
 * `npm run test:runtimes [name…]`: the tests on other runtimes than the one that runs npm. Installs what is missing into
 * `test/runtimes/node_modules`, in the versions of the lock file there; Chromium comes from the system.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXCLUDED, type Runtime } from './suites.js';

// Compiled to .build/test/runtimes.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = join(root, 'test/runtimes');
const modules = join(here, 'node_modules');
const RUNTIMES = Object.keys(EXCLUDED) as Runtime[];
/** How long the tests of one runtime may take, in ms. */
const LONGEST = 15 * 60_000;

const HELP = `Usage: npm run test:runtimes [-- [name…] [--jobs N] [--verbose]]

Runs the unit and conformance tests on each runtime named, of all: ${RUNTIMES.join(', ')}.
What is missing is installed from the npm registry; Chromium is looked for in the PATH or at $CHROMIUM, and
installed from Debian's packages if this is the superuser of such a system.

  --jobs N    runs the tests on N runtimes at a time (default 1)
  --verbose   prints all that the test runner says, not only on failure
  --help      prints this`;

class Missing extends Error {}

/** What starts a runtime: a program, and arguments that come before the script. */
type Command = readonly [program: string, ...args: string[]];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function inPath(...names: readonly string[]): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => directories.map((one) => join(one, name))).find(isProgram);
}

/** Runs a program that installs something; its output is seen only if it fails. */
function install(what: string, program: string, ...args: readonly string[]): void {
  console.error(`installing ${what} …`);
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: here, encoding: 'utf8' });
  if (status !== 0) throw new Missing(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

/** Whether what the lock file names is there: npm leaves a copy of it with what it installed. */
function isInstalled(): boolean {
  const written = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);
  return written(join(modules, '.package-lock.json')) >= written(join(here, 'package-lock.json'));
}

function chromium(): string {
  const given = process.env['CHROMIUM'];
  if (given !== undefined) {
    if (isProgram(given)) return given;
    throw new Missing(`$CHROMIUM is no program: ${given}`);
  }
  const find = (): string | undefined => inPath('chromium', 'chromium-browser', 'google-chrome');
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && inPath('apt-get') !== undefined) {
    install('the lists of packages', 'apt-get', 'update');
    install('chromium', 'apt-get', 'install', '--yes', '--no-install-recommends', 'chromium');
  }
  const fresh = find();
  if (fresh === undefined) throw new Missing('no Chromium: install one, or set $CHROMIUM to its path');
  return fresh;
}

/** A program among those installed here. */
function installed(name: string, ...paths: readonly string[]): string {
  const found = paths.map((path) => join(modules, path)).find(isProgram);
  if (found === undefined) throw new Missing(`no ${name} for ${process.platform} ${process.arch}`);
  return found;
}

function commandOf(name: Runtime): Command {
  const { platform, arch } = process;
  const cpu = arch === 'arm64' ? 'aarch64' : arch;
  switch (name) {
    case 'chromium':
      return [process.execPath];
    case 'bun':
      return [
        installed('Bun', `@oven/bun-${platform}-${cpu}/bin/bun`, `@oven/bun-${platform}-${cpu}-musl/bin/bun`),
        '--bun',
      ];
    case 'deno':
      return [
        installed('Deno', `@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`),
        'run',
        '-A',
      ];
    default:
      if (process.version.startsWith(`v${name.slice(4)}.`)) return [process.execPath];
      return [installed(name, `${name}/bin/node`)];
  }
}

/** The tests on one runtime. @returns whether all passed. */
function test(name: Runtime, verbose: boolean): Promise<boolean> {
  const browser = name === 'chromium' ? chromium() : undefined;
  const [program, ...args] = commandOf(name);
  const version = spawnSync(browser ?? program, ['--version'], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')[0];
  const title = `${name.padEnd(9)} ${version}: `;
  if (verbose) console.log(title);
  const began = performance.now();
  const config = join(here, 'vitest.config.ts');
  const child = spawn(
    program,
    [...args, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config],
    {
      cwd: root,
      env: { ...process.env, RUNTIME: name, ...(browser === undefined ? {} : { CHROMIUM: browser }) },
      stdio: ['ignore', verbose ? 'inherit' : 'pipe', verbose ? 'inherit' : 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setTimeout(() => {
    output += `\nstill running after ${LONGEST / 60_000} minutes\n`;
    child.kill('SIGKILL');
  }, LONGEST);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const count = /^\d+ passed, \d+ failed.*$/m.exec(output)?.[0];
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      console.log(`${title}${count ?? (code === 0 ? 'passed' : 'failed')}, ${seconds} s`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const unknown = positionals.filter((name) => !(name in EXCLUDED));
  if (unknown.length > 0)
    throw new Missing(`no such runtime: ${unknown.join(', ')}; there are ${RUNTIMES.join(', ')}`);
  if (!isInstalled()) install('runtimes', 'npm', 'ci', '--no-audit', '--no-fund');
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new Missing(`--jobs is a number of at least 1, not ${values.jobs}`);
  const failed: string[] = [];
  const left = positionals.length > 0 ? (positionals as Runtime[]) : [...RUNTIMES];
  async function work(): Promise<void> {
    for (let name = left.shift(); name !== undefined; name = left.shift())
      if (!(await test(name, values.verbose))) failed.push(name);
  }
  await Promise.all(Array.from({ length: jobs }, work));
  if (failed.length > 0) throw new Missing(`failed on ${failed.join(', ')}`);
}

process.on('SIGINT', () => process.exit(130));
try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
