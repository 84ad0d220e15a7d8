/** Programs in which much can happen at once, with what must hold whatever does. */
import { expect } from 'vitest';
import { Chan, scope, select, sleep, timeout } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { Account } from './account.js';
import { CALLS } from './calls.js';
import type { Scenario } from './engine.js';
import { FLOW } from './flow.js';
import { DESKS } from './desks.js';
import { MANY } from './many.js';
import { THROUGH } from './operators.js';
import { consume, linger, produce } from './parts.js';

/** `producers` and `consumers` of one channel, which is closed behind the last value. */
const meet =
  (make: () => Chan<number>): Scenario =>
  (world) => {
    const ch = make();
    const account = new Account(world, ch);
    world.go('producers', async () => {
      await Promise.all(numbers(3).map(() => produce(account, ch, 4)));
      ch.close();
    });
    for (const _ of numbers(2)) world.go('consumer', () => consume(account, ch));
  };

const leftBehind: Scenario = (world) => {
  const ch = new Chan<number>(2);
  const account = new Account(world, ch);
  world.forsake(ch);
  for (const _ of numbers(3)) void produce(account, ch, 3);
  world.go('reader', async () => {
    for (let i = world.below(5); i > 0; i--) account.got(await ch.get());
  });
};

const selects: Scenario = (world) => {
  // Without buffers: where there is room for a put or a value for a get, a select of both never waits.
  const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
  const account = new Account(world, a, b, c);
  for (const _ of numbers(4)) {
    world.go('select', async () => {
      for (let i = 0; i < 4; i++) {
        const [one, two] = [account.value(), account.value()];
        const r = await select([a, [a, one], b, [b, two], c]);
        if (r.index === 1 || r.index === 3) {
          if (!account.put(r.index === 1 ? one : two, r.value)) return;
        } else if (!account.got(r.value)) return;
      }
    });
  }
  world.go('close', async () => {
    await linger(world, 60);
    for (const ch of [a, b, c]) ch.close();
  });
};

const aborts: Scenario = (world) => {
  const ch = new Chan<number>(world.below(2));
  const account = new Account(world, ch);
  const ignoring = async (operation: Promise<unknown>): Promise<unknown> =>
    operation.catch((error: unknown) => {
      if (error !== 'aborted') throw error;
      return undefined;
    });
  for (const way of ['get', 'put', 'get', 'put', 'select']) {
    const controller = new AbortController();
    const { signal } = controller;
    world.go(way, async () => {
      for (let i = 0; i < 3; i++) {
        const value = account.value();
        if (way === 'put') account.put(value, (await ignoring(ch.put(value, { signal }))) === true);
        else if (way === 'get') account.got((await ignoring(ch.get({ signal }))) as number | undefined);
        else {
          const r = await select({ ch, signal });
          if (r.key === 'ch') account.got(r.value);
        }
      }
    });
    world.go('abort', async () => {
      await linger(world, 8);
      controller.abort('aborted');
    });
  }
};

const cancelled: Scenario = (world) => {
  const ch = new Chan<number>(world.below(3));
  const account = new Account(world, ch);
  for (const _ of numbers(3)) world.go('producer', () => produce(account, ch, 5));
  world.go('consumer', async () => {
    for (let i = world.below(6); i > 0; i--) account.got(await ch.get());
    ch.cancel();
    expect(ch.drained).toBe(true);
  });
};

const closing: Scenario = (world) => {
  const ch = new Chan<number>(world.below(3));
  const account = new Account(world, ch);
  const puts = numbers(4).map((value) => ch.put(value));
  world.go('puts', async () => {
    for (const [value, put] of puts.entries()) account.put(value, await put);
  });
  world.go('close', async () => {
    await linger(world, 4);
    ch.close();
  });
  // What waited when it was closed can still be read.
  world.go('consumer', async () => {
    const all: number[] = [];
    for await (const value of ch) {
      account.got(value);
      all.push(value);
    }
    expect(all).toEqual(numbers(4));
  });
};

const scopes: Scenario = (world) => {
  let alive = 0;
  world.go('scope', async () => {
    const failure = new Error('planned');
    const caught = await scope(async (s) => {
      const ch = s.chan<number>();
      for (const _ of numbers(3)) {
        void s.go(async () => {
          alive++;
          try {
            await select({ ch, silent: new Chan<number>(), late: timeout(1000), stop: s.signal });
          } finally {
            alive--;
          }
        });
      }
      void s.go(async () => {
        await linger(world, 5);
        throw failure;
      });
      await ch.get();
    }).catch((error: unknown) => error);
    expect([caught, alive]).toEqual([failure, 0]);
  });
};

const times: Scenario = (world) => {
  const ch = new Chan<number>();
  const account = new Account(world, ch);
  world.go('reader', async () => {
    for (;;) {
      const began = performance.now();
      const r = await select({ ch, late: timeout(10) });
      if (r.key === 'late') expect(performance.now() - began).toBeGreaterThanOrEqual(10);
      else if (!account.got(r.value)) return;
    }
  });
  world.go('writer', async () => {
    for (let i = 0; i < 4; i++) {
      await sleep(world.below(25));
      await produce(account, ch, 1);
    }
    ch.close();
  });
};

const gathered: Scenario = (world) => {
  const ch = new Chan<number>(1 + world.below(4));
  const account = new Account(world, ch);
  const seen: number[] = [];
  world.go('terminal', () =>
    ch.forEach((value) => {
      account.got(value);
      seen.push(value);
    }),
  );
  world.go('source', async () => {
    await produce(account, ch, 24 + world.below(12));
    if (world.below(2) === 0) ch.close();
    else ch.cancel();
  });
  world.go('reader', async () => {
    await linger(world, 60);
    for (let i = world.below(4); i > 0; i--) account.got(await ch.get());
  });
  world.atRest(() => expect(seen.every((value, i) => i === 0 || value > (seen[i - 1] ?? value))).toBe(true));
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'producers and consumers meet': meet(() => new Chan<number>()),
  'producers and consumers share a buffer': meet(() => new Chan<number>(2)),
  'a reader leaves while puts wait beside a buffer': leftBehind,
  'selects that put and get meet each other, and a close': selects,
  'operations are aborted while others match them': aborts,
  'a channel is cancelled while puts wait': cancelled,
  'a channel is closed while puts wait': closing,
  'a scope fails while its children wait': scopes,
  'a select races a timeout': times,
  'values gather for a terminal while others read': gathered,
  ...FLOW,
  ...CALLS,
  ...THROUGH,
  ...MANY,
  ...DESKS,
};
