import { describe, expect, test } from 'vitest';
import { Chan, from } from '../../src/index.js';
import { countListeners } from '../support/listeners.js';
import { isPending } from '../support/outcome.js';
import { turns } from '../support/turns.js';

describe('untap', () => {
  test('frees a value that waits in the tap: the others go on', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [stuck, other] = [new Chan<number>(), dup.tap()];
    dup.tap(stuck);
    expect(await source.put(1)).toBe(true);
    expect(await other.get()).toBe(1);
    expect(stuck.stats().waitingPuts).toBe(1);
    const listeners = countListeners(stuck.signal);
    dup.untap(stuck);
    expect([stuck.stats().waitingPuts, stuck.closed, listeners.now]).toEqual([0, false, 0]);
    expect(await source.put(2)).toBe(true);
    expect(await other.get()).toBe(2);
    expect(stuck.tryGet()).toBeUndefined();
  });

  test('of a tap that came while a value waits in another does not let the next one through', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const tap = dup.tap();
    expect(await source.put(1)).toBe(true);
    await turns();
    expect(tap.stats().waitingPuts).toBe(1);
    dup.untap(dup.tap());
    const second = source.put(2);
    expect(await isPending(second)).toBe(true);
    expect([await tap.get(), await second, await tap.get()]).toEqual([1, true, 2]);
  });

  test('closes a channel that tap made, and leaves one of the user’s open', () => {
    const dup = new Chan<number>().dup();
    const [own, made] = [new Chan<number>(), dup.tap()];
    dup.tap(own);
    dup.untapAll();
    expect([own.closed, made.closed]).toEqual([false, true]);
  });

  test('of a channel that is no tap does nothing', async () => {
    const dup = from([1]).dup();
    const tap = dup.tap();
    dup.untap(new Chan<number>());
    dup.untap(undefined);
    expect(await tap.collect()).toEqual([1]);
  });

  test('in the callback of a get takes effect at once, for the tap itself and for others', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), dup.tap()];
    dup.tap(a);
    dup.tap(b);
    a.getThen(() => {
      dup.untap(a);
      dup.untap(b);
    });
    const got: unknown[] = [];
    b.getThen((value) => got.push(value));
    await turns();
    expect(await source.put(1)).toBe(true);
    expect(await c.get()).toBe(1);
    expect(await source.put(2)).toBe(true);
    expect(await c.get()).toBe(2);
    expect(got).toEqual([]);
    expect([a.stats(), b.stats()]).toMatchObject([
      { puts: 1, waitingPuts: 0 },
      { puts: 0, waitingPuts: 0 },
    ]);
  });

  test('and tap again in the callback of a get does not give the same value twice', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const out = new Chan<number>(2);
    dup.tap(out);
    const got: unknown[] = [];
    out.getThen((value) => {
      got.push(value);
      dup.untap(out);
      dup.tap(out);
    });
    await turns();
    expect(await source.put(1)).toBe(true);
    expect(await source.put(2)).toBe(true);
    await turns();
    expect([...got, out.tryGet(), out.tryGet()]).toEqual([1, 2, undefined]);
  });
});

describe('a tap whose channel', () => {
  test.each([
    ['is closed', (out: Chan<number>) => void out.close()],
    ['is cancelled', (out: Chan<number>) => out.cancel()],
  ])('%s is removed, and holds up nobody', async (_, end) => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [out, other] = [new Chan<number>(), dup.tap()];
    dup.tap(out);
    const listeners = countListeners(out.signal);
    expect(await source.put(1)).toBe(true);
    expect(await other.get()).toBe(1);
    end(out);
    expect(listeners.now).toBe(0);
    expect(await source.put(2)).toBe(true);
    expect(await other.get()).toBe(2);
    expect(out.stats().gets).toBe(0);
  });

  test('was closed before is not added', async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    dup.tap(new Chan<number>().close());
    expect(await source.put(1)).toBe(true);
    expect(await source.put(2)).toBe(true);
  });

  test('is closed while a value waits in it can still be read to its end', async () => {
    const source = new Chan<number>();
    const out = source.dup().tap(new Chan<number>());
    expect(await source.put(1)).toBe(true);
    // The event loop may have its turn first.
    await turns();
    expect(out.stats().waitingPuts).toBe(1);
    out.close();
    expect(await out.collect()).toEqual([1]);
  });
});

test('untapAll removes the taps there are, though what hears of it adds another', () => {
  const copies = new Chan<number>().dup();
  const tap = copies.tap() as Chan<number>;
  let added = 0;
  tap.signal.addEventListener('abort', () => void (copies.tap(new Chan<number>()), added++));
  copies.untapAll();
  expect([tap.closed, added]).toEqual([true, 1]);
});

test('the end of using closes a dup and its taps', async () => {
  for (const dispose of [Symbol.dispose, Symbol.asyncDispose] as const) {
    const source = new Chan<number>();
    const copies = source.dup();
    const tap = copies.tap();
    await turns();
    await copies[dispose]();
    expect([await tap.get(), source.stats().waitingGets]).toEqual([undefined, 0]);
  }
});
