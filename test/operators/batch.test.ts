import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, fromIter, fromRange, select } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('batch', () => {
  beforeEach(() => stopTime());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('gives arrays of size values, the last perhaps shorter', async () => {
    expect(await fromRange(5).batch({ size: 2 }).collect()).toEqual([[0, 1], [2, 3], [4]]);
    expect(await fromRange(4).batch({ size: 2, ms: 100 }).collect()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await fromRange(2).batch({ size: 1 }).collect()).toEqual([[0], [1]]);
  });

  test('gives what came within ms of the first, not of the last', async () => {
    const source = new Chan<number>();
    const got = source.batch({ ms: 100 }).get();
    await pass(500);
    source.tryPut(1);
    await pass(60);
    source.tryPut(2);
    await pass(39);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    expect(await got).toEqual([1, 2]);
  });

  test('gives a full one at once, and the time of the next begins with its own first', async () => {
    const source = new Chan<number>();
    const ch = source.batch({ size: 2, ms: 100 });
    const outcome = follow(ch.get(), ch.get());
    source.tryPut(1);
    await pass(90);
    source.tryPut(2);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 2]), pending]);
    await pass(90);
    source.tryPut(3);
    await pass(99);
    expect(outcome()).toEqual([fulfilled([1, 2]), pending]);
    await pass(1);
    expect(outcome()).toEqual([fulfilled([1, 2]), fulfilled([3])]);
  });

  test('never gives an empty one', async () => {
    const source = new Chan<number>();
    const got = source.batch({ size: 2, ms: 100 }).get();
    await pass(1000);
    expect(await isPending(got)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    source.close();
    expect(await got).toBeUndefined();
  });

  test('of Infinity ms, or of a size alone, sets no timer', async () => {
    for (const limits of [{ size: 3 }, { size: 3, ms: Infinity }]) {
      const source = new Chan<number>();
      const got = source.batch(limits).get();
      source.tryPut(1);
      await pass(1_000_000);
      expect([vi.getTimerCount(), await isPending(got)]).toEqual([0, true]);
      source.close();
      expect(await got).toEqual([1]);
    }
  });

  test('with no time at all gives values one by one', async () => {
    expect(await fromRange(2).batch({ ms: 0 }).collect()).toEqual([[0], [1]]);
    expect(await fromRange(2).batch({ ms: -5 }).collect()).toEqual([[0], [1]]);
  });

  test('gives what it has when the source ends, or fails, and only then the failure', async () => {
    const source = new Chan<number>();
    const ch = source.batch({ size: 3, ms: 100 });
    const got = ch.get();
    source.tryPut(1);
    source.close(0);
    expect(await got).toEqual([1]);
    expect(await rejection(ch.get())).toEqual({ reason: 0 });
  });

  test('reads no more than size values for one who asks', async () => {
    let read = 0;
    function* counted(): Generator<number> {
      for (;;) yield read++;
    }
    const ch = fromIter(counted()).batch({ size: 3 });
    expect(read).toBe(0);
    expect(await ch.get()).toEqual([0, 1, 2]);
    await turns();
    expect(read).toBe(3);
  });

  test('keeps what it has when who asked has given up, and fills it up for the next', async () => {
    const source = new Chan<number>();
    const ch = source.batch({ size: 3 });
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    for (const n of [1, 2]) {
      expect(source.tryPut(n)).toBe(true);
      await turns();
    }
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect(source.tryPut(3)).toBeUndefined();
    const again = ch.get();
    expect(source.tryPut(3)).toBe(true);
    expect(await again).toEqual([1, 2, 3]);
  });

  test('gives what it kept past its time at once, and what came later in the next', async () => {
    const source = new Chan<number>(1);
    const other = new Chan<number>();
    const ch = source.batch({ size: 3, ms: 100 });
    const selected = select({ ch, other });
    source.tryPut(1);
    other.tryPut(0);
    await selected;
    source.tryPut(2);
    await pass(100);
    expect(ch.tryGet()).toEqual([1]);
    const got = ch.get();
    await pass(100);
    expect(await got).toEqual([2]);
  });

  test('looking takes what is there, and gives it when it is full', async () => {
    const source = new Chan<number>(4).add(1);
    const ch = source.batch({ size: 2, ms: 100 });
    expect(ch.tryGet()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
    source.add(2, 3);
    expect(ch.tryGet()).toEqual([1, 2]);
    expect(source.stats().buffered).toBe(1);
  });

  test('gives each its own array', async () => {
    const ch = fromRange(4).batch({ size: 2 });
    const first = (await ch.get()) ?? [];
    first.push(9);
    expect(await ch.get()).toEqual([2, 3]);
  });

  test('carries null and other falsy values', async () => {
    const values = [null, 0, '', false];
    expect(await fromIter(values).batch({ size: 4 }).collect()).toEqual([values]);
  });

  test.each([[0], [-1], [1.5], [Number.NaN], ['2'], [null]])('of the size %o is a RangeError', (size) => {
    expect(() => fromRange(1).batch({ size: size as never })).toThrow(RangeError);
    expect(() => fromRange(1).batch({ size: size as never, ms: 5 })).toThrow(RangeError);
  });

  test.each([[Number.NaN], ['5'], [null], [{}]])('of %o ms is a TypeError', (ms) => {
    expect(() => fromRange(1).batch({ ms: ms as never })).toThrow(TypeError);
    expect(() => fromRange(1).batch({ size: 2, ms: ms as never })).toThrow(TypeError);
  });

  test.each([[{}], [{ size: undefined, ms: undefined }], [{ ms: Infinity }], [undefined], [null]])(
    'with no limit at all, %o, is a TypeError',
    (limits) => {
      expect(() => fromRange(1).batch(limits as never)).toThrow(TypeError);
    },
  );
});
