import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, from, fromIter, fromRange, promise, select } from '../../src/index.js';
import { FALSY } from '../support/falsy.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** A channel of numbers, and the channels that are made of them. */
function made(): { outer: Chan<number>; inners: Chan<string>[]; ch: ReadChan<string> } {
  const outer = new Chan<number>();
  const inners: Chan<string>[] = [];
  const ch = outer.switchMap((n) => (inners[n] = new Chan<string>()));
  return { outer, inners, ch };
}

describe('switchMap', () => {
  test('gives the values of the channel made from the latest value', async () => {
    expect(
      await from([1, 2])
        .switchMap((n) => from([n, n * 10]))
        .collect(),
    ).toEqual([1, 2, 20]);
  });

  test('cancels the channel it read when the next is made, and reads no more of it', async () => {
    const { outer, inners, ch } = made();
    const outcome = follow(ch.get(), ch.get());
    outer.tryPut(0);
    await turns();
    expect(inners[0]?.tryPut('a')).toBe(true);
    await turns();
    expect(outcome()).toEqual([fulfilled('a'), pending]);
    outer.tryPut(1);
    await turns();
    expect([inners[0]?.closed, inners[0]?.tryPut('late')]).toEqual([true, false]);
    expect(inners[1]?.tryPut('b')).toBe(true);
    await turns();
    expect(outcome()).toEqual([fulfilled('a'), fulfilled('b')]);
  });

  test('gives f the value and how many came before', async () => {
    const calls: unknown[] = [];
    await from(['x', 'y'])
      .switchMap((...args) => {
        calls.push(args);
        return fromRange(0);
      })
      .collect();
    expect(calls).toEqual([
      ['x', 0],
      ['y', 1],
    ]);
  });

  test('ends when the source and the last channel have ended, in either order', async () => {
    const first = made();
    const ended = first.ch.get();
    first.outer.tryPut(0);
    first.outer.close();
    expect(await isPending(ended)).toBe(true);
    first.inners[0]?.close();
    expect(await ended).toBeUndefined();

    const second = made();
    const got = second.ch.get();
    second.outer.tryPut(0);
    second.inners[0]?.close();
    expect(await isPending(got)).toBe(true);
    second.outer.tryPut(1);
    await turns();
    expect(second.inners[1]?.tryPut('b')).toBe(true);
    expect(await got).toBe('b');
    const last = second.ch.get();
    second.inners[1]?.close();
    second.outer.close();
    expect(await last).toBeUndefined();
  });

  test('gives nothing for a value whose channel is empty', async () => {
    expect(
      await fromRange(3)
        .switchMap(() => fromRange(0))
        .collect(),
    ).toEqual([]);
    const last = fromRange(3).switchMap((n) => (n < 2 ? fromRange(0) : from([7])));
    expect(await last.collect()).toEqual([7]);
  });

  test('waits for the last channel when its source has ended, and does not go round', async () => {
    const inner = new Chan<number>();
    const got = from([0])
      .switchMap(() => inner)
      .get();
    await turns();
    expect([inner.stats().waitingGets, inner.tryPut(7)]).toEqual([1, true]);
    expect(await got).toBe(7);
  });

  test('misses no value that comes while it begins to wait', async () => {
    const outer = new Chan<string>(2).add('first');
    const inner = new Chan<number>(2).add(0, 1);
    // First neither has anything; then the source has, but that comes to nothing, and then the channel has.
    const odd = inner.filter((n) => n !== 1 || (outer.add('more'), false));
    const ch = outer.filter((word) => word === 'first' || (inner.add(2), false)).switchMap(() => odd);
    expect([await ch.get(), await ch.get()]).toEqual([0, 2]);
  });

  test('ends with an empty source, and when its source is hung up', async () => {
    expect(
      await fromRange(0)
        .switchMap(() => fromRange())
        .collect(),
    ).toEqual([]);
    const { outer, ch } = made();
    const got = ch.get();
    outer.cancel();
    expect(await got).toBeUndefined();
  });

  test('reads nothing and calls nothing before somebody asks, and nothing ahead', async () => {
    let [read, calls] = [0, 0];
    function* counted(): Generator<number> {
      for (;;) yield ++read;
    }
    const ch = fromIter(counted()).switchMap(() => {
      calls++;
      return fromIter(counted());
    });
    await turns();
    expect([read, calls]).toEqual([0, 0]);
    expect(await ch.get()).toBe(2);
    await turns();
    expect([read, calls]).toEqual([2, 1]);
  });

  test.each(FALSY)('fails with the source, or with the channel it reads, closed with %o', async (cause) => {
    const fails = [
      new Chan<number>().close(cause).switchMap(() => fromRange()),
      fromRange().switchMap(() => new Chan<number>().close(cause)),
    ];
    for (const ch of fails) {
      for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: cause });
      expect(ch.closed).toBe(true);
    }
    const later = fromRange(1).switchMap(() => new Chan<number>(1).add(7).close(cause));
    expect(await later.get()).toBe(7);
    expect(await rejection(later.get())).toEqual({ reason: cause });
  });

  test('fails with what f throws, and the channel made before is cancelled', async () => {
    const inner = new Chan<number>(1).add(1);
    const ch = from([0, 1]).switchMap((n) => {
      if (n === 1) throw new Error('one');
      return inner;
    });
    expect(await ch.get()).toBe(1);
    await expect(ch.get()).rejects.toThrow('one');
    await expect(ch.get()).rejects.toThrow('one');
    expect(inner.closed).toBe(true);
  });

  test.each([[undefined], [null], [5], [[1]], [Promise.resolve(1)]])(
    'fails with a TypeError when f returns %o',
    async (bad) => {
      expect(
        (
          await rejection(
            from([1])
              .switchMap(() => bad as never)
              .get(),
          )
        ).reason,
      ).toBeInstanceOf(TypeError);
    },
  );

  test.each([[undefined], [null], [5], [{}], [from([1])]])('of %o is a TypeError', (bad) => {
    expect(() => fromRange(1).switchMap(bad as never)).toThrow(TypeError);
  });

  test('cancelled, cancels the stages above it and the channel that f made, not the source', async () => {
    const outer = new Chan<number>();
    const above = outer.map((n) => n);
    const inner = new Chan<number>();
    const { signal } = inner;
    const ch = above.switchMap(() => inner);
    const got = ch.get();
    outer.tryPut(1);
    await turns();
    expect([outer.stats().waitingGets, inner.stats().waitingGets]).toEqual([1, 1]);
    ch.cancel('why');
    expect(await got).toBeUndefined();
    expect([above.closed, inner.closed, signal.reason, outer.closed]).toEqual([true, true, 'why', false]);
    expect([outer.stats().waitingGets, inner.stats().waitingGets]).toEqual([0, 0]);
  });

  test('cancelled by f itself, cancels also the channel that f then returns', async () => {
    const inner = new Chan<number>(1).add(1);
    const ch: ReadChan<number> = from([1]).switchMap(() => {
      ch.cancel();
      return inner;
    });
    expect(await ch.get()).toBeUndefined();
    expect(inner.closed).toBe(true);
  });

  test('leaves no waiter when who asked has given up, and loses nothing to him', async () => {
    const { outer, inners, ch } = made();
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    outer.tryPut(0);
    await turns();
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect([outer.stats().waitingGets, inners[0]?.stats().waitingGets]).toEqual([0, 0]);
    expect([outer.tryPut(1), inners[0]?.tryPut('a'), inners[0]?.closed]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    const again = ch.get();
    expect(inners[0]?.tryPut('a')).toBe(true);
    expect(await again).toBe('a');
  });

  test('leaves no waiter when a select took another case', async () => {
    const { outer, inners, ch } = made();
    const other = new Chan<string>();
    const selected = select({ ch, other });
    outer.tryPut(0);
    await turns();
    other.tryPut('other');
    expect(await selected).toEqual({ key: 'other', value: 'other' });
    expect([outer.stats().waitingGets, inners[0]?.stats().waitingGets]).toEqual([0, 0]);
    void inners[0]?.put('a');
    expect(await select({ ch, other })).toEqual({ key: 'ch', value: 'a' });
  });

  test('takes promise channels, as source and as what f makes, for sequences of one value', async () => {
    const source = new Chan<number>(promise()).add(3);
    expect(await source.switchMap((n) => fromRange(n)).collect()).toEqual([0, 1, 2]);
    const later = new Chan<number>(promise());
    const all = from([1])
      .switchMap(() => later)
      .collect();
    later.tryPut(7);
    expect(await all).toEqual([7]);
  });

  test('carries every value that is falsy, and channels of channels', async () => {
    expect(
      await from(FALSY)
        .switchMap((value) => from([value]))
        .collect(),
    ).toEqual(FALSY);
    const nested = from([from([1]), from([2, 3])]).switchMap((inner) => inner);
    expect(await nested.collect()).toEqual([1, 2, 3]);
  });

  test.each<readonly [string, () => ReadChan<number>]>([
    ['silent', () => new Chan<number>()],
    ['empty', () => fromRange(0)],
    ['endless', () => fromRange()],
  ])('from an endless source to %s channels lets timers through', async (_, f) => {
    const ch = fromRange().switchMap(f);
    const reading = ch.forEach(() => {});
    await new Promise((resolve) => void setTimeout(resolve, 1));
    ch.cancel();
    expect(await reading).toBeUndefined();
  });

  test('cancels the channel it reads when the source fails', async () => {
    const { outer, inners, ch } = made();
    const got = ch.get();
    outer.tryPut(0);
    outer.close(0);
    expect(await rejection(got)).toEqual({ reason: 0 });
    expect(inners[0]?.closed).toBe(true);
  });
});
