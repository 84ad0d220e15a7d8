/** The same search on this thread and on others, timed: `npm start -- --compare`. */
import { find } from './find.js';
import type { Path } from './path.js';
import type { Progress } from './progress.js';
import { count, humanSize, quantity } from './quantity.js';
import { THREADS, type Where } from './readers.js';
import { Tally } from './tally.js';

/** How often each is timed; the best counts, as it was disturbed least. */
const ROUNDS = 3;

/**
 * The comparison as text.
 *
 * @throws `signal.reason` when aborted.
 */
export async function compare(root: Path, progress: Progress, signal: AbortSignal): Promise<string> {
  const search = async (where: Where): Promise<{ tally: Tally; ms: number }> => {
    const tally = new Tally();
    const start = performance.now();
    await find(root, tally, progress, signal, where);
    return { tally, ms: performance.now() - start };
  };
  // Not timed: from here on all find the files in memory, and the threads have been started.
  const { tally } = await search('threads');
  const best = { here: Infinity, threads: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    for (const where of ['here', 'threads'] as const) {
      best[where] = Math.min(best[where], (await search(where)).ms);
    }
  }
  const row = (name: string, ms: number): string => {
    const seconds = ms / 1000;
    const files = `${count(Math.round(tally.files / seconds))} files/s`;
    const bytes = `${humanSize(Math.round(tally.bytes / seconds))}/s`;
    return `${name.padEnd(12)}${seconds.toFixed(2).padStart(8)} s${files.padStart(18)}${bytes.padStart(14)}`;
  };
  const gain = best.here / best.threads;
  return `\
${row('this thread', best.here)}
${row(quantity(THREADS, 'thread', 'threads'), best.threads)}  ${gain.toFixed(2)}x

Read ${quantity(tally.files, 'file', 'files')}, ${humanSize(tally.bytes)}, ${ROUNDS} times each way; the best times, without the disk.
A thread of its own may block while it reads; this one may not, which by itself costs it time.
`;
}
