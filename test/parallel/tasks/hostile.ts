/** Tasks that do what they can to the side that runs them. */
import { parentPort } from 'node:worker_threads';
import { type Task, task } from 'millrace/parallel';

const here = import.meta.url;

/** Posts a message past the pool, to the thread that listens for its replies; then returns. */
export const forges: Task<(message: unknown) => string> = task(here, 'forges', (message: unknown) => {
  parentPort?.postMessage(message);
  return 'returned';
});

export const forgesAll: Task<(messages: readonly object[]) => string> = task(
  here,
  'forgesAll',
  (messages) => {
    for (const message of messages) parentPort?.postMessage(message);
    return 'returned';
  },
);

/** What is on this thread under a name that only evaluated source could have set. */
export const traces: Task<(_: unknown) => string> = task(here, 'traces', () =>
  String((globalThis as { evaluated?: unknown }).evaluated),
);

/** Gives back what it is given. */
export const same: Task<(value: {}) => {}> = task(here, 'same', (value: {}) => value);
