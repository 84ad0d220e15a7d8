/** How all threads are started. */
import { platform } from '#platform';
import { expectFunction } from '../core/errors.js';
import type { Thread, ThreadEvents, ThreadOptions } from './platform.js';

let made: (() => object) | undefined;

/**
 * Says how workers are made from now on, where no pool says otherwise: for bundlers, which put into a worker what they can see.
 *
 * @param make - gives a new worker, whose module imports `millrace/parallel/worker`, and the modules of all tasks.
 * `undefined` for the worker of this package, which can run inline tasks and imports others from where they are.
 * @throws TypeError for what is no function.
 * @example
 * ```ts
 * import { useWorker } from 'millrace/parallel';
 *
 * // As Vite and webpack understand it; worker.ts is a module of yours:
 * // useWorker(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
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
