import { describe, expect, test } from 'vitest';
import { Chan } from '../src/operators/complete.js';
import { type ChanBuffer, weighted } from '../src/channel/buffers.js';
import { OwnQueue } from './support/custom-buffers.js';
import { follow, fulfilled, rejected } from './support/settlement.js';
import { turns } from './support/turns.js';
import { uncaught } from './support/uncaught.js';

describe('the methods of a custom buffer may use the channel:', () => {
  type Act = (ch: Chan<number>) => unknown;
  const ACTS: readonly (readonly [name: string, how: { readonly act: Act }])[] = [
    ['put', { act: (ch) => ch.putThen(100) }],
    ['try to put', { act: (ch) => ch.tryPut(100) }],
    ['get', { act: (ch) => ch.getThen(() => {}) }],
    ['try to get', { act: (ch) => ch.tryGet() }],
    ['close', { act: (ch) => ch.close() }],
    ['cancel', { act: (ch) => ch.cancel() }],
  ];

  /** Uses the channel once, the next time that `method` is called after `armed` was set. */
  function reentrant(
    method: 'canAdd' | 'canTake' | 'add' | 'take',
    act: Act,
  ): { ch: Chan<number>; arm: () => void } {
    let armed = false;
    const once = (): void => {
      if (armed) {
        armed = false;
        act(ch);
      }
    };
    const own = new OwnQueue<number>(2);
    const buffer: ChanBuffer<number> = {
      get size() {
        return own.size;
      },
      capacity: 2,
      canAdd() {
        if (method === 'canAdd') once();
        return own.canAdd();
      },
      canTake() {
        if (method === 'canTake') once();
        return own.canTake();
      },
      add(value) {
        own.add(value);
        if (method === 'add') once();
      },
      take() {
        const value = own.take();
        if (method === 'take') once();
        return value;
      },
    };
    const ch: Chan<number> = new Chan(buffer);
    return { ch, arm: () => (armed = true) };
  }

  for (const method of ['canAdd', 'canTake', 'add', 'take'] as const) {
    test.each(ACTS)(`${method} may %s, while a get waits`, async (_, { act }) => {
      const { ch, arm } = reentrant(method, act);
      const outcome = follow(ch.get());
      arm();
      expect(ch.tryPut(1)).toBe(true);
      await turns();
      ch.add(2).close();
      await turns();
      expect(outcome()).not.toContainEqual({ state: 'pending' });
      expect(outcome()).not.toContainEqual(expect.objectContaining({ state: 'rejected' }));
      const { waitingGets, waitingPuts } = ch.stats();
      expect([waitingGets, waitingPuts]).toEqual([0, 0]);
    });

    test.each(ACTS)(`${method} may %s, while puts wait`, async (_, { act }) => {
      const { ch, arm } = reentrant(method, act);
      ch.add(0, 1);
      const puts = follow(ch.put(2), ch.put(3));
      arm();
      const got = ch.get();
      expect(await got).toBeOneOf([0, 1, undefined]);
      await turns();
      ch.close();
      const rest = await ch.collect();
      await turns();
      expect(rest.every((value, i) => i === 0 || value > (rest[i - 1] as number))).toBe(true);
      for (const one of puts()) expect(one).toMatchObject({ state: 'fulfilled' });
      expect(ch.drained).toBe(true);
      expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0, buffered: 0 });
    });
  }

  test('a value that take had in hand when it closes the channel is not lost', async () => {
    const { ch, arm } = reentrant('take', (chan) => chan.close());
    const outcome = follow(ch.get());
    arm();
    expect(ch.tryPut(1)).toBe(true);
    await turns();
    expect(outcome()).toEqual([fulfilled(1)]);
  });
});

test.each([
  ['closes', (ch: Chan<number>): unknown => ch.close(), [1]],
  ['cancels', (ch: Chan<number>): unknown => ch.cancel(), []],
])('a buffer that says it has a value and at once %s the channel breaks nothing', async (_, act, rest) => {
  class Hasty extends OwnQueue<number> {
    override canTake(): boolean {
      const can = super.canTake();
      if (can && !ch.closed) act(ch);
      return can;
    }
  }
  const ch: Chan<number> = new Chan<number>(new Hasty(3));
  const outcome = follow(ch.get());
  expect(ch.tryPut(1)).toBe(true);
  await turns();
  const [got] = outcome();
  // The value goes to the get, or stays readable; none after cancelling.
  const received = got?.state === 'fulfilled' && got.value !== undefined ? [got.value] : [];
  expect(got?.state).toBe('fulfilled');
  expect([...received, ...(await ch.collect())]).toEqual(rest);
  expect(ch.stats().waitingGets).toBe(0);
});

test('a get that is given up while the buffer takes the value for it loses no value', async () => {
  const controller = new AbortController();
  class Aborting extends OwnQueue<number> {
    override take(): number {
      const value = super.take();
      controller.abort('gone');
      return value;
    }
  }
  const ch = new Chan<number>(new Aborting(3));
  const outcome = follow(ch.get({ signal: controller.signal }));
  expect(ch.tryPut(1)).toBe(true);
  await turns();
  const later = ch.tryGet();
  expect([outcome()[0], later]).toBeOneOf([
    [fulfilled(1), undefined],
    [rejected('gone'), 1],
  ]);
  expect(ch.stats().waitingGets).toBe(0);
});

describe('the function that weighs may use the channel:', () => {
  function weighing(act: (ch: Chan<number>) => unknown): Chan<number> {
    let once = true;
    const ch: Chan<number> = new Chan<number>(
      weighted(3, () => {
        if (once) {
          once = false;
          act(ch);
        }
        return 1;
      }),
    );
    return ch;
  }

  test('a get it calls receives the value that was weighed', async () => {
    const seen: unknown[] = [];
    const ch = weighing((chan) => chan.getThen((value) => seen.push(value)));
    expect(ch.tryPut(1)).toBe(true);
    await turns();
    ch.add(2).close();
    seen.push(...(await ch.collect()));
    expect(seen).toEqual([1, 2]);
    expect(ch.stats().waitingGets).toBe(0);
  });

  test('a put it calls comes after the value that was weighed', async () => {
    const ch = weighing((chan) => chan.putThen(2));
    expect(ch.tryPut(1)).toBe(true);
    expect(await ch.close().collect()).toEqual([1, 2]);
  });

  test('when it cancels, the value is dropped', async () => {
    const ch = weighing((chan) => chan.cancel());
    expect(ch.tryPut(1)).toBeTypeOf('boolean');
    expect(ch.drained).toBe(true);
    expect(await ch.get()).toBeUndefined();
    const { puts, dropped } = ch.stats();
    expect(dropped).toBe(puts);
  });

  test('when it closes, a channel that said it is drained stays so', async () => {
    const ch = weighing((chan) => chan.close());
    const drained: boolean[] = [];
    ch.signal.addEventListener('abort', () => drained.push(ch.drained));
    const accepted = ch.tryPut(1);
    drained.push(ch.drained);
    expect(drained).not.toEqual([true, false]);
    expect(await ch.collect()).toEqual(accepted === true ? [1] : []);
  });

  test('when it throws while nobody can be told, nothing is uncaught but what callbacks throw', async () => {
    const errors = await uncaught(() => {
      const ch = weighing(() => {
        throw new Error('weigh');
      });
      ch.putThen(1);
      ch.putThen(2);
      expect(ch.tryGet()).toBe(2);
    });
    expect(errors).toEqual([]);
  });
});
