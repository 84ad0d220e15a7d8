import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { promise } from '../../src/channel/buffers.js';
import { ALL, QUEUES, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** Anything but undefined may be a cause. */
const CAUSES = [new Error('broken'), 0, '', false, null, Number.NaN];

describe.each(ALL)('through %s', (_, { make }) => {
  test('a closed channel accepts no more puts, in any form', async () => {
    const ch = new Chan<number>(make()).close();
    const seen: unknown[] = [];
    ch.putThen(1, (ok, error) => seen.push([ok, error]));
    expect(await ch.put(1)).toBe(false);
    expect(await ch.put(1, { signal: new AbortController().signal })).toBe(false);
    expect(ch.tryPut(1)).toBe(false);
    expect(ch.add(1, 2)).toBe(ch);
    await turns();
    expect(seen).toEqual([[false, undefined]]);
    expect(ch.stats()).toMatchObject({ state: 'closed', puts: 0, waitingPuts: 0, buffered: 0 });
  });

  test('a get of a channel that is closed and drained is undefined, in every form', async () => {
    const ch = new Chan<number>(make()).close();
    const seen: unknown[] = [];
    ch.getThen((...args) => seen.push(args));
    expect(await ch.get()).toBeUndefined();
    expect(await ch.get({ signal: new AbortController().signal })).toBeUndefined();
    expect(ch.tryGet()).toBeUndefined();
    expect(await ch.collect()).toEqual([]);
    await turns();
    expect(seen).toEqual([[undefined, undefined]]);
  });

  test('closing wakes all gets that wait, in order, with undefined', async () => {
    const ch = new Chan<number>(make());
    const order: string[] = [];
    const outcome = follow(
      ch.get().finally(() => order.push('first')),
      ch.get().finally(() => order.push('second')),
    );
    const seen: unknown[] = [];
    ch.getThen((...args) => seen.push(args));
    expect(ch.close()).toBe(ch);
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined), fulfilled(undefined)]);
    expect(order).toEqual(['first', 'second']);
    expect(seen).toEqual([[undefined, undefined]]);
    expect(ch.stats().waitingGets).toBe(0);
  });

  test('gets of a channel closed with a cause reject with it for ever, whatever it is', async () => {
    for (const cause of CAUSES) {
      const ch = new Chan<number>(make());
      const early = follow(ch.get(), ch.get({ signal: new AbortController().signal }), ch.collect());
      const seen: unknown[] = [];
      ch.getThen((...args) => seen.push(args));
      ch.close(cause);
      ch.getThen((...args) => seen.push(args));
      const late = follow(
        ch.get(),
        ch.get(),
        ch.get({ signal: new AbortController().signal }),
        ch.collect(),
        ch[Symbol.asyncIterator]().next(),
      );
      await turns();
      expect(early()).toEqual(Array(3).fill(rejected(cause)));
      expect(late()).toEqual(Array(5).fill(rejected(cause)));
      expect(seen).toEqual([
        [undefined, cause],
        [undefined, cause],
      ]);
      await expect(async () => ch.tryGet()).rejects.toBe(cause);
    }
  });

  test('undefined is no cause', async () => {
    const ch = new Chan<number>(make()).close(undefined);
    expect(await ch.get()).toBeUndefined();
  });

  test('closing twice is closing once: the first cause wins', async () => {
    const first = new Chan<number>(make()).close('first').close('second').close();
    await expect(first.get()).rejects.toBe('first');
    const plain = new Chan<number>(make()).close().close('late');
    expect(await plain.get()).toBeUndefined();
  });

  test('a put to a channel closed with a cause is false, and does not reject', async () => {
    const ch = new Chan<number>(make()).close(new Error('broken'));
    expect(await ch.put(1)).toBe(false);
    expect(ch.tryPut(1)).toBe(false);
  });

  test('closed says that no more puts are accepted, drained that nothing is left to read either', async () => {
    const ch = new Chan<number>(make());
    expect([ch.closed, ch.drained]).toEqual([false, false]);
    ch.close();
    expect([ch.closed, ch.drained]).toEqual([true, true]);
  });

  test('an empty channel that is open is not drained', () => {
    const ch = new Chan<number>(make()).add(1);
    ch.tryGet();
    expect(ch.drained).toBe(false);
  });
});

describe.each(QUEUES)('through %s', (_, { make, capacity }) => {
  const held = Math.min(capacity, 4);
  const values = numbers(held);

  test('what is buffered stays readable after closing', async () => {
    const ch = new Chan<number>(make()).add(...values).close();
    expect([ch.closed, ch.drained]).toEqual([true, held === 0]);
    for (const n of values) {
      expect(ch.drained).toBe(false);
      expect(await ch.get()).toBe(n);
    }
    expect(ch.drained).toBe(true);
    expect(await ch.get()).toBeUndefined();
  });

  test('a get rejects with the cause only after what was put before has been read', async () => {
    for (const cause of CAUSES) {
      const ch = new Chan<number>(make()).add(...values).close(cause);
      for (const n of values) expect(await ch.get()).toBe(n);
      await expect(ch.get()).rejects.toBe(cause);
      await expect(async () => ch.tryGet()).rejects.toBe(cause);
    }
  });
});

describe.each(WAITING)('through %s', (_, { make, capacity }) => {
  const all = numbers(capacity + 3);

  test('puts that wait when it is closed stay readable, and are true once they are read', async () => {
    const ch = new Chan<number>(make()).add(...all.slice(3));
    const outcome = follow(...[10, 11, 12].map((n) => ch.put(n)));
    ch.close();
    await turns();
    expect(outcome()).toEqual([pending, pending, pending]);
    expect(await ch.put(13)).toBe(false);
    expect([ch.closed, ch.drained]).toEqual([true, false]);
    expect(await ch.collect()).toEqual([...all.slice(3), 10, 11, 12]);
    await turns();
    expect(outcome()).toEqual(Array(3).fill(fulfilled(true)));
    expect(ch.drained).toBe(true);
  });

  test('puts that wait when it is closed with a cause are read before it', async () => {
    const ch = new Chan<number>(make()).add(...all).close(0);
    const received: unknown[] = [];
    for (let i = 0; i < all.length; i++) received.push(await ch.get());
    expect(received).toEqual(all);
    await expect(ch.get()).rejects.toBe(0);
  });

  test('a callback put that waits when it is closed is called back once it is read', async () => {
    const ch = new Chan<number>(make()).add(...all.slice(3));
    const seen: unknown[] = [];
    ch.putThen(10, (ok, error) => seen.push([ok, error]));
    ch.close();
    await turns();
    expect(seen).toEqual([]);
    await ch.collect();
    await turns();
    expect(seen).toEqual([[true, undefined]]);
  });
});

test('a promise channel closed with a cause still gives its value, and without one rejects', async () => {
  const full = new Chan<number>(promise()).add(1).close('cause');
  expect([await full.get(), full.tryGet(), await full.get()]).toEqual([1, 1, 1]);
  expect([full.closed, full.drained]).toEqual([true, false]);
  const empty = new Chan<number>(promise()).close('cause');
  await expect(empty.get()).rejects.toBe('cause');
});
