import { describe, expect, test } from 'vitest';
import { Chan, from, fromRange, type ReadChan, unbounded } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { Calls, settled, sorted } from '../support/calls.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';

const tens = (n: number): number => Math.floor(n / 10);
const fail = (error: unknown): never => {
  throw error;
};

test('asyncPipe with a key gives the results in the order of the values', async () => {
  const calls = new Calls();
  const all = from([10, 11, 20]).asyncPipe(3, calls.f, { key: tens }).collect();
  for (const n of [20, 10, 11]) {
    await settled();
    calls.resolve(n, n);
  }
  expect(await all).toEqual([10, 11, 20]);
});

test('asyncPipeUnordered with a key gives those of one key in the order of its values', async () => {
  const calls = new Calls();
  const all = from([10, 11, 20, 12]).asyncPipeUnordered(3, calls.f, { key: tens }).collect();
  for (const n of [20, 10, 11, 12]) {
    await settled();
    calls.resolve(n, n);
  }
  expect(await all).toEqual([20, 10, 11, 12]);
});

test('asyncPipe still makes the calls of the values before a failure that wait for their key', async () => {
  const calls = new Calls();
  const ch = from([10, 11, 20, 12, 21]).asyncPipe(3, calls.f, { key: tens });
  const got = [ch.get(), ch.get()];
  const end = rejection(ch.get());
  await settled();
  calls.reject(20, 'lost');
  await settled();
  calls.resolve(10, 10);
  await settled();
  calls.resolve(11, 11);
  expect(await Promise.all(got)).toEqual([10, 11]);
  expect(await end).toEqual({ reason: 'lost' });
  await settled();
  expect(calls.values).toEqual([10, 20, 11]);
});

test('asyncPipeUnordered makes no more calls at all after a failure, though nobody has read that', async () => {
  const calls = new Calls();
  const ch = from([10, 11, 20]).asyncPipeUnordered(3, calls.f, { key: tens });
  const controller = new AbortController();
  const got = ch.get({ signal: controller.signal });
  await settled();
  controller.abort('why');
  await expect(got).rejects.toBe('why');
  expect(calls.inFlight).toEqual([10, 20]);
  calls.reject(20, 'lost');
  await settled();
  calls.resolve(10, 10);
  await settled();
  expect(calls.values).toEqual([10, 20]);
  expect(await rejection(ch.get())).toEqual({ reason: 'lost' });
});

