/**
 * Finds duplicate files: `npm start [directory]`, or `npm start -- --help`.
 *
 * Start reading in find.ts, which is where the channels are.
 */
import { opendir } from 'node:fs/promises';
import { from, run, select } from 'millrace';
import { parse } from './command-line.js';
import { compare } from './compare.js';
import { find } from './find.js';
import { reasonOf } from './outcome.js';
import { escaped, fromText } from './path.js';
import { createProgress } from './progress.js';
import { type Extent, complaints, table } from './report.js';
import { Tally } from './tally.js';

const { stdout, stderr } = process;

const FEW: Extent = { groups: 10, copies: 3, failures: 20 };
const EVERYTHING: Extent = { groups: Infinity, copies: Infinity, failures: Infinity };

// Who reads our output may have seen enough, like `head`: then there is nobody left to tell.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    stderr.write(`Cannot write: ${reasonOf(error)}\n`);
    process.exit(1);
  });
}

/** Aborted by Ctrl-C and the like, with the exit code for it as the reason. The second time, the process just ends. */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(130));
  process.once('SIGTERM', () => controller.abort(143));
  return controller.signal;
}

/** Why a directory cannot be searched, if so. */
async function problemWith(directory: string): Promise<string | undefined> {
  try {
    await (await opendir(directory)).close();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Whether it can be searched; says so if not. */
async function begins(directory: string, what: string): Promise<boolean> {
  const problem = await problemWith(directory);
  if (problem !== undefined) {
    stderr.write(`Cannot look into ${escaped(directory) || "''"}: ${problem}\n`);
    process.exitCode = 1;
    return false;
  }
  stderr.write(`${what} ${escaped(directory)}\n`);
  return true;
}

async function search(directory: string, extent: Extent): Promise<void> {
  if (!(await begins(directory, 'Looking for duplicates in'))) return;
  const interrupted = interruptions();
  const tally = new Tally();
  const progress = createProgress(stderr);
  try {
    // Interrupted, we do not even wait for the reads under way, which on a slow disk can take their time.
    const found = from(find(fromText(directory), tally, progress, interrupted));
    await select({ interrupted, found });
  } finally {
    progress.stop();
  }
  if (interrupted.aborted) stderr.write('Interrupted; found so far:\n');
  stdout.write(table(tally, extent, stdout.isTTY ? stdout.columns || 80 : undefined));
  stderr.write(complaints(tally, extent));
  if (interrupted.aborted) process.exit(interrupted.reason as number);
}

async function comparison(directory: string): Promise<void> {
  if (!(await begins(directory, 'Comparing threads on'))) return;
  const interrupted = interruptions();
  const progress = createProgress(stderr);
  let compared: string | undefined;
  try {
    const found = from(compare(fromText(directory), progress, interrupted));
    const event = await select({ interrupted, found });
    if (event.key === 'found') compared = event.value;
  } finally {
    progress.stop();
  }
  if (compared === undefined) process.exit(interrupted.reason as number);
  stdout.write(compared);
}

await run(async () => {
  const command = parse(process.argv.slice(2));
  if (command.kind === 'search') await search(command.directory, command.all ? EVERYTHING : FEW);
  else if (command.kind === 'compare') await comparison(command.directory);
  else if (command.kind === 'help') stdout.write(command.text);
  else {
    stderr.write(`${command.text}\n`);
    process.exitCode = 2;
  }
});
