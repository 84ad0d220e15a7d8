import { describe, expect, test } from 'vitest';
import { Chan, ChanOverflowError, from, fromRange, promise, select, unbounded } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { Calls, settled, sorted } from '../support/calls.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

const many = (): Chan<number> => new Chan<number>(unbounded()).add(...numbers(20));

test('asyncPipe gives the results in the order of the values, however the calls end', async () => {
  const calls = new Calls();
  const all = fromRange(3).asyncPipe(3, calls.f).collect();
  await settled();
  for (const n of [2, 0, 1]) calls.resolve(n, n * 10);
  expect(await all).toEqual([0, 10, 20]);
});

test('asyncPipeUnordered gives each result as soon as it is there', async () => {
  const calls = new Calls();
  const ch = fromRange(3).asyncPipeUnordered(3, calls.f);
  const got = ch.get();
  await settled();
  for (const n of [2, 0]) {
    calls.resolve(n, n * 10);
    await settled();
  }
  expect([await got, await ch.get()]).toEqual([20, 0]);
  calls.resolve(1, 10);
  expect(await ch.collect()).toEqual([10]);
});

test('asyncPipe holds up at most 2n values behind a slow call, however long it takes', async () => {
  const calls = new Calls();
  const source = many();
  const ch = source.asyncPipe(3, calls.f);
  const got = ch.get();
  for (let round = 0; round < 20; round++) {
    for (const n of calls.inFlight) if (n !== 0) calls.resolve(n, n);
    await settled();
  }
  expect(calls.values).toEqual(numbers(6));
  expect(source.stats().gets).toBe(6);
  calls.resolve(0, 0);
  expect(await got).toBe(0);
  await settled();
  expect(calls.values).toHaveLength(7);
});

test('asyncPipeUnordered does not wait for a slow call, and holds at most 2n values for a slow reader', async () => {
  const calls = new Calls();
  const source = many();
  const ch = source.asyncPipeUnordered(3, calls.f);
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      for (const n of calls.inFlight) if (n !== 0) calls.resolve(n, n);
      await settled();
    }
  };
  expect(ch.tryGet()).toBeUndefined();
  await settle();
  expect(source.stats().gets).toBe(6);
  expect(await ch.collect(5)).toHaveLength(5);
  await settle();
  expect(source.stats().gets).toBe(11);
});

describe.each(['asyncPipe', 'asyncPipeUnordered'] as const)('%s', (kind) => {
  test('gives what the function makes of each value, and then ends', async () => {
    const ch = fromRange(5)[kind](2, async (n) => n * n);
    expect(sorted(await ch.collect())).toEqual([0, 1, 4, 9, 16]);
    expect(ch.drained).toBe(true);
    const plain = fromRange(3)[kind](1, (n) => n);
    expect(await plain.collect()).toEqual([0, 1, 2]);
    const once = new Chan<number>(promise()).add(7)[kind](2, (n) => n);
    expect(await once.collect()).toEqual([7]);
  });

  test('ends with an empty source, without a call', async () => {
    const calls = new Calls();
    expect(await fromRange(0)[kind](2, calls.f).get()).toBeUndefined();
    expect(calls.values).toEqual([]);
  });

  test('leaves out what the function returns undefined for, and nothing else', async () => {
    const falsy = [0, '', false, null];
    const results = [undefined, ...falsy, undefined];
    const plain = fromRange(6)[kind](1, (i) => results[i]);
    expect(await plain.collect()).toEqual(falsy);
    const later = fromRange(6)[kind](1, async (i) => results[i]);
    expect(await later.collect()).toEqual(falsy);
  });

  test('takes nothing and calls nothing before somebody asks', async () => {
    const calls = new Calls();
    const source = many();
    source[kind](2, calls.f);
    await settled();
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
    expect(calls.values).toEqual([]);
  });

  test('has never more than n calls in flight, and as many if it can', async () => {
    const calls = new Calls();
    const all = fromRange(20)[kind](3, calls.f).collect();
    await settled();
    for (const n of numbers(20)) {
      expect(calls.inFlight).toHaveLength(Math.min(3, 20 - n));
      calls.resolve(n, n);
      await settled();
    }
    expect(await all).toHaveLength(20);
    expect(calls.most).toBe(3);
  });

  test('goes on with its calls when whoever asked has gone: no result is lost', async () => {
    const calls = new Calls();
    const ch = fromRange(3)[kind](2, calls.f);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    await settled();
    controller.abort('why');
    await expect(got).rejects.toBe('why');
    expect(await select({ ch, other: from(['x']) })).toEqual({ key: 'other', value: 'x' });
    expect(calls.signals.map((signal) => signal.aborted)).toEqual([false, false]);
    for (const n of numbers(3)) {
      calls.resolve(n, n);
      await settled();
    }
    expect(await ch.collect()).toEqual([0, 1, 2]);
  });

  test('goes on taking, as far as its limits allow, from a source that never waits', async () => {
    const calls = new Calls();
    const ch = fromRange()[kind](20_000, calls.f);
    expect(ch.tryGet()).toBeUndefined();
    // Far more turns of the event loop than that takes.
    for (let i = 0; i < 1000 && calls.values.length < 20_000; i++) await turns(1);
    expect(calls.values.length).toBe(20_000);
  });

  test('readers that share it are served in the order in which they asked', async () => {
    const source = new Chan<number>();
    const ch = source[kind](1, async (n) => n);
    const got = [ch.get(), ch.get(), ch.get()];
    source.add(1, 2, 3);
    expect(await Promise.all(got)).toEqual([1, 2, 3]);
  });

  test('a source where no more gets may wait fails it', async () => {
    const source = new Chan<number>(0, { maxPending: 0 });
    await expect(source[kind](2, (n) => n).get()).rejects.toThrow(ChanOverflowError);
  });

  test.each([
    ['at once', (n: number): number => n],
    ['later', async (n: number): Promise<number> => n],
  ])('an endless source lets timers through while results that are there %s are read', async (_, f) => {
    const ch = fromRange()[kind](4, f);
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
    ch.cancel();
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity, '2'])('throws a RangeError for n = %s', (n) => {
    expect(() => fromRange(1)[kind](n as number, (v) => v)).toThrow(RangeError);
  });

  test('throws a TypeError for what should be a function and is none', () => {
    const f = (n: number): number => n;
    for (const bad of [null, {}, 'f'] as never[]) {
      expect(() => fromRange(1)[kind](1, bad)).toThrow(TypeError);
      expect(() => fromRange(1)[kind](1, f, { onError: bad })).toThrow(TypeError);
      expect(() => fromRange(1)[kind](1, f, { key: bad })).toThrow(TypeError);
    }
  });
});
