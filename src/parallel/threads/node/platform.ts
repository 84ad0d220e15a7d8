/**
 * Threads of Node, Bun and Deno.
 *
 * - A thread keeps the process alive while the pool asks for it by `ref`, while its output has not
 *   arrived, and while it is being ended.
 * - A thread that is being ended first gets some time to hand over its output.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect } from '../../../base/errors.js';
import { USE_WORKER } from '../load-failure.js';
import type { ByeMessage, Quiet } from '../messages.js';
import type { Platform } from '../platform.js';
import { intact } from '../transfer.js';
import type { Death } from '../worker-error.js';
import { block } from './block.js';
import { bear } from './born.js';
import { deathOf } from './death.js';
import { execArgv } from './flags.js';

/**
 * How long a thread may take to hand over its output, in ms: `FAREWELL` if it is being ended,
 * `PRINTING` if it has nothing more to do. A thread reaches these limits only inside a call that
 * never awaits, or if nobody reads its output.
 */
const FAREWELL = 200;
const PRINTING = 1000;

export const platform: Platform = {
  cores: availableParallelism(),
  block,

  spawn({ resourceLimits, worker: make }, events) {
    // Webpack breaks an imported binding in an object literal inside `new Worker(…)`.
    const own = { execArgv, resourceLimits: { ...resourceLimits } };
    const worker = bear(
      () =>
        (make?.() as Worker | undefined) ??
        new Worker(new URL('../../workers/node.js', import.meta.url), own),
    );
    expect(typeof worker?.on === 'function', 'the worker', 'a Worker of node:worker_threads', worker);
    let death: Death | undefined;
    let over = false;
    let heard = false;
    let wanted = false;
    let printing = false;
    let ended: Promise<void> | undefined;
    /** Ends the wait in `end`: the output of the thread has arrived, or the thread has died. */
    let quiet: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hold = (): void => {
      clearTimeout(timer);
      if (wanted || ended !== undefined) worker.ref();
      else if (printing) timer = setTimeout(hush, PRINTING);
      else worker.unref();
    };
    const hush = (): void => {
      printing = false;
      quiet?.();
      hold();
    };
    const died = (found: Death): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      quiet?.();
      events.died(found);
    };
    worker.on('message', (data: unknown) => {
      heard = true;
      // The message is unchecked data, because tasks can post to the same port.
      const { type, printing: prints } = (data ?? {}) as Partial<Quiet> & { printing?: unknown };
      if (type === 'quiet') return hush();
      if (prints === true) printing = true;
      events.message(data);
    });
    worker.on('messageerror', (error) => {
      death ??= { why: 'error', what: 'sent what cannot be read', cause: error };
      void worker.terminate();
    });
    worker.on('error', (error: unknown) => {
      death ??= deathOf(error);
      const { code } = (error ?? {}) as { code?: unknown };
      if (!heard && make === undefined && String(code).endsWith('MODULE_NOT_FOUND'))
        death = { ...death, what: `has no module here. ${USE_WORKER}`, early: true };
    });
    worker.on('exit', (code) => {
      if (!heard && make === undefined && code === 0)
        death ??= {
          why: 'exit',
          what: `has another module here than that of millrace. ${USE_WORKER}`,
          early: true,
        };
      died(death ?? { why: 'exit', what: `exited with code ${code}` });
    });
    worker.unref();
    const end = async (): Promise<void> => {
      // A thread that has sent nothing is still starting. It has called no task, so it has no
      // output.
      if (heard && !over) {
        worker.postMessage({ type: 'bye' } satisfies ByeMessage);
        await new Promise<void>((resolve) => {
          const limit = setTimeout(resolve, FAREWELL);
          quiet = () => {
            clearTimeout(limit);
            resolve();
          };
        });
      }
      const code = await worker.terminate();
      // Not every runtime emits `exit` for a terminated worker.
      died(death ?? { why: 'exit', what: `exited with code ${code}` });
    };
    return {
      // Sound: Node checks the list at runtime.
      post: (message, transfer = []) => worker.postMessage(message, intact(transfer) as never),
      ref() {
        wanted = true;
        hold();
      },
      unref() {
        wanted = false;
        hold();
      },
      end() {
        ended ??= end();
        hold();
        return ended;
      },
    };
  },
};
