/** Runs the main function of a program. */
import { expectFunction } from '../base/errors.js';
import { waits } from '../base/named.js';

/** The parts of Node's `process` that `run` uses if they exist. Deno and Bun have them too. */
interface Process {
  exitCode?: number | string | null | undefined;
  on(event: 'beforeExit', listener: () => void): unknown;
  off(event: 'beforeExit', listener: () => void): unknown;
}

/**
 * Runs an async main function to its end. If the function fails, `run` prints the error on standard
 * error and sets the exit code to 1.
 *
 * If all goroutines wait for each other and nothing is left that could wake one, `run` reports the
 * deadlock on standard error and sets the exit code to 2. The report lists the operations that wait
 * on channels with a `name`. Without `run` a program in a deadlock ends without a message.
 *
 * On Bun and Deno, call `void run(main)` instead of awaiting `run` at the top level of a module, or
 * the report is missing: a module that waits for ever keeps Bun from ending, and Deno ends it with
 * an error of its own and the exit code 1.
 *
 * @param main - the function to call; a promise that it returns is awaited.
 * @returns a promise that resolves when `main` has ended or failed; it never rejects.
 * @throws TypeError if `main` is not a function.
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
