import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromRange, select } from '../../src/index.js';

describe('fromRange', () => {
  test('with one argument counts from 0 up to it, not including it', async () => {
    expect(await fromRange(3).collect()).toEqual([0, 1, 2]);
  });

  test('with two arguments counts from the first up to the second', async () => {
    expect(await fromRange(2, 5).collect()).toEqual([2, 3, 4]);
    expect(await fromRange(-2, 1).collect()).toEqual([-2, -1, 0]);
  });

  test('with three arguments counts by the third, down too', async () => {
    expect(await fromRange(0, 10, 4).collect()).toEqual([0, 4, 8]);
    expect(await fromRange(10, 0, -4).collect()).toEqual([10, 6, 2]);
    expect(await fromRange(3, 0, -1).collect()).toEqual([3, 2, 1]);
  });

  test('without arguments has no end', async () => {
    const ch = fromRange();
    expect(await ch.collect(5)).toEqual([0, 1, 2, 3, 4]);
    expect(await ch.get()).toBe(5);
    expect(ch.closed).toBe(false);
  });

  test('may be endless from a start, in both directions', async () => {
    expect(await fromRange(5, Infinity, 2).collect(3)).toEqual([5, 7, 9]);
    expect(await fromRange(5, -Infinity, -2).collect(4)).toEqual([5, 3, 1, -1]);
  });

  test.each([[[0]], [[-3]], [[-Infinity]], [[5, 5]], [[5, 2]], [[2, 5, -1]], [[0, Infinity, -1]]])(
    'is empty for %j',
    async (args) => {
      expect(await fromRange(...(args as [number, number])).collect()).toEqual([]);
    },
  );

  test('an argument of undefined is one left out', async () => {
    expect(await fromRange(undefined).collect(2)).toEqual([0, 1]);
    expect(await fromRange(undefined as never, 2, undefined).collect()).toEqual([0, 1]);
  });

  test('counts by fractions without adding up their errors', async () => {
    const values = await fromRange(0, 1000, 0.1).collect();
    expect(values).toHaveLength(10_000);
    expect(values[9_999]).toBe(9_999 * 0.1);
  });

  test('with an end between two values stops before it', async () => {
    expect(await fromRange(0, 2.5).collect()).toEqual([0, 1, 2]);
    expect(await fromRange(0, -2.5, -1).collect()).toEqual([0, -1, -2]);
  });

  test('never includes its end, or anything beyond', async () => {
    expect(await fromRange(1, 1.3, 0.1).collect()).not.toContain(1.3);
    const fraction = fc.integer({ min: -100, max: 100 }).map((n) => n / 10);
    await fc.assert(
      fc.asyncProperty(fraction, fraction, fraction, async (start, end, step) => {
        fc.pre(step !== 0);
        const values = await fromRange(start, end, step).collect();
        expect(values.filter((value) => (step > 0 ? value >= end : value <= end))).toEqual([]);
        expect(values.length > 0).toBe(step > 0 ? start < end : start > end);
      }),
      { seed: 1 },
    );
  });

  test('gives its first value 0 as a value, in a select too', async () => {
    const ch = fromRange(2);
    expect(await select({ ch }, { default: 'none' })).toEqual({ key: 'ch', value: 0 });
  });

  test('ends when it is cancelled', async () => {
    const ch = fromRange();
    await ch.get();
    ch.cancel();
    expect(await ch.get()).toBeUndefined();
  });

  test.each([
    [[Number.NaN]],
    [['3']],
    [[null]],
    [[Number.NaN, 3]],
    [[Infinity, 3]],
    [['0', 3]],
    [[0, Number.NaN]],
    [[0, '3']],
    [[0, 3, 0]],
    [[0, 3, -0]],
    [[0, 3, Number.NaN]],
    [[0, 3, Infinity]],
    [[0, 3, '1']],
    [[0, 3, null]],
  ])('of %j is a RangeError', (args) => {
    if (args.length === 1 && args[0] === null) {
      // As for an argument left out.
      expect(() => fromRange(...(args as never as [number]))).not.toThrow();
    } else expect(() => fromRange(...(args as [number, number]))).toThrow(RangeError);
  });
});
