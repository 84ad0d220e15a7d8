import { describe, expect, test } from 'vitest';
import { Chan, combineLatest, from, fromIter, fromRange, promise, select } from '../../src/index.js';
import { FALSY } from '../support/falsy.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

const chans = (): [Chan<number>, Chan<number>] => [new Chan<number>(), new Chan<number>()];
const waiting = (...all: Chan<number>[]): number[] => all.map((chan) => chan.stats().waitingGets);

describe('combineLatest', () => {
  test('waits for one of each, and then gives a row at every new value of any', async () => {
    const [a, b] = chans();
    const ch = combineLatest(a, b);
    const first = ch.get();
    expect(b.tryPut(10)).toBe(true);
    expect(await isPending(first)).toBe(true);
    expect(a.tryPut(1)).toBe(true);
    expect(await first).toEqual([1, 10]);
    for (const [chan, n, row] of [
      [a, 2, [2, 10]],
      [a, 3, [3, 10]],
      [b, 20, [3, 20]],
      [a, 3, [3, 20]],
    ] as const) {
      const got = ch.get();
      expect(chan.tryPut(n)).toBe(true);
      expect(await got).toEqual(row);
    }
  });

  test('reads a channel as its values come, also before there is one of each, so that the latest is the latest', async () => {
    const [a, b] = chans();
    const got = combineLatest(a, b).get();
    expect([1, 2, 3].map((n) => a.tryPut(n))).toEqual([true, true, true]);
    expect(waiting(a, b)).toEqual([1, 1]);
    b.tryPut(10);
    expect(await got).toEqual([3, 10]);
    expect(waiting(a, b)).toEqual([0, 0]);
  });

  test('a silent channel does not hold up one that is fast', async () => {
    const [a, b] = chans();
    const got = combineLatest(b, a).get();
    for (const n of numbers(100)) expect(await a.put(n)).toBe(true);
    b.tryPut(10);
    expect(await got).toEqual([10, 99]);
  });

  test('passes over no value for a row that could be made', async () => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = [new Chan<number>(3).add(1, 2, 3), new Chan<number>(1).add(10)];
      const ch = combineLatest(a, b);
      expect([await ch.get(), await ch.get()]).toEqual([
        [1, 10],
        [2, 10],
      ]);
      expect(a.stats().buffered).toBe(1);
    }
  });

  test('asked without waiting, reads what there is', () => {
    const both = [new Chan<number>(2).add(1, 2), new Chan<number>(1)] as const;
    const ch = combineLatest(both);
    expect([ch.tryGet(), ch.tryGet()]).toEqual([undefined, undefined]);
    expect(both[0].stats().buffered).toBe(0);
    both[1].add(10);
    expect([ch.tryGet(), ch.tryGet()]).toEqual([[2, 10], undefined]);
  });

  test('fails at once with a channel that is ahead, and leaves the others', async () => {
    for (const cause of FALSY) {
      const [a, b] = chans();
      const got = combineLatest(a, b).get();
      a.tryPut(1);
      a.close(cause);
      expect(await rejection(got)).toEqual({ reason: cause });
      expect([b.closed, ...waiting(b)]).toEqual([false, 0]);
    }
  });

  test('fails at once with a stage that is ahead and fails right behind its value', async () => {
    const b = new Chan<number>();
    const failing = from([1, 2]).map((n) => {
      if (n === 2) throw new Error('two');
      return n;
    });
    await expect(combineLatest(b, failing).get()).rejects.toThrow('two');
  });

  test('over an endless channel and a silent one lets the event loop turn, and is served then', async () => {
    const b = new Chan<number>();
    const got = combineLatest(fromRange(), b).get();
    await turns();
    void b.put(10);
    expect((await got)?.[1]).toBe(10);
  });

  test('does not end while one that gave its first value and ended waits for the others', async () => {
    const b = new Chan<number>();
    const got = combineLatest(from([1]), b).get();
    expect(await isPending(got)).toBe(true);
    b.tryPut(10);
    expect(await got).toEqual([1, 10]);
  });

  test('takes a value of one channel only for one who asks', async () => {
    const both = [new Chan<number>(1).add(1), new Chan<number>(1).add(10)] as const;
    const ch = combineLatest(...both);
    expect(await ch.get()).toEqual([1, 10]);
    for (const chan of both) chan.tryPut(5);
    await ch.get();
    expect(both.reduce((sum, chan) => sum + chan.stats().buffered, 0)).toBe(1);
    expect(await ch.get()).toEqual([5, 5]);
  });

  test('starves none of the channels that are always ready', async () => {
    const rows = await combineLatest(fromRange(), fromRange()).collect(300);
    const [a = 0, b = 0] = rows.at(-1) ?? [];
    expect(Math.min(a, b)).toBeGreaterThan(30);
    // Every row is another, by one value of one channel.
    expect(rows.map((row) => row[0] + row[1])).toEqual(rows.map((_, i) => i));
  });

  test('goes on with the last value of a channel that has ended, and ends when all have', async () => {
    const a = new Chan<number>(1).add(1).close();
    expect(await combineLatest(a, from([10, 20])).collect()).toEqual([
      [1, 10],
      [1, 20],
    ]);
  });

  test.each([0, 1])('ends when channel %i ends without having given any', async (i) => {
    const both = chans();
    const got = combineLatest(both).get();
    both[1 - i]?.tryPut(1);
    expect(await isPending(got)).toBe(true);
    both[i]?.close();
    expect(await got).toBeUndefined();
    expect(waiting(...both)).toEqual([0, 0]);
    expect(both[1 - i]?.closed).toBe(false);
  });

  test.each(FALSY)('gives the rows before a failure with %o, and then rejects for ever', async (cause) => {
    const a = new Chan<number>(1).add(1);
    const b = new Chan<number>(1).add(10).close(cause);
    const ch = combineLatest(a, b);
    expect(await ch.get()).toEqual([1, 10]);
    for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: cause });
    expect([a.closed, ...waiting(a)]).toEqual([false, 0]);
  });

  test('keeps what was read when who asked has given up', async () => {
    const [a, b] = chans();
    const ch = combineLatest(a, b);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    a.tryPut(1);
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect(waiting(a, b)).toEqual([0, 0]);
    const again = ch.get();
    expect(b.tryPut(10)).toBe(true);
    expect(await again).toEqual([1, 10]);
  });

  test('loses no row to a select that took another case', async () => {
    const [a, b] = chans();
    const ch = combineLatest(a, b);
    const other = new Chan<string>();
    const selected = select({ ch, other });
    a.tryPut(1);
    other.tryPut('other');
    await selected;
    expect(waiting(a, b)).toEqual([0, 0]);
    const again = select({ ch, other });
    b.tryPut(10);
    expect(await again).toEqual({ key: 'ch', value: [1, 10] });
  });

  test('several readers share the rows, each served in turn', async () => {
    const [a, b] = chans();
    const ch = combineLatest(a, b);
    const outcome = follow(ch.get(), ch.get());
    a.tryPut(1);
    b.tryPut(10);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 10]), pending]);
    a.tryPut(2);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 10]), fulfilled([2, 10])]);
  });

  test('of the same channel twice fills both places before it gives a row', async () => {
    const source = new Chan<number>(2).add(1, 2).close();
    const rows = await combineLatest(source, source).collect();
    expect([[[1, 2]], [[2, 1]]]).toContainEqual(rows);
  });

  test('takes a promise channel for a sequence of one value', async () => {
    const one = new Chan<number>(promise()).add(5);
    expect(await combineLatest(one, from([1, 2]), one).collect()).toEqual([
      [5, 1, 5],
      [5, 2, 5],
    ]);
  });

  test('gives each its own row', async () => {
    const ch = combineLatest(from([1, 2]), from([5]));
    const first = (await ch.get()) as unknown[];
    first.length = 0;
    expect(await ch.get()).toEqual([2, 5]);
  });
});

