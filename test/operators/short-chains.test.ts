import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, from, fromRange } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

// Chains of up to three maps and filters have code of their own, and so has every way in which values are asked for.

type Kind = 'map' | 'filter';
const CHAINS: Kind[][] = [1, 2, 3, 4].flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (__, at): Kind => ((bits >> at) & 1 ? 'filter' : 'map')),
  ),
);
/** Each step as a function of the value and of how often it was called. */
const made = (value: number, index: number): number => 3 * value + index;
const isKept = (value: number, index: number): boolean => (value + index) % 3 !== 0;

function chain(source: ReadChan<number>, kinds: readonly Kind[]): ReadChan<number> {
  return kinds.reduce((ch, kind) => (kind === 'map' ? ch.map(made) : ch.filter(isKept)), source);
}
function expected(count: number, kinds: readonly Kind[]): number[] {
  const values = Array.from({ length: count }, (_, i) => i);
  return kinds.reduce((all, kind) => (kind === 'map' ? all.map(made) : all.filter(isKept)), values);
}

/** The ways to ask for all values, with the values that the source is to give. */
const WAYS: Record<string, (kinds: Kind[], count: number) => Promise<number[]>> = {
  'taken in one loop': async (kinds, count) => {
    const ch = chain(fromRange(count), kinds);
    const all = await ch.collect();
    expect(ch.stats().gets).toBe(all.length);
    return all;
  },
  'asked for one by one': async (kinds, count) => {
    const ch = chain(fromRange(count), kinds);
    const all: number[] = [];
    for (let value = await ch.get(); value !== undefined; value = await ch.get()) all.push(value);
    expect(ch.stats().gets).toBe(all.length);
    return all;
  },
  'waited for': async (kinds, count) => {
    const source = new Chan<number>();
    const all = chain(source, kinds).collect();
    for (let i = 0; i < count; i++) {
      await turns();
      expect(source.tryPut(i)).toBe(true);
    }
    source.close();
    return all;
  },
  'waited for one by one': async (kinds, count) => {
    const source = new Chan<number>(count);
    const ch = chain(source, kinds);
    const all: number[] = [];
    let next = ch.get();
    for (let i = 0; i < count; i++) {
      expect(source.tryPut(i)).toBe(true);
      await turns();
    }
    source.close();
    for (let value = await next; value !== undefined; value = await next) {
      all.push(value);
      next = ch.get();
    }
    expect(ch.stats().gets).toBe(all.length);
    return all;
  },
};

describe.each(Object.entries(WAYS))('values %s', (_, all) => {
  test.each(CHAINS.map((kinds) => [kinds.join(', '), kinds] as const))(
    'come through %s as through an array',
    async (__, kinds) => {
      const values = await all(kinds, 20);
      expect(values).toEqual(expected(20, kinds));
    },
  );
});

test.each([0, 1, 2, 3])('what step %i of up to four throws comes behind what was before', async (at) => {
  for (const length of [at + 1, 4]) {
    const fails = (value: number, index: number): number => {
      if (index === 3) throw new Error(`no ${value}`);
      return value;
    };
    const steps = Array.from({ length }, (__, i) => (i === at ? fails : (value: number) => value));
    const piped = steps.reduce<ReadChan<number>>((ch, f) => ch.map(f), fromRange(9));
    const got: number[] = [];
    const { reason } = await rejection(piped.forEach((value) => got.push(value)));
    expect(reason).toEqual(new Error('no 3'));
    expect(got).toEqual([0, 1, 2]);
    expect(piped.closed).toBe(true);
  }
});

test.each([0, 1, 2, 3])('a step %i of up to four that makes undefined fails with a TypeError', async (at) => {
  for (const length of [at + 1, 4]) {
    const bad = (value: number): number => (value === 3 ? (undefined as never) : value);
    const steps = Array.from({ length }, (__, i) => (i === at ? bad : (value: number) => value));
    const piped = steps.reduce<ReadChan<number>>((ch, f) => ch.map(f), from([0, 1, 2, 3, 4]));
    expect(await piped.collect(3)).toEqual([0, 1, 2]);
    expect((await rejection(piped.get())).reason).toBeInstanceOf(TypeError);
    const inOneLoop = steps.reduce<ReadChan<number>>((ch, f) => ch.map(f), from([0, 1, 2, 3, 4]));
    expect((await rejection(inOneLoop.collect())).reason).toBeInstanceOf(TypeError);
  }
});

test('what takes the values of a chain may fail: the chain is cancelled, and the rest stays in the channel', async () => {
  const nine = new Chan<number>(9).add(...Array.from({ length: 9 }, (_, i) => i)).close();
  const ch = nine.map((n) => 2 * n);
  const { reason } = await rejection(
    ch.forEach((n) => {
      if (n === 4) throw new Error('full');
    }),
  );
  expect(reason).toEqual(new Error('full'));
  expect(await ch.collect()).toEqual([]);
  expect(await nine.collect()).toEqual([3, 4, 5, 6, 7, 8]);
  const other = new Chan<number>(9).add(0, 1, 2, 3);
  const doubled = other.map((n) => 2 * n);
  const sum = doubled.reduce((total, n) => {
    if (n === 2) throw new Error('enough');
    return total + n;
  }, 0);
  expect((await rejection(sum)).reason).toEqual(new Error('enough'));
  expect(await doubled.get()).toBeUndefined();
  expect(await other.get()).toBe(2);
});

test('a sum without a start begins with the first value', async () => {
  expect(await fromRange(1, 5).reduce((total, n) => total + n)).toBe(10);
  expect(await fromRange(1, 5).reduce((total, n) => total + n, 0.5)).toBe(10.5);
  expect(await fromRange(3).reduce((all, n) => `${all}${n}`, '')).toBe('012');
  expect(await fromRange(0).reduce((total, n) => total + n)).toBeUndefined();
  expect(await fromRange(1, 4).reduce(async (total, n) => total * 10 + n, 0)).toBe(123);
});

test('every step that calls a function of yours tells it how often it did before', async () => {
  const seen: Record<string, number[]> = {};
  const note =
    (name: string) =>
    (value: number, index: number): number => {
      (seen[name] ??= []).push(index);
      return value;
    };
  const source = (): ReadChan<number> => fromRange(3);
  await source().tap(note('tap')).collect();
  await source().map(note('map')).collect();
  await source()
    .filter((n, i) => note('filter')(n, i) >= 0)
    .collect();
  await source()
    .takeWhile((n, i) => note('takeWhile')(n, i) >= 0)
    .collect();
  await source()
    .dropWhile((n, i) => note('dropWhile')(n, i) >= 0)
    .collect();
  await source().distinct(note('distinct')).collect();
  await source().groupBy(note('groupBy')).collect();
  await source()
    .flatMap((n, i) => [note('flatMap')(n, i)])
    .collect();
  for (const indexes of Object.values(seen)) expect(indexes).toEqual([0, 1, 2]);
  expect(Object.keys(seen)).toHaveLength(8);
});

test('values may be grouped by undefined', async () => {
  const groups = await fromRange(4)
    .groupBy((n) => (n < 2 ? undefined : n))
    .collect();
  expect(groups).toEqual([
    [undefined, [0, 1]],
    [2, [2]],
    [3, [3]],
  ]);
});
