/** Mutation testing of `src`: all of it or some files. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const USAGE = `npm run mutate [-- FILES...]

Changes the code of src in every way that the tests should see, and runs the tests against each change. FILES are globs
of sources, such as 'src/channel/*.ts'; all of them take hours. The report is reports/mutation.html, and the score is
printed last.

  --help   prints this`;

const CONFIG = 'test/mutation/stryker.config.json';

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

/** @returns the exit code. */
async function main(given: readonly string[]): Promise<number> {
  let asked;
  try {
    const flag = { type: 'boolean', default: false } as const;
    asked = parseArgs({ args: [...given], allowPositionals: true, options: { help: flag } });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = asked;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  return stryker(positionals);
}

process.exitCode = await main(process.argv.slice(2));
