/** What the threads of `bench/parallel.ts` run, under the names that each pool asks for. */
import { type Task, task, transfer } from 'millrace/parallel';

/**
 * A job of so many rounds of Marsaglia's xorshift. Shifts, for all of V8's compilers make good code of them: with a multiplication
 * some threads came to be up to eleven times slower than others, and the comparison was of that.
 */
export function work(rounds: number): number {
  let x = rounds | 1;
  for (let left = rounds | 0; left > 0; left--) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

export const workTask: Task<typeof work> = task(import.meta.url, 'workTask', work);

export const echo: Task<(bytes: ArrayBuffer) => ArrayBuffer> = task(import.meta.url, 'echo', (bytes) =>
  transfer(bytes, [bytes]),
);
