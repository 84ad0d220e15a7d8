/** A program's main function. */
import { expectFunction } from '../base/errors.js';
import { waits } from '../base/named.js';

/** The parts of Node's `process`, which Deno and Bun have too, that are used if they are there. */
interface Process {
  exitCode?: number | string | null | undefined;
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit', listener: () => void): unknown;
}

/**
 * Runs an async main function to its end. If it fails, prints its error on standard error and makes the exit code 1.
 * If nothing is left that could ever wake it, because all goroutines wait for each other, says so and makes the exit
 * code 2; what waits on channels that were given a `name` is listed. Without `run` such a program would just stop, unseen.
 *
 * For that report on Bun and Deno do not await it at the top level of a module (`void run(main)`): a module that waits for
 * ever keeps Bun from ending, and Deno ends it with an error of its own and the code 1.
 *
 * @param main - what is called; a promise it returns is awaited.
 * @returns a promise that settles when `main` has ended, well or not; it never rejects.
 * @throws TypeError if `main` is no function.
 * @example
 * ```ts
 * await run(async () => {
 *   await sleep(1);
 * });
 * ```
 */
export function run(main: () => unknown): Promise<void> {
  expectFunction('main', main);
  return start(main, (globalThis as { process?: Process }).process);
}

async function start(main: () => unknown, process: Process | undefined): Promise<void> {
  const finish = (code: number, ...why: unknown[]): void => {
    console.error(...why);
    if (process !== undefined) process.exitCode = code;
  };
  const deadlocked = (): void => {
    const lines = waits();
    if (lines.length === 0)
      lines.push("channels with a name would be listed here: new Chan(0, { name: 'jobs' })");
    finish(
      2,
      ['deadlock: all goroutines wait, and nothing is left that could wake one', ...lines].join('\n  '),
    );
  };
  process?.on('beforeExit', deadlocked);
  try {
    await main();
  } catch (error) {
    finish(1, error);
  } finally {
    process?.off('beforeExit', deadlocked);
  }
}
