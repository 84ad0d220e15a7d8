/**
 * Threads of browsers. A browser does not report that a worker has ended by itself, so the call
 * that such a worker ran fails only by its `taskTimeout`, if it has one.
 */
import { USE_WORKER, needsPage } from '../load-failure.js';
import { descent } from '../nesting.js';
import type { Platform } from '../platform.js';

interface WebWorker {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  addEventListener(
    type: string,
    listener: (event: { data: unknown; message?: string; error?: unknown }) => void,
  ): void;
  terminate(): void;
}
declare const Worker: new (url: URL, options: { type: 'module'; name: string }) => WebWorker;

export const platform: Platform = {
  cores: (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 2,

  spawn({ worker: make }, events) {
    // A browser cannot tell a worker its ancestors, so `descent` only checks that threads may be
    // started.
    descent();
    const worker =
      (make?.() as WebWorker | undefined) ??
      new Worker(new URL('../../workers/web.js', import.meta.url), { type: 'module', name: 'millrace' });
    let over = false;
    const died: typeof events.died = (death) => {
      if (over) return;
      over = true;
      worker.terminate();
      events.died(death);
    };
    worker.addEventListener('message', (event) => {
      if (!over) events.message(event.data);
    });
    worker.addEventListener('error', ({ message, error }) => {
      const hint =
        message === undefined || needsPage(message) ? `. ${USE_WORKER}, and nothing that needs a page` : '';
      const what = `${message === undefined ? 'could not be started' : `failed (${message})`}${hint}`;
      died({ why: 'error', what, cause: error });
    });
    worker.addEventListener('messageerror', () => died({ why: 'error', what: 'sent what cannot be read' }));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      ref() {},
      unref() {},
      async end() {
        died({ why: 'exit', what: 'was ended' });
      },
    };
  },
};
