import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import type { Value } from '../../src/channel/protocol.js';
import type { ChanBuffer } from '../../src/channel/buffer.js';
import { dropping, fixed, promise, sliding, unbounded, weighted } from '../../src/channel/buffers.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

const weight = (n: number): number => n;
const BAD_SIZES = [-1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53, '3', null, undefined, {}, 3n];

describe('a bad size is a RangeError', () => {
  test('of a fixed buffer', () => {
    for (const n of BAD_SIZES) expect(() => fixed(n as number)).toThrow(RangeError);
    expect(fixed(0).capacity).toBe(0);
  });

  test('of a sliding or dropping buffer, of which 0 is one too', () => {
    for (const n of [0, ...BAD_SIZES]) {
      expect(() => sliding(n as number)).toThrow(RangeError);
      expect(() => dropping(n as number)).toThrow(RangeError);
    }
  });

  test('of a weighted buffer, whose budget need not be an integer', () => {
    for (const budget of [0, -1, Number.NaN, -Infinity, '3', null, undefined, {}]) {
      expect(() => weighted(budget as number, weight)).toThrow(RangeError);
    }
    expect(weighted(0.5, weight).capacity).toBe(0.5);
    expect(weighted(Infinity, weight).capacity).toBe(Infinity);
  });
});

test('a bad option is a TypeError', () => {
  for (const bad of [null, 1, 'drop', {}]) {
    expect(() => sliding(1, { onDrop: bad as never })).toThrow(TypeError);
    expect(() => dropping(1, { onDrop: bad as never })).toThrow(TypeError);
    expect(() => weighted(1, bad as never)).toThrow(TypeError);
  }
  expect(() => weighted(1, undefined as never)).toThrow(TypeError);
  expect(sliding(1, {}).capacity).toBe(1);
  expect(dropping(1, { onDrop: undefined }).capacity).toBe(1);
});

test('a buffer belongs to one channel: a second one is a TypeError', () => {
  const buffers: ChanBuffer<number>[] = [
    fixed(1),
    fixed(0),
    sliding(1),
    dropping(1),
    promise(),
    unbounded(),
    weighted(1, weight),
  ];
  for (const buffer of buffers) {
    expect(new Chan(buffer).add(1).closed).toBe(false);
    expect(() => new Chan(buffer)).toThrow(TypeError);
  }
});

describe('a sliding buffer', () => {
  test('drops the oldest, and tells onDrop once for each', () => {
    const dropped: number[] = [];
    const ch = new Chan<number>(sliding(2, { onDrop: (value) => void dropped.push(value) })).add(
      1,
      2,
      3,
      4,
      5,
    );
    expect(dropped).toEqual([1, 2, 3]);
    expect([ch.tryGet(), ch.tryGet(), ch.tryGet()]).toEqual([4, 5, undefined]);
  });

  test('does not drop what a get waits for', async () => {
    const dropped: number[] = [];
    const ch = new Chan<number>(sliding(1, { onDrop: (value) => void dropped.push(value) }));
    const gets = [ch.get(), ch.get()];
    ch.add(1, 2, 3);
    expect(await Promise.all(gets)).toEqual([1, 2]);
    expect(dropped).toEqual([]);
  });
});

describe('a dropping buffer', () => {
  test('drops the newest, and tells onDrop once for each', () => {
    const dropped: number[] = [];
    const ch = new Chan<number>(dropping(2, { onDrop: (value) => void dropped.push(value) })).add(
      1,
      2,
      3,
      4,
      5,
    );
    expect(dropped).toEqual([3, 4, 5]);
    expect([ch.tryGet(), ch.tryGet(), ch.tryGet()]).toEqual([1, 2, undefined]);
  });

  test('accepts again once a get has made room', () => {
    const ch = new Chan<number>(dropping(1)).add(1, 2);
    expect(ch.tryGet()).toBe(1);
    ch.add(3, 4);
    expect(ch.tryGet()).toBe(3);
  });
});

test('falsy values and null are told to onDrop like any other', () => {
  const dropped: unknown[] = [];
  const onDrop = (value: unknown): void => void dropped.push(value);
  new Chan<Value>(sliding(1, { onDrop })).add(0, '', false, null, 1);
  expect(dropped).toEqual([0, '', false, null]);
  new Chan<Value>(dropping(1, { onDrop })).add(1, 0, '', false, null);
  expect(dropped).toEqual([0, '', false, null, 0, '', false, null]);
});

test('an unbounded buffer holds 100,000 values and gives them back in order', async () => {
  const most = 100_000;
  const ch = new Chan<number>(unbounded());
  expect(numbers(most).every((n) => ch.tryPut(n))).toBe(true);
  expect(ch.stats()).toMatchObject({ buffered: most, waitingPuts: 0, dropped: 0 });
  const all = await ch.close().collect();
  expect(all).toEqual(numbers(most));
});

