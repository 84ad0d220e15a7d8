/**
 * The pipeline:
 *
 *     walker ── paths ──▶ 16 readers ── outcomes ──▶ aggregator
 *
 * - Both channels are small. A full one makes those before it wait, so what is under way does not grow with the tree.
 *   What does are the books: an entry for every different content.
 * - All goroutines live in one scope: when one fails, or `signal` is aborted, the channels are cancelled, every loop
 *   over them ends, and `find` returns only when all have.
 */
import { dropping, scope, select, tickTock } from 'millrace';
import { readFiles } from './hash.js';
import type { Outcome } from './outcome.js';
import type { Path } from './path.js';
import type { Progress } from './progress.js';
import type { Tally } from './tally.js';
import { walk } from './walk.js';

const READERS = 16;
/** Paths that may wait for a reader. */
const AHEAD = 256;

/**
 * Enters every file below `root` into `tally`, which is right at any moment, also after a failure.
 *
 * @throws `signal.reason` when aborted.
 */
export function find(root: Path, tally: Tally, progress: Progress, signal: AbortSignal): Promise<void> {
  return scope(
    async (s) => {
      const paths = s.chan<Path>(AHEAD);
      const outcomes = s.chan<Outcome>(READERS);
      const producers = [s.go(walk, root, paths, outcomes)];
      for (let i = 0; i < READERS; i++) producers.push(s.go(readFiles, root, paths, outcomes, s.signal));
      // Many put into `outcomes`: it may be closed when the last of them has ended.
      void s.go(async () => {
        await Promise.all(producers);
        outcomes.close();
      });

      // How many files there are in all, for the bar, tells a second walker, which hurries ahead: nobody reads what
      // it finds, so the buffer drops it, but it has been counted.
      const found = s.chan<unknown>(dropping(1));
      if (progress.needsTotal) void s.go(walk, root, found, found);

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
