import { turns } from './turns.js';

/** The errors that nobody caught while `act` ran and in the turns of the event loop after it. */
export async function uncaught(act: () => unknown): Promise<unknown[]> {
  const errors: unknown[] = [];
  const stop = 'document' in globalThis ? inPage(errors) : inProcess(errors);
  try {
    await act();
    await turns();
  } finally {
    stop();
  }
  return errors;
}

// The test runner's own listeners would fail the run.

function inProcess(errors: unknown[]): () => void {
  const listener = (error: unknown): void => void errors.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', listener);
  return () => {
    process.off('uncaughtException', listener);
    for (const other of others) process.on('uncaughtException', other);
  };
}

function inPage(errors: unknown[]): () => void {
  const listener = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    errors.push((event as Event & { readonly error: unknown }).error);
  };
  // Of one target's listeners those that capture come first.
  const page = globalThis as unknown as EventTarget; // Sound: a window is one.
  page.addEventListener('error', listener, true);
  return () => page.removeEventListener('error', listener, true);
}
