import { describe, expect, test } from 'vitest';
import { Chan, fromRange, type ReadChan, unbounded } from '../../src/index.js';
import { Calls, settled } from '../support/calls.js';
import { FALSY } from '../support/falsy.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { uncaught } from '../support/uncaught.js';

const CAUSES: readonly unknown[] = [new Error('lost'), ...FALSY];
const many = (): Chan<number> => new Chan<number>(unbounded()).add(...numbers(20));
const fail = (error: unknown): never => {
  throw error;
};

test('a failure of asyncPipe comes after the results of all values before it, in their order', async () => {
  const calls = new Calls();
  const ch = fromRange(9).asyncPipe(3, calls.f);
  const got = [ch.get(), ch.get(), ch.get()];
  const end = rejection(got[2] as Promise<unknown>);
  await settled();
  calls.reject(2, new Error('two'));
  calls.resolve(1, 10);
  expect(await isPending(got[0] as Promise<unknown>)).toBe(true);
  expect(calls.signals[0]?.aborted).toBe(false);
  calls.resolve(0, 0);
  expect([await got[0], await got[1]]).toEqual([0, 10]);
  expect(await end).toMatchObject({ reason: { message: 'two' } });
  expect(calls.values).toEqual([0, 1, 2]);
});

test('of several failures asyncPipe ends with that of the first value, not with the first in time', async () => {
  const calls = new Calls();
  const end = rejection(fromRange(9).asyncPipe(2, calls.f).get());
  await settled();
  calls.reject(1, 'second');
  calls.reject(0, 'first');
  expect(await end).toEqual({ reason: 'first' });
});

test('a failure of asyncPipeUnordered comes after the results that were there before, and waits for no call', async () => {
  const calls = new Calls();
  const ch = fromRange(9).asyncPipeUnordered(3, calls.f);
  expect(ch.tryGet()).toBeUndefined();
  const got = ch.get();
  await settled();
  calls.resolve(1, 10);
  expect(await got).toBe(10);
  calls.resolve(2, 20);
  await settled();
  calls.reject(3, 'lost');
  await settled();
  expect(await ch.get()).toBe(20);
  expect(await rejection(ch.get())).toEqual({ reason: 'lost' });
  expect(calls.inFlight).toContain(0);
  expect(calls.signals[0]).toMatchObject({ aborted: true, reason: 'lost' });
});

