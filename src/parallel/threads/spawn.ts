/** How all threads are started. */
import { platform } from '#platform';
import { expectFunction } from '../../base/errors.js';
import type { Thread, ThreadEvents, ThreadOptions } from './platform.js';

let made: (() => object) | undefined;

/**
 * Says how workers are made from now on, where no pool says otherwise: for bundlers, which put into a worker what they can see.
 *
 * The module of the worker imports the modules of all tasks, which do not start threads by themselves, and after them
 * `millrace/parallel/worker`. Vite and webpack find it by themselves; for esbuild, rollup and Bun it is a second entry point, and the address
 * is that of its output. In a bundle, each task has a name of its own.
 *
 * @param make - gives a new worker: in Node, Bun and Deno one of `node:worker_threads`.
 * `undefined` for the worker of this package, which can run inline tasks and imports others from where they are.
 * @throws TypeError for what is no function.
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
