import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import type { Value } from '../../src/channel/protocol.js';
import { promise } from '../../src/channel/buffers.js';
import { FALSY } from '../support/falsy.js';
import { QUEUES } from '../support/kinds.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('collect', () => {
  test.each(QUEUES)('gives all values of %s until it is closed', async (_kind, { make }) => {
    const ch = new Chan<number>(make());
    const all = ch.collect();
    for (let n = 0; n < 10; n++) expect(await ch.put(n)).toBe(true);
    ch.close();
    expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each(QUEUES)(
    'with a number gives at most so many of %s, and leaves the rest',
    async (_kind, { make }) => {
      const ch = new Chan<number>(make()).add(1, 2, 3, 4);
      expect(await ch.collect(2)).toEqual([1, 2]);
      expect(await ch.collect(0)).toEqual([]);
      expect(await ch.collect(1)).toEqual([3]);
      expect(ch.closed).toBe(false);
      ch.close();
      expect(await ch.collect(5)).toEqual([4]);
      expect(await ch.collect(5)).toEqual([]);
    },
  );

  test('waits for values that are put later', async () => {
    const ch = new Chan<number>();
    const outcome = follow(ch.collect(3));
    ch.add(1, 2);
    await turns();
    expect(outcome()).toEqual([pending]);
    ch.add(3, 4);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 2, 3])]);
    expect(ch.tryGet()).toBe(4);
  });

  test('of none takes nothing, also from a channel that is closed', async () => {
    expect(await new Chan<number>(1).add(1).collect(0)).toEqual([]);
    expect(await new Chan<number>().close('cause').collect(0)).toEqual([]);
  });

  test('gives falsy values and null like any other', async () => {
    const ch = new Chan<Value>(FALSY.length).add(...(FALSY as never[])).close();
    expect(await ch.collect()).toEqual(FALSY);
  });

  test('rejects with the cause, unless it has enough before', async () => {
    const ch = new Chan<number>(3).add(1, 2, 3).close(0);
    expect(await ch.collect(2)).toEqual([1, 2]);
    await expect(ch.collect()).rejects.toBe(0);
  });

  test('of a promise channel gives its one value, however many are asked for', async () => {
    const ch = new Chan<number>(promise());
    const early = ch.collect();
    ch.add(1, 2);
    expect(await early).toEqual([1]);
    expect(await ch.collect(5)).toEqual([1]);
    expect(await ch.collect(0)).toEqual([]);
    expect(await ch.close().collect()).toEqual([1]);
  });

  test('takes a bad number for a RangeError, and nothing from the channel', async () => {
    const ch = new Chan<number>(1).add(1);
    for (const n of [-1, 1.5, Number.NaN, -Infinity, '2', null]) {
      await expect(ch.collect(n as number)).rejects.toThrow(RangeError);
    }
    expect(await ch.collect(1)).toEqual([1]);
  });

  test('of many values lets none get lost or out of order', async () => {
    const most = 100_000;
    const ch = new Chan<number>(64);
    const producer = (async () => {
      for (let n = 0; n < most; n++) await ch.put(n);
      ch.close();
    })();
    const all = await ch.collect();
    await producer;
    expect(all).toHaveLength(most);
    expect(all.every((n, i) => n === i)).toBe(true);
  });
});
