import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chan, from, fromRange, type ReadChan } from '../../src/index.js';

const failing = (): ReadChan<number> => new Chan<number>(2).add(1, 2).close(new Error('lost'));

/** Every operator by name, on numbers. */
const OPERATORS: readonly (readonly [name: string, derive: (ch: ReadChan<number>) => ReadChan<unknown>])[] = [
  ['map', (ch) => ch.map((n) => n + 1)],
  ['filter', (ch) => ch.filter(() => true)],
  ['flatMap', (ch) => ch.flatMap((n) => [n, n])],
  ['take', (ch) => ch.take(100)],
  ['drop', (ch) => ch.drop(0)],
  ['takeWhile', (ch) => ch.takeWhile(() => true)],
  ['dropWhile', (ch) => ch.dropWhile(() => false)],
  ['distinct', (ch) => ch.distinct()],
  ['group', (ch) => ch.group(1)],
  ['groupBy', (ch) => ch.groupBy((n) => n)],
  ['scan', (ch) => ch.scan((a, b) => a + b)],
  ['tap', (ch) => ch.tap(() => {})],
];

describe('an operator gives', () => {
  test.each<readonly [name: string, result: ReadChan<unknown>, expected: unknown[]]>([
    ['map what the function makes of value and index', fromRange(5, 8).map((n, i) => n * i), [0, 6, 14]],
    ['filter what the predicate is true of', fromRange(5).filter((n, i) => n % 2 === 0 && i > 0), [2, 4]],
    ['flatMap the values of iterables', fromRange(3).flatMap((n) => Array<number>(n).fill(n)), [1, 2, 2]],
    ['take the first n', fromRange().take(2), [0, 1]],
    ['take(0) nothing', fromRange().take(0), []],
    ['drop all but the first n', fromRange(4).drop(2), [2, 3]],
    ['takeWhile what comes before the first that fails', from([1, 2, 9, 1]).takeWhile((n) => n < 5), [1, 2]],
    ['dropWhile what comes from the first that fails', from([1, 9, 1]).dropWhile((n) => n < 5), [9, 1]],
    ['distinct no two equal neighbours', from([NaN, NaN, 0, -0, 0]).distinct(), [NaN, 0, -0, 0]],
    ['distinct by key', from(['a', 'A', 'b']).distinct((s) => s.toLowerCase()), ['a', 'b']],
    ['group arrays of n, the last perhaps shorter', fromRange(5).group(2), [[0, 1], [2, 3], [4]]],
    [
      'groupBy runs of one key',
      from([1, 3, 2]).groupBy((n) => n % 2),
      [
        [1, [1, 3]],
        [0, [2]],
      ],
    ],
    ['scan accumulators, the first value being the first', from([1, 2, 3]).scan((a, b) => a + b), [1, 3, 6]],
    ['scan accumulators from init', from([1, 2]).scan((a, b) => a + b, 10), [11, 13]],
    [
      'scan accumulators from an init that is undefined, as an array does',
      from([1, 2]).scan<string | undefined>((a, b) => `${a}${b}`, undefined),
      ['undefined1', 'undefined12'],
    ],
    ['tap the same values', fromRange(2).tap(() => 'ignored'), [0, 1]],
    [
      'catch the value instead of the failure',
      failing().catch((error) => String(error)),
      [1, 2, 'Error: lost'],
    ],
    ['catch nothing for undefined', failing().catch(() => undefined), [1, 2]],
    ['catch null, which is a value', failing().catch(() => null), [1, 2, null]],
  ])('%s', async (_, result, expected) => {
    expect(await result.collect()).toEqual(expected);
  });
});

describe.each(OPERATORS)('%s', (_, derive) => {
  test('ends with an empty source', async () => {
    expect(await derive(fromRange(0)).collect()).toEqual([]);
  });

  test('gives what came before a failure, and then rejects for ever', async () => {
    const ch = derive(failing());
    const before: unknown[] = [];
    const reading = ch.forEach((value) => before.push(value));
    await expect(reading).rejects.toThrow('lost');
    expect(before.length).toBeGreaterThan(0);
    await expect(ch.get()).rejects.toThrow('lost');
    await expect(ch.get()).rejects.toThrow('lost');
    expect(ch.closed).toBe(true);
  });

  test('takes nothing before it is asked', async () => {
    const source = new Chan<number>(1).add(1);
    derive(source);
    await Promise.resolve();
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
  });

  test('leaves nothing behind in its source when whoever asked is gone', async () => {
    const source = new Chan<number>();
    const controller = new AbortController();
    const got = derive(source).get({ signal: controller.signal });
    expect(source.stats().waitingGets).toBe(1);
    controller.abort('why');
    await expect(got).rejects.toBe('why');
    expect(source.stats().waitingGets).toBe(0);
  });

  test('hung up, ends, tells who waits, and leaves the source to others', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const got = ch.get();
    ch.cancel();
    expect(await got).toBeUndefined();
    expect(ch.drained).toBe(true);
    await ch.join();
    const direct = source.get();
    expect(source.tryPut(1)).toBe(true);
    expect(await direct).toBe(1);
  });

  test('waits for an endless source without holding up the event loop', async () => {
    const results: unknown[] = [];
    for await (const value of derive(fromRange())) if (results.push(value) === 3) break;
    expect(results).toHaveLength(3);
  });
});

