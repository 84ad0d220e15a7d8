import { turns } from './turns.js';

/** The errors that nobody caught while `act` ran and in the turns of the event loop after it. */
export async function uncaught(act: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const listener = (error: unknown): void => void errors.push(error);
  // The test runner's own listeners would fail the run.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', listener);
  try {
    await act();
    await turns();
  } finally {
    process.off('uncaughtException', listener);
    for (const other of others) process.on('uncaughtException', other);
  }
  return errors;
}
