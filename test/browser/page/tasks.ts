/** The tasks of the page. */
import type { ReadChan, WriteChan } from 'millrace';
import { type RingHandle, type Task, ring, task } from 'millrace/parallel';

const here = import.meta.url;

export const cube: Task<(n: number) => number> = task(here, 'cube', (n) => n ** 3);

export const throws: Task<(n: number) => number> = task(here, 'throws', (n) => {
  if (n === 2) throw Object.assign(new RangeError('two', { cause: 'odd' }), { code: 'E_TWO' });
  return n;
});

export const doubles: Task<(input: ReadChan<number>, out: WriteChan<number>) => Promise<string>> = task(
  here,
  'doubles',
  async (input, out) => {
    for await (const n of input) if (!(await out.put(2 * n))) return 'hung up';
    return 'done';
  },
);

export const writes: Task<(handle: RingHandle, value: number) => boolean> = task(
  here,
  'writes',
  (handle, value) => ring(handle).putSync(value),
);