test('an operator’s function that throws fails its channel, after what came before it', async () => {
  const fail = (n: number): number => {
    if (n === 2) throw new Error('two');
    return n;
  };
  for (const ch of [
    fromRange(9).map(fail),
    fromRange(9).filter((n) => fail(n) >= 0),
    fromRange(9).tap(fail),
  ]) {
    expect([await ch.get(), await ch.get()]).toEqual([0, 1]);
    await expect(ch.get()).rejects.toThrow('two');
    await expect(ch.get()).rejects.toThrow('two');
  }
  const grouped = fromRange(9).map(fail).group(5);
  expect(await grouped.get()).toEqual([0, 1]);
  await expect(grouped.get()).rejects.toThrow('two');
});

test('a function that gives undefined fails its channel with a TypeError', async () => {
  await expect(
    fromRange(1)
      .map(() => undefined as never)
      .get(),
  ).rejects.toThrow(TypeError);
  await expect(
    fromRange(1)
      .flatMap(() => [undefined as never])
      .get(),
  ).rejects.toThrow(TypeError);
  await expect(
    fromRange(2)
      .scan(() => undefined as never)
      .collect(),
  ).rejects.toThrow(TypeError);
});

test('a bad argument is refused at once', () => {
  const ch = fromRange(1);
  for (const name of [
    'map',
    'filter',
    'flatMap',
    'takeWhile',
    'dropWhile',
    'groupBy',
    'scan',
    'tap',
    'catch',
  ] as const) {
    expect(() => (ch[name] as (f: unknown) => unknown)(5)).toThrow(TypeError);
  }
  expect(() => ch.distinct(5 as never)).toThrow(TypeError);
  expect(() => ch.take(-1)).toThrow(RangeError);
  expect(() => ch.drop(1.5)).toThrow(RangeError);
  expect(() => ch.group(0)).toThrow(RangeError);
});

test('take reads exactly n and leaves its source open and usable', async () => {
  const source = fromRange();
  expect(await source.take(2).collect()).toEqual([0, 1]);
  expect(await source.get()).toBe(2);
});

test('a promise channel is a sequence of one value for an operator', async () => {
  const ch = from(Promise.resolve(5)).map((n) => n + 1);
  expect(await ch.collect()).toEqual([6]);
  expect(await ch.get()).toBeUndefined();
});

test('reduce and forEach await what their functions promise, and fail with it', async () => {
  expect(await fromRange(4).reduce((a, b) => a + b)).toBe(6);
  expect(await fromRange(4).reduce(async (a, b) => a + b, 10)).toBe(16);
  expect(await fromRange(0).reduce((a, b) => a + b)).toBeUndefined();
  expect(await fromRange(0).reduce((a, b) => a + b, 1)).toBe(1);
  expect(await from(Promise.resolve(5)).reduce((a, b) => a + b, 1)).toBe(6);
  const order: string[] = [];
  await fromRange(2).forEach(async (n, i) => {
    order.push(`begin ${n} ${i}`);
    await Promise.resolve();
    order.push(`end ${n}`);
  });
  expect(order).toEqual(['begin 0 0', 'end 0', 'begin 1 1', 'end 1']);
  await expect(fromRange(2).forEach(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(fromRange(2).reduce(5 as never)).rejects.toThrow(TypeError);
  const later = new Chan<number>();
  const sum = later.reduce((a, b) => a + b, 0);
  later.add(1, 2).close();
  expect(await sum).toBe(3);
});

test('random pipelines of operators give what they give on arrays', async () => {
  type Stage = readonly [(ch: ReadChan<number>) => ReadChan<number>, (list: number[]) => number[]];
  const stage = fc.oneof(
    fc
      .integer()
      .map(
        (k): Stage => [
          (ch) => ch.map((n, i) => (n + k + i) | 0),
          (list) => list.map((n, i) => (n + k + i) | 0),
        ],
      ),
    fc
      .integer({ min: 1, max: 4 })
      .map((k): Stage => [(ch) => ch.filter((n) => n % k === 0), (list) => list.filter((n) => n % k === 0)]),
    fc.nat(6).map((k): Stage => [(ch) => ch.take(k), (list) => list.slice(0, k)]),
    fc.nat(6).map((k): Stage => [(ch) => ch.drop(k), (list) => list.slice(k)]),
    fc
      .nat(3)
      .map(
        (k): Stage => [
          (ch) => ch.flatMap((n) => Array<number>(k).fill(n)),
          (list) => list.flatMap((n) => Array<number>(k).fill(n)),
        ],
      ),
    fc
      .integer({ min: 1, max: 3 })
      .map(
        (k): Stage => [
          (ch) => ch.group(k).map((g) => g.reduce((a, b) => (a + b) | 0)),
          (list) =>
            Array.from({ length: Math.ceil(list.length / k) }, (_, i) =>
              list.slice(i * k, i * k + k).reduce((a, b) => (a + b) | 0),
            ),
        ],
      ),
    fc.constant<Stage>([
      (ch) => ch.distinct(),
      (list) => list.filter((n, i) => i === 0 || !Object.is(n, list[i - 1])),
    ]),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -20, max: 20 })),
      fc.array(stage, { maxLength: 6 }),
      fc.boolean(),
      async (list, stages, waits) => {
        const source = waits ? new Chan<number>() : from(list);
        const result = stages.reduce<ReadChan<number>>((ch, [derive]) => derive(ch), source).collect();
        if (source instanceof Chan) source.add(...list).close();
        expect(await result).toEqual(stages.reduce((all, [, apply]) => apply(all), list));
        if (source instanceof Chan) source.cancel();
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});
