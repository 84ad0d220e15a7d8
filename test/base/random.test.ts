import { expect, test } from 'vitest';
import { below, keep, permutation, seed } from '../../src/base/random.js';
import { numbers } from '../support/numbers.js';

const draw = (count: number, n: number): number[] => numbers(count).map(() => below(n));

test('a random number is an integer of at least 0 and below the limit', () => {
  for (const n of [1, 2, 3, 7, 64, 1000]) {
    for (const drawn of draw(1000, n)) {
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
    }
  }
  expect(new Set(draw(100, 1))).toEqual(new Set([0]));
});

test('a seed replays every choice made from there on', () => {
  for (const value of [0, 1, -1, 42, 2 ** 31, 2 ** 40 + 1, 0.5]) {
    seed(value);
    const first = draw(100, 1000);
    seed(value);
    expect(draw(100, 1000)).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(50);
  }
});

test('other seeds make other choices', () => {
  const runs = new Set(
    numbers(100).map((value) => {
      seed(value);
      return draw(20, 1000).join();
    }),
  );
  expect(runs.size).toBe(100);
});

test('every number is drawn about as often as any other', () => {
  seed(1);
  for (const n of [2, 3, 8, 10]) {
    const counts = numbers(n).map(() => 0);
    for (const drawn of draw(n * 10_000, n)) counts[drawn] = (counts[drawn] ?? 0) + 1;
    for (const count of counts) {
      expect(count).toBeGreaterThan(9500);
      expect(count).toBeLessThan(10_500);
    }
  }
});

test('a draw says nothing about the next', () => {
  seed(1);
  const pairs = numbers(16).map(() => 0);
  for (let i = 0; i < 160_000; i++) {
    const pair = below(4) * 4 + below(4);
    pairs[pair] = (pairs[pair] ?? 0) + 1;
  }
  for (const count of pairs) {
    expect(count).toBeGreaterThan(9500);
    expect(count).toBeLessThan(10_500);
  }
});

test('a permutation has every number once, whatever was done to one that was given back', () => {
  for (const n of [0, 1, 5, 64, 65, 100]) {
    const first = permutation(n);
    const second = permutation(n);
    expect(second).not.toBe(first);
    expect(new Set(first)).toEqual(new Set(numbers(n)));
    expect([first.length, second]).toEqual([n, numbers(n)]);
    first.reverse();
    keep(first);
    expect(new Set(permutation(n))).toEqual(new Set(numbers(n)));
  }
});

test('a seed replays choices though permutations were given back before', () => {
  seed(7);
  const fresh = [...permutation(3)];
  keep([2, 1, 0]);
  seed(7);
  expect(permutation(3)).toEqual(fresh);
});

test.each([100, 128, 129, 1000, 1_000_000])('a random integer below %i is of every quarter as often', (n) => {
  seed(7);
  const quarters = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    const quarter = Math.floor((4 * below(n)) / n);
    quarters[quarter] = (quarters[quarter] ?? NaN) + 1;
  }
  expect(quarters).toHaveLength(4);
  for (const count of quarters) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
