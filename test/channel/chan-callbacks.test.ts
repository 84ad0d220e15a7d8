import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { unbounded } from '../../src/channel/buffers.js';
import { QUEUES, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled } from '../support/settlement.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

describe.each(QUEUES)('a callback, through %s,', (_, { make }) => {
  test('of a get may put', async () => {
    const ch = new Chan<number>(make());
    const seen: unknown[] = [];
    ch.getThen((value) => {
      seen.push(value);
      ch.putThen(2, (ok) => seen.push(ok));
    });
    expect(ch.tryPut(1)).toBe(true);
    expect(await ch.get()).toBe(2);
    await turns();
    expect(seen).toEqual([1, true]);
    expect(ch.stats()).toMatchObject({ puts: 2, gets: 2, buffered: 0, waitingPuts: 0, waitingGets: 0 });
  });

  test('of a get may get', async () => {
    const ch = new Chan<number>(make());
    const seen: unknown[] = [];
    ch.getThen((first) => {
      seen.push(first, ch.tryGet());
      ch.getThen((second) => seen.push(second));
    });
    ch.add(1, 2);
    await turns();
    expect(seen.filter((value) => value !== undefined)).toEqual([1, 2]);
    expect(ch.stats()).toMatchObject({ puts: 2, gets: 2, buffered: 0, waitingPuts: 0 });
  });

  test('of a get may close: what was put before stays readable', async () => {
    const ch = new Chan<number>(make());
    ch.getThen(() => ch.close());
    ch.add(1, 2);
    expect(ch.closed).toBe(true);
    expect(await ch.collect()).toEqual([]);
    const other = new Chan<number>(make()).add(1, 2);
    other.getThen(() => other.close());
    await turns();
    expect(other.closed).toBe(true);
    expect(await other.collect()).toEqual([2]);
  });

  test('of a get may cancel', async () => {
    const ch = new Chan<number>(make()).add(1, 2, 3);
    ch.getThen(() => ch.cancel());
    await turns();
    expect(ch.drained).toBe(true);
    expect(ch.stats()).toMatchObject({ buffered: 0, waitingPuts: 0, waitingGets: 0, gets: 1 });
  });

  test('of a put may put', async () => {
    const ch = new Chan<number>(make());
    ch.putThen(1, () => ch.putThen(2));
    expect(await ch.get()).toBe(1);
    expect(await ch.get()).toBe(2);
  });

  test('of a put may get, and no value is received twice or lost', async () => {
    const ch = new Chan<number>(make());
    const seen: unknown[] = [];
    for (const n of [1, 2, 3]) ch.putThen(n, () => ch.getThen((value) => seen.push(value)));
    ch.getThen((value) => seen.push(value));
    await turns();
    ch.cancel();
    await turns();
    const values = seen.filter((value) => value !== undefined);
    expect(values).toHaveLength(3);
    expect(new Set(values)).toEqual(new Set([1, 2, 3]));
  });

  test('of a put may close', async () => {
    const ch = new Chan<number>(make());
    ch.putThen(1, () => ch.close('cause'));
    expect(await ch.get()).toBe(1);
    await turns();
    expect(ch.closed).toBe(true);
    await expect(ch.get()).rejects.toBe('cause');
  });

  test('of a put may cancel', async () => {
    const ch = new Chan<number>(make());
    ch.putThen(1, () => ch.cancel());
    const outcome = follow(ch.get(), ch.put(2));
    await turns();
    expect(ch.drained).toBe(true);
    expect(ch.stats()).toMatchObject({ buffered: 0, waitingPuts: 0, waitingGets: 0 });
    for (const { state } of outcome()) expect(state).toBe('fulfilled');
  });

  test('of a get that closing wakes may use the channel', async () => {
    const ch = new Chan<number>(make());
    const seen: unknown[] = [];
    ch.getThen((value) => {
      seen.push(value, ch.closed, ch.drained, ch.tryPut(1), ch.tryGet());
      ch.close('late').cancel();
      ch.getThen((again) => seen.push(again));
    });
    ch.getThen((value) => seen.push(value));
    ch.close();
    await turns();
    expect(seen).toHaveLength(7);
    expect(seen.slice(0, 5)).toEqual([undefined, true, true, false, undefined]);
    expect(seen.slice(5)).toEqual([undefined, undefined]);
  });

  test('that throws is an uncaught error, and the channel stays whole', async () => {
    const ch = new Chan<number>(make());
    const later: unknown[] = [];
    const errors = await uncaught(() => {
      ch.getThen(() => {
        throw new Error('get');
      });
      expect(ch.tryPut(1)).toBe(true);
      ch.getThen((value) => later.push(value));
      ch.putThen(2, () => {
        throw new Error('put');
      });
    });
    expect(errors).toEqual([new Error('get'), new Error('put')]);
    expect(later).toEqual([2]);
    ch.add(3).close();
    expect(await ch.collect()).toEqual([3]);
    expect(ch.stats()).toMatchObject({ puts: 3, gets: 3, waitingPuts: 0, waitingGets: 0 });
  });

  test('that throws anything, falsy or not, is an uncaught error of just that', async () => {
    for (const thrown of [0, null, '', undefined, 'text']) {
      const ch = new Chan<number>(make()).close();
      const errors = await uncaught(() => {
        ch.getThen(() => {
          throw thrown;
        });
      });
      expect(errors).toEqual([thrown]);
    }
  });

  test('that throws when closing wakes it does not keep the others from being told', async () => {
    const ch = new Chan<number>(make());
    const outcome = follow(ch.join());
    const seen: unknown[] = [];
    const errors = await uncaught(() => {
      ch.getThen(() => {
        throw new Error('first');
      });
      ch.getThen((...args) => seen.push(args));
      ch.close('cause');
    });
    expect(errors).toEqual([new Error('first')]);
    expect(seen).toEqual([[undefined, 'cause']]);
    expect(outcome()).toEqual([fulfilled(undefined)]);
  });
});

describe.each(WAITING)('a callback, through %s,', (_, { make, capacity }) => {
  const seed = numbers(capacity);

  test('of a put that waited may put, get and close when a get makes room', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const seen: unknown[] = [];
    ch.putThen(10, (ok) => {
      ch.putThen(12, (later) => seen.push(later));
      ch.close();
      seen.push(ok, ch.tryPut(13));
    });
    ch.putThen(11);
    expect(await ch.collect()).toEqual([...seed, 10, 11, 12]);
    await turns();
    expect(seen).toEqual([true, false, true]);
  });

  test('of a put that throws when a get makes room does not disturb the get', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    let received: unknown[] = [];
    const errors = await uncaught(async () => {
      ch.putThen(10, () => {
        throw new Error('put');
      });
      ch.close();
      received = await ch.collect();
    });
    expect(errors).toEqual([new Error('put')]);
    expect(received).toEqual([...seed, 10]);
  });

  test('of a put that throws when cancelling settles it does not keep the others from being told', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const seen: unknown[] = [];
    const errors = await uncaught(() => {
      ch.putThen(10, () => {
        throw new Error('put');
      });
      ch.putThen(11, (ok) => seen.push(ok));
      ch.cancel();
    });
    expect(errors).toEqual([new Error('put')]);
    expect(seen).toEqual([false]);
  });
});

test('callbacks are called in the order of their operations, also when they are put off', async () => {
  const most = 20_000;
  const ch = new Chan<number>(unbounded()).add(...numbers(most));
  const order: number[] = [];
  for (let i = 0; i < most; i++) ch.getThen((value) => order.push(value as number));
  await turns(50);
  expect(order).toEqual(numbers(most));
});
