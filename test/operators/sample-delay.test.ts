import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, fromRange } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

beforeEach(() => stopTime());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('sample', () => {
  test('gives at every ms since it was made the latest value, if one came since', async () => {
    const source = new Chan<number>();
    const ch = source.sample(100);
    const outcome = follow(ch.get(), ch.get());
    await pass(130);
    source.tryPut(1);
    await pass(69);
    source.tryPut(2);
    expect(outcome()).toEqual([pending, pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled(2), pending]);
    await pass(300);
    // A value that comes exactly at one of its times is of the next.
    source.tryPut(3);
    await pass(99);
    expect(outcome()).toEqual([fulfilled(2), pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled(2), fulfilled(3)]);
  });

  test('counts its times from when it was made', async () => {
    await pass(250);
    const source = new Chan<number>();
    const outcome = follow(source.sample(100).get());
    await pass(20);
    source.tryPut(1);
    await pass(79);
    expect(outcome()).toEqual([pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled(1)]);
  });

  test('gives the last of all at once when the source ends', async () => {
    expect(await fromRange(3).sample(Infinity).collect()).toEqual([2]);
  });

  test('reads nothing between two gets', async () => {
    const source = new Chan<number>(2).add(1, 2, 3);
    const ch = source.sample(100);
    const got = ch.get();
    await turns();
    await pass(100);
    expect(await got).toBe(3);
    source.add(4, 5, 6);
    await pass(1000);
    expect(source.stats()).toMatchObject({ buffered: 2, waitingPuts: 1 });
  });

  test('sets no timer while there is nothing to give', () => {
    const source = new Chan<number>();
    const ch = source.sample(100);
    const outcome = follow(ch.get());
    expect([outcome(), vi.getTimerCount()]).toEqual([[pending], 0]);
    ch.cancel();
  });

  test.each([[0], [-1], [-Infinity]])('of %o is a RangeError', (bad) => {
    expect(() => fromRange(1).sample(bad)).toThrow(RangeError);
  });

  test.each([[Number.NaN], ['5'], [undefined], [null]])('of %o is a RangeError', (bad) => {
    expect(() => fromRange(1).sample(bad as never)).toThrow(RangeError);
  });
});

describe('delay', () => {
  test('gives each value exactly ms after it was read, in order', async () => {
    const source = new Chan<number>();
    const outcome = follow(source.delay(100).collect(2));
    source.tryPut(1);
    await pass(60);
    source.tryPut(2);
    source.close();
    await pass(99);
    expect(outcome()).toEqual([pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled([1, 2])]);
  });

  test('gives a value at its own time though later ones are not due', async () => {
    const source = new Chan<number>();
    const ch = source.delay(100);
    const outcome = follow(ch.get(), ch.get());
    source.tryPut(1);
    await pass(60);
    source.tryPut(2);
    await pass(40);
    expect(outcome()).toEqual([fulfilled(1), pending]);
    await pass(59);
    expect(outcome()).toEqual([fulfilled(1), pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled(1), fulfilled(2)]);
  });

  test('reads up to 1,024 values ahead while somebody waits, and no more', async () => {
    const source = new Chan<number>(2000).add(...numbers(2000));
    const ch = source.delay(100);
    const got = ch.get();
    await turns(50);
    await pass(99);
    expect(source.stats().buffered).toBe(2000 - 1024);
    await pass(1);
    expect(await got).toBe(0);
    ch.cancel();
    expect(source.stats().buffered).toBeGreaterThanOrEqual(2000 - 1025);
    expect(source.closed).toBe(false);
  });

  test('does not wait for another value while it holds 1,024', async () => {
    const source = new Chan<number>();
    const ch = source.delay(100);
    const got = ch.get();
    for (const n of numbers(1024)) expect(await source.put(n)).toBe(true);
    await turns();
    expect([source.stats().waitingGets, source.tryPut(1024)]).toEqual([0, undefined]);
    await pass(100);
    expect(await got).toBe(0);
    ch.cancel();
  });

  test('delays the end and the failure until the values before have been given', async () => {
    const ch = new Chan<number>(2).add(1, 2).close(0).delay(100);
    const outcome = follow(ch.get(), ch.get(), ch.get());
    await turns();
    await pass(99);
    expect(outcome()).toEqual([pending, pending, pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled(1), fulfilled(2), { state: 'rejected', reason: 0 }]);
  });

  test('of none or less gives values at once', async () => {
    expect(await fromRange(3).delay(0).collect()).toEqual([0, 1, 2]);
    expect(await fromRange(3).delay(-5).collect()).toEqual([0, 1, 2]);
  });

  test('of Infinity never gives one, and sets no timer', async () => {
    const ch = fromRange(1).delay(Infinity);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    ch.cancel();
    expect(await got).toBeUndefined();
  });
});

test.each([[Number.NaN], ['5'], [undefined], [null], [5n], [{}]])(
  'debounce, throttle and delay of %o are TypeErrors',
  (bad) => {
    const ch = fromRange(1);
    for (const name of ['debounce', 'throttle', 'delay'] as const) {
      expect(() => ch[name](bad as never)).toThrow(TypeError);
    }
  },
);
