import { expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { promise } from '../../src/channel/buffers.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled } from '../support/settlement.js';
import { turns } from '../support/turns.js';

test('closing a promise channel in the callback of a get does not keep its value from those that wait', async () => {
  for (const cause of [undefined, 'cause']) {
    const ch = new Chan<number>(promise());
    const seen: unknown[] = [];
    ch.getThen(() => ch.close(cause));
    ch.getThen((...args) => seen.push(args));
    const outcome = follow(ch.get());
    expect(ch.tryPut(1)).toBe(true);
    await turns();
    expect(seen).toEqual([[1, undefined]]);
    expect(outcome()).toEqual([fulfilled(1)]);
  }
});

test('cancelling a promise channel in the callback of a get gives undefined to those that wait', async () => {
  const ch = new Chan<number>(promise());
  ch.getThen(() => ch.cancel());
  const outcome = follow(ch.get());
  expect(ch.tryPut(1)).toBe(true);
  await turns();
  expect(outcome()).toEqual([fulfilled(undefined)]);
  expect(await ch.get()).toBeUndefined();
});

test('a get called in the callback of a get of a promise channel is served after those that waited', async () => {
  const ch = new Chan<number>(promise());
  const order: string[] = [];
  ch.getThen(() => {
    order.push('first');
    ch.getThen(() => order.push('nested'));
  });
  ch.getThen(() => order.push('second'));
  ch.tryPut(1);
  await turns();
  expect(order).toEqual(['first', 'second', 'nested']);
});

test('what every get of a promise channel gives is the first value, for ever', async () => {
  const ch = new Chan<number>(promise());
  const early = [ch.get(), ch.get()];
  expect(await ch.put(1)).toBe(true);
  expect(await ch.put(2)).toBe(true);
  expect(await Promise.all(early)).toEqual([1, 1]);
  expect([await ch.get(), ch.tryGet(), await ch.get()]).toEqual([1, 1, 1]);
  ch.close();
  expect([await ch.get(), ch.tryGet()]).toEqual([1, 1]);
});

test('one put serves all gets that wait on a promise channel, in the order in which they were called', async () => {
  const ch = new Chan<string>(promise());
  const seen: number[] = [];
  for (let i = 0; i < 100; i++) ch.getThen(() => seen.push(i));
  ch.tryPut('a');
  await turns();
  expect(seen).toEqual(numbers(100));
});
