/** Lets a file be both: a program when it is run, and a module when it is imported, as the tests do. */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { run } from 'millrace';

/** Runs `main` if the module is the program that Node was started with. */
export function program(moduleUrl: string, main: () => unknown): void {
  const started = process.argv[1];
  if (started !== undefined && pathToFileURL(realpathSync(started)).href === moduleUrl) void run(main);
}
