/**
 * Where the readers read: on this thread, several files at a time, or on others.
 *
 * - Which is faster depends on the machine, the files, and what is in memory already. So unless it is told, a stage tries both
 *   on the first files, all of which count, and goes on with the faster.
 */
import { availableParallelism } from 'node:os';
import type { ReadChan, WriteChan } from 'millrace';
import { reader } from './hash.js';
import { hashed } from './hash.task.js';
import type { Outcome } from './outcome.js';
import type { Path } from './path.js';
import type { Tally } from './tally.js';
import type { Entry } from './walk.js';

/** `auto`: whichever is faster. */
export type Where = 'here' | 'threads' | 'auto';

/** At a time, on this thread. */
const READERS = 16;
export const THREADS: number = Math.min(8, availableParallelism());

/** How many files each way is tried on. */
const SAMPLE = 256;
/** What a file costs beside its bytes, in bytes: some are small, some large, and the samples differ. */
const FILE = 20_000;

/**
 * The stage of the readers.
 *
 * @param tally - is told in words where they read.
 */
export function readers(
  root: Path,
  where: Where,
  signal: AbortSignal,
  tally: Pick<Tally, 'hashed'>,
): (entries: ReadChan<Entry>) => ReadChan<Outcome> {
  const read = reader(root, signal);
  const here = (entries: ReadChan<Entry>) => entries.asyncPipeUnordered(READERS, read);
  const threads = (entries: ReadChan<Entry>) =>
    entries.map((entry) => [root, entry] as const).parallelPipeUnordered(THREADS, hashed, { signal });

  if (where === 'threads') {
    tally.hashed = `on ${THREADS} threads`;
    return threads;
  }
  tally.hashed = 'on this thread';
  if (where === 'here' || THREADS === 1) return here;
  return (entries) =>
    entries.asyncApply<Outcome>(async (input, out) => {
      const first = await tried(here(input.take(SAMPLE)), out);
      // They take some time to start.
      if (first.count === SAMPLE) await tried(threads(input.take(2 * THREADS)), out);
      const second = await tried(threads(input.take(SAMPLE)), out);
      if (second.count < SAMPLE) return;
      const gain = second.speed / first.speed;
      if (gain > 1)
        tally.hashed = `on ${THREADS} threads, ${gain.toFixed(1)} times as fast as this one, which must not block`;
      await tried(gain > 1 ? threads(input) : here(input), out);
    });
}

interface Trial {
  readonly count: number;
  readonly speed: number;
}

/** Hands the outcomes on, and looks at the clock. */
async function tried(outcomes: ReadChan<Outcome>, out: WriteChan<Outcome>): Promise<Trial> {
  const start = performance.now();
  let count = 0;
  let work = 0;
  // Not by consume(): when a trial has its values, the rest of the input is for the next.
  for await (const outcome of outcomes) {
    count++;
    work += FILE + (outcome.kind === 'hashed' ? outcome.size : 0);
    if (!(await out.put(outcome))) outcomes.cancel();
  }
  return { count, speed: work / (performance.now() - start) };
}
