/** Waiting for a time, and waiting for a turn of the event loop. */
import { signalOf, unwatch, watch } from '../base/abort.js';
import { refuse, wake } from '../base/settle.js';
import { breathe } from '../base/turn.js';
import { Alarm, now } from '../base/clock.js';
import { expectDuration } from '../base/errors.js';
import type { Resolve } from '../base/promises.js';
import type { Abortable } from '../channel/protocol.js';

/**
 * Waits for `ms`, never less.
 *
 * @param ms - milliseconds; a number below 0 counts as 0, and `Infinity` never resolves.
 * @param options - `signal`: aborting it ends the wait.
 * @throws `signal.reason` when aborted; TypeError if `ms` is not a number.
 * @example
 * ```ts
 * await sleep(5);
 * ```
 */
export function sleep(ms: number, options?: Abortable): Promise<void> {
  try {
    expectDuration('ms', ms);
    const signal = signalOf(options);
    return new Promise((resolve) => {
      const alarm = new Alarm(() => {
        if (signal !== undefined) unwatch(signal, watcher);
        resolve();
      });
      const watcher = {
        aborted(reason: unknown): void {
          alarm.clear();
          wake(resolve as Resolve, reason, true); // Sound: `wake` resolves it with a rejection.
        },
      };
      if (signal !== undefined) watch(signal, watcher);
      alarm.set(now() + ms);
    });
  } catch (error) {
    return refuse(error);
  }
}

/**
 * Lets the event loop turn once: timers and I/O that are due run before the promise resolves.
 * Channels let the event loop turn by themselves; call `nop` within long work of your own.
 *
 * @example
 * ```ts
 * for (let i = 0; i < 3; i++) {
 *   // a chunk of heavy work, then
 *   await nop();
 * }
 * ```
 */
export function nop(): Promise<void> {
  return breathe();
}
