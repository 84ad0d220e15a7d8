import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, select, selectThen, timeout } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

describe('a timeout', () => {
  beforeEach(stopTime);
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('closes itself after its time, and not before', async () => {
    const late = timeout(100);
    const got = late.get();
    await pass(99);
    expect([await isPending(got), late.closed, late.drained]).toEqual([true, false, false]);
    await pass(1);
    expect(await got).toBeUndefined();
    expect([late.closed, late.drained]).toEqual([true, true]);
  });

  test('counts from when it was made, not from when it is first asked', async () => {
    const late = timeout(100);
    await pass(60);
    const got = late.get();
    await pass(39);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    expect(await got).toBeUndefined();
  });

  test('is closed when its time has come though nobody waited', async () => {
    const late = timeout(100);
    expect(vi.getTimerCount()).toBe(0);
    await pass(100);
    expect([late.closed, late.drained, late.stats().state]).toEqual([true, true, 'closed']);
    expect(late.tryGet()).toBeUndefined();
    expect(await late.get()).toBeUndefined();
    await late.join();
    expect(await select({ late })).toEqual({ key: 'late', value: undefined });
  });

  test('gives a select its limit', async () => {
    const quiet = new Chan<string>();
    const selected = select({ quiet, late: timeout(50) });
    await pass(50);
    expect(await selected).toEqual({ key: 'late', value: undefined });
    expect(quiet.stats().waitingGets).toBe(0);
  });

  test('that lost its select leaves no timer', async () => {
    const a = new Chan<number>();
    const late = timeout(50);
    const selected = select({ a, late });
    expect(vi.getTimerCount()).toBe(1);
    a.tryPut(1);
    expect(vi.getTimerCount()).toBe(0);
    expect((await selected).key).toBe('a');
    expect(late.stats().waitingGets).toBe(0);
  });

  test('that loses 10,000 selects leaves no timer', async () => {
    const [a, late] = [new Chan<number>(), timeout(50)];
    for (let i = 0; i < 10_000; i++) {
      const selected = select({ a, late });
      a.tryPut(i);
      await selected;
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose get was aborted leaves no timer', async () => {
    const controller = new AbortController();
    const got = rejection(timeout(50).get({ signal: controller.signal }));
    controller.abort('why');
    expect(await got).toEqual({ reason: 'why' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('wakes all who wait for it', async () => {
    const late = timeout(50);
    const all = [late.get(), late.get(), late.join(), late.collect(), select([late])];
    expect(late.stats()).toMatchObject({ waitingGets: 5, state: 'gets-waiting' });
    await pass(50);
    expect(await Promise.all(all)).toMatchObject([undefined, undefined, undefined, [], { value: undefined }]);
  });

  test('is joined no more when the signal of that join is aborted', async () => {
    const [late, controller] = [timeout(50), new AbortController()];
    const joined = rejection(late.join({ signal: controller.signal }));
    controller.abort('why');
    expect(await joined).toEqual({ reason: 'why' });
    expect(await rejection(late.join({ signal: controller.signal }))).toEqual({ reason: 'why' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('goes on being joined when its last get is given up', async () => {
    const [late, controller] = [timeout(50), new AbortController()];
    const joined = late.join();
    const got = rejection(late.get({ signal: controller.signal }));
    controller.abort('why');
    await got;
    expect(vi.getTimerCount()).toBe(1);
    await pass(50);
    await joined;
  });

  test('closes when it is cancelled, and leaves no timer', async () => {
    const late = timeout(50);
    const all = [late.get(), late.join()];
    late.cancel();
    expect(await Promise.all(all)).toEqual([undefined, undefined]);
    expect([late.closed, vi.getTimerCount()]).toEqual([true, 0]);
  });

  test('of several, each closes at its own time, in order, those of one time in the order they were asked', async () => {
    const closed: string[] = [];
    for (const [name, ms] of Object.entries({ c: 30, a: 10, b: 20, d: 30, e: 10 })) {
      selectThen([timeout(ms)], () => closed.push(name));
    }
    await pass(20);
    expect(closed.join('')).toBe('aeb');
    await pass(10);
    expect(closed.join('')).toBe('aebcd');
  });

  test('that become due together all close, in the order of their times', async () => {
    const closed: number[] = [];
    for (const ms of [5, 3, 9, 1, 7, 2, 8, 4, 6]) selectThen([timeout(ms)], () => closed.push(ms));
    await pass(100);
    expect(closed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('of 0 and below 0 is due at once', async () => {
    for (const ms of [0, -1, -Infinity, -0]) {
      const late = timeout(ms);
      expect([late.closed, await late.get()]).toEqual([true, undefined]);
    }
  });

  test('of Infinity never closes', async () => {
    const never = timeout(Infinity);
    const controller = new AbortController();
    const got = rejection(never.get({ signal: controller.signal }));
    await pass(2 ** 40);
    expect([await isPending(got), never.closed]).toEqual([true, false]);
    controller.abort();
    await got;
  });

  test('longer than the timers of the platform can be is not early either', async () => {
    const ms = 2 ** 31 + 1000;
    const got = timeout(ms).get();
    await pass(ms - 1);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    expect(await got).toBeUndefined();
  });

  test('is not early though the timers of the platform are', async () => {
    const late = timeout(100);
    const exact = setTimeout;
    vi.stubGlobal('setTimeout', (then: () => void, ms: number) => exact(then, ms / 2));
    try {
      const got = late.get();
      await pass(99);
      expect(await isPending(got)).toBe(true);
      await pass(2);
      expect(await got).toBeUndefined();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('of a fraction of a millisecond is not early', async () => {
    const late = timeout(10.5);
    const got = late.get();
    await pass(10);
    expect([await isPending(got), late.closed]).toEqual([true, false]);
    await pass(1);
    expect(await got).toBeUndefined();
  });

  test.each([[Number.NaN], ['5'], [undefined], [null], [5n], [{}]])('of %o is a TypeError', (bad) => {
    expect(() => timeout(bad as never)).toThrow(TypeError);
  });
});

test('a timeout in real time is never early, and no timer of it is left afterwards', async () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const began = performance.now();
  await timeout(20).get();
  expect(performance.now() - began).toBeGreaterThanOrEqual(20);
  const a = new Chan<number>();
  set.mockClear();
  const selected = select({ a, late: timeout(60_000) });
  expect(set).toHaveBeenCalledTimes(1);
  a.tryPut(1);
  await selected;
  await turns();
  expect(cleared).toHaveBeenCalledWith(set.mock.results[0]?.value);
  vi.restoreAllMocks();
});
