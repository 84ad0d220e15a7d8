/** Starts threads, with the worker that `useWorker` sets. */
import { platform } from '#platform';
import { expectFunction } from '../../base/errors.js';
import type { Thread, ThreadEvents, ThreadOptions } from './platform.js';

let made: (() => object) | undefined;

/**
 * Sets how workers are made from now on, except for pools with a `worker` option. Bundlers need
 * this, because they put into a worker only modules that they can see.
 *
 * The module of the worker imports the modules of all tasks, and after them
 * `millrace/parallel/worker`. The modules of tasks must not start threads by themselves. Vite and
 * webpack find the module of the worker by themselves; for esbuild, rollup and Bun it is a second
 * entry point, and its URL is that of the output. In a bundle, each task needs a name of its own.
 *
 * @param make - returns a new worker; in Node, Bun and Deno a `Worker` of `node:worker_threads`.
 * `undefined` restores the worker of this package, which runs inline tasks, and imports the module
 * of any other task from its own URL.
 * @throws TypeError if `make` is neither a function nor `undefined`.
 * @example
 * ```ts
 * import { useWorker } from 'millrace/parallel';
 *
 * // worker.js, a module of yours:
 * //   import '../tokenize.task.js';
 * //   import 'millrace/parallel/worker';
 * // useWorker(() => new Worker(new URL('../worker.js', import.meta.url), { type: 'module' }));
 * useWorker(undefined);
 * ```
 */
export function useWorker(make: (() => object) | undefined): void {
  if (make !== undefined) expectFunction('make', make);
  made = make;
}

export function spawn(options: ThreadOptions, events: ThreadEvents): Thread {
  return platform.spawn({ ...options, worker: options.worker ?? made }, events);
}
