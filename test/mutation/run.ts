/** Mutation testing of the core: all of it or some files, and the page that says what came of it. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Kept, type Report, merged, pageOf } from './page.js';

const USAGE = `npm run mutate [-- FILES...]

Changes the code of the core in every way that the tests should see, runs them against each change, and writes
docs/mutation.md. FILES are globs of sources, such as 'src/core/*.ts'; all of them take long. What was found is kept
in test/mutation/found.json, so that files can be run one after the other.

  --page   only writes the page, from what was found before
  --help   prints this`;

const CONFIG = 'test/mutation/stryker.config.json';
const REPORT = 'reports/mutation.json';
const FOUND = 'test/mutation/found.json';
const PAGE = 'docs/mutation.md';

/** Braces hold commas, which separate globs for Stryker. */
function split(glob: string): string[] {
  const [, before = '', list, after = ''] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(glob) ?? [];
  return list === undefined ? [glob] : list.split(',').flatMap((one) => split(before + one + after));
}

function stryker(files: readonly string[]): Promise<number> {
  const which = files.length > 0 ? ['--mutate', files.flatMap(split).join(',')] : [];
  const child = spawn('npx', ['stryker', 'run', CONFIG, ...which], { stdio: 'inherit' });
  // It is asked to stop by the same Ctrl-C, and then cleans up.
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 130));
  });
}

const read = <T>(path: string, otherwise: T): T =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : otherwise;

/** Keeps what was found, and writes the page. */
function write(): void {
  const kept = merged(read<Kept>(FOUND, {}), read<Report>(REPORT, { files: {} }));
  writeFileSync(FOUND, `${JSON.stringify(kept, undefined, 2)}\n`);
  const { text, problems } = pageOf(kept);
  writeFileSync(PAGE, text);
  console.log(`Written: ${PAGE}`);
  for (const problem of problems) console.warn(problem);
}

/** @returns the exit code. */
async function main(given: readonly string[]): Promise<number> {
  let asked;
  try {
    const flag = { type: 'boolean', default: false } as const;
    asked = parseArgs({ args: [...given], allowPositionals: true, options: { page: flag, help: flag } });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = asked;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const failed = values.page ? 0 : await stryker(positionals);
  if (failed === 0) write();
  return failed;
}

process.exitCode = await main(process.argv.slice(2));
