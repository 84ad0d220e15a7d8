import { describe, expect, expectTypeOf, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/operators/complete.js';
import type { Value } from '../../src/channel/protocol.js';
import { dropping, sliding } from '../../src/channel/buffers.js';
import type { WriteChan } from '../../src/channel/write-chan.js';
import { ALL, HOLDING, NEVER_WAITING, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** All that is falsy and a value, and some that are neither. */
const ODD = [0, -0, 0n, '', false, null, Number.NaN, [], {}, Symbol('s'), () => undefined];

describe.each(ALL)('through %s', (_, { make }) => {
  test('a put that waits for nobody reaches the get that waited', async () => {
    const ch = new Chan<string>(make());
    const got = ch.get();
    expect(await ch.put('a')).toBe(true);
    expect(await got).toBe('a');
  });

  test('a put is true, and a later get gives its value', async () => {
    const ch = new Chan<string>(make());
    const put = ch.put('a');
    expect(await ch.get()).toBe('a');
    expect(await put).toBe(true);
  });

  test('a callback put reaches a callback get, whichever comes first', async () => {
    const seen: unknown[] = [];
    const ch = new Chan<string>(make());
    ch.getThen((value, error) => seen.push(['first get', value, error]));
    ch.putThen('a', (ok, error) => seen.push(['first put', ok, error]));
    await turns();
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(['first get', 'a', undefined]);
    expect(seen).toContainEqual(['first put', true, undefined]);
    const other = new Chan<string>(make());
    other.putThen('b', (ok, error) => seen.push(['second put', ok, error]));
    other.getThen((value, error) => seen.push(['second get', value, error]));
    await turns();
    expect(seen).toHaveLength(4);
    expect(seen).toContainEqual(['second get', 'b', undefined]);
    expect(seen).toContainEqual(['second put', true, undefined]);
  });

  test('a callback put needs no callback', async () => {
    const ch = new Chan<string>(make());
    ch.putThen('a');
    expect(await ch.get()).toBe('a');
  });

  test('tryPut gives a get that waits its value', async () => {
    const ch = new Chan<string>(make());
    const got = ch.get();
    expect(ch.tryPut('a')).toBe(true);
    expect(await got).toBe('a');
  });

  test('tryGet finds nothing in an open channel that is empty, and leaves nothing behind', () => {
    const ch = new Chan<string>(make());
    expect(ch.tryGet()).toBeUndefined();
    expect(ch.stats().waitingGets).toBe(0);
  });

  test('tryGet takes the value of a put that was called before', () => {
    const ch = new Chan<string>(make());
    ch.putThen('a');
    expect(ch.tryGet()).toBe('a');
  });

  test('falsy values and null travel like any other, in every form of put and get', async () => {
    for (const value of ODD) {
      const fresh = (): Chan<Value> => new Chan<Value>(make());
      const put = fresh();
      void put.put(value);
      expect(await put.get()).toBe(value);
      const got = fresh();
      const waiting = got.get();
      expect(await got.put(value as never)).toBe(true);
      expect(await waiting).toBe(value);
      const called = fresh();
      const seen: unknown[] = [];
      called.getThen((...args) => seen.push(args));
      expect(called.tryPut(value as never)).toBe(true);
      await turns(1);
      expect(seen).toEqual([[value, undefined]]);
      expect(
        fresh()
          .add(value as never)
          .tryGet(),
      ).toBe(value);
      const iterated = fresh();
      iterated.putThen(value);
      expect(await iterated[Symbol.asyncIterator]().next()).toEqual({ done: false, value });
      expect(
        await fresh()
          .add(value as never)
          .close()
          .collect(),
      ).toEqual([value]);
    }
  });

  test('putting undefined is a TypeError in every form and changes nothing', async () => {
    const ch = new Chan<Value>(make());
    const nothing = undefined as never;
    await expect(ch.put(nothing)).rejects.toThrow(TypeError);
    await expect(ch.put(nothing, {})).rejects.toThrow(TypeError);
    await expect(ch.put(nothing, { signal: new AbortController().signal })).rejects.toThrow(TypeError);
    expect(() => ch.tryPut(nothing)).toThrow(TypeError);
    expect(() => ch.putThen(nothing)).toThrow(TypeError);
    expect(() => ch.add(1, nothing, 2)).toThrow(TypeError);
    expect(ch.stats()).toMatchObject({ state: 'flowing', puts: 0, waitingPuts: 0, buffered: 0 });
    const got = ch.get();
    expect(() => ch.tryPut(nothing)).toThrow(TypeError);
    expect(ch.tryPut('a')).toBe(true);
    expect(await got).toBe('a');
  });

  test('putting undefined is a TypeError also when the channel is closed', async () => {
    const ch = new Chan<Value>(make()).close();
    const nothing = undefined as never;
    await expect(ch.put(nothing)).rejects.toThrow(TypeError);
    expect(() => ch.tryPut(nothing)).toThrow(TypeError);
    expect(() => ch.putThen(nothing)).toThrow(TypeError);
    expect(() => ch.add(nothing)).toThrow(TypeError);
  });

  test('add queues several puts without waiting, and gives the channel', async () => {
    const ch = new Chan<number>(make());
    expect(ch.add(1)).toBe(ch);
    expect(await ch.get()).toBe(1);
    expect(ch.add()).toBe(ch);
  });

  test('a callback that is no function is a TypeError', () => {
    const ch = new Chan<number>(make());
    expect(() => ch.getThen(undefined as never)).toThrow(TypeError);
    expect(() => ch.getThen({} as never)).toThrow(TypeError);
    expect(() => ch.putThen(1, null as never)).toThrow(TypeError);
    expect(ch.stats()).toMatchObject({ puts: 0, waitingPuts: 0, waitingGets: 0 });
  });
});

describe.each(WAITING)('through %s', (_, { make, capacity }) => {
  const seed = numbers(capacity);

  test('a put waits once the channel is full, until a get makes room', async () => {
    const ch = new Chan<number>(make());
    for (const n of seed) expect(await ch.put(n)).toBe(true);
    const outcome = follow(ch.put(capacity));
    await turns();
    expect(outcome()).toEqual([pending]);
    expect(await ch.get()).toBe(0);
    await turns();
    expect(outcome()).toEqual([fulfilled(true)]);
  });

  test('tryPut on a full channel is undefined, and nothing is queued', () => {
    const ch = new Chan<number>(make());
    for (const n of seed) expect(ch.tryPut(n)).toBe(true);
    expect(ch.tryPut(7)).toBeUndefined();
    expect(ch.stats()).toMatchObject({ puts: capacity, waitingPuts: 0, buffered: capacity });
    for (const n of seed) expect(ch.tryGet()).toBe(n);
    expect(ch.tryGet()).toBeUndefined();
  });
});

test.each(NEVER_WAITING)('through %s a put never waits', async (_, { make }) => {
  const ch = new Chan<number>(make());
  for (let n = 0; n < 20; n++) expect(await ch.put(n)).toBe(true);
  expect(ch.tryPut(20)).toBe(true);
  expect(ch.stats()).toMatchObject({ puts: 21, waitingPuts: 0 });
});

test.each(HOLDING)('%s holds a value until it is asked for', async (_, { make }) => {
  const ch = new Chan<string>(make());
  expect(await ch.put('a')).toBe(true);
  expect(ch.stats().buffered).toBe(1);
  expect(await ch.get()).toBe('a');
});

test('a get waits on an empty channel until a value is put', async () => {
  for (const [, { make }] of ALL) {
    const ch = new Chan<string>(make());
    const outcome = follow(ch.get());
    await turns();
    expect(outcome()).toEqual([pending]);
    ch.tryPut('a');
    await turns();
    expect(outcome()).toEqual([fulfilled('a')]);
  }
});

test('of a dropping buffer, the put of a value that is dropped is true', async () => {
  const ch = new Chan<number>(dropping(1)).add(1);
  expect(await ch.put(2)).toBe(true);
  expect(ch.tryPut(3)).toBe(true);
  expect(await ch.close().collect()).toEqual([1]);
});

test('of a sliding buffer, the newest values are received in order', async () => {
  const ch = new Chan<number>(sliding(2)).add(1, 2, 3, 4);
  expect(await ch.close().collect()).toEqual([3, 4]);
});

test('a size of 0 is a rendezvous', async () => {
  const ch = new Chan<number>(0);
  expect(ch.tryPut(1)).toBeUndefined();
  const got = ch.get();
  expect(ch.tryPut(1)).toBe(true);
  expect(await got).toBe(1);
});

test('a channel is assignable to both directions, and its receiving end cannot be put to', () => {
  const ch = new Chan<number>();
  const reads: ReadChan<number> = ch;
  const writes: WriteChan<number> = ch;
  expect(reads).toBe(writes);
  expectTypeOf(reads).not.toHaveProperty('put');
  expectTypeOf(writes).not.toHaveProperty('get');
});