describe.each(['asyncPipe', 'asyncPipeUnordered'] as const)('%s with a key', (kind) => {
  test('calls for values of one key one after the other, and for different keys side by side', async () => {
    const calls = new Calls();
    const all = from([10, 11, 20, 12, 21])[kind](3, calls.f, { key: tens }).collect();
    await settled();
    expect(calls.inFlight).toEqual([10, 20]);
    calls.resolve(10, 10);
    await settled();
    expect(calls.inFlight).toEqual([20, 11]);
    calls.resolve(20, 20);
    await settled();
    expect(calls.inFlight).toEqual([11, 21]);
    calls.resolve(21, 21);
    calls.resolve(11, 11);
    await settled();
    expect(calls.inFlight).toEqual([12]);
    calls.resolve(12, 12);
    expect(sorted(await all)).toEqual([10, 11, 12, 20, 21]);
  });

  test('has never more than n calls in flight, and never two of one key', async () => {
    const calls = new Calls();
    const ch = fromRange(40)[kind](3, calls.f, { key: (n) => n % 5 });
    const all = ch.collect();
    for (let i = 0; i < 40; i++) {
      await settled();
      const keys = calls.inFlight.map((n) => n % 5);
      expect(new Set(keys).size).toBe(keys.length);
      calls.resolve(calls.inFlight[0] ?? -1, i);
    }
    expect(await all).toHaveLength(40);
    expect(calls.most).toBe(3);
  });

  test('takes at most 2n values, though all wait for one key', async () => {
    const calls = new Calls();
    const source = new Chan<number>(unbounded()).add(...numbers(10));
    const ch = source[kind](2, calls.f, { key: () => 'same' });
    const all = ch.collect();
    await settled();
    expect(calls.inFlight).toEqual([0]);
    expect(source.stats().gets).toBe(4);
    source.close();
    for (const n of numbers(10)) {
      expect(calls.inFlight).toEqual([n]);
      calls.resolve(n, n);
      await settled();
    }
    expect(await all).toEqual(numbers(10));
  });

  test('tells keys apart as a Map does, and undefined is one', async () => {
    const keys = [Number.NaN, Number.NaN, undefined, undefined, 0, -0, '0', null];
    const calls = new Calls();
    const ch = fromRange(8)[kind](8, calls.f, { key: (n) => keys[n] });
    const all = ch.collect();
    await settled();
    expect(calls.inFlight).toEqual([0, 2, 4, 6, 7]);
    for (const n of [0, 2, 4, 6, 7]) calls.resolve(n, n);
    await settled();
    expect(calls.inFlight).toEqual([1, 3, 5]);
    for (const n of [1, 3, 5]) calls.resolve(n, n);
    expect(await all).toHaveLength(8);
  });

  test('values keep their order though the key function looks for a result', async () => {
    const called: number[] = [];
    const source = new Chan<number>(2);
    const f = async (n: number): Promise<number> => (called.push(n), n);
    const ch: ReadChan<number> = source[kind](2, f, {
      key: (n) => {
        if (n === 1) source.add(2);
        ch.tryGet();
        return 'same';
      },
    });
    expect(ch.tryGet()).toBeUndefined();
    // Nobody waits for a result while it reads ahead.
    source.add(1);
    await settled();
    expect(called).toEqual([1, 2]);
  });

  test('is asked for the key of each value once, in order', async () => {
    const seen: number[] = [];
    const key = (n: number): number => seen.push(n);
    const ch = fromRange(6)[kind](2, async (n) => n, { key });
    await ch.collect();
    expect(seen).toEqual(numbers(6));
  });

  test('a key is free again for a value that comes when no other of it is left', async () => {
    const source = new Chan<number>();
    const ch = source[kind](2, async (n) => n, { key: () => 'same' });
    for (const n of numbers(3)) {
      const got = ch.get();
      expect(await source.put(n)).toBe(true);
      expect(await got).toBe(n);
    }
  });

  test('a function that does not wait never makes one of its key wait', async () => {
    const ch = fromRange(6)[kind](2, (n) => n, { key: () => 'same' });
    expect(await ch.collect()).toEqual(numbers(6));
  });

  test('the next of a key is called only when onError is done with the one before', async () => {
    const calls = new Calls();
    let done: (n: number) => void = () => {};
    const onError = (): Promise<number> => new Promise((resolve) => (done = resolve));
    const ch = fromRange(2)[kind](2, calls.f, { key: () => 'same', onError });
    const all = ch.collect();
    await settled();
    calls.reject(0, 'bad');
    await settled();
    expect(calls.values).toEqual([0]);
    done(7);
    await settled();
    calls.resolve(1, 8);
    expect(await all).toEqual([7, 8]);
  });

  test('a key function that throws fails it, after what came before, without a call', async () => {
    const called: number[] = [];
    const ch = fromRange(9)[kind](1, (n) => (called.push(n), n), { key: (n) => (n === 2 ? fail(null) : n) });
    expect([await ch.get(), await ch.get()]).toEqual([0, 1]);
    expect(await rejection(ch.get())).toEqual({ reason: null });
    expect(called).toEqual([0, 1]);
  });

  test('cancelled, calls none of the values that wait for their key', async () => {
    const calls = new Calls();
    const source = new Chan<number>(unbounded()).add(...numbers(10));
    const ch = source[kind](2, calls.f, { key: () => 'same' });
    const got = ch.get();
    await settled();
    ch.cancel('enough');
    expect(await got).toBeUndefined();
    expect(calls.signals[0]).toMatchObject({ aborted: true, reason: 'enough' });
    calls.resolve(0, 0);
    await settled();
    expect(calls.values).toEqual([0]);
    expect(source.stats()).toMatchObject({ waitingGets: 0, gets: 4 });
  });

  test('failed, calls none of the values after that which wait for their key', async () => {
    const calls = new Calls();
    const ch = fromRange(9)[kind](2, calls.f, { key: () => 'same' });
    const end = rejection(ch.get());
    await settled();
    calls.reject(0, 'lost');
    expect(await end).toEqual({ reason: 'lost' });
    await settled();
    expect(calls.values).toEqual([0]);
  });

  test('a key function may cancel the channel: the function is not called for that value', async () => {
    const called: number[] = [];
    const ch: ReadChan<number> = fromRange()[kind](2, (n) => (called.push(n), n), {
      key: (n) => {
        if (n === 1) ch.cancel();
        return n;
      },
    });
    expect(await ch.collect()).toEqual([]);
    await settled();
    expect(called).toEqual([0]);
  });

  test('an endless source of one key lets timers through', async () => {
    const ch = fromRange()[kind](4, async (n) => n, { key: () => 'same' });
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
    ch.cancel();
    expect(await isPending(ch.get())).toBe(false);
  });
});
