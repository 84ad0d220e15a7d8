import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { select } from '../../src/select/select.js';
import { scope } from '../../src/goroutines/scope.js';
import { sleep } from '../../src/goroutines/sleep.js';
import { ALL, HOLDING, QUEUES, WAITING } from '../support/kinds.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

const REASONS = [new Error('enough'), 0, '', false, null];

describe.each(ALL)('through %s', (_, { make }) => {
  test('an aborted get rejects with the reason of its signal, and leaves no waiter and no listener', async () => {
    for (const reason of REASONS) {
      const controller = new AbortController();
      const { signal } = controller;
      const ch = new Chan<number>(make());
      const outcome = follow(ch.get({ signal }));
      expect(ch.stats().waitingGets).toBe(1);
      controller.abort(reason);
      expect(ch.stats()).toMatchObject({ waitingGets: 0, state: 'flowing' });
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await turns();
      expect(outcome()).toEqual([rejected(reason)]);
    }
  });

  test('without a reason of its own a signal rejects with an AbortError', async () => {
    const controller = new AbortController();
    const got = new Chan<number>(make()).get({ signal: controller.signal });
    controller.abort();
    await expect(got).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('an aborted get takes nothing: the next value goes to the get after it', async () => {
    const controller = new AbortController();
    const ch = new Chan<number>(make());
    const outcome = follow(ch.get({ signal: controller.signal }), ch.get());
    controller.abort('gone');
    ch.add(1);
    await turns();
    expect(outcome()).toEqual([rejected('gone'), fulfilled(1)]);
  });

  test('a get with a signal aborted before the call rejects, and takes nothing though a value is ready', async () => {
    const ch = new Chan<number>(make()).add(1);
    const signal = AbortSignal.abort('early');
    await expect(ch.get({ signal })).rejects.toBe('early');
    expect(ch.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(await ch.get()).toBe(1);
  });

  test('a put with a signal aborted before the call rejects, and delivers nothing though a get waits', async () => {
    const ch = new Chan<number>(make());
    const outcome = follow(ch.get());
    const signal = AbortSignal.abort('early');
    await expect(ch.put(1, { signal })).rejects.toBe('early');
    await turns();
    expect(outcome()).toEqual([pending]);
    expect(ch.stats()).toMatchObject({ puts: 0, waitingPuts: 0, buffered: 0 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(await ch.put(2)).toBe(true);
    await turns();
    expect(outcome()).toEqual([fulfilled(2)]);
  });

  test('a signal aborted before the call rejects also on a closed channel', async () => {
    const ch = new Chan<number>(make()).close();
    const signal = AbortSignal.abort('early');
    await expect(ch.put(1, { signal })).rejects.toBe('early');
    await expect(ch.get({ signal })).rejects.toBe('early');
  });

  test('an abort after a get has its value changes nothing', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const ch = new Chan<number>(make());
    const got = ch.get({ signal });
    ch.tryPut(1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    controller.abort('late');
    expect(await got).toBe(1);
  });

  test('closing and cancelling take the listener of a get away', async () => {
    for (const act of [(ch: Chan<number>) => ch.close('cause'), (ch: Chan<number>) => ch.cancel()]) {
      const { signal } = new AbortController();
      const ch = new Chan<number>(make());
      const outcome = follow(ch.get({ signal }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      act(ch);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await turns();
      expect(outcome()).not.toEqual([pending]);
    }
  });

  test('one abort rejects all that wait on it, and spares the others', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const ch = new Chan<number>(make());
    const outcome = follow(ch.get({ signal }), ch.get(), ch.get({ signal }), ch.get());
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort('gone');
    expect(ch.stats().waitingGets).toBe(2);
    await turns();
    expect(outcome()).toEqual([rejected('gone'), pending, rejected('gone'), pending]);
  });
});

describe.each(WAITING)('through %s', (_, { make, capacity }) => {
  const seed = numbers(capacity);

  test('an aborted put rejects with the reason of its signal, and its value is never received', async () => {
    for (const reason of REASONS) {
      const controller = new AbortController();
      const { signal } = controller;
      const ch = new Chan<number>(make()).add(...seed);
      const outcome = follow(ch.put(10), ch.put(11, { signal }), ch.put(12));
      controller.abort(reason);
      expect(ch.stats()).toMatchObject({ waitingPuts: 2, puts: capacity });
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(await ch.close().collect()).toEqual([...seed, 10, 12]);
      await turns();
      expect(outcome()).toEqual([fulfilled(true), rejected(reason), fulfilled(true)]);
    }
  });

  test('an abort after a put was taken changes nothing', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const ch = new Chan<number>(make()).add(...seed);
    const put = ch.put(10, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (let i = 0; i <= capacity; i++) ch.tryGet();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    controller.abort('late');
    expect(await put).toBe(true);
  });

  test('a put given up on a closed channel leaves the others readable', async () => {
    const controller = new AbortController();
    const ch = new Chan<number>(make()).add(...seed);
    const outcome = follow(ch.put(10, { signal: controller.signal }), ch.put(11));
    ch.close();
    controller.abort('gone');
    expect(await ch.collect()).toEqual([...seed, 11]);
    await turns();
    expect(outcome()).toEqual([rejected('gone'), fulfilled(true)]);
  });

  test('an abort in the callback of a get gives up the put that is next', async () => {
    const controller = new AbortController();
    const ch = new Chan<number>(make());
    ch.getThen(() => controller.abort('gone'));
    ch.add(...seed, 9);
    const outcome = follow(ch.put(10, { signal: controller.signal }));
    for (let i = 0; i < capacity + 2; i++) ch.tryGet();
    await turns();
    expect(outcome()).toEqual([rejected('gone')]);
    expect(ch.stats().waitingPuts).toBe(0);
  });
});

describe.each(QUEUES)('over 10,000 operations with one signal, through %s,', (_, { make }) => {
  test('no listener is left, and there is never more than one', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const count = countListeners(signal);
    const ch = new Chan<number>(make());
    const received: unknown[] = [];
    for (let i = 0; i < 2500; i++) {
      // Once the get waits, once the put.
      const got = ch.get({ signal });
      expect(await ch.put(2 * i, { signal })).toBe(true);
      received.push(await got);
      const put = ch.put(2 * i + 1, { signal });
      received.push(await ch.get({ signal }));
      expect(await put).toBe(true);
    }
    expect(received).toEqual(numbers(5000));
    expect(count.now).toBe(0);
    expect(count.most).toBe(1);
    expect(count.added).toBeGreaterThanOrEqual(2500);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('giving up 10,000 gets at once leaves nothing', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const count = countListeners(signal);
    const ch = new Chan<number>(make());
    const outcome = follow(...Array.from({ length: 10_000 }, () => ch.get({ signal })));
    expect(count).toMatchObject({ now: 1, most: 1 });
    controller.abort('gone');
    expect(count.now).toBe(0);
    expect(ch.stats().waitingGets).toBe(0);
    await turns();
    expect(outcome().every((one) => one.state === 'rejected')).toBe(true);
    ch.add(1);
    expect(await ch.get()).toBe(1);
  });
});

test.each(HOLDING)('operations on %s that need not wait never listen', async (_, { make }) => {
  const { signal } = new AbortController();
  const count = countListeners(signal);
  const ch = new Chan<number>(make());
  for (let i = 0; i < 100; i++) {
    expect(await ch.put(i, { signal })).toBe(true);
    expect(await ch.get({ signal })).not.toBeUndefined();
  }
  expect(count.added).toBe(0);
});

test('values and aborts that race lose nothing: each value is received once, or its put rejects', async () => {
  const ch = new Chan<number>(1);
  const received: number[] = [];
  const given: number[] = [];
  for (let i = 0; i < 500; i++) {
    const putter = new AbortController();
    const getter = new AbortController();
    const put = ch.put(i, { signal: putter.signal });
    const got = ch.get({ signal: getter.signal });
    const more = ch.put(i + 0.5, { signal: putter.signal });
    if (i % 3 === 0) getter.abort('get');
    if (i % 2 === 0) putter.abort('put');
    for (const [promise, value] of [[put, i] as const, [more, i + 0.5] as const]) {
      promise.then(
        () => given.push(value),
        () => {},
      );
    }
    got.then(
      (value) => received.push(value as number),
      () => {},
    );
    await turns(1);
    for (let left = ch.tryGet(); left !== undefined; left = ch.tryGet()) received.push(left);
    await turns(1);
  }
  expect(new Set(received)).toEqual(new Set(given));
  expect(received).toHaveLength(given.length);
  expect(ch.stats()).toMatchObject({ waitingPuts: 0, waitingGets: 0, buffered: 0 });
});

test.each<[string, (ch: Chan<number>, signal: AbortSignal) => Promise<unknown>]>([
  ['get', (ch, signal) => ch.get({ signal })],
  ['get of a derived channel', (ch, signal) => ch.map((n) => n).get({ signal })],
  ['put', (ch, signal) => ch.put(1, { signal })],
  ['select', (ch, signal) => select([ch], { signal })],
  ['select with the signal as a case', (ch, signal) => select([ch, signal])],
])('a %s whose signal cannot be listened to fails, and leaves no waiter behind', async (_, operate) => {
  const { signal } = new AbortController();
  signal.addEventListener = () => {
    throw new Error('deaf');
  };
  const ch = new Chan<number>();
  await expect(operate(ch, signal)).rejects.toThrow('deaf');
  expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
  const next = ch.get();
  expect(ch.tryPut(7)).toBe(true);
  expect(await next).toBe(7);
});

test('a sleep and a scope whose signal cannot be listened to fail', async () => {
  const { signal } = new AbortController();
  signal.addEventListener = () => {
    throw new Error('deaf');
  };
  await expect(sleep(1e6, { signal })).rejects.toThrow('deaf');
  await expect(scope(() => 1, { signal })).rejects.toThrow('deaf');
});
