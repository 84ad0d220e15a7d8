import { describe, expect, test } from 'vitest';
import { Chan, dropping, from, fromRange, promise, sliding, unbounded } from '../../src/index.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

test('every tap gets every value, and ends with the source', async () => {
  const dup = fromRange(4).dup();
  const taps = [dup.tap(), dup.tap(), dup.tap(new Chan<number>(2)), dup.tap(new Chan<number>(unbounded()))];
  const all = await Promise.all(taps.map((tap) => tap.collect()));
  expect(all).toEqual(taps.map(() => [0, 1, 2, 3]));
});

test('whoever made it can tap it before the first value is read', async () => {
  const source = new Chan<number>(2).add(1, 2).close();
  const dup = source.dup();
  expect(source.stats().gets).toBe(0);
  expect(await dup.tap().collect()).toEqual([1, 2]);
});

test('an empty source closes its taps', async () => {
  const dup = from<number>([]).dup();
  const tap = dup.tap();
  expect(await tap.collect()).toEqual([]);
  expect(tap.drained).toBe(true);
});

test('a promise channel is a source of one value', async () => {
  const tap = from(Promise.resolve(5)).dup().tap();
  expect(await tap.collect()).toEqual([5]);
});

test('a source that was closed with a cause, also a falsy one, fails the taps after its values', async () => {
  for (const cause of [new Error('lost'), ...FALSY]) {
    const dup = new Chan<number>(1).add(1).close(cause).dup();
    const tap = dup.tap();
    const other = dup.tap(new Chan<number>(unbounded()));
    expect(await tap.get()).toBe(1);
    await expect(tap.get()).rejects.toBe(cause);
    expect(await other.get()).toBe(1);
    await expect(other.get()).rejects.toBe(cause);
  }
});

test('a failure that no tap is told of is an uncaught error', async () => {
  expect(await uncaught(() => void new Chan<number>().close('untapped').dup())).toEqual(['untapped']);
  const kept = new Chan<number>();
  expect(
    await uncaught(() => new Chan<number>().close('kept open').dup().tap(kept, { close: false })),
  ).toEqual(['kept open']);
  expect(kept.closed).toBe(false);
});

test('a source that is cancelled ends the taps', async () => {
  const source = new Chan<number>();
  const ends = source.dup().tap().collect();
  await turns();
  source.cancel('enough');
  expect(await ends).toEqual([]);
});

test('an endless source is read no faster than its slowest tap takes it', async () => {
  let produced = 0;
  const dup = fromRange()
    .tap(() => produced++)
    .dup();
  const [quick, slow] = [dup.tap(new Chan<number>(unbounded())), dup.tap()];
  await turns();
  expect(produced).toBe(1);
  expect(await slow.get()).toBe(0);
  await turns();
  expect([produced, quick.stats().buffered]).toEqual([2, 2]);
  dup.close();
});

test('without taps values are dropped, and those who tap later get what comes then', async () => {
  const source = new Chan<number>();
  const dup = source.dup();
  expect(await source.put(1)).toBe(true);
  expect(await source.put(2)).toBe(true);
  const tap = dup.tap();
  expect(await source.put(3)).toBe(true);
  expect(await tap.get()).toBe(3);
});

test('the next value is read when all taps have taken the present one', async () => {
  const source = new Chan<number>();
  const dup = source.dup();
  const [a, b] = [dup.tap(), dup.tap()];
  expect(await source.put(1)).toBe(true);
  const second = source.put(2);
  expect(await a.get()).toBe(1);
  expect(await isPending(second)).toBe(true);
  expect(a.stats().waitingPuts).toBe(0);
  expect(await b.get()).toBe(1);
  expect(await second).toBe(true);
});

test('a tap with room in its buffer, or one that drops, holds up nobody', async () => {
  const dup = from(numbers(6)).dup();
  const slow = [new Chan<number>(6), new Chan<number>(sliding(2)), new Chan<number>(dropping(2))] as const;
  const once = new Chan<number>(promise());
  for (const out of [...slow, once]) dup.tap(out);
  expect(await dup.tap().collect()).toEqual(numbers(6));
  const held = await Promise.all(slow.map((out) => out.collect()));
  expect(held).toEqual([numbers(6), [4, 5], [0, 1]]);
  expect(await once.get()).toBe(0);
});

test('a channel that is tapped twice gets every value once', async () => {
  const dup = from([1, 2]).dup();
  const out = new Chan<number>();
  expect(dup.tap(out)).toBe(out);
  expect(dup.tap(out)).toBe(out);
  expect(await out.collect()).toEqual([1, 2]);
});

describe('close', () => {
  test('reads no more, closes the taps, and leaves no waiter and no listener', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [made, own, kept] = [dup.tap(), new Chan<number>(), new Chan<number>()];
    dup.tap(own);
    dup.tap(kept, { close: false });
    const listeners = countListeners(kept.signal);
    await turns();
    expect(source.stats().waitingGets).toBe(1);
    const ends = made.collect();
    dup.close();
    dup.close();
    expect(await ends).toEqual([]);
    expect([own.closed, kept.closed, source.closed]).toEqual([true, false, false]);
    expect([source.stats().waitingGets, listeners.now]).toEqual([0, 0]);
  });

  test('after the source has failed does not hide that from those who tap later', async () => {
    const dup = new Chan<number>().close('lost').dup();
    await expect(dup.tap().get()).rejects.toBe('lost');
    dup.close();
    await expect(dup.tap().get()).rejects.toBe('lost');
  });

  test('leaves a value that waits to be read', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const tap = dup.tap();
    expect(await source.put(1)).toBe(true);
    // The event loop may have its turn first.
    await turns();
    dup.close();
    expect(await tap.collect()).toEqual([1]);
    expect(source.tryPut(2)).toBeUndefined();
  });

  test('cancels the stages between it and the channel of the user', () => {
    const source = new Chan<number>();
    const stage = source.map((n) => n);
    stage.dup().close();
    expect([stage.closed, source.closed]).toEqual([true, false]);
  });
});

test('a channel that taps after the end is closed at once, with the same cause', async () => {
  const dup = new Chan<number>().close('lost').dup();
  await expect(dup.tap().get()).rejects.toBe('lost');
  const late = dup.tap(new Chan<number>());
  expect(late.closed).toBe(true);
  await expect(late.get()).rejects.toBe('lost');
});

test('the end of the source leaves no listener on a channel that stays open', async () => {
  const source = new Chan<number>();
  const out = new Chan<number>(1);
  source.dup().tap(out, { close: false });
  const listeners = countListeners(out.signal);
  await source.put(1);
  source.close();
  await turns();
  expect([out.closed, listeners.now, out.stats().buffered]).toEqual([false, 0, 1]);
});

test('what is no channel cannot be tapped', () => {
  const dup = new Chan<number>().dup();
  const { signal } = new Chan<number>();
  const act = (): void => {};
  for (const out of [5, {}, { offer: act, signal }, { park: act, signal }, fromRange(1)])
    expect(() => dup.tap(out as never)).toThrow(TypeError);
});

test('null is no channel', () => {
  expect(() => new Chan<number>().dup().tap(null as never)).toThrow(TypeError);
});
