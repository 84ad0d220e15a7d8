/** What the threads of `bench/parallel.ts` run, under the names that each pool asks for. */
import { type Task, task, transfer } from 'millrace/parallel';

/** A job of so many rounds. */
export function work(rounds: number): number {
  let x = rounds;
  for (let left = rounds; left > 0; left--) x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
  return x;
}

export const workTask: Task<typeof work> = task(import.meta.url, 'workTask', work);

export const echo: Task<(bytes: ArrayBuffer) => ArrayBuffer> = task(import.meta.url, 'echo', (bytes) =>
  transfer(bytes, [bytes]),
);
