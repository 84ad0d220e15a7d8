import { describe, expect, test } from 'vitest';
import {
  Chan,
  dropping,
  fixed,
  from,
  fromRange,
  merge,
  promise,
  type ReadChan,
  select,
  sliding,
  unbounded,
} from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { settled } from '../support/calls.js';
import { FALSY } from '../support/falsy.js';
import { QUEUES } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

// fixed(0) has a test of its own below.
const KINDS = QUEUES.filter(([, { make, capacity }]) => capacity > 0 || make() === undefined);
const AHEAD = KINDS.filter(([, { capacity }]) => capacity > 0 && capacity < 4);

const many = (): Chan<number> => new Chan<number>(unbounded()).add(...numbers(20));

describe.each(KINDS)('buffer, through %s', (_, { make }) => {
  const derive = (ch: ReadChan<number>): ReadChan<number> => ch.buffer(make<number>() ?? 0);

  test('gives the same values in order, and then ends', async () => {
    const ch = derive(fromRange(4));
    expect(await ch.collect()).toEqual([0, 1, 2, 3]);
    expect(ch.drained).toBe(true);
  });

  test('ends with an empty source', async () => {
    expect(await derive(fromRange(0)).get()).toBeUndefined();
  });

  test('gives what came before a failure, and then rejects for ever', async () => {
    for (const cause of [new Error('lost'), ...FALSY]) {
      const ch = derive(new Chan<number>(2).add(1, 2).close(cause));
      expect([await ch.get(), await ch.get()]).toEqual([1, 2]);
      expect(await rejection(ch.get())).toEqual({ reason: cause });
      expect(await rejection(ch.get())).toEqual({ reason: cause });
    }
  });

  test('takes nothing before somebody asks', async () => {
    const source = many();
    derive(source);
    await turns();
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
  });

  test('waits for a source that gives nothing; cancelled, it leaves no waiter there', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    expect(source.stats().waitingGets).toBe(1);
    ch.cancel();
    expect(await got).toBeUndefined();
    expect(source.stats()).toMatchObject({ waitingGets: 0, state: 'flowing' });
    expect(await isPending(source.put(1))).toBe(true);
    expect(await source.get()).toBe(1);
  });

  test('a get that is aborted, and a select that is lost, lose no value', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    controller.abort('why');
    await expect(got).rejects.toBe('why');
    expect(await select({ ch, other: from(['x']) })).toEqual({ key: 'other', value: 'x' });
    source.add(1, 2, 3).close();
    expect(await ch.collect()).toEqual([1, 2, 3]);
  });

  test('an endless source lets timers through', async () => {
    const ch = derive(fromRange());
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
    ch.cancel();
  });
});

describe.each(AHEAD)('buffer, through %s', (_, { make, capacity }) => {
  const derive = (ch: ReadChan<number>): ReadChan<number> => ch.buffer(make<number>() ?? 0);

  test('reads ahead, from the first time somebody asks, as far as there is room', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const got = ch.get();
    for (let n = 0; n <= capacity; n++) {
      expect(source.tryPut(n)).toBe(true);
      await settled();
    }
    expect(await got).toBe(0);
    expect(source.tryPut(-1)).toBeUndefined();
    expect(ch.tryGet()).toBe(1);
    await settled();
    expect(source.tryPut(capacity + 1)).toBe(true);
    expect(source.stats().gets).toBe(capacity + 2);
  });

  test('never takes more than it has room for from a source that never waits', async () => {
    const source = many();
    const ch = derive(source);
    for (let n = 0; n < 10; n++) {
      expect(await ch.get()).toBe(n);
      await settled();
      expect(source.stats().gets).toBeLessThanOrEqual(n + 1 + capacity);
    }
  });

  test('goes on reading ahead when whoever asked has gone, and then takes no more', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    expect(ch.tryGet()).toBeUndefined();
    for (let n = 0; n < capacity; n++) {
      await settled();
      expect(source.tryPut(n)).toBe(true);
    }
    expect(await isPending(source.put(capacity))).toBe(true);
    expect(await ch.collect(capacity + 1)).toEqual(numbers(capacity + 1));
  });
});

test('buffer(fixed(0)) is buffer(0), as it is of a channel', async () => {
  const got = fromRange(1).buffer(fixed(0)).get();
  expect(await isPending(got)).toBe(false);
});

test('buffer(0) reads nothing ahead, and leaves no waiter when whoever asked has gone', async () => {
  const source = many();
  const ch = source.buffer(0);
  expect(await ch.get()).toBe(0);
  await turns();
  expect(source.stats().gets).toBe(1);
  const silent = new Chan<number>();
  const controller = new AbortController();
  const got = silent.buffer(0).get({ signal: controller.signal });
  controller.abort('why');
  await expect(got).rejects.toBe('why');
  expect(silent.stats().waitingGets).toBe(0);
});

test('buffer reads a whole large buffer ahead of a source that never waits', async () => {
  const made = { count: 0 };
  const ch = fromRange()
    .tap(() => made.count++)
    .buffer(100_000);
  expect(await ch.get()).toBe(0);
  // Far more turns of the event loop than that takes.
  for (let i = 0; i < 1000 && made.count <= 100_000; i++) await turns(1);
  expect(made.count).toBe(100_001);
});

test.each([
  ['sliding drops the oldest', sliding, [0, 1], [2, 3]],
  ['dropping drops the newest', dropping, [2, 3], [0, 1]],
] as const)('a buffer that is %s when the reader is slow, and tells what', async (_, kind, dropped, kept) => {
  const seen: number[] = [];
  const source = new Chan<number>();
  const ch = source.buffer(kind(2, { onDrop: (n: number) => void seen.push(n) }));
  expect(ch.tryGet()).toBeUndefined();
  for (const n of numbers(4)) {
    await settled();
    expect(source.tryPut(n)).toBe(true);
  }
  expect(seen).toEqual(dropped);
  source.close();
  expect(await ch.collect()).toEqual(kept);
});

test('a promise buffer gives the first value for ever', async () => {
  const ch = from([7, 8]).buffer(promise());
  expect([await ch.get(), await ch.get()]).toEqual([7, 7]);
});

test('through a promise buffer, what reads it as a sequence reads one value', async () => {
  const ch = from([7, 8]).buffer(promise());
  expect(await merge(ch).collect(3)).toEqual([7]);
});

test.each([-1, 1.5, Number.NaN, Infinity])('buffer(%s) throws a RangeError', (size) => {
  expect(() => fromRange(1).buffer(size)).toThrow(RangeError);
});

test('buffer throws a TypeError for what is no buffer, and for one that is in use', () => {
  for (const bad of ['2', {}, null, () => {}])
    expect(() => fromRange(1).buffer(bad as never)).toThrow(TypeError);
  const buffer = fixed<number>(2);
  fromRange(1).buffer(buffer);
  expect(() => fromRange(1).buffer(buffer)).toThrow(TypeError);
});
