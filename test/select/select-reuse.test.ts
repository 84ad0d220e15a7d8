// A select that waited keeps its waiters for a later one.
import { expect, test } from 'vitest';
import { Chan, select, selectThen } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

test('selects begun in the callback of another, and settled in every order, each get their own value', async () => {
  const [a, b] = [new Chan<number>(), new Chan<number>()];
  const seen: unknown[] = [];
  const again = (left: number): void =>
    selectThen([a, b], (result) => {
      seen.push([result?.index, result?.value]);
      if (left > 0) again(left - 1);
    });
  again(2);
  again(2);
  for (const n of [1, 2, 3]) {
    b.tryPut(n);
    a.tryPut(-n);
  }
  await turns();
  expect(seen).toEqual([
    [1, 1],
    [0, -1],
    [1, 2],
    [0, -2],
    [1, 3],
    [0, -3],
  ]);
  expect([a, b].map((ch) => ch.stats().waitingGets)).toEqual([0, 0]);
});

test('a list that had a put where the next select has a get is not mixed up with it', async () => {
  const [a, b] = [new Chan<number>(), new Chan<number>()];
  const sending = select([[a, 1], b]);
  expect(await a.get()).toBe(1);
  expect(await sending).toEqual({ index: 0, value: true, chan: a });
  const receiving = select([a, b]);
  expect(a.stats()).toMatchObject({ waitingPuts: 0, waitingGets: 1 });
  a.tryPut(2);
  expect(await receiving).toEqual({ index: 0, value: 2, chan: a });
});

test('a select begun by the callback of one that is still parking is a select of its own', async () => {
  const [a, b, c, d] = numbers(4).map(() => new Chan<number>(1)) as [
    Chan<number>,
    Chan<number>,
    Chan<number>,
    Chan<number>,
  ];
  // When it is looked at, a value comes into the channel that was looked at before it.
  const late = b.filter(() => a.tryPut(1) === undefined);
  b.tryPut(0);
  await turns();
  const seen: unknown[] = [];
  selectThen(
    [a, late],
    (first) => {
      seen.push(first?.value);
      selectThen([c, d], (second) => seen.push(second?.value));
    },
    { priority: true },
  );
  await turns();
  expect(seen).toEqual([1]);
  a.tryPut(2);
  b.tryPut(3);
  expect([late, c, d].map((ch) => ch.stats().waitingGets)).toEqual([0, 1, 1]);
  d.tryPut(4);
  await turns();
  expect(seen).toEqual([1, 4]);
});
