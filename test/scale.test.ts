import { expect, test } from 'vitest';
import { Chan } from '../src/operators/complete.js';
import { weighted } from '../src/channel/buffers.js';
import { go } from '../src/goroutines/go.js';
import { WAITING } from './support/kinds.js';
import { numbers } from './support/numbers.js';
import { warned } from './support/warnings.js';

const MANY = 100_000;

test.each(WAITING)(
  '100,000 puts may wait on one channel, through %s, and are received in order',
  async (_, { make }) => {
    const warn = warned();
    const ch = new Chan<number>(make());
    const puts = numbers(MANY).map((n) => ch.put(n));
    const { waitingPuts, buffered } = ch.stats();
    expect(waitingPuts + buffered).toBe(MANY);
    ch.close();
    const received = await ch.collect();
    expect(received.length).toBe(MANY);
    expect(received.every((n, i) => n === i)).toBe(true);
    expect((await Promise.all(puts)).every(Boolean)).toBe(true);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  },
);

test.each(WAITING)(
  '100,000 gets may wait on one channel, through %s, and are served in order',
  async (_, { make }) => {
    const ch = new Chan<number>(make());
    const gets = numbers(MANY).map(() => ch.get());
    expect(numbers(MANY).every((n) => ch.tryPut(n))).toBe(true);
    const received = await Promise.all(gets);
    expect(received.every((n, i) => n === i)).toBe(true);
    expect(ch.stats()).toMatchObject({ gets: MANY, waitingGets: 0, buffered: 0 });
  },
);

test('one get may make room for 100,000 puts that wait', async () => {
  const warn = warned();
  const ch = new Chan<number>(weighted(MANY, (n) => n)).add(MANY);
  const puts = Promise.allSettled(numbers(MANY).map(() => ch.put(1)));
  expect(ch.tryGet()).toBe(MANY);
  expect(ch.stats()).toMatchObject({ waitingPuts: 0, buffered: MANY });
  warn.mockRestore();
  const failed = (await puts).filter((one) => one.status === 'rejected');
  expect(failed).toHaveLength(0);
});

test('20,000 operations that wait can be given up from the last to the first', async () => {
  const ch = new Chan<number>();
  const controllers = numbers(20_000).map(() => new AbortController());
  const gets = controllers.map(({ signal }) => ch.get({ signal }).catch((reason: unknown) => reason));
  for (let i = controllers.length - 1; i >= 0; i--) controllers[i]?.abort('given up');
  expect(ch.stats().waitingGets).toBe(0);
  expect(new Set(await Promise.all(gets))).toEqual(new Set(['given up']));
});

test('100,000 waiting operations are settled by closing and by cancelling', async () => {
  const warn = warned();
  const closed = new Chan<number>();
  const gets = numbers(MANY).map(() => closed.get());
  closed.close();
  expect((await Promise.all(gets)).every((value) => value === undefined)).toBe(true);
  const cancelled = new Chan<number>();
  const puts = numbers(MANY).map((n) => cancelled.put(n));
  cancelled.cancel();
  expect((await Promise.all(puts)).every((ok) => !ok)).toBe(true);
  warn.mockRestore();
});

test('a daisy chain of 100,000 goroutines passes its value', async () => {
  const first = new Chan<number>();
  let left = first;
  for (let i = 0; i < MANY; i++) {
    const right = left;
    left = new Chan<number>();
    const to = left;
    void go(async () => {
      await to.put(((await right.get()) as number) + 1);
    });
  }
  void first.put(0);
  expect(await left.get()).toBe(MANY);
});

test('a daisy chain of 100,000 callbacks passes its value', async () => {
  const first = new Chan<number>();
  let left = first;
  for (let i = 0; i < MANY; i++) {
    const from = left;
    const to = new Chan<number>();
    from.getThen((value) => to.putThen((value as number) + 1));
    left = to;
  }
  first.putThen(0);
  expect(await left.get()).toBe(MANY);
});

test('10,000 goroutines share one channel, and each value goes to one of them', async () => {
  const ch = new Chan<number>(16);
  const received: number[] = [];
  const readers = Array.from({ length: 10_000 }, () =>
    go(async () => {
      for await (const n of ch) received.push(n);
    }),
  );
  for (let n = 0; n < 50_000; n++) await ch.put(n);
  ch.close();
  await Promise.all(readers);
  expect(received).toHaveLength(50_000);
  expect(new Set(received).size).toBe(50_000);
});
