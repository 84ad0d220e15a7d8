import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/index.js';
import { type Scenario, explore, exploreFrom, replay } from './engine.js';
import { SCENARIOS } from './scenarios.js';

describe('whatever goes on first, all ends well when', () => {
  test.each(Object.entries(SCENARIOS))('%s', { timeout: 120_000 }, async (_, scenario) => {
    expect(await explore(scenario).then(() => 'well')).toBe('well');
  });
});

describe('exploring', () => {
  /** What two readers get, in an order that the schedule decides. */
  const trace = async (seed: number): Promise<string> => {
    const order: string[] = [];
    await replay((world) => {
      const ch = new Chan<number>();
      for (const name of ['a', 'b', 'c'])
        world.go(name, async () => {
          order.push(`${name} ${await ch.get()}`);
        });
      world.go('writer', async () => {
        for (const value of [1, 2, 3]) await ch.put(value);
      });
    }, seed);
    return order.join(', ');
  };

  test('takes many orders', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed < 200; seed++) seen.add(await trace(seed));
    expect(seen.size).toBeGreaterThan(3);
  });

  test('with one seed takes one order', async () => {
    for (let seed = 1; seed < 20; seed++) expect(await trace(seed)).toBe(await trace(seed));
  });

  test('names the seed of what fails, and what waits', async () => {
    await expect(exploreFrom((world) => world.go('alone', () => new Chan().get()), 1, 5)).rejects.toThrow(
      /^at rest, and still waiting: alone\nTo see it again: EXPLORE_SEED=\d+$/,
    );
  });

  test.each<[string, Scenario, RegExp]>([
    ['a get', () => void new Chan().get(), /^1 gets are left waiting/],
    ['a put', () => void new Chan().put(1), /^1 puts are left waiting/],
    [
      'a listener',
      () => new AbortController().signal.addEventListener('abort', () => {}),
      /^1 abort listeners are left/,
    ],
  ])('sees what is left behind: %s', async (_, scenario, what) => {
    await expect(replay(scenario, 1)).rejects.toThrow(what);
  });

  test('lets puts be left where a program says so, and counts no listener that was removed', async () => {
    const program: Scenario = (world) => {
      const ch = new Chan<number>();
      world.forsake(ch);
      void ch.put(1);
      const { signal } = new AbortController();
      const listener = (): void => {};
      for (const _ of [1, 2]) signal.addEventListener('abort', listener);
      signal.removeEventListener('abort', listener);
    };
    await expect(replay(program, 1)).resolves.toBeUndefined();
  });
});
