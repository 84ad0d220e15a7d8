import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { promise } from '../../src/channel/buffers.js';
import { select } from '../../src/select/select.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { HOLDING, QUEUES, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

const settled = fulfilled(undefined);

describe.each(QUEUES)('join, through %s,', (_, { make, capacity }) => {
  test('settles when the channel is drained, and not before', async () => {
    const ch = new Chan<number>(make());
    const outcome = follow(ch.join(), ch.join());
    const values = numbers(Math.min(capacity, 4));
    ch.add(...values);
    await turns();
    expect(outcome()).toEqual([pending, pending]);
    ch.close();
    for (const n of values) {
      await turns();
      expect(outcome()).toEqual([pending, pending]);
      expect(await ch.get()).toBe(n);
    }
    await turns();
    expect(outcome()).toEqual([settled, settled]);
  });

  test('settles when the channel was drained before the call', async () => {
    const ch = new Chan<number>(make()).add(1).close();
    await ch.collect();
    expect(await ch.join()).toBeUndefined();
    expect(await ch.join()).toBeUndefined();
  });

  test('called after closing waits until the rest is read', async () => {
    const ch = new Chan<number>(make()).add(1).close();
    const outcome = follow(ch.join());
    await turns();
    expect(outcome()).toEqual([pending]);
    expect(ch.tryGet()).toBe(1);
    await turns();
    expect(outcome()).toEqual([settled]);
  });

  test('settles, and does not reject, when the channel is closed with a cause', async () => {
    const ch = new Chan<number>(make());
    const outcome = follow(ch.join());
    ch.close(new Error('broken'));
    await turns();
    expect(outcome()).toEqual([settled]);
    expect(await ch.join()).toBeUndefined();
  });

  test('settles when the channel is cancelled, whatever it held', async () => {
    const ch = new Chan<number>(make()).add(1, 2, 3, 4);
    const open = follow(ch.join());
    ch.cancel();
    await turns();
    expect(open()).toEqual([settled]);
    const closed = new Chan<number>(make()).add(1, 2, 3, 4).close();
    const outcome = follow(closed.join());
    closed.cancel();
    await turns();
    expect(outcome()).toEqual([settled]);
  });
});

describe.each(WAITING)('join, through %s,', (_, { make, capacity }) => {
  test('settles when the last put that waits on a closed channel is given up', async () => {
    const controller = new AbortController();
    const ch = new Chan<number>(make()).add(...numbers(capacity));
    const put = follow(ch.put(10, { signal: controller.signal }));
    const outcome = follow(ch.close().join());
    for (let n = 0; n < capacity; n++) ch.tryGet();
    controller.abort('gone');
    ch.tryGet();
    await turns();
    expect(outcome()).toEqual([settled]);
    expect(put()).not.toEqual([pending]);
  });

  test('settles when the last put that waits on a closed channel is read', async () => {
    const ch = new Chan<number>(make()).add(...numbers(capacity + 2)).close();
    const outcome = follow(ch.join());
    for (let n = 0; n < capacity + 1; n++) ch.tryGet();
    await turns();
    expect(outcome()).toEqual([pending]);
    ch.tryGet();
    await turns();
    expect(outcome()).toEqual([settled]);
  });
});

test('giving up a put that waits on a closed rendezvous lets join settle', async () => {
  const controller = new AbortController();
  const ch = new Chan<number>();
  const put = follow(ch.put(1, { signal: controller.signal }));
  const outcome = follow(ch.close().join());
  controller.abort('gone');
  await turns();
  expect(outcome()).toEqual([settled]);
  expect(put()).toEqual([{ state: 'rejected', reason: 'gone' }]);
});

test('a closed promise channel counts as drained for join, with a value and without', async () => {
  const full = new Chan<number>(promise()).add(1);
  const early = follow(full.join());
  await turns();
  expect(early()).toEqual([pending]);
  full.close();
  await turns();
  expect(early()).toEqual([settled]);
  expect(await full.join()).toBeUndefined();
  expect(await full.get()).toBe(1);
  expect(await new Chan<number>(promise()).close().join()).toBeUndefined();
});

test.each(HOLDING)(
  'join does not settle while an open channel, of %s, is merely empty',
  async (_, { make }) => {
    const ch = new Chan<number>(make()).add(1);
    ch.tryGet();
    const outcome = follow(ch.join());
    await turns();
    expect(outcome()).toEqual([pending]);
  },
);

test('join settles though the last take of a custom buffer failed', async () => {
  class Lossy extends OwnQueue<number> {
    override take(): number {
      super.take();
      return undefined as never;
    }
  }
  const ch = new Chan<number>(new Lossy(1)).add(1).close();
  const outcome = follow(ch.join());
  await expect(ch.get()).rejects.toThrow(TypeError);
  await turns();
  expect(ch.drained).toBe(true);
  expect(outcome()).toEqual([settled]);
});

test.each(WAITING.filter(([, { capacity }]) => capacity > 0))(
  'join waits for a value that is on its way from a put of a select into the room, in %s',
  async (_, { make, capacity }) => {
    const ch = new Chan<number>(make()).add(...numbers(capacity));
    const two = select(
      [
        [ch, 20],
        [ch, 30],
      ],
      { priority: true },
    );
    ch.close();
    const outcome = follow(ch.join());
    for (let n = 0; n < capacity; n++) ch.tryGet();
    await two;
    await turns();
    expect([outcome(), ch.stats().buffered]).toEqual([[pending], 1]);
    expect(await ch.get()).toBe(20);
    await turns();
    expect(outcome()).toEqual([settled]);
  },
);
