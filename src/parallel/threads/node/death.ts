/** How a worker ended, according to the error that it emitted. */
import type { Death } from '../worker-error.js';

export function deathOf(error: unknown): Death {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { why: 'memory', what: 'ran out of memory', cause: error };
  return { why: 'error', what: `failed (${String(message ?? error)})`, cause: error };
}
