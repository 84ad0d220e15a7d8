import { describe, expect, test } from 'vitest';
import {
  Chan,
  type ReadChan,
  concat,
  from,
  fromIter,
  fromRange,
  merge,
  promise,
  race,
} from '../../src/index.js';
import { spend } from '../../src/base/fairness.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('merge', () => {
  test('gives every value of every channel once, those of one channel in order', async () => {
    const all = await merge(fromRange(0, 50), fromRange(100, 150), fromRange(200, 250)).collect();
    expect(all).toHaveLength(150);
    for (const k of [0, 100, 200]) {
      expect(all.filter((n) => n >= k && n < k + 50)).toEqual(numbers(50).map((n) => k + n));
    }
  });

  test('of several that are ready takes one at random: none starves', async () => {
    const seen = await merge(
      fromRange().map(() => 'a'),
      fromRange().map(() => 'b'),
      fromRange().map(() => 'c'),
    ).collect(600);
    for (const name of ['a', 'b', 'c']) expect(seen.filter((one) => one === name).length).toBeGreaterThan(60);
  });

  test('goes on with the others when one has ended, and ends with the last', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = merge(a, b);
    const outcome = follow(ch.get(), ch.get());
    a.close();
    b.tryPut(1);
    await turns();
    expect(outcome()).toEqual([fulfilled(1), pending]);
    b.close();
    await turns();
    expect(outcome()).toEqual([fulfilled(1), fulfilled(undefined)]);
  });

  test('takes a value of one channel only for one who asks', async () => {
    for (const first of [0, 1]) {
      const both = [new Chan<number>(), new Chan<number>()];
      const got = merge(both).get();
      expect(both[first]?.tryPut(1)).toBe(true);
      expect(both.map((chan) => chan.tryPut(2))).toEqual([undefined, undefined]);
      expect(both.map((chan) => chan.stats().waitingGets)).toEqual([0, 0]);
      expect(await got).toBe(1);
    }
  });

  test('of the same channel twice gives each value once, and ends with it', async () => {
    const source = new Chan<number>();
    const all = merge(source, source).collect();
    for (const n of numbers(5)) expect(await source.put(n)).toBe(true);
    source.close();
    expect(await all).toEqual(numbers(5));
  });

  test('of the same stage twice ends with it, also where the event loop must turn first', async () => {
    const stage = fromRange(0).map((n) => n);
    for (let refused = 0; refused < 100; ) refused = spend() ? 0 : refused + 1;
    expect(await isPending(merge(stage, stage).get())).toBe(false);
  });

  test('of promise channels gives the value of each', async () => {
    const one = new Chan<number>(promise()).add(1);
    const all = await merge(one, from(Promise.resolve(2)), one).collect();
    expect([1, 2].map((n) => all.filter((value) => value === n))).toEqual([[1, 1], [2]]);
  });

  test('of merged channels is one', async () => {
    const all = await merge(merge(from([1]), from([2])), merge(), from([3])).collect();
    expect([all.length, new Set(all)]).toEqual([3, new Set([1, 2, 3])]);
  });
});

describe('concat', () => {
  test('gives the values of one channel after those of the other', async () => {
    expect(await concat(from([1, 2]), fromRange(0), from([3]), from(Promise.resolve(4))).collect()).toEqual([
      1, 2, 3, 4,
    ]);
  });

  test('reads nothing of a channel before the one before it has ended', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>(1).add(9)];
    const ch = concat(a, b);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    expect(b.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
    a.close();
    expect(await got).toBe(9);
  });

  test('goes no further than a channel that fails', async () => {
    const after = new Chan<number>(1).add(9);
    const ch = concat(new Chan<number>(1).add(1).close(0), after);
    expect(await ch.get()).toBe(1);
    expect(await rejection(ch.get())).toEqual({ reason: 0 });
    expect(after.stats().buffered).toBe(1);
  });

  test('of the same channel twice gives its values once', async () => {
    const twice = fromRange(3);
    expect(await concat(twice, twice).collect()).toEqual([0, 1, 2]);
    const one = new Chan<number>(promise()).add(1);
    expect(await concat(one, one).collect()).toEqual([1, 1]);
  });

  test('of very many empty channels comes to the one that is not', async () => {
    const chans: ReadChan<number>[] = numbers(20_000).map(() => fromRange(0));
    expect(await concat([...chans, from([1])]).collect()).toEqual([1]);
  });
});

describe('race', () => {
  test('gives the values of the channel that is first to give one', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const all = race(a, b).collect();
    for (const n of [1, 2]) expect(await b.put(n)).toBe(true);
    expect([a.tryPut(9), a.stats().waitingGets]).toEqual([undefined, 0]);
    b.close();
    expect(await all).toEqual([1, 2]);
    expect(a.closed).toBe(false);
  });

  test('of several that are ready takes the first, and reads nothing of the others', async () => {
    let read = 0;
    function* counted(): Generator<number> {
      for (;;) yield ++read;
    }
    expect(await race(fromRange(2), fromIter(counted())).collect()).toEqual([0, 1]);
    expect(read).toBe(0);
  });

  test('cancels the losers that are stages, and leaves the user’s channels', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const loser = a.map((n) => n);
    const winner = b.map((n) => n);
    const ch = race(loser, a, winner);
    const got = ch.get();
    b.tryPut(1);
    expect(await got).toBe(1);
    expect([loser.closed, a.closed, winner.closed]).toEqual([true, false, false]);
    expect(a.stats().waitingGets).toBe(0);
  });

  test('is not won by one that ends, and ends when all do', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = race(a, b, fromRange(0));
    const got = ch.get();
    a.close();
    expect(await isPending(got)).toBe(true);
    b.close();
    expect(await got).toBeUndefined();
  });

  test('who has given up decides nothing and loses nothing', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = race(a, b);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    const both = follow(a.put(1), b.put(2));
    expect(await ch.get()).toBe(1);
    await turns();
    expect(both()).toEqual([fulfilled(true), pending]);
  });

  test('of the same channel twice gives its values', async () => {
    const source = new Chan<number>(3).add(1, 2, 3).close();
    expect(await race(source, source).collect()).toEqual([1, 2, 3]);
  });

  test('of the same stage twice gives its values', async () => {
    const stage = fromRange(3).map((n) => n);
    expect(await race(stage, stage).collect()).toEqual([0, 1, 2]);
  });

  test('cancels the stages that lose against a failure', async () => {
    const loser = new Chan<number>().map((n) => n);
    const failing = new Chan<number>();
    const got = race(loser, failing).get();
    failing.close(0);
    expect(await rejection(got)).toEqual({ reason: 0 });
    expect(loser.closed).toBe(true);
  });
});
