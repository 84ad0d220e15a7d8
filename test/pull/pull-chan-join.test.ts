// Joining a channel that makes its values on demand takes nothing and looks for nothing: it settles when the end was read.
import { describe, expect, test } from 'vitest';
import { Chan, fromRange, merge, promise, type ReadChan, timeout } from '../../src/index.js';
import { isPending } from '../support/outcome.js';
import { turns } from '../support/turns.js';

const EMPTY: readonly (readonly [name: string, make: () => ReadChan<unknown>])[] = [
  ['an empty range', () => fromRange(0)],
  ['a channel derived from one that is closed', () => new Chan<number>().close().map((n) => n)],
  ['channels merged that are closed', () => merge(new Chan<number>().close())],
  ['a buffer over a closed channel', () => new Chan<number>().close().buffer(2)],
];

describe.each(EMPTY)('join of %s', (_, make) => {
  test('settles when the end was read, and not before', async () => {
    const ch = make();
    const joined = ch.join();
    expect(await isPending(joined)).toBe(true);
    expect(await ch.get()).toBeUndefined();
    await joined;
  });

  test('settles at once when the end was read before, or the channel is cancelled', async () => {
    const ch = make();
    await ch.collect();
    expect(await ch.join()).toBeUndefined();
    const cancelled = make();
    const joined = cancelled.join();
    cancelled.cancel();
    await joined;
  });
});

test('join settles when the end was read, and not with the last value', async () => {
  const values = fromRange(3).map((n) => n);
  let joined = false;
  void values.join().then(() => (joined = true));
  for (let i = 0; i < 3; i++) {
    await turns();
    expect([joined, await values.get()]).toEqual([false, i]);
  }
  await turns();
  expect(joined).toBe(false);
  expect(await values.get()).toBeUndefined();
  await turns();
  expect(joined).toBe(true);
});

test('join takes no value, and calls no function', async () => {
  const source = new Chan<number>();
  let called = 0;
  const values = source.map(() => called++);
  void values.join();
  expect(source.tryPut(1)).toBeUndefined();
  source.putThen(1);
  await turns();
  expect([called, source.stats().waitingPuts]).toEqual([0, 1]);
});

test('join of a timeout settles when it is due', async () => {
  expect(await timeout(1).join()).toBeUndefined();
});

test('join of a buffer that keeps one value for ever settles when that is there', async () => {
  const source = new Chan<number>();
  const kept = source.buffer(promise());
  const joined = kept.join();
  expect(await isPending(joined)).toBe(true);
  await source.put(1);
  await joined;
  expect(await kept.get()).toBe(1);
});