describe.each(['asyncPipe', 'asyncPipeUnordered'] as const)('%s', (kind) => {
  test.each(CAUSES)(
    'a function that throws %s, at once or later, fails it for ever, after what came before',
    async (cause) => {
      for (const f of [
        (n: number): number => (n === 2 ? fail(cause) : n),
        async (n: number): Promise<number> => (n === 2 ? fail(cause) : n),
      ]) {
        const ch = fromRange(9)[kind](1, f);
        expect([await ch.get(), await ch.get()]).toEqual([0, 1]);
        expect(await rejection(ch.get())).toEqual({ reason: cause });
        expect(await rejection(ch.get())).toEqual({ reason: cause });
        expect(ch.drained).toBe(true);
      }
    },
  );

  test('a function that throws undefined fails it with an error that says so', async () => {
    const thrown = fromRange(1)[kind](1, () => fail(undefined));
    await expect(thrown.get()).rejects.toThrow('undefined was thrown');
    const rejected = fromRange(1)[kind](1, async () => fail(undefined));
    await expect(rejected.get()).rejects.toThrow('undefined was thrown');
  });

  test.each(CAUSES)(
    'a source that fails with %s fails it after the results of all its values',
    async (cause) => {
      const calls = new Calls();
      const ch = new Chan<number>(2).add(0, 1).close(cause)[kind](3, calls.f);
      const got = ch.get();
      await settled();
      calls.resolve(0, 0);
      expect(await got).toBe(0);
      const next = ch.get();
      expect(await isPending(next)).toBe(true);
      expect(calls.signals[1]?.aborted).toBe(false);
      calls.resolve(1, 10);
      expect(await next).toBe(10);
      expect(await rejection(ch.get())).toEqual({ reason: cause });
    },
  );

  test('makes no more calls and takes nothing more from the moment of a failure, and aborts those in flight', async () => {
    const calls = new Calls();
    const source = many();
    const ch = source[kind](3, calls.f);
    const end = rejection(ch.get());
    await settled();
    calls.reject(0, 'lost');
    expect(await end).toEqual({ reason: 'lost' });
    expect(calls.signals.map((signal): unknown => signal.reason)).toEqual(['lost', 'lost', 'lost']);
    calls.resolve(1, 10);
    calls.reject(2, 'later');
    await settled();
    expect(calls.values).toEqual([0, 1, 2]);
    expect(source.stats()).toMatchObject({ gets: 3, waitingGets: 0 });
    expect(await rejection(ch.get())).toEqual({ reason: 'lost' });
  });

  test('leaves no waiter on its source when it fails', async () => {
    const calls = new Calls();
    const source = new Chan<number>();
    const end = rejection(source[kind](3, calls.f).get());
    source.add(0);
    await settled();
    expect(source.stats().waitingGets).toBe(1);
    calls.reject(0, 'lost');
    expect(await end).toEqual({ reason: 'lost' });
    expect(source.stats().waitingGets).toBe(0);
  });

  test('failures of calls in flight when it is cancelled are not uncaught, and onError is not asked of them', async () => {
    let asked = 0;
    const errors = await uncaught(async () => {
      const calls = new Calls();
      const ch = fromRange()[kind](2, calls.f, { onError: () => void asked++ });
      const got = ch.get();
      await settled();
      ch.cancel();
      expect(await got).toBeUndefined();
      expect(calls.inFlight).toHaveLength(2);
      for (const n of calls.inFlight) calls.reject(n, new Error('nobody is there to know'));
    });
    expect([errors, asked]).toEqual([[], 0]);
  });

  test('onError puts a value, or the promise of one, in place of a failure, and leaves out what it has none for', async () => {
    const seen: unknown[] = [];
    const onError = (error: unknown, value: number): number | undefined | Promise<number | undefined> => {
      seen.push([error, value]);
      return [-1, Promise.resolve(-2), undefined, Promise.resolve(undefined)][value];
    };
    const ch = fromRange(5)[kind](1, (n) => (n < 4 ? fail(`e${n}`) : n), { onError });
    expect(await ch.collect()).toEqual([-1, -2, 4]);
    expect(seen).toEqual(numbers(4).map((n) => [`e${n}`, n]));
    const late = fromRange(2)[kind](1, async () => fail(null), { onError: (error) => [error].length });
    expect(await late.collect()).toEqual([1, 1]);
  });

  test('onError that throws, at once or later, fails the channel with what it throws, and is not asked of that', async () => {
    for (const later of [false, true]) {
      let asked = 0;
      const onError = (): never | Promise<never> => {
        asked++;
        return later ? Promise.reject(new Error('worse')) : fail(new Error('worse'));
      };
      const ch = fromRange(9)[kind](1, () => fail('bad'), { onError });
      await expect(ch.get()).rejects.toThrow('worse');
      expect(asked).toBe(1);
    }
  });

  test('while onError takes its time the call counts as in flight', async () => {
    const calls = new Calls();
    let go: (n: number) => void = () => {};
    const onError = (): Promise<number> => new Promise((resolve) => (go = resolve));
    const got = fromRange(9)[kind](1, calls.f, { onError }).get();
    await settled();
    calls.reject(0, 'bad');
    await settled();
    expect(calls.values).toEqual([0]);
    go(7);
    expect(await got).toBe(7);
    await settled();
    expect(calls.values).toEqual([0, 1]);
  });

  test('onError may cancel the channel: nothing is called any more', async () => {
    const seen: number[] = [];
    const f = (n: number): never => {
      seen.push(n);
      return fail('bad');
    };
    const ch: ReadChan<number> = fromRange()[kind](2, f, { onError: () => ch.cancel() as undefined });
    expect(await ch.get()).toBeUndefined();
    await settled();
    expect(seen).toEqual([0]);
  });

  test('a thenable that settles twice counts once', async () => {
    const calls = new Calls();
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    const twice = { then: (done: (n: number) => void): void => [5, 6].forEach((n) => done(n)) };
    const f = (n: number, context: { readonly signal: AbortSignal }): PromiseLike<number | undefined> =>
      n === 0 ? (twice as unknown as PromiseLike<number>) : calls.f(n, context);
    const ch = fromRange()[kind](2, f);
    expect(await ch.get()).toBe(5);
    expect(ch.tryGet()).toBeUndefined();
    await settled();
    expect(calls.inFlight).toHaveLength(2);
  });
});
