/** What the tests run on threads of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadChan, WriteChan } from 'millrace';
import { type Task, task } from 'millrace/parallel';

const here = import.meta.url;

type Coroutine<R> = Task<(input: ReadChan<number>, out: WriteChan<number>) => Promise<R>>;

export const doubles: Coroutine<number> = task(here, 'doubles', async (input, out) => {
  let count = 0;
  for await (const n of input) {
    count++;
    if (!(await out.put(2 * n))) break;
  }
  return count;
});

/** Ends as it is told at the third value. */
export const ends: Task<(how: string, input: ReadChan<number>, out: WriteChan<number>) => Promise<string>> =
  task(here, 'ends', async (how, input, out) => {
    for await (const n of input) {
      if (n === 2 && how === 'throws') throw new RangeError('three', { cause: how });
      if (n === 2 && how === 'exits') process.exit(4);
      if (n === 2 && how === 'returns') break;
      if (n === 2 && how === 'hangs') for (;;);
      await out.put(n);
    }
    return how;
  });

export const add: Task<(a: number, b: number) => number> = task(here, 'add', (a, b) => a + b);

/** Gives so many numbers, and then ends as it is told; adds to `log[0]` for each one made, and to `log[1]` at its end. */
export const gives: Task<(count: number, how: string, log?: Int32Array) => AsyncGenerator<number>> = task(
  here,
  'gives',
  async function* (count, how, log) {
    try {
      for (let n = 0; n < count; n++) {
        if (log !== undefined) Atomics.add(log, 0, 1);
        if (how === 'slowly') await sleep(1);
        yield n;
      }
      if (how === 'throws') throw new RangeError('over', { cause: how });
      if (how === 'exits') process.exit(5);
      if (how === 'fails') {
        setTimeout(() => {
          throw new Error('in the background');
        });
        await sleep(60_000);
      }
    } finally {
      if (log !== undefined) Atomics.add(log, 1, 1);
    }
  },
);

export const list: Task<(count: number) => number[]> = task(here, 'list', (count) =>
  Array.from({ length: count }, (_, n) => n),
);
