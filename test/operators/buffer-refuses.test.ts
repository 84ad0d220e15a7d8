// What writes to a channel of the user's meets a buffer that throws: that channel fails, and nobody else.
import { describe, expect, test } from 'vitest';
import { Chan, fromRange, weighted } from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

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

/** A channel with room for one value, whose buffer throws for the one it is given `at` first, and never again. */
function shy(at: number): Chan<number> {
  const buffer = new OwnQueue<number>(1);
  let count = 0;
  buffer.add = (n) => {
    if (count++ === at) throw NO_WEIGHT;
    buffer.values.push(n);
  };
  return new Chan(buffer);
}

test('an output of a distribution that refuses one value only is not asked again', async () => {
  const bad = shy(0);
  const source = new Chan<number>();
  const good = new Chan<number>();
  source.distribute(bad, good);
  expect(await source.put(0)).toBe(true);
  await turns();
  await expect(bad.get()).rejects.toMatchObject({ cause: NO_WEIGHT });
  expect(await good.get()).toBe(0);
});

test('an output of a distribution that refuses only the value that waited there is not asked again', async () => {
  const bad = shy(1).add(0);
  const good = new Chan<number>();
  const source = new Chan<number>();
  source.distribute(bad, good);
  expect(await source.put(1)).toBe(true);
  await turns();
  expect(bad.stats().waitingPuts).toBe(1);
  expect(await bad.get()).toBe(0);
  await expect(bad.get()).rejects.toMatchObject({ cause: NO_WEIGHT });
  expect(await good.get()).toBe(1);
});

test('an output of a distribution where no put may wait fails, and another gets the value', async () => {
  const bad = new Chan<number>(0, { maxPending: 0 });
  const good = new Chan<number>();
  const source = new Chan<number>();
  source.distribute(bad, good);
  expect(await source.put(0)).toBe(true);
  await turns();
  await expect(bad.get()).rejects.toThrow('More than 0 puts');
  expect(await good.get()).toBe(0);
});

test.each<readonly [string, (source: Chan<number>, out: Chan<number>) => () => void]>([
  [
    'a tap whose dup has been closed',
    (source, out) => {
      const dup = source.dup();
      dup.tap(out, { close: false });
      return () => dup.close();
    },
  ],
  [
    'the output of a pipe that has been closed',
    (source, out) => {
      source.pipe(out);
      return () => void out.close();
    },
  ],
])('a value that waits, and is then refused by %s, is an uncaught error', async (_, send) => {
  const out = picky(1).add(0);
  const source = new Chan<number>(1).add(1);
  const close = send(source, out);
  await turns();
  expect(out.stats().waitingPuts).toBe(1);
  close();
  const errors = await uncaught(async () => expect(await out.get()).toBe(0));
  expect(errors).toEqual([NO_WEIGHT]);
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
