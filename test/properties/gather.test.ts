import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { turns } from '../support/turns.js';

type Step = number | 'turn' | 'get' | 'await';

/** Who takes the values of a channel, noting each: all of them, so many, or through a chain or a pipe. */
const READERS: Record<string, (ch: ReadChan<number>, see: (n: number) => unknown) => Promise<unknown>> = {
  forEach: (ch, see) => ch.forEach(see),
  collect: async (ch, see) => (await ch.collect(30)).forEach(see),
  chain: (ch, see) => ch.map((n) => n).forEach(see),
  pipe: (ch, see) => ch.pipe(new Chan<number>(3)).forEach(see),
};

test('however values gather, every one that was put is read once and in order, and no reader is forgotten', async () => {
  const step = fc.oneof<fc.Arbitrary<Step>[]>(
    fc.integer({ min: 1, max: 25 }),
    fc.constantFrom('turn', 'get', 'await'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.uniqueArray(fc.constantFrom(...Object.keys(READERS)), { minLength: 1, maxLength: 3 }),
      fc.array(step, { maxLength: 12 }),
      fc.boolean(),
      async (size, names, steps, cancels) => {
        const ch = new Chan<number>(size);
        const seen = names.map((): number[] => []);
        const done = names.map((name, i) => READERS[name]?.(ch, (n) => seen[i]?.push(n)));
        const gets: Promise<number | undefined>[] = [];
        const puts: Promise<boolean>[] = [];
        let put = 0;
        for (const one of steps) {
          if (one === 'turn') await turns();
          else if (one === 'await') await Promise.resolve();
          else if (one === 'get') gets.push(ch.get());
          else for (let i = 0; i < one; i++) puts.push(ch.put(put++));
        }
        await turns();
        if (cancels) ch.cancel();
        else ch.close();
        // In the order of the calls: while the event loop has to turn, a later one may be told earlier.
        const got = (await Promise.all(gets)).filter((n) => n !== undefined);
        const some = names.length === 1 && names[0] === 'collect';
        const rest = some ? await ch.collect() : [];
        for (const one of done) await one;
        const all = [...got, ...seen.flat(), ...rest];
        for (const one of [got, ...seen])
          expect(one.every((n, i) => i === 0 || n > (one[i - 1] ?? n))).toBe(true);

        const accepted = (await Promise.all(puts)).filter(Boolean).length;
        expect(new Set(all).size).toBe(all.length);
        expect(all.length + (cancels ? ch.stats().dropped : 0)).toBe(accepted);
        expect([ch.drained, ch.stats().waitingGets, ch.stats().waitingPuts]).toEqual([true, 0, 0]);
      },
    ),
    { numRuns: 300 },
  );
});
