import { afterEach, describe, expect, test, vi } from 'vitest';
import { numbers } from '../support/numbers.js';
import { immediate, turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

type Breath = typeof import('../../src/base/fairness.js');

/** A fresh gate in a world whose time and whose turns we make. */
async function world(): Promise<{
  breath: Breath;
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
  const breath = await import('../../src/base/fairness.js');
  vi.unstubAllGlobals();
  return { breath, clock, turn: () => due.splice(0).forEach((then) => then()) };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Operations that take `ms` each, until the gate shuts; how many. */
function operate(breath: Breath, clock: { time: number }, ms: number): number {
  for (let count = 0; count < 1_000_000; count++) {
    if (!breath.spend() && !breath.spend()) return count;
    clock.time += ms;
  }
  return Infinity;
}

describe('the gate', () => {
  test('shuts after a few milliseconds of operations, however long each takes', async () => {
    for (const ms of [0.0001, 0.001, 0.01, 0.1]) {
      const { breath, clock } = await world();
      const start = clock.time;
      expect(operate(breath, clock, ms)).not.toBe(Infinity);
      expect(clock.time - start).toBeGreaterThan(3);
      expect(clock.time - start).toBeLessThan(10);
    }
  });

  test('opens again when the event loop has turned', async () => {
    const { breath, clock, turn } = await world();
    for (let i = 0; i < 5; i++) {
      expect(operate(breath, clock, 0.001)).toBeGreaterThan(1000);
      expect(breath.spend()).toBe(false);
      turn();
    }
    expect(breath.spend()).toBe(true);
  });

  test('reads the clock seldom where operations are quick', async () => {
    const { breath, clock } = await world();
    const count = operate(breath, clock, 0.0001);
    expect(clock.reads).toBeLessThan(count / 10);
  });

  test('does not read the clock for the few operations of a short turn', async () => {
    const { breath, clock } = await world();
    for (let i = 0; i < 3; i++) expect(breath.spend()).toBe(true);
    expect(clock.reads).toBe(0);
  });

  test('lets a turn with long work for each operation take one at a time', async () => {
    const { breath, clock } = await world();
    let refused = 0;
    for (let i = 0; i < 20; i++) {
      clock.time += 0.5;
      if (!breath.spend()) refused++;
    }
    expect(refused).toBeGreaterThan(10);
  });
});

describe('what is held', () => {
  test('is released in order', async () => {
    const { breath } = await world();
    const order: number[] = [];
    await Promise.all(numbers(100).map((n) => breath.hold(n).then((value) => order.push(value))));
    expect(order).toEqual(numbers(100));
  });

  test('is released each after the continuation of the one before, where each comes with long work', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.5);
    const order: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      void breath.hold(name).then((value) => {
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
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.01);
    const order: number[] = [];
    for (const n of numbers(3)) void breath.hold(n).then((value) => order.push(value));
    await turns();
    expect(order).toEqual([]);
    turn();
    await turns();
    expect(order).toEqual([0, 1, 2]);
  });

  test('is released in order with the callbacks that came after it', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.01);
    const order: unknown[] = [];
    const say = (what: unknown): unknown => order.push(what);
    breath.deliver(say, 'first', undefined, true);
    breath.wake(say, 'woken', false);
    breath.deliver(say, 'second', undefined, false);
    breath.deliver(say, 'third', undefined, true);
    await turns();
    expect(order).toEqual([]);
    turn();
    await turns();
    expect(order).toEqual(['first', 'woken', 'second', 'third']);
  });

  test('stops coming when the gate shuts again, where the work is long', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.5);
    const order: number[] = [];
    for (const n of numbers(100)) {
      void breath.hold(n).then((value) => {
        order.push(value);
        clock.time += 1;
        breath.spend();
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
    const { breath, clock, turn } = await world();
    await expect(breath.refuse(0)).rejects.toBe(0);
    operate(breath, clock, 0.01);
    const refused = breath.refuse(null);
    turn();
    await expect(refused).rejects.toBeNull();
  });
});

describe('a callback', () => {
  test('is called at once, on a stack that does not grow for ever', async () => {
    const { breath } = await world();
    let depth = 0;
    let deepest = 0;
    let count = 0;
    const nest = (): void => {
      deepest = Math.max(deepest, ++depth);
      if (++count < 10_000) breath.deliver(nest, undefined, undefined, false);
      depth--;
    };
    breath.deliver(nest, undefined, undefined, false);
    expect(count).toBeGreaterThan(0);
    await turns(200);
    expect(count).toBe(10_000);
    expect(deepest).toBeLessThan(1000);
  });

  test('that throws is an uncaught error, and the next is called all the same', async () => {
    const { breath } = await world();
    const seen: unknown[] = [];
    const errors = await uncaught(() => {
      const fail = (error: unknown): void => {
        throw error;
      };
      breath.deliver(fail, 0, undefined, false);
      breath.deliver((...args) => seen.push(args), 1, 2, false);
    });
    expect(errors).toEqual([0]);
    expect(seen).toEqual([[1, 2]]);
  });
});

describe('a schedule', () => {
  /** One that lets nothing pass, and what it was asked and given. */
  const strict = (): { asked: number; posted: (() => void)[]; schedule: Parameters<Breath['follow']>[0] } => {
    const seen = { asked: 0, posted: [] as (() => void)[], schedule: undefined as never };
    const schedule = {
      passes: () => ++seen.asked === 0,
      post: (run: () => void) => void seen.posted.push(run),
    };
    return Object.assign(seen, { schedule });
  };

  test('is asked about every operation, also when the event loop turns that was asked to before it', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.0001);
    const seen = strict();
    breath.follow(seen.schedule);
    turn();
    expect([breath.spend(), breath.spend(), breath.spend()]).toEqual([false, false, false]);
    expect(seen.asked).toBe(3);
  });

  test('leaves a gate that knows nothing of what was before it', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.01);
    breath.follow(strict().schedule);
    breath.follow(undefined);
    // Not since the turn before the schedule, which is long ago.
    clock.time += 100;
    expect(operate(breath, clock, 0.01)).toBeGreaterThan(100);
    expect(breath.spend()).toBe(false);
    turn();
    expect(breath.spend()).toBe(true);
  });

  test('keeps what was held before it held, and then it comes', async () => {
    const { breath, clock, turn } = await world();
    operate(breath, clock, 0.01);
    const order: string[] = [];
    void breath.hold('before').then((value) => order.push(value));
    const seen = strict();
    breath.follow(seen.schedule);
    void breath.hold('within').then((value) => order.push(value));
    turn();
    await turns();
    for (const run of seen.posted) run();
    await turns();
    expect(order).toEqual(['within']);
    breath.follow(undefined);
    await turns();
    expect(order).toEqual(['within', 'before']);
  });
});

describe('a turn of the event loop', () => {
  test('lets timers and immediates run', async () => {
    vi.resetModules();
    const { breathe } = await import('../../src/base/fairness.js');
    const order: string[] = [];
    immediate(() => order.push('immediate'));
    await breathe();
    expect(order).toEqual(['immediate']);
  });

  test('is a message where there are no immediates', async () => {
    vi.resetModules();
    vi.stubGlobal('setImmediate', undefined);
    const { breathe, hold } = await import('../../src/base/fairness.js');
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
