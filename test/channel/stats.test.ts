import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { dropping, fixed, promise, sliding, unbounded, weighted } from '../../src/channel/buffers.js';
import { Latest, OwnQueue } from '../support/custom-buffers.js';
import { ALL, HOLDING, QUEUES, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';

const NOTHING = {
  state: 'flowing',
  buffered: 0,
  waitingPuts: 0,
  waitingGets: 0,
  puts: 0,
  gets: 0,
  dropped: 0,
  delivered: { direct: 0, buffered: 0, queued: 0 },
};

test.each(ALL)('a new channel, of %s, has counted nothing', (_, { make, capacity }) => {
  expect(new Chan<number>(make()).stats()).toEqual({ ...NOTHING, name: undefined, capacity });
  expect(new Chan<number>(make(), { name: 'jobs' }).stats()).toEqual({ ...NOTHING, name: 'jobs', capacity });
});

test('the capacity is what the buffer can hold', () => {
  const capacity = (ch: Chan<number>): number => ch.stats().capacity;
  expect(capacity(new Chan())).toBe(0);
  expect(capacity(new Chan(0))).toBe(0);
  expect(capacity(new Chan(7))).toBe(7);
  expect(capacity(new Chan(fixed(7)))).toBe(7);
  expect(capacity(new Chan(sliding(5)))).toBe(5);
  expect(capacity(new Chan(dropping(5)))).toBe(5);
  expect(capacity(new Chan(promise()))).toBe(1);
  expect(capacity(new Chan(unbounded()))).toBe(Infinity);
  expect(capacity(new Chan(weighted(100, () => 1)))).toBe(100);
  expect(capacity(new Chan(new OwnQueue(3)))).toBe(3);
});

describe.each(WAITING)('the state, through %s,', (_, { make, capacity }) => {
  const seed = numbers(capacity);
  const state = (ch: Chan<number>): string => ch.stats().state;

  test('says who waits for whom', () => {
    const ch = new Chan<number>(make()).add(...seed);
    expect(state(ch)).toBe('flowing');
    ch.add(10);
    expect(state(ch)).toBe('puts-waiting');
    for (let i = 0; i <= capacity; i++) ch.tryGet();
    expect(state(ch)).toBe('flowing');
    ch.getThen(() => {});
    expect(state(ch)).toBe('gets-waiting');
    ch.tryPut(1);
    expect(state(ch)).toBe('flowing');
  });

  test('is closed once it is closed, also while puts wait', () => {
    const ch = new Chan<number>(make()).add(...seed, 10).close();
    expect(ch.stats()).toMatchObject({ state: 'closed', waitingPuts: 1, buffered: capacity });
  });

  test('is told together with how many wait', () => {
    const ch = new Chan<number>(make()).add(...seed, 10, 11);
    expect(ch.stats()).toMatchObject({ waitingPuts: 2, waitingGets: 0, buffered: capacity, puts: capacity });
    for (let i = 0; i < capacity + 2; i++) ch.tryGet();
    for (let i = 0; i < 3; i++) ch.getThen(() => {});
    expect(ch.stats()).toMatchObject({ waitingPuts: 0, waitingGets: 3, buffered: 0, puts: capacity + 2 });
  });
});

test.each(QUEUES)(
  'every value put through %s is counted as delivered, held or dropped',
  async (_, { make }) => {
    const ch = new Chan<number>(make());
    const check = (): void => {
      const { puts, gets, buffered, dropped, delivered } = ch.stats();
      expect(gets + buffered + dropped).toBe(puts);
      expect(delivered.direct + delivered.buffered + delivered.queued).toBe(gets);
    };
    for (let n = 0; n < 30; n++) {
      ch.getThen(() => {});
      ch.add(n, n, n);
      check();
      ch.tryGet();
      check();
    }
    ch.close();
    check();
    await ch.collect();
    check();
    expect(ch.stats()).toMatchObject({ buffered: 0, waitingPuts: 0 });
  },
);

test('of a rendezvous, a value is handed to a get that waited or taken from a put that waited', async () => {
  const ch = new Chan<number>();
  const got = ch.get();
  ch.tryPut(1);
  expect(await got).toBe(1);
  expect(ch.stats().delivered).toEqual({ direct: 1, buffered: 0, queued: 0 });
  ch.add(2, 3);
  expect([ch.tryGet(), ch.tryGet()]).toEqual([2, 3]);
  expect(ch.stats().delivered).toEqual({ direct: 1, buffered: 0, queued: 2 });
});

test('a value that came through the buffer is counted as buffered', () => {
  const ch = new Chan<number>(1).add(1, 2);
  expect([ch.tryGet(), ch.tryGet()]).toEqual([1, 2]);
  expect(ch.stats().delivered).toEqual({ direct: 0, buffered: 2, queued: 0 });
});

test('a put that waits is not counted before it is accepted', () => {
  const ch = new Chan<number>(1).add(1, 2);
  expect(ch.stats().puts).toBe(1);
  ch.tryGet();
  expect(ch.stats().puts).toBe(2);
});

test('puts that are refused, given up or cancelled are not counted', async () => {
  const controller = new AbortController();
  const ch = new Chan<number>(1).add(1);
  expect(ch.tryPut(2)).toBeUndefined();
  const put = ch.put(3, { signal: controller.signal });
  controller.abort('gone');
  await expect(put).rejects.toBe('gone');
  ch.putThen(4);
  ch.cancel();
  expect(ch.tryPut(5)).toBe(false);
  expect(ch.stats()).toMatchObject({ puts: 1, gets: 0, dropped: 1 });
});

test('what a sliding or dropping buffer drops is counted', () => {
  for (const buffer of [sliding<number>(2), dropping<number>(2)]) {
    const ch = new Chan<number>(buffer).add(1, 2, 3, 4, 5);
    expect(ch.stats()).toMatchObject({ puts: 5, gets: 0, buffered: 2, dropped: 3 });
    ch.tryGet();
    expect(ch.stats()).toMatchObject({ puts: 5, gets: 1, buffered: 1, dropped: 3 });
  }
});

test('of a promise channel every get is counted, and every value but the first is dropped', async () => {
  const ch = new Chan<number>(promise());
  const early = [ch.get(), ch.get()];
  ch.add(1, 2, 3);
  await Promise.all(early);
  ch.tryGet();
  expect(ch.stats()).toMatchObject({ puts: 3, gets: 3, buffered: 1, dropped: 2 });
  ch.cancel();
  expect(ch.stats()).toMatchObject({ puts: 3, gets: 3, buffered: 0, dropped: 3 });
});

test('of a buffer whose take does not remove, no count is negative', () => {
  const ch = new Chan<number>(new Latest()).add(1);
  for (let i = 0; i < 3; i++) expect(ch.tryGet()).toBe(1);
  expect(ch.stats()).toMatchObject({ puts: 1, gets: 3, buffered: 1 });
  expect(ch.stats().dropped).toBeGreaterThanOrEqual(0);
});

test.each(HOLDING)('a picture of a channel, of %s, does not change afterwards', (_, { make }) => {
  const ch = new Chan<number>(make()).add(1);
  const before = ch.stats();
  const copy = structuredClone(before);
  ch.tryGet();
  ch.add(2, 3).close();
  expect(before).toEqual(copy);
});
