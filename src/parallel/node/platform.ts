/** Threads of Node, Bun and Deno. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Platform } from '../platform.js';
import type { Death } from '../worker-error.js';
import { block } from './block.js';
import { deathOf } from './death.js';
import { execArgv } from './flags.js';

export const platform: Platform = {
  cores: availableParallelism(),
  block,

  spawn({ resourceLimits, worker: make }, events) {
    const made = make?.() as Worker | undefined;
    const worker =
      made ??
      new Worker(new URL('./worker.js', import.meta.url), {
        execArgv,
        resourceLimits: { ...resourceLimits },
      });
    let death: Death | undefined;
    let over = false;
    const died = (found: Death): void => {
      if (over) return;
      over = true;
      events.died(found);
    };
    worker.on('message', (data: unknown) => events.message(data));
    worker.on('messageerror', (error) => {
      death ??= { why: 'error', what: 'sent what cannot be read', cause: error };
      void worker.terminate();
    });
    worker.on('error', (error: unknown) => (death ??= deathOf(error)));
    worker.on('exit', (code) => died(death ?? { why: 'exit', what: `exited with code ${code}` }));
    worker.unref();
    return {
      post: (message, transfer) => worker.postMessage(message, transfer as never), // Sound: Node checks it.
      ref: () => worker.ref(),
      unref: () => worker.unref(),
      async end() {
        const code = await worker.terminate();
        // Not every runtime tells of it.
        died(death ?? { why: 'exit', what: `exited with code ${code}` });
      },
    };
  },
};
