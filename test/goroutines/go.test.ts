import { expect, expectTypeOf, test } from 'vitest';
import { Chan, go } from '../../src/index.js';
import { rejection } from '../support/outcome.js';

test('go runs a function and gives a promise of its result', async () => {
  expect(await go(async () => 5)).toBe(5);
  expect(await go(() => 'not even async')).toBe('not even async');
  expect(await go(() => undefined)).toBeUndefined();
});

test('go passes its arguments on', async () => {
  expect(await go((a: number, b: string) => [a, b], 1, 'x')).toEqual([1, 'x']);
  expect(await go((...all: number[]) => all)).toEqual([]);
});

test('go starts the function when its caller waits or returns, never inside of it', async () => {
  const events: string[] = [];
  const running = go(() => void events.push('goroutine'));
  events.push('caller');
  await running;
  expect(events).toEqual(['caller', 'goroutine']);
});

test('go starts goroutines in the order in which they were begun', async () => {
  const started: number[] = [];
  await Promise.all([1, 2, 3].map((n) => go((i: number) => started.push(i), n)));
  expect(started).toEqual([1, 2, 3]);
});

test.each([[new Error('failed')], [0], [undefined], [null]])(
  'what the function throws, %s, rejects the promise, and not the caller',
  async (error) => {
    const thrown = go(() => {
      throw error;
    });
    const rejected = go(() => Promise.reject(error));
    expect(await rejection(thrown)).toEqual({ reason: error });
    expect(await rejection(rejected)).toEqual({ reason: error });
  },
);

test('goroutines meet on a channel', async () => {
  const ch = new Chan<number>();
  const putting = go(async (n) => ch.put(n * 2), 21);
  expect(await ch.get()).toBe(42);
  expect(await putting).toBe(true);
});

test('go awaits what the function returns', async () => {
  const result = go(() => Promise.resolve(Promise.resolve(5)));
  expectTypeOf(result).toEqualTypeOf<Promise<number>>();
  expect(await result).toBe(5);
});

test.each([[undefined], [null], [5], ['text'], [{}], [Promise.resolve()]])(
  'go(%o) throws a TypeError',
  (bad) => {
    expect(() => go(bad as never)).toThrow(TypeError);
  },
);
