import { describe, expect, test } from 'vitest';
import { Chan, from, select } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { Stepped } from '../support/stepped.js';
import { turns } from '../support/turns.js';

describe('from an async iterable', () => {
  test('gives its values in order, then ends', async () => {
    const ch = from(
      (async function* () {
        yield 1;
        yield 2;
      })(),
    );
    expect(await ch.collect()).toEqual([1, 2]);
    expect([ch.closed, await ch.get()]).toEqual([true, undefined]);
  });

  test.each([[0], [null], [false], ['']])('carries %s', async (value) => {
    const ch = from(
      (async function* () {
        yield value;
      })(),
    );
    expect(await ch.collect()).toEqual([value]);
  });

  test('pulls nothing before somebody asks, and one value at a time', async () => {
    const source = new Stepped();
    const ch = from(source);
    await turns();
    expect(source.calls).toEqual([]);
    const both = [ch.get(), ch.get()];
    expect(source.calls).toEqual(['iterator', 'next']);
    source.give(1);
    expect(await both[0]).toBe(1);
    expect(source.calls).toEqual(['iterator', 'next', 'next']);
    source.give(2);
    expect(await both[1]).toBe(2);
    await turns();
    expect(source.calls).toHaveLength(3);
  });

  test('keeps a value whose reader was aborted for the next', async () => {
    const [source, controller] = [new Stepped(), new AbortController()];
    const ch = from(source);
    const aborted = rejection(ch.get({ signal: controller.signal }));
    controller.abort('why');
    expect(await aborted).toEqual({ reason: 'why' });
    source.give(1);
    await turns();
    expect(source.calls).toEqual(['iterator', 'next']);
    expect(await ch.get()).toBe(1);
    expect(source.calls).toEqual(['iterator', 'next']);
  });

  test('keeps a value whose select took another case for the next', async () => {
    const [source, other] = [new Stepped(), new Stepped()];
    const [ch, second] = [from(source), from(other)];
    const selected = select({ ch, second });
    other.give(5);
    expect(await selected).toEqual({ key: 'second', value: 5 });
    source.give(1);
    await turns();
    expect(ch.tryGet()).toBe(1);
    expect(ch.tryGet()).toBeUndefined();
  });

  test('keeps a value asked for by a select that lost by being asked', async () => {
    const a = new Chan<number>();
    let asked = 0;
    const ch = from<number>({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          // The second step is asked for by the select, which is done by it.
          if (++asked === 2) a.tryPut(5);
          return Promise.resolve({ done: false, value: asked });
        },
      }),
    });
    const first = ch.get();
    const selected = select({ a, ch });
    expect([await first, await selected]).toEqual([1, { key: 'a', value: 5 }]);
    expect([await ch.get(), asked]).toEqual([2, 2]);
  });

  test('asks once for 1,000 selects that lose', async () => {
    const source = new Stepped();
    const ch = from(source);
    for (let i = 0; i < 1000; i++) await select({ ch, ready: from([i]) });
    expect(source.calls.filter((call) => call === 'next').length).toBeLessThanOrEqual(1);
    const got = ch.get();
    source.give(1);
    expect(await got).toBe(1);
  });

  test('serves who waits in order, and all when it ends', async () => {
    const source = new Stepped();
    const ch = from(source);
    const gets = [ch.get(), ch.get(), ch.get()];
    expect(ch.stats()).toMatchObject({ state: 'gets-waiting', waitingGets: 3 });
    source.give(1);
    await turns();
    source.end();
    expect(await Promise.all(gets)).toEqual([1, undefined, undefined]);
    expect(ch.stats()).toMatchObject({ state: 'closed', waitingGets: 0, gets: 1 });
  });

  test.each([[new Error('failed')], [0], [null], [false]])(
    'a step that rejects with %s closes the channel with it',
    async (error) => {
      const source = new Stepped();
      const ch = from(source);
      const gets = [rejection(ch.get()), rejection(select({ ch }))];
      source.fail(error);
      expect(await Promise.all(gets)).toEqual([{ reason: error }, { reason: error }]);
      expect(await rejection(ch.get())).toEqual({ reason: error });
      expect(ch.closed).toBe(true);
    },
  );

  test('a step that rejects with undefined closes the channel with an error that says so', async () => {
    const source = new Stepped();
    const got = rejection(from(source).get());
    source.fail(undefined);
    expect((await got).reason).toBeInstanceOf(Error);
  });

  test('a next or an iterator that throws closes the channel with its error', async () => {
    const throwing = (): never => {
      throw new RangeError('thrown');
    };
    const open = from<number>({ [Symbol.asyncIterator]: throwing });
    expect(await rejection(open.get())).toEqual({ reason: new RangeError('thrown') });
    const next = from<number>({ [Symbol.asyncIterator]: () => ({ next: throwing }) });
    expect(await rejection(next.get())).toEqual({ reason: new RangeError('thrown') });
  });

  test.each([[undefined], [null], [5]])(
    'a step that gives %s, no object, fails it with a TypeError',
    async (bad) => {
      const ch = from<number>({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(bad as never) }),
      });
      const got = rejection(ch.get());
      expect(await isPending(got)).toBe(false);
      expect((await got).reason).toBeInstanceOf(TypeError);
    },
  );

  test('a step that is a thenable which answers at once is a step like any other', async () => {
    const results = [{ done: false, value: 1 }, { done: false, value: 2 }, { done: true }];
    const next = (): PromiseLike<IteratorResult<number>> => ({
      // oxlint-disable-next-line unicorn/no-thenable -- the subject
      then: (resolve) => resolve?.(results.shift() as never) as never,
    });
    const ch = from<number>({ [Symbol.asyncIterator]: () => ({ next: next as never }) });
    const all = ch.collect();
    expect(await isPending(all)).toBe(false);
    expect(await all).toEqual([1, 2]);
  });

  test('undefined among the values closes the channel with a TypeError and returns the iterator', async () => {
    const source = new Stepped();
    const ch = from(source);
    const got = rejection(ch.get());
    source.give(undefined);
    expect((await got).reason).toBeInstanceOf(TypeError);
    expect(source.calls).toEqual(['iterator', 'next', 'return']);
  });
});
