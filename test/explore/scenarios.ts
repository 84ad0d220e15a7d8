/** Programs in which much can happen at once, with what must hold whatever does. */
import { expect } from 'vitest';
import { Chan, type ReadChan, mix, nop, scope, select, sleep, sliding, timeout } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { Account } from './account.js';
import type { Scenario, World } from './engine.js';

/** Puts `count` values, as long as they are accepted. */
async function produce(account: Account, ch: Chan<number>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const value = account.value();
    if (!account.put(value, await ch.put(value))) return;
  }
}

/** Takes values until there are none. */
async function consume(account: Account, ch: ReadChan<number>): Promise<void> {
  while (account.got(await ch.get()));
}

/** Lets up to `most` turns pass. */
async function linger(world: World, most: number): Promise<void> {
  for (let i = world.below(most); i > 0; i--) await nop();
}

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

const untapped: Scenario = (world) => {
  const source = new Chan<number>();
  const dup = source.dup();
  const [stays, leaves] = [dup.tap(), dup.tap()];
  world.go('source', async () => {
    for (const value of numbers(6)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  world.go('stays', async () => expect(await stays.collect()).toEqual(numbers(6)));
  world.go('leaves', async () => {
    const count = world.below(5);
    const all = await leaves.collect(count);
    expect(all).toEqual(numbers(count));
    dup.untap(leaves);
  });
};

const subscriptions: Scenario = (world) => {
  const source = new Chan<number>();
  const pub = source.pub((n) => n % 2);
  const [odd, even, late] = [pub.sub(1), pub.sub(0), new Chan<number>(sliding(1))];
  world.go('source', async () => {
    for (const value of numbers(8)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  world.go('odd', async () => expect(await odd.collect()).toEqual([1, 3, 5, 7]));
  world.go('even', async () => {
    for await (const value of even.consume()) if (value === 4) return;
  });
  world.go('churn', async () => {
    for (let i = 0; i < 3; i++) {
      pub.sub(0, late);
      await nop();
      pub.unsub(0, late);
    }
  });
};

const concurrent: Scenario = (world) => {
  const source = new Chan<number>();
  let taken = 0;
  let finish = (): void => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const running = new Set<AbortSignal>();
  const out = source.asyncPipe(2, async (value, { signal }) => {
    running.add(signal);
    await linger(world, 4);
    running.delete(signal);
    return value;
  });
  world.go('source', async () => {
    for (const value of numbers(8)) {
      const put = source.put(value);
      if (await Promise.race([put, done.then(() => false)])) taken++;
    }
  });
  world.go('reader', async () => {
    const count = world.below(6);
    expect(await out.collect(count)).toEqual(numbers(count));
    out.cancel();
    expect(await out.get()).toBeUndefined();
    expect([...running].every((signal) => signal.aborted)).toBe(true);
    finish();
  });
  world.atRest(() => {
    expect(running.size).toBe(0);
    // One that it took is accounted for at the latest when the pipe has gone.
    expect(taken).toBeLessThanOrEqual(8);
    expect(source.stats().waitingGets).toBe(0);
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

const mixed: Scenario = (world) => {
  const out = new Chan<number>();
  const inputs = numbers(3).map(() => new Chan<number>());
  const account = new Account(world, out);
  // So that nothing is dropped: what is not the solo waits.
  const desk = mix(out).soloMode('pause');
  for (const input of inputs) desk.add(input);
  world.go('toggles', async () => {
    for (let i = 0; i < 6; i++) {
      const input = inputs[world.below(3)] as Chan<number>;
      desk.toggle(input, { pause: world.below(2) === 0, solo: world.below(3) === 0 });
      await nop();
    }
    for (const input of inputs) desk.toggle(input, { pause: false, solo: false });
  });
  for (const input of inputs) world.go('input', () => produce(account, input, 3));
  world.go('out', async () => {
    for (let i = 0; i < 9; i++) account.got(await out.get());
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

const shared: Scenario = (world) => {
  const source = new Chan<number>();
  // Readers of one chain, and of chains from one stage.
  const stage = source.map((n) => n * 2).filter(() => true);
  const readers = [stage, stage.map((n) => n), stage.flatMap((n) => [n])];
  const got: number[] = [];
  world.go('source', async () => {
    for (const value of numbers(9)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  for (const reader of readers) {
    world.go('reader', async () => {
      for (;;) {
        const controller = new AbortController();
        const gets = reader.get({ signal: controller.signal }).catch(() => null);
        if (world.below(3) === 0) void nop().then(() => controller.abort());
        const value = await gets;
        if (value === undefined) return;
        if (value !== null) got.push(value);
      }
    });
  }
  world.atRest(() => expect(new Set(got)).toEqual(new Set(numbers(9).map((n) => n * 2))));
  world.atRest(() => expect(got).toHaveLength(9));
};

const distributed: Scenario = (world) => {
  const source = new Chan<number>();
  const outs = [new Chan<number>(), new Chan<number>(1), new Chan<number>()];
  const account = new Account(world, source, ...outs);
  source.distribute(...outs);
  world.go('source', async () => {
    await produce(account, source, 8);
    source.close();
  });
  for (const [i, out] of outs.entries()) {
    world.go('out', async () => {
      // One of them leaves early; what it was not given goes to the others.
      for (let more = i === 0 ? world.below(4) : Infinity; more > 0; more--)
        if (!account.got(await out.get())) return;
      out.close();
      await consume(account, out);
    });
  }
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'producers and consumers meet': meet(() => new Chan<number>()),
  'producers and consumers share a buffer': meet(() => new Chan<number>(2)),
  'a reader leaves while puts wait beside a buffer': leftBehind,
  'selects that put and get meet each other, and a close': selects,
  'operations are aborted while others match them': aborts,
  'a channel is cancelled while puts wait': cancelled,
  'a channel is closed while puts wait': closing,
  'a tap leaves in the middle': untapped,
  'subscribers come and go': subscriptions,
  'the reader of concurrent calls hangs up': concurrent,
  'a scope fails while its children wait': scopes,
  'inputs of a mix are toggled': mixed,
  'a select races a timeout': times,
  'readers share a chain, and give up': shared,
  'one of several outs leaves': distributed,
};
