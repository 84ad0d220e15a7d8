/** Channels derived from one stage, whose functions feed the channel that they read from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

/** A channel that puts each value below `last` plus one to itself, from the function of its first stage. */
function feeding(last: number, size: number): [source: Chan<number>, stage: ReadChan<number>] {
  const source = new Chan<number>(size);
  const stage = source.map((n) => {
    if (n < last) source.putThen(n + 1);
    return n;
  });
  return [source, stage];
}

describe.each([0, 1, 4])('over a buffer of %i, a value that a stage puts to its own source', (size) => {
  test('comes after the one it was put for, in the steps that all share', async () => {
    const [source, stage] = feeding(3, size);
    const sums = stage.scan((total, n) => total * 10 + n, 0);
    const [a, b] = [sums.map((n) => n), sums.map((n) => n)];
    const got = [a.get(), b.get(), a.get()];
    source.tryPut(1);
    expect(await Promise.all(got)).toEqual([1, 12, 123]);
  });

  test('stays in the source when a shared step ends before it', async () => {
    const [source, stage] = feeding(2, size);
    const few = stage.take(1);
    const [a, b] = [few.map((n) => n), few.map((n) => n)];
    const got = [a.get(), b.get()];
    source.tryPut(1);
    expect(await Promise.all(got)).toEqual([1, undefined]);
    expect(await source.get()).toBe(2);
  });

  test('and its close, end all who wait after the values before', async () => {
    const source = new Chan<number>(size);
    const all = source
      .map((n) => {
        source.close();
        return n;
      })
      .group(2);
    const [a, b] = [all.map((n) => n), all.map((n) => n)];
    const got = [a.get(), b.get()];
    source.tryPut(1);
    const results = await Promise.all(got);
    expect(results.filter((one) => one !== undefined)).toEqual([[1]]);
  });
});

test('whatever readers wait, none of the values is lost or passes another', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { minLength: 2, maxLength: 12 }),
      fc.nat(2),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 10 }),
      async (readers, size, last, taken) => {
        const [source, stage] = feeding(last, size);
        const seen: number[] = [];
        const few = stage.tap((n) => void seen.push(n)).take(taken);
        const chans = numbers(3).map(() => few.map((n) => n));
        const got: number[] = [];
        for (const which of readers) {
          chans[which]?.getThen((value) => {
            if (value !== undefined) got.push(value);
          });
        }
        source.putThen(1);
        await turns();
        const through = Math.min(last, taken, readers.length);
        expect(seen).toEqual(numbers(through).map((i) => i + 1));
        expect(got).toHaveLength(through);
        // What was not taken is still there.
        if (last > through) expect(source.tryGet()).toBe(through + 1);
      },
    ),
  );
});
