import { afterEach, describe, expect, test, vi } from 'vitest';
import { numbers } from '../support/numbers.js';
import { immediate, turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

type Base = typeof import('../../src/base/fairness.js') &
  typeof import('../../src/base/settle.js') &
  typeof import('../../src/base/turn.js');

/** A fresh gate in a world whose time and whose turns we make. */
async function world(): Promise<{
  base: Base;
  clock: { time: number; reads: number };
  turn: () => void;
}> {
  vi.resetModules();
  const clock = { time: 1000, reads: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => {
    clock.reads++;
    return clock.time;
  });
  const due: (() => void)[] = [];
  vi.stubGlobal('setImmediate', (then: () => void) => void due.push(then));
  const base = {
    ...(await import('../../src/base/fairness.js')),
    ...(await import('../../src/base/settle.js')),
    ...(await import('../../src/base/turn.js')),
  };
  vi.unstubAllGlobals();
  return { base, clock, turn: () => due.splice(0).forEach((then) => then()) };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Operations that take `ms` each, until the gate shuts; how many. */
function operate(base: Base, clock: { time: number }, ms: number): number {
  for (let count = 0; count < 1_000_000; count++) {
    if (!base.spend() && !base.spend()) return count;
    clock.time += ms;
  }
  return Infinity;
}

describe('the gate', () => {
  test('shuts after a few milliseconds of operations, however long each takes', async () => {
    for (const ms of [0.0001, 0.001, 0.01, 0.1]) {
      const { base, clock } = await world();
      const start = clock.time;
      expect(operate(base, clock, ms)).not.toBe(Infinity);
      expect(clock.time - start).toBeGreaterThan(3);
      expect(clock.time - start).toBeLessThan(10);
    }
  });

  test('opens again when the event loop has turned', async () => {
    const { base, clock, turn } = await world();
    for (let i = 0; i < 5; i++) {
      expect(operate(base, clock, 0.001)).toBeGreaterThan(1000);
      expect(base.spend()).toBe(false);
      turn();
    }
    expect(base.spend()).toBe(true);
  });

  test('reads the clock seldom where operations are quick', async () => {
    const { base, clock } = await world();
    const count = operate(base, clock, 0.0001);
    expect(clock.reads).toBeLessThan(count / 10);
  });

  test('does not read the clock for the few operations of a short turn', async () => {
    const { base, clock } = await world();
    for (let i = 0; i < 3; i++) expect(base.spend()).toBe(true);
    expect(clock.reads).toBe(0);
  });

  test('lets a turn with long work for each operation take one at a time', async () => {
    const { base, clock } = await world();
    let refused = 0;
    for (let i = 0; i < 20; i++) {
      clock.time += 0.5;
      if (!base.spend()) refused++;
    }
    expect(refused).toBeGreaterThan(10);
  });
});

describe('what is held', () => {
  test('is released in order', async () => {
    const { base } = await world();
    const order: number[] = [];
    await Promise.all(numbers(100).map((n) => base.hold(n).then((value) => order.push(value))));
    expect(order).toEqual(numbers(100));
  });

  test('is released each after the continuation of the one before, where each comes with long work', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.5);
    const order: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      void base.hold(name).then((value) => {
        order.push(value);
        queueMicrotask(() => order.push(`after ${value}`));
      });
    }
    turn();
    await turns();
    expect(order.filter((name) => !name.startsWith('after'))).toEqual(['a', 'b', 'c']);
    expect(order.indexOf('after a')).toBeLessThan(order.indexOf('c'));
  });

  test('stays held while the gate is shut, and comes when it opens', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.01);
    const order: number[] = [];
    for (const n of numbers(3)) void base.hold(n).then((value) => order.push(value));
    await turns();
    expect(order).toEqual([]);
    turn();
    await turns();
    expect(order).toEqual([0, 1, 2]);
  });

  test('is released in order with the callbacks that came after it', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.01);
    const order: unknown[] = [];
    const say = (what: unknown): unknown => order.push(what);
    base.deliver(say, 'first', undefined, true);
    base.wake(say, 'woken', false);
    base.deliver(say, 'second', undefined, false);
    base.deliver(say, 'third', undefined, true);
    await turns();
    expect(order).toEqual([]);
    turn();
    await turns();
    expect(order).toEqual(['first', 'woken', 'second', 'third']);
  });

  test('stops coming when the gate shuts again, where the work is long', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.5);
    const order: number[] = [];
    for (const n of numbers(100)) {
      void base.hold(n).then((value) => {
        order.push(value);
        clock.time += 1;
        base.spend();
      });
    }
    turn();
    await turns();
    expect(order.length).toBeGreaterThan(0);
    expect(order.length).toBeLessThan(30);
    for (let i = 0; i < 50; i++) {
      turn();
      await turns();
    }
    expect(order).toEqual(numbers(100));
  });

  test('rejects with its error, falsy or not', async () => {
    const { base, clock, turn } = await world();
    await expect(base.refuse(0)).rejects.toBe(0);
    operate(base, clock, 0.01);
    const refused = base.refuse(null);
    turn();
    await expect(refused).rejects.toBeNull();
  });
});

