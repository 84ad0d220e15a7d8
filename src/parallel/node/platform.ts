/** Threads of Node, Bun and Deno. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect } from '../../core/errors.js';
import { USE_WORKER } from '../load-failure.js';
import type { Platform } from '../platform.js';
import type { Death } from '../worker-error.js';
import { block } from './block.js';
import { bear } from './born.js';
import { deathOf } from './death.js';
import { execArgv } from './flags.js';

export const platform: Platform = {
  cores: availableParallelism(),
  block,

  spawn({ resourceLimits, worker: make }, events) {
    // Webpack makes nonsense of an import in an object literal here.
    const own = { execArgv, resourceLimits: { ...resourceLimits } };
    const worker = bear(
      () => (make?.() as Worker | undefined) ?? new Worker(new URL('./worker.js', import.meta.url), own),
    );
    expect(typeof worker?.on === 'function', 'the worker', 'a Worker of node:worker_threads', worker);
    let death: Death | undefined;
    let over = false;
    const died = (found: Death): void => {
      if (over) return;
      over = true;
      events.died(found);
    };
    let isUp = false;
    worker.on('message', (data: unknown) => {
      isUp = true;
      events.message(data);
    });
    worker.on('messageerror', (error) => {
      death ??= { why: 'error', what: 'sent what cannot be read', cause: error };
      void worker.terminate();
    });
    worker.on('error', (error: unknown) => {
      death ??= deathOf(error);
      const { code } = (error ?? {}) as { code?: unknown };
      if (!isUp && make === undefined && String(code).endsWith('MODULE_NOT_FOUND'))
        death = { ...death, what: `has no module here. ${USE_WORKER}`, early: true };
    });
    worker.on('exit', (code) => {
      if (!isUp && make === undefined && code === 0)
        death ??= {
          why: 'exit',
          what: `has another module here than that of millrace. ${USE_WORKER}`,
          early: true,
        };
      died(death ?? { why: 'exit', what: `exited with code ${code}` });
    });
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
