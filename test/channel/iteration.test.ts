import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/operators/complete.js';
import type { Value } from '../../src/channel/protocol.js';
import { promise } from '../../src/channel/buffers.js';
import { merge } from '../../src/operators/combinators.js';
import { FALSY } from '../support/falsy.js';
import { HOLDING, QUEUES, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** Both ways to iterate. */
const WAYS = [
  ['for await', <T>(ch: ReadChan<T>): AsyncIterable<T> => ch],
  ['for await over consume', <T>(ch: ReadChan<T>): AsyncIterable<T> => ch.consume()],
] as const;

describe.each(WAYS)('%s', (_way, over) => {
  test.each(QUEUES)(
    'gives every value of %s in order, and ends when it is drained',
    async (_kind, { make, capacity }) => {
      const ch = new Chan<number>(make());
      const values = numbers(Math.min(capacity, 4) + 1).slice(
        Number.isFinite(capacity) && capacity > 3 ? 1 : 0,
      );
      ch.add(...values).close();
      const received: number[] = [];
      for await (const n of over(ch)) received.push(n);
      expect(received).toEqual(values);
      expect(ch.drained).toBe(true);
    },
  );

  test('waits for values that are put later', async () => {
    const ch = new Chan<number>();
    const received: number[] = [];
    const loop = (async () => {
      for await (const n of over(ch)) received.push(n);
    })();
    for (let n = 0; n < 5; n++) expect(await ch.put(n)).toBe(true);
    ch.close();
    await loop;
    expect(received).toEqual([0, 1, 2, 3, 4]);
  });

  test('gives falsy values and null like any other', async () => {
    const ch = new Chan<Value>(FALSY.length).add(...(FALSY as never[])).close();
    const received: unknown[] = [];
    for await (const value of over(ch)) received.push(value);
    expect(received).toEqual(FALSY);
  });

  test('throws the cause after what was put before it, whatever it is', async () => {
    for (const cause of [new Error('broken'), ...FALSY]) {
      const ch = new Chan<number>(2).add(1, 2, 3).close(cause);
      const received: unknown[] = [];
      let thrown: unknown = 'nothing';
      try {
        for await (const n of over(ch)) received.push(n);
      } catch (error) {
        thrown = error;
      }
      expect(received).toEqual([1, 2, 3]);
      expect(thrown).toBe(cause);
    }
  });

  test('throws the cause also when the loop was waiting', async () => {
    const ch = new Chan<number>();
    const outcome = follow(over(ch)[Symbol.asyncIterator]().next());
    ch.close(0);
    await turns();
    expect(outcome()).toEqual([rejected(0)]);
  });

  test('over a promise channel gives its one value, once', async () => {
    const ch = new Chan<number>(promise()).add(1, 2);
    const received: number[] = [];
    for await (const n of over(ch)) received.push(n);
    expect(received).toEqual([1]);
  });

  test('over a promise channel that was closed without a value gives nothing, or its cause', async () => {
    const received: number[] = [];
    for await (const n of over(new Chan<number>(promise()).close())) received.push(n);
    expect(received).toEqual([]);
    const failed = over(new Chan<number>(promise()).close(0))[Symbol.asyncIterator]();
    await expect(failed.next()).rejects.toBe(0);
  });

  test('shares the values with other readers', async () => {
    const ch = new Chan<number>(6).add(0, 1, 2, 3, 4, 5).close();
    const received: number[] = [];
    const read = async (): Promise<void> => {
      for await (const n of over(ch)) received.push(n);
    };
    await Promise.all([read(), read(), read()]);
    // Who of several readers runs first is for the event loop to say.
    expect(received).toHaveLength(6);
    expect(new Set(received)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});

test.each(QUEUES)(
  'leaving for await early does not close %s: it may have other readers',
  async (_kind, { make }) => {
    const ch = new Chan<number>(make());
    const leave = [
      async () => {
        for await (const _ of ch) break;
      },
      async () => {
        for await (const _ of ch) return;
      },
      async () => {
        for await (const _ of ch) throw new Error('left');
      },
    ];
    for (const loop of leave) {
      ch.add(1, 2);
      await loop().catch(() => {});
      expect([ch.closed, ch.drained]).toEqual([false, false]);
      expect(await ch.get()).toBe(2);
    }
  },
);

test.each([...QUEUES, ...HOLDING])('leaving consume early cancels %s', async (_kind, { make }) => {
  const leave = [
    async (ch: Chan<number>) => {
      for await (const _ of ch.consume()) break;
    },
    async (ch: Chan<number>) => {
      for await (const _ of ch.consume()) return;
    },
    async (ch: Chan<number>) => {
      for await (const _ of ch.consume()) throw new Error('left');
    },
  ];
  for (const loop of leave) {
    const ch = new Chan<number>(make()).add(1, 2, 3, 4);
    const { signal } = ch;
    await loop(ch).catch(() => {});
    expect([ch.closed, ch.drained, signal.aborted]).toEqual([true, true, true]);
    expect(await ch.put(5)).toBe(false);
  }
});

test.each(WAITING)(
  'leaving consume early settles the puts that wait on %s with false',
  async (_kind, { make, capacity }) => {
    const ch = new Chan<number>(make()).add(...numbers(capacity + 1));
    const outcome = follow(ch.put(9), ch.put(10));
    for await (const _ of ch.consume()) break;
    await turns();
    expect(outcome()).toEqual([fulfilled(false), fulfilled(false)]);
  },
);

test('a consume loop that comes to its end does not cancel', async () => {
  const ch = new Chan<number>(2).add(1, 2).close('cause');
  let thrown: unknown;
  try {
    for await (const _ of ch.consume());
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBe('cause');
  await expect(ch.get()).rejects.toBe('cause');
});

test('an iterator that was returned gives no more values and takes none', async () => {
  const ch = new Chan<number>(3).add(1, 2, 3);
  const iterator = ch[Symbol.asyncIterator]();
  expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
  expect(await iterator.next()).toEqual({ done: false, value: 1 });
  expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  expect(ch.stats()).toMatchObject({ buffered: 2, gets: 1 });
});

test('an iterator that has ended stays at its end', async () => {
  const iterator = new Chan<number>(1).add(1).close()[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: 1 });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('steps asked for side by side are served in order', async () => {
  const ch = new Chan<number>();
  const iterator = ch[Symbol.asyncIterator]();
  const outcome = follow(iterator.next(), iterator.next(), iterator.next());
  ch.add(1, 2);
  await turns();
  const step = (value: number) => fulfilled({ done: false, value });
  expect(outcome()).toEqual([step(1), step(2), pending]);
  ch.close();
  await turns();
  expect(outcome()[2]).toEqual(fulfilled({ done: true, value: undefined }));
});

describe.each<[string, (ch: Chan<string>) => ReadChan<string>]>([
  ['a channel', (ch) => ch],
  ['a derived channel', (ch) => ch.filter(() => true)],
  ['a stage', (ch) => merge(ch)],
])('return() of an iterator of %s', (_, derive) => {
  test.each([1, 2, 5])('ends %i next() that wait, which take nothing any more', async (count) => {
    const source = new Chan<string>();
    const ch = derive(source);
    const iterator = ch[Symbol.asyncIterator]();
    const next = Array.from({ length: count }, () => iterator.next());
    const other = ch[Symbol.asyncIterator]().next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    for (const one of next) expect(await one).toEqual({ done: true, value: undefined });
    expect(ch.stats().waitingGets).toBe(1);
    const got = ch.get();
    await source.put('v');
    await source.put('w');
    expect([await other, await got]).toEqual([{ done: false, value: 'v' }, 'w']);
  });

  test('leaves a next() that has its value as it is', async () => {
    const source = new Chan<string>();
    const iterator = derive(source)[Symbol.asyncIterator]();
    const next = [iterator.next(), iterator.next()];
    source.tryPut('v');
    await iterator.return?.();
    expect(await Promise.all(next)).toEqual([
      { done: false, value: 'v' },
      { done: true, value: undefined },
    ]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('by its owner ends a next() that waits, and cancels', async () => {
    const ch = derive(new Chan<string>());
    const iterator = ch.consume()[Symbol.asyncIterator]();
    const next = iterator.next();
    await iterator.return?.();
    expect([await next, ch.closed]).toEqual([{ done: true, value: undefined }, true]);
  });
});

test('a generator that gives all of a channel, and is returned while it waits, takes nothing more', async () => {
  const ch = new Chan<number>();
  async function* all(): AsyncGenerator<number> {
    yield* ch;
  }
  const generator = all();
  void generator.next();
  await turns();
  // It ends when its next() has: what a generator is told while it waits, it does after that.
  const ended = generator.return(undefined);
  ch.add(1, 2);
  await ended;
  expect(await ch.get()).toBe(2);
});
