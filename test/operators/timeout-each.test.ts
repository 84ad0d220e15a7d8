import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, TimeoutError, fromRange, select } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('timeoutEach', () => {
  beforeEach(() => stopTime());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('fails with a TimeoutError exactly when somebody has waited ms, for ever, and leaves the source open', async () => {
    const source = new Chan<number>();
    const ch = source.timeoutEach(100);
    const got = ch.get();
    await pass(99);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    await expect(got).rejects.toThrow(TimeoutError);
    await expect(ch.get()).rejects.toThrow('100 ms');
    expect([ch.closed, source.closed, source.stats().waitingGets]).toEqual([true, false, 0]);
  });

  test('gives a value that comes just in time, and begins again with the next', async () => {
    const source = new Chan<number>();
    const ch = source.timeoutEach(100);
    for (const n of [1, 2, 3]) {
      const got = ch.get();
      await pass(99);
      source.tryPut(n);
      expect(await got).toBe(n);
      await turns();
    }
    const last = ch.get();
    await pass(99);
    expect(await isPending(last)).toBe(true);
    await pass(1);
    await expect(last).rejects.toThrow(TimeoutError);
  });

  test('tells everybody who waits', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    const both = [ch.get(), ch.get()].map(rejection);
    await pass(100);
    for (const { reason } of await Promise.all(both)) expect(reason).toBeInstanceOf(TimeoutError);
  });

  test('the time of who goes on waiting begins again when a value came for another', async () => {
    const source = new Chan<number>();
    const ch = source.timeoutEach(100);
    const outcome = follow(ch.get(), ch.get());
    await pass(60);
    source.tryPut(1);
    await turns();
    await pass(99);
    expect(outcome()).toEqual([fulfilled(1), pending]);
    await pass(1);
    expect(outcome()).toMatchObject([fulfilled(1), { state: 'rejected' }]);
  });

  test('the time while nobody waits does not count', async () => {
    const source = new Chan<number>();
    const ch = source.timeoutEach(100);
    const controller = new AbortController();
    const aborted = ch.get({ signal: controller.signal });
    await pass(60);
    controller.abort('why');
    expect(await rejection(aborted)).toEqual({ reason: 'why' });
    expect(vi.getTimerCount()).toBe(0);
    await pass(1000);
    const got = ch.get();
    await pass(99);
    expect(await isPending(got)).toBe(true);
    source.tryPut(1);
    expect(await got).toBe(1);
  });

  test('a loop of selects that take other cases never times out', async () => {
    const other = new Chan<number>();
    const ch = new Chan<number>().timeoutEach(100);
    for (let n = 0; n < 3; n++) {
      const selected = select({ ch, other });
      await pass(99);
      other.tryPut(n);
      expect(await selected).toEqual({ key: 'other', value: n });
    }
  });

  test('a select rejects with the TimeoutError', async () => {
    const selected = select({ ch: new Chan<number>().timeoutEach(100), other: new Chan<number>() });
    const { reason } = await Promise.all([rejection(selected), pass(100)]).then(([first]) => first);
    expect(reason).toBeInstanceOf(TimeoutError);
  });

  test('looking never times out, and sets no timer', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    for (let n = 0; n < 3; n++) {
      expect(ch.tryGet()).toBeUndefined();
      await pass(100);
    }
    expect([vi.getTimerCount(), ch.closed]).toEqual([0, false]);
  });

  test('of a source that works for ever without a value times out too', async () => {
    const ch = fromRange()
      .filter(() => false)
      .timeoutEach(100);
    const got = rejection(ch.get());
    await turns();
    await pass(100);
    expect((await got).reason).toBeInstanceOf(TimeoutError);
  });

  test('gives what is there even with no time at all, and else fails at once', async () => {
    for (const ms of [0, -5]) {
      const source = new Chan<number>(1).add(1);
      const ch = source.timeoutEach(ms);
      expect(await ch.get()).toBe(1);
      await turns();
      const got = rejection(ch.get());
      await pass(0);
      expect((await got).reason).toBeInstanceOf(TimeoutError);
    }
  });

  test('of Infinity waits for ever, and sets no timer', async () => {
    const source = new Chan<number>();
    const got = source.timeoutEach(Infinity).get();
    await pass(1_000_000);
    expect(vi.getTimerCount()).toBe(0);
    source.tryPut(1);
    expect(await got).toBe(1);
  });

  test('reads one value for each that is asked for', async () => {
    const source = new Chan<number>(2).add(1, 2, 3);
    expect(await source.timeoutEach(100).get()).toBe(1);
    expect(source.stats()).toMatchObject({ gets: 1, waitingGets: 0 });
  });

  test('counts the time from when somebody began to wait where nobody did before', async () => {
    const source = new Chan<number>();
    const ch = source.timeoutEach(100);
    const controller = new AbortController();
    const first = rejection(ch.get({ signal: controller.signal }));
    await pass(60);
    const outcome = follow(ch.get());
    controller.abort('why');
    expect(await first).toEqual({ reason: 'why' });
    await pass(40);
    const early = outcome();
    ch.cancel();
    expect(early).toEqual([rejected(expect.any(TimeoutError))]);
  });

  test('does not count the time while somebody has only joined', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    const joined = ch.join();
    await pass(150);
    const outcome = follow(ch.get());
    await turns();
    const early = outcome();
    ch.cancel();
    await joined;
    expect(early).toEqual([pending]);
  });

  test('does not time out when who waited has given up, and somebody has joined', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    const joined = ch.join();
    const controller = new AbortController();
    const got = rejection(ch.get({ signal: controller.signal }));
    await pass(60);
    controller.abort('why');
    expect(await got).toEqual({ reason: 'why' });
    await pass(100);
    const { closed } = ch;
    ch.cancel();
    await joined;
    expect(closed).toBe(false);
  });

  test('gives no more time to who waits when a select comes to wait too', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    const outcome = follow(ch.get());
    await pass(60);
    const selected = rejection(select({ ch }));
    await pass(40);
    const early = outcome();
    ch.cancel();
    await selected.catch(() => {});
    expect(early).toEqual([rejected(expect.any(TimeoutError))]);
  });

  test('sets no timer for who has only joined', async () => {
    const ch = new Chan<number>().timeoutEach(100);
    const joined = ch.join();
    const timers = vi.getTimerCount();
    ch.cancel();
    await joined;
    expect(timers).toBe(0);
  });

  test.each([[Number.NaN], ['5'], [undefined], [null]])('of %o is a TypeError', (bad) => {
    expect(() => fromRange(1).timeoutEach(bad as never)).toThrow(TypeError);
  });
});