describe('a callback', () => {
  test('is called at once, on a stack that does not grow for ever', async () => {
    const { base } = await world();
    let depth = 0;
    let deepest = 0;
    let count = 0;
    const nest = (): void => {
      deepest = Math.max(deepest, ++depth);
      if (++count < 10_000) base.deliver(nest, undefined, undefined, false);
      depth--;
    };
    base.deliver(nest, undefined, undefined, false);
    expect(count).toBeGreaterThan(0);
    await turns(200);
    expect(count).toBe(10_000);
    expect(deepest).toBeLessThan(1000);
  });

  test('that throws is an uncaught error, and the next is called all the same', async () => {
    const { base } = await world();
    const seen: unknown[] = [];
    const errors = await uncaught(() => {
      const fail = (error: unknown): void => {
        throw error;
      };
      base.deliver(fail, 0, undefined, false);
      base.deliver((...args) => seen.push(args), 1, 2, false);
    });
    expect(errors).toEqual([0]);
    expect(seen).toEqual([[1, 2]]);
  });
});

describe('a schedule', () => {
  /** One that lets nothing pass, and what it was asked and given. */
  const strict = (): { asked: number; posted: (() => void)[]; schedule: Parameters<Base['follow']>[0] } => {
    const seen = { asked: 0, posted: [] as (() => void)[], schedule: undefined as never };
    const schedule = {
      passes: () => ++seen.asked === 0,
      post: (run: () => void) => void seen.posted.push(run),
    };
    return Object.assign(seen, { schedule });
  };

  test('is asked about every operation, also when the event loop turns that was asked to before it', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.0001);
    const seen = strict();
    base.follow(seen.schedule);
    turn();
    expect([base.spend(), base.spend(), base.spend()]).toEqual([false, false, false]);
    expect(seen.asked).toBe(3);
  });

  test('leaves a gate that knows nothing of what was before it', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.01);
    base.follow(strict().schedule);
    base.follow(undefined);
    // Not since the turn before the schedule, which is long ago.
    clock.time += 100;
    expect(operate(base, clock, 0.01)).toBeGreaterThan(100);
    expect(base.spend()).toBe(false);
    turn();
    expect(base.spend()).toBe(true);
  });

  test('keeps what was held before it held, and then it comes', async () => {
    const { base, clock, turn } = await world();
    operate(base, clock, 0.01);
    const order: string[] = [];
    void base.hold('before').then((value) => order.push(value));
    const seen = strict();
    base.follow(seen.schedule);
    void base.hold('within').then((value) => order.push(value));
    turn();
    await turns();
    for (const run of seen.posted) run();
    await turns();
    expect(order).toEqual(['within']);
    base.follow(undefined);
    await turns();
    expect(order).toEqual(['within', 'before']);
  });
});

describe('a turn of the event loop', () => {
  test('lets timers and immediates run', async () => {
    vi.resetModules();
    const { breathe } = await import('../../src/base/turn.js');
    const order: string[] = [];
    immediate(() => order.push('immediate'));
    await breathe();
    expect(order).toEqual(['immediate']);
  });

  test('is a message where there are no immediates', async () => {
    vi.resetModules();
    vi.stubGlobal('setImmediate', undefined);
    const { breathe } = await import('../../src/base/turn.js');
    const { hold } = await import('../../src/base/settle.js');
    vi.unstubAllGlobals();
    const order: string[] = [];
    void Promise.resolve().then(() => order.push('microtask'));
    const first = breathe().then(() => order.push('first'));
    const second = breathe().then(() => order.push('second'));
    await Promise.all([first, second]);
    expect(order).toEqual(['microtask', 'first', 'second']);
    expect(await hold('value')).toBe('value');
  });
});
