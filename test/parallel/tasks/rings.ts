/** The other ends of the tests' rings. */
import { type RingHandle, type Task, ring, task } from 'millrace/parallel';

const here = import.meta.url;

export const writes: Task<(handle: RingHandle, count: number, how: string) => Promise<void>> = task(
  here,
  'writes',
  async (handle, count, how) => {
    const numbers = ring(handle);
    for (let n = 0; n < count; n++) {
      const more = how === 'blocking' ? numbers.putSync(n) : await numbers.put(n);
      if (!more) break;
    }
    numbers.close();
  },
);

export const sums: Task<(handle: RingHandle, how: string) => Promise<number>> = task(
  here,
  'sums',
  async (handle, how) => {
    const numbers = ring(handle);
    let sum = 0;
    if (how === 'blocking') for (const n of numbers.values()) sum += n;
    else for await (const n of numbers) sum += n;
    return sum;
  },
);

/** Writes bytes that count up, in pieces of so many. */
export const counts: Task<(handle: RingHandle<'bytes'>, count: number, piece: number) => void> = task(
  here,
  'counts',
  (handle, count, piece) => {
    const bytes = ring(handle);
    for (let at = 0; at < count; at += piece) {
      bytes.putSync(Uint8Array.from({ length: Math.min(piece, count - at) }, (_, n) => (at + n) % 256));
    }
    bytes.close();
  },
);
