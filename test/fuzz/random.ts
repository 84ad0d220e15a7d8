/** Random choices that follow from a seed, and the time there is for a fuzzer. */

const { FUZZ_SECONDS, FUZZ_SEED, FUZZ_WITHOUT, FUZZ_ON } =
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};

/** Kinds of steps that are left out, for a search beside faults that are known: `FUZZ_WITHOUT=join,return`. */
export const WITHOUT: ReadonlySet<string> = new Set(FUZZ_WITHOUT?.split(','));

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2654435761) | 1;
    for (let i = 0; i < 4; i++) this.below(2);
  }
  /** An integer of at least 0 and below `n` (xorshift, after Marsaglia). */
  below(n: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  }
  /** Whether what happens once in `n` times happens. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T; // Sound: no list here is empty.
  }
}

/**
 * Runs a program of each of many seeds: for `seconds`, or for half as long as `FUZZ_SECONDS` says, since there are two fuzzers.
 * `FUZZ_SEED` runs one; with `FUZZ_ON` a failure is printed, and others are looked for.
 */
export async function fuzz(seconds: number, run: (seed: number) => Promise<void>): Promise<number> {
  if (FUZZ_SEED !== undefined) {
    await run(Number(FUZZ_SEED));
    return 1;
  }
  const until = Date.now() + 1000 * (FUZZ_SECONDS === undefined ? seconds : Number(FUZZ_SECONDS) / 2);
  let count = 0;
  for (let seed = Math.floor(Math.random() * 2 ** 30); Date.now() < until; seed++) {
    await run(seed).catch((error: unknown) => {
      if (FUZZ_ON === undefined) throw error;
      console.error(String(error));
    });
    count++;
  }
  return count;
}

/** Leaves out of a list whatever can be left out while it still fails. */
export async function shrink<T>(
  list: readonly T[],
  fails: (list: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let least = list;
  for (let size = list.length >> 1; size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < least.length; ) {
      const less = [...least.slice(0, at), ...least.slice(at + size)];
      if (less.length < least.length && (await fails(less))) least = less;
      else at += size;
    }
  }
  return least;
}
