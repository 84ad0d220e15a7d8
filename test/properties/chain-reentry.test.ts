/**
 * Trees of derived channels whose functions read from them and feed their source, whenever they are called: no value is lost or
 * given twice, and none passes another in a step that remembers something.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { sorted } from '../support/calls.js';
import { turns } from '../support/turns.js';

const KINDS = ['map', 'filter', 'tap', 'scan', 'flatMap', 'distinct', 'catch', 'drop'] as const;
const DEEDS = ['look', 'ask', 'callback', 'put', 'putLater', 'nothing', 'giveUp'] as const;

/** A stage: its kind, which one it derives from, and what its function does in turn, each with a channel of the tree. */
const stages = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    above: fc.nat(9),
    deeds: fc.array(fc.tuple(fc.constantFrom(...DEEDS), fc.nat(9)), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 6 },
);
const outside = fc.array(fc.tuple(fc.constantFrom(...DEEDS), fc.nat(9)), { minLength: 3, maxLength: 12 });

test('all that is put comes out once, and in order through what remembers', async () => {
  await fc.assert(
    fc.asyncProperty(stages, outside, fc.nat(3), async (tree, script, size) => {
      const source = new Chan<number>(size);
      const chans: ReadChan<number>[] = [source];
      const got: number[] = [];
      const seen: number[][] = [];
      const put: number[] = [];
      let tried = 0;
      const failures: unknown[] = [];
      const take = (n: number | undefined): void => {
        if (n !== undefined) got.push(n);
      };
      const act = ([deed, which]: readonly [(typeof DEEDS)[number], number]): void => {
        const chan = chans[which % chans.length] as ReadChan<number>;
        if (deed === 'look') take(chan.tryGet());
        else if (deed === 'ask') void chan.get().then(take);
        else if (deed === 'callback') chan.getThen(take);
        else if (deed === 'giveUp') {
          const controller = new AbortController();
          void chan.get({ signal: controller.signal }).then(take, () => {});
          controller.abort();
        } else if (deed !== 'nothing' && tried < 40) {
          const next = tried++;
          if (deed === 'putLater') {
            source.putThen(next, (ok) => {
              if (ok) put.push(next);
            });
          } else if (source.tryPut(next) === true) put.push(next);
        }
      };
      for (const { kind, above, deeds } of tree) {
        const order: number[] = [];
        let called = 0;
        const work = (n: number): number => {
          const deed = deeds[called++];
          if (deed !== undefined) act(deed);
          return n;
        };
        const from = chans[above % chans.length] as ReadChan<number>;
        const remembers = (n: number): number => {
          order.push(n);
          return work(n);
        };
        const all: Record<(typeof KINDS)[number], () => ReadChan<number>> = {
          map: () => from.map(work),
          filter: () => from.filter((n) => work(n) >= 0),
          tap: () => from.tap((n) => void remembers(n)),
          scan: () => from.scan((_, n) => remembers(n), 0),
          distinct: () => from.distinct(remembers),
          catch: () => from.catch<number>(() => undefined),
          drop: () => from.drop(0),
          flatMap: () =>
            from.flatMap(function* (n) {
              remembers(n);
              yield n;
              work(n);
            }),
        };
        chans.push(all[kind]());
        seen.push(order);
      }
      for (const each of script) act(each);
      await turns();
      source.close();
      for (let i = chans.length - 1; i >= 0; i--) {
        await (chans[i] as ReadChan<number>).forEach(take).catch((error: unknown) => failures.push(error));
      }
      await turns();
      expect(failures).toEqual([]);
      expect(sorted(got)).toEqual(sorted(put));
      for (const order of seen) expect(order).toEqual(sorted(order));
    }),
    { numRuns: 4000, timeout: 1500 },
  );
}, 200_000);
