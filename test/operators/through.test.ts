import { describe, expect, test } from 'vitest';
import { Chan, fromRange } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

describe('through', () => {
  test('gives what the stage returns, whatever that is, and calls it once with the channel', () => {
    const source = fromRange(5);
    const seen: unknown[] = [];
    const result = { any: 'thing' };
    expect(source.through((input) => (seen.push(input), result))).toBe(result);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(source);
  });

  test('puts operators of yours in a chain, and hangs up like any of them', async () => {
    const source = new Chan<number>(8).add(...numbers(5));
    const evens = source
      .through((input) => input.filter((n) => n % 2 === 0))
      .through((input) => input.map((n) => n * 10));
    await turns();
    expect(source.stats().gets).toBe(0);
    expect(await evens.collect(2)).toEqual([0, 20]);
    evens.cancel();
    expect(source.closed).toBe(false);
  });

  test('throws what the stage throws, and a TypeError for what is no function', () => {
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => fromRange(1).through(fail)).toThrow('no');
    expect(() => fromRange(1).through({} as never)).toThrow(TypeError);
  });
});
