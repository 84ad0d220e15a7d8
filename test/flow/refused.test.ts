// What writes to a channel of the user's meets a buffer that throws: that channel fails, and nobody else.
import { describe, expect, test } from 'vitest';
import { Chan, fromRange, weighted } from '../../src/index.js';
import { turns } from '../support/turns.js';

const NO_WEIGHT = new Error('no weight');

/** A channel whose buffer has room for one value, and throws for those that are refused. */
const picky = (...refused: number[]): Chan<number> =>
  new Chan(
    weighted(1, (n: number) => {
      if (refused.includes(n)) throw NO_WEIGHT;
      return 1;
    }),
  );

describe.each([
  ['at once', 0],
  ['after it waited', 1],
])('a value that is refused %s', (_, refused) => {
  test('fails the output of a pipe, which takes nothing more', async () => {
    const source = new Chan<number>(5).add(0, 1, 2, 3);
    const out = source.pipe(picky(refused));
    const got: unknown[] = [];
    await expect(out.forEach((n) => got.push(n))).rejects.toBe(NO_WEIGHT);
    expect(got).toEqual([0].slice(0, refused));
    await turns();
    expect(source.stats()).toMatchObject({ buffered: 3 - refused, waitingGets: 0 });
  });

  test('fails a tap of a dup, and the others go on', async () => {
    const dup = fromRange(4).dup();
    const bad = dup.tap(picky(refused));
    const good = dup.tap(new Chan<number>(8));
    await expect(bad.forEach(() => {})).rejects.toBe(NO_WEIGHT);
    expect(await good.collect()).toEqual([0, 1, 2, 3]);
  });
});

test('an output of a distribution that refuses a value fails, and another gets it', async () => {
  const [bad, good] = [picky(0), new Chan<number>()];
  const source = new Chan<number>(1).add(0);
  source.distribute(bad, good);
  // Nobody was ready for it, so both were asked.
  await turns();
  await expect(bad.get()).rejects.toBe(NO_WEIGHT);
  source.close();
  expect(await good.collect()).toEqual([0]);
});

test('an output of a distribution that refuses a value that waited there fails, and another gets it', async () => {
  const bad = picky(1);
  const good = new Chan<number>(1).add(100);
  bad.add(0);
  fromRange(1, 2).distribute(bad, good);
  await turns();
  expect(bad.stats().waitingPuts).toBe(1);
  expect(await bad.get()).toBe(0);
  await expect(bad.get()).rejects.toBe(NO_WEIGHT);
  expect(await good.collect()).toEqual([100, 1]);
});

test('stages and chains of stages are derived from each other, and make channels', async () => {
  const stage = fromRange(3).buffer(1).buffer(1);
  expect(
    await stage
      .map((n) => n + 1)
      .buffer(2)
      .collect(),
  ).toEqual([1, 2, 3]);
  const numbers = fromRange(2).buffer(1).dup();
  const mapped = fromRange(2)
    .map((n) => n)
    .dup();
  const taps = [numbers.tap(), numbers.tap(), mapped.tap()];
  expect(await Promise.all(taps.map((tap) => tap.collect()))).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});
