/** Programs of concurrent calls, whose reader hangs up, or one of which fails. */
import { expect } from 'vitest';
import { Chan } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import type { Scenario, World } from './engine.js';
import { hangUp, linger } from './parts.js';

const concurrent: Scenario = (world) => {
  const source = new Chan<number>();
  world.forsake(source);
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

/** Calls that note what they do. */
class Calls {
  readonly called: number[] = [];
  readonly done: number[] = [];
  readonly running: Set<AbortSignal> = new Set();
  readonly #world: World;
  readonly #bad: number;

  /** @param bad - the value for which the call fails. */
  constructor(world: World, bad = -1) {
    this.#world = world;
    this.#bad = bad;
  }
  readonly call = async (value: number, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
    this.called.push(value);
    this.running.add(signal);
    await linger(this.#world, 4);
    this.running.delete(signal);
    this.done.push(value);
    if (value === this.#bad) throw new Error('planned');
    return value;
  };
}

const anyOrder: Scenario = (world) => {
  const source = new Chan<number>(world.below(2));
  const calls = new Calls(world);
  const out = source.asyncPipeUnordered(3, calls.call);
  const over = hangUp(world, out, [source], 30);
  world.go('source', async () => {
    for (const value of numbers(9)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  const got: number[] = [];
  world.go('reader', async () => {
    for (let value = await out.get(); value !== undefined; value = await out.get()) got.push(value);
    expect([...calls.running].every((signal) => signal.aborted)).toBe(true);
  });
  world.go('rest', async () => {
    await over;
    // Every value was called with once, in order, or is left.
    expect([...calls.called, ...(await source.collect())]).toEqual(numbers(9));
  });
  // It gives results in the order in which there were some.
  world.atRest(() => expect(got).toEqual(calls.done.slice(0, got.length)));
  world.atRest(() => expect(calls.running.size).toBe(0));
};

const failing =
  (ordered: boolean): Scenario =>
  (world) => {
    const source = new Chan<number>(world.below(2));
    const bad = world.below(8);
    const calls = new Calls(world, bad);
    const out = ordered ? source.asyncPipe(3, calls.call) : source.asyncPipeUnordered(3, calls.call);
    world.go('source', async () => {
      for (const value of numbers(9)) expect(await source.put(value)).toBe(true);
      source.close();
    });
    world.go('reader', async () => {
      const got: number[] = [];
      for (let more = true; more; ) {
        const value = await out.get().catch((error: unknown) => {
          expect(error).toEqual(new Error('planned'));
          return undefined;
        });
        if (value === undefined) more = false;
        else got.push(value);
      }
      await expect(out.get()).rejects.toThrow('planned');
      // Everything that comes before the failure is given, and nothing that comes after it.
      expect(got).toEqual(ordered ? numbers(bad) : calls.done.slice(0, calls.done.indexOf(bad)));
      expect([...calls.running].every((signal) => signal.aborted)).toBe(true);
      const { called } = calls;
      expect([...called, ...(await source.collect())]).toEqual(numbers(9));
    });
    world.atRest(() => expect(calls.running.size).toBe(0));
    // No call was begun when one had failed.
    world.atRest(() => expect(calls.called.length).toBeLessThanOrEqual(bad + (ordered ? 6 : 9)));
  };

const recovering: Scenario = (world) => {
  const source = new Chan<number>(2);
  const calls = new Calls(world, world.below(6));
  const instead = async (_: unknown, value: number): Promise<number> => {
    await linger(world, 3);
    return value;
  };
  const out = source.asyncPipe(2, calls.call, { onError: instead });
  world.go('source', async () => {
    for (const value of numbers(6)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  world.go('reader', async () => expect(await out.collect()).toEqual(numbers(6)));
};

export const CALLS: Readonly<Record<string, Scenario>> = {
  'the reader of concurrent calls hangs up': concurrent,
  'the reader of concurrent calls in any order hangs up': anyOrder,
  'one of several concurrent calls fails': failing(true),
  'one of several concurrent calls in any order fails': failing(false),
  'a concurrent call fails, and another result takes its place': recovering,
};