describe('combineLatest, eager,', () => {
  const eager = { eager: true } as const;

  test('begins with the first value of any, with undefined for those that have given none', async () => {
    const [a, b] = chans();
    const ch = combineLatest(a, b, eager);
    const [first, second, third] = [ch.get(), ch.get(), ch.get()];
    for (const [chan, n] of [
      [b, 10],
      [b, 20],
      [a, 1],
    ] as const) {
      expect(chan.tryPut(n)).toBe(true);
    }
    expect(await Promise.all([first, second, third])).toEqual([
      [undefined, 10],
      [undefined, 20],
      [1, 20],
    ]);
    expect(waiting(a, b)).toEqual([0, 0]);
  });

  test('goes on when one ends without having given any', async () => {
    expect(await combineLatest([fromRange(2), fromRange(0)], eager).collect()).toEqual([
      [0, undefined],
      [1, undefined],
    ]);
    expect(await combineLatest(fromRange(0), fromRange(0), eager).collect()).toEqual([]);
  });

  test('of no channels ends', async () => {
    expect(await combineLatest(eager).collect()).toEqual([]);
    expect(await combineLatest([], eager).collect()).toEqual([]);
  });

  test('reads one value for each row that is asked for', async () => {
    let read = 0;
    function* counted(): Generator<number> {
      for (;;) yield ++read;
    }
    const ch = combineLatest(fromIter(counted()), fromIter(counted()), eager);
    for (const n of [1, 2, 3]) {
      expect(await ch.get()).toContain(n);
      await turns();
      expect(read).toBe(n);
    }
  });

  test('keeps null apart from a hole', async () => {
    expect(await combineLatest(from([null]), fromRange(0), eager).collect()).toEqual([[null, undefined]]);
  });

  test.each([[{}], [{ eager: false }], [{ eager: undefined }]])('is not so with %o', async (options) => {
    expect(await combineLatest([fromRange(2), fromRange(0)], options).collect()).toEqual([]);
  });
});

test.each([[undefined], [null], [5], ['x'], [() => 1]])('refuses %o as the last channel', (bad) => {
  expect(() => combineLatest(fromRange(1), bad as never)).toThrow(TypeError);
});
