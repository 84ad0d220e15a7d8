/**
 * The pipeline:
 *
 *     walker ── paths ──▶ readers ── outcomes ──▶ tally
 *
 * - The walker waits while the readers are busy, and they take no more than they can deliver: what is under way does not grow
 *   with the tree. What does are the books: an entry for every different content.
 * - When one part fails, or `signal` is aborted, the scope cancels the rest, and `find` returns only when all have ended.
 */
import { dropping, scope, select, tickTock, type Value } from 'millrace';
import type { Path } from './path.js';
import type { Progress } from './progress.js';
import { type Where, readers } from './readers.js';
import type { Tally } from './tally.js';
import { type Entry, walk } from './walk.js';

/** Paths that may wait for a reader. */
const AHEAD = 256;

/**
 * Enters every file below `root` into `tally`, which is right at any moment, also after a failure.
 *
 * @param where - the readers read; see readers.ts.
 * @throws `signal.reason` when aborted.
 */
export function find(
  root: Path,
  tally: Tally,
  progress: Progress,
  signal: AbortSignal,
  where: Where = 'auto',
): Promise<void> {
  return scope(
    async (s) => {
      const entries = s.chan<Entry>(AHEAD);
      void s.go(walk, root, entries);
      const outcomes = entries.through(readers(root, where, s.signal, tally));

      // How many files there are in all, for the bar, tells a second walker, which hurries ahead: nobody reads what
      // it finds, so the buffer drops it, but it has been counted.
      const found = s.chan<Value>(dropping(1));
      if (progress.needsTotal) void s.go(walk, root, found);

      // One goroutine serves two masters: whichever of the two channels has something is next.
      const tick = tickTock(progress.interval);
      for (;;) {
        const event = await select({ outcome: outcomes, tick });
        if (event.key === 'tick') progress.show(tally, found.stats().puts, found.closed);
        else if (event.value !== undefined) tally.add(event.value);
        else break;
      }
      found.cancel();
    },
    { signal },
  );
}
