/** Threads of Node, Bun and Deno. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Platform } from '../platform.js';
import type { Death } from '../worker-error.js';

/** These say how the program itself was given to Node, which workers must not hear. */
const OF_THE_PROGRAM = /^--(input-type|eval|print|test|watch)/;

function deathOf(error: unknown): Death {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { why: 'memory', what: 'ran out of memory', cause: error };
  return { why: 'error', what: `failed (${String(message ?? error)})`, cause: error };
}

export const platform: Platform = {
  cores: availableParallelism(),

  spawn({ resourceLimits, worker: make }, events) {
    const made = make?.() as Worker | undefined;
    const execArgv = process.execArgv.filter((flag) => !OF_THE_PROGRAM.test(flag));
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