describe('a weighted buffer', () => {
  test('makes puts wait while the weight it holds is at the budget', async () => {
    const ch = new Chan<number>(weighted(10, weight));
    expect([ch.tryPut(4), ch.tryPut(5), ch.tryPut(1)]).toEqual([true, true, true]);
    expect(ch.tryPut(1)).toBeUndefined();
    const outcome = follow(ch.put(3));
    await turns();
    expect(outcome()).toEqual([pending]);
    expect(await ch.get()).toBe(4);
    await turns();
    expect(outcome()).toEqual([fulfilled(true)]);
    expect(ch.stats()).toMatchObject({ buffered: 3, capacity: 10 });
  });

  test('accepts a value heavier than the whole budget while it holds less', () => {
    const ch = new Chan<number>(weighted(10, weight)).add(9);
    expect(ch.tryPut(1000)).toBe(true);
    expect(ch.tryPut(1)).toBeUndefined();
    expect([ch.tryGet(), ch.tryGet(), ch.tryPut(1)]).toEqual([9, 1000, true]);
  });

  test('accepts any number of values that weigh nothing', () => {
    const ch = new Chan<number>(weighted(1, () => 0));
    for (let n = 0; n < 100; n++) expect(ch.tryPut(n)).toBe(true);
    expect(ch.stats().buffered).toBe(100);
  });

  test('lets as many waiting puts in as there is room for, in order', async () => {
    const ch = new Chan<number>(weighted(10, weight)).add(10, 1, 2, 8, 3);
    expect(ch.stats()).toMatchObject({ buffered: 1, waitingPuts: 4 });
    expect(await ch.get()).toBe(10);
    expect(ch.stats()).toMatchObject({ buffered: 3, waitingPuts: 1 });
    expect(await ch.close().collect()).toEqual([1, 2, 8, 3]);
  });

  test('tells the waiting puts that it lets in at once in the order in which they were called', async () => {
    const ch = new Chan<number>(weighted(100, weight)).add(100);
    const order: number[] = [];
    const puts = numbers(20).map((n) => ch.put(1).then(() => order.push(n)));
    for (const n of numbers(20)) ch.putThen(1, () => order.push(20 + n));
    expect(ch.tryGet()).toBe(100);
    await Promise.all(puts);
    await turns();
    expect(order.filter((n) => n < 20)).toEqual(numbers(20));
    expect(order.filter((n) => n >= 20)).toEqual(numbers(20).map((n) => 20 + n));
  });

  test('weighs each value once', async () => {
    const weighed: number[] = [];
    const ch = new Chan<number>(weighted(2, (n) => weighed.push(n))).add(1, 2, 3);
    await ch.close().collect();
    expect(weighed).toEqual([1, 2, 3]);
  });

  test('rejects a put whose weight is bad with a RangeError, and stays whole', async () => {
    for (const bad of [-1, Number.NaN, -Infinity, '3', null, undefined, 3n]) {
      const ch = new Chan<number>(weighted(10, (n) => (n === 0 ? (bad as number) : n)));
      const seen: unknown[] = [];
      await expect(ch.put(0)).rejects.toThrow(RangeError);
      expect(() => ch.tryPut(0)).toThrow(RangeError);
      ch.putThen(0, (ok, error) => seen.push(ok, error));
      await turns();
      expect(seen).toEqual([false, expect.any(RangeError)]);
      expect(ch.stats()).toMatchObject({ puts: 0, buffered: 0, dropped: 0 });
      expect(await ch.add(10).close().collect()).toEqual([10]);
    }
  });

  test('rejects a put that waited when its weight turns out bad, and lets the next in', async () => {
    const ch = new Chan<number>(weighted(5, (n) => (n === 0 ? -1 : n))).add(5);
    const bad = follow(ch.put(0), ch.put(1));
    const seen: unknown[] = [];
    ch.putThen(0, (ok, error) => seen.push(ok, error));
    expect(await ch.get()).toBe(5);
    await turns();
    expect(bad()).toEqual([
      { state: 'rejected', reason: expect.any(RangeError) as unknown },
      fulfilled(true),
    ]);
    expect(seen).toEqual([false, expect.any(RangeError)]);
    expect(await ch.close().collect()).toEqual([1]);
  });

  test('rejects a put with what weigh throws', async () => {
    const ch = new Chan<number>(
      weighted(5, () => {
        throw 0;
      }),
    );
    await expect(ch.put(1)).rejects.toBe(0);
    expect(ch.stats().puts).toBe(0);
  });

  test('has its whole budget again once it is empty, whatever it held', () => {
    for (const heavy of [[Infinity], [1e308], [1e20, 1], [0.1, 0.2, 0.3]]) {
      const ch = new Chan<number>(weighted(1e21, weight));
      for (const n of heavy) expect(ch.tryPut(n)).toBe(true);
      for (const n of heavy) expect(ch.tryGet()).toBe(n);
      const fresh = new Chan<number>(weighted(1e21, weight));
      expect([ch.tryPut(1e21), ch.tryPut(1)]).toEqual([fresh.tryPut(1e21), fresh.tryPut(1)]);
    }
  });

  test('keeps its budget exactly after values whose weights do not add up exactly', () => {
    const ch = new Chan<number>(weighted(Number.MIN_VALUE, () => 0.1));
    const drain = new Chan<number>(weighted(1, (n) => n)).add(0.1, 0.2, 0.7);
    for (let i = 0; i < 3; i++) drain.tryGet();
    expect([drain.tryPut(1), drain.tryPut(1)]).toEqual([true, undefined]);
    for (let i = 0; i < 5; i++) {
      expect([ch.tryPut(1), ch.tryPut(1), ch.tryGet()]).toEqual([true, undefined, 1]);
    }
  });
});
