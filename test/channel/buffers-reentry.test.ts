import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import type { ChanBuffer } from '../../src/channel/buffer.js';
import { weighted } from '../../src/channel/buffers.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { follow, fulfilled, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

describe('a method of a custom buffer that uses its channel', () => {
  type Act = (ch: Chan<number>) => unknown;
  const ACTS: readonly (readonly [name: string, how: { readonly act: Act }])[] = [
    ['puts', { act: (ch) => ch.put(100) }],
    ['tries to put', { act: (ch) => ch.tryPut(100) }],
    ['gets', { act: (ch) => ch.get() }],
    ['tries to get', { act: (ch) => ch.tryGet() }],
    ['closes', { act: (ch) => ch.close() }],
    ['cancels', { act: (ch) => ch.cancel() }],
  ];
  const MISUSE = /^A buffer must not use its channel on 'jobs': \w+\(\) was called by a method of it$/;
  const METHODS = ['canAdd', 'canTake', 'add', 'take'] as const;

  /** Calls `once` when `method` is called for the first time after `arm` was. */
  function using(method: (typeof METHODS)[number], once: Act): { ch: Chan<number>; arm: () => void } {
    let armed = false;
    const use = (): void => {
      if (!armed) return;
      armed = false;
      once(ch);
    };
    const own = new OwnQueue<number>(2);
    const buffer: ChanBuffer<number> = {
      get size() {
        return own.size;
      },
      capacity: 2,
      canAdd() {
        if (method === 'canAdd') use();
        return own.canAdd();
      },
      canTake() {
        if (method === 'canTake') use();
        return own.canTake();
      },
      add(value) {
        if (method === 'add') use();
        own.add(value);
      },
      take() {
        if (method === 'take') use();
        return own.take();
      },
    };
    const ch: Chan<number> = new Chan(buffer, { name: 'jobs' });
    return { ch, arm: () => (armed = true) };
  }

  /** Does `act`, and writes down how it failed. */
  function caught(act: Act): { act: Act; errors: string[] } {
    const errors: string[] = [];
    const note = (error: Error): void => void errors.push(error.message);
    return {
      errors,
      act(ch) {
        try {
          const done = act(ch);
          if (done instanceof Promise) done.catch(note);
        } catch (error) {
          note(error as Error);
        }
      },
    };
  }

  for (const method of METHODS) {
    test.each(ACTS)(`and %s in ${method} meets an error, and changes nothing`, async (_, given) => {
      const { act, errors } = caught(given.act);
      const { ch, arm } = using(method, act);
      const got = follow(ch.get());
      arm();
      expect(await ch.put(1)).toBe(true);
      ch.add(2, 3);
      const last = follow(ch.put(4));
      await turns();
      expect(errors).toEqual([expect.stringMatching(MISUSE)]);
      expect(got()).toEqual([fulfilled(1)]);
      expect(await ch.close().collect()).toEqual([2, 3, 4]);
      await turns();
      expect(last()).toEqual([fulfilled(true)]);
    });

    test.each(ACTS.filter(([name]) => !/^(puts|gets)$/.test(name)))(
      `and %s in ${method}, and lets that error through, fails one operation with it, and the channel stays whole`,
      async (_, { act }) => {
        const { ch, arm } = using(method, act);
        ch.add(1, 2);
        arm();
        const outcome = follow(ch.get(), ch.put(3), ch.put(4), ch.get());
        await turns();
        const failures = outcome().filter(({ state }) => state === 'rejected');
        expect(failures).toEqual([
          rejected(expect.objectContaining({ message: expect.stringMatching(MISUSE) })),
        ]);
        ch.close();
        const rest = await ch.collect();
        expect(new Set(rest).size).toBe(rest.length);
        expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0, buffered: 0 });
      },
    );
  }
});

test('a get that a method of a buffer aborts has its value, and the abort is an error', async () => {
  const controller = new AbortController();
  class Aborting extends OwnQueue<number> {
    override take(): number {
      controller.abort('gone');
      return super.take();
    }
  }
  const errors = await uncaught(async () => {
    const ch = new Chan<number>(new Aborting(3));
    const outcome = follow(ch.get({ signal: controller.signal }));
    expect(ch.tryPut(1)).toBe(true);
    await turns();
    expect(outcome()).toEqual([fulfilled(1)]);
    expect(ch.stats().waitingGets).toBe(0);
  });
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('must not use its channel') }),
  ]);
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

  test('a put it calls comes before the value that is weighed', async () => {
    const ch = weighing((chan) => chan.putThen(2));
    expect(ch.tryPut(1)).toBe(true);
    expect(await ch.close().collect()).toEqual([2, 1]);
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
