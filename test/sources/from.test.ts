import { expect, test } from 'vitest';
import { Chan, from, fromRange } from '../../src/index.js';

test('from takes an array', async () => {
  expect(await from([1, 2]).collect()).toEqual([1, 2]);
});

test('from takes any iterable', async () => {
  expect(await from(new Map([['a', 1]])).collect()).toEqual([['a', 1]]);
  expect(await from('né').collect()).toEqual(['n', 'é']);
  expect(await from(new Uint8Array([1, 2])).collect()).toEqual([1, 2]);
});

test('from takes an async iterable', async () => {
  const values = (async function* () {
    yield 1;
  })();
  expect(await from(values).collect()).toEqual([1]);
});

test('from takes a promise', async () => {
  expect(await from(Promise.resolve(1)).get()).toBe(1);
});

test('from gives a channel back as it is', () => {
  const [ch, range] = [new Chan<number>(), fromRange(3)];
  expect(from(ch)).toBe(ch);
  expect(from(range)).toBe(range);
});

test('from prefers the async iterator of what has both kinds', async () => {
  const both = {
    [Symbol.iterator]: () => [1][Symbol.iterator](),
    async *[Symbol.asyncIterator]() {
      yield 2;
    },
  };
  expect(await from<number>(both).collect()).toEqual([2]);
});

test('an array that grows while it is read is read to its end', async () => {
  const values = [1];
  const ch = from(values);
  expect(await ch.get()).toBe(1);
  values.push(2);
  expect(await ch.get()).toBe(2);
});

test.each([[undefined], [null], [5], [true], [{}], [() => {}], [{ getReader: 5 }]])(
  'from %o is a TypeError',
  (bad) => {
    expect(() => from(bad as never)).toThrow(TypeError);
  },
);
