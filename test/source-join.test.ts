// Whoever joins a channel that makes its values on demand waits for an end that only looking for a value can find.
import { expect, test } from 'vitest';
import { Chan, fromRange, merge, type ReadChan } from '../src/index.js';
import { turns } from './support/turns.js';

const EMPTY: readonly (readonly [name: string, make: () => ReadChan<unknown>])[] = [
  ['an empty range', () => fromRange(0)],
  ['a channel derived from one that is closed', () => new Chan<number>().close().map((n) => n)],
  ['channels merged that are closed', () => merge(new Chan<number>().close())],
];

test.each(EMPTY)('join settles at once for %s', async (_, make) => {
  expect(await make().join()).toBeUndefined();
});

test('join settles when the last value was read, and not before', async () => {
  const values = fromRange(3).map((n) => n);
  let joined = false;
  void values.join().then(() => (joined = true));
  for (let i = 0; i < 3; i++) {
    await turns();
    expect([joined, await values.get()]).toEqual([false, i]);
  }
  await turns();
  expect(joined).toBe(true);
  expect(await values.get()).toBeUndefined();
});

test('join takes one value ahead, which is kept for whoever asks', async () => {
  const source = new Chan<number>();
  const values = source.map((n) => n);
  let joined = false;
  void values.join().then(() => (joined = true));
  expect(source.tryPut(1)).toBe(true);
  expect(source.tryPut(2)).toBeUndefined();
  source.close();
  await turns();
  expect(joined).toBe(false);
  expect(await values.get()).toBe(1);
  await turns();
  expect(joined).toBe(true);
});
