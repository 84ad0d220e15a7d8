/** What the goroutines of several programs do. */
import { expect } from 'vitest';
import { type Chan, type ReadChan, nop } from '../../src/index.js';
import type { Account } from './account.js';
import type { World } from './engine.js';

/** Puts `count` values, as long as they are accepted. */
export async function produce(account: Account, ch: Chan<number>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const value = account.value();
    if (!account.put(value, await ch.put(value))) return;
  }
}

/** Takes values until there are none. */
export async function consume(account: Account, ch: ReadChan<number>): Promise<void> {
  while (account.got(await ch.get()));
}

/** Lets up to `most` turns pass. */
export async function linger(world: World, most: number): Promise<void> {
  for (let i = world.below(most); i > 0; i--) await nop();
}

/** A goroutine that cancels a channel of others after a while, in the midst of what its readers do: nothing is taken from then on. */
export function hangUp(
  world: World,
  ch: ReadChan<unknown>,
  inputs: readonly ReadChan<unknown>[],
  most: number,
): Promise<void> {
  return new Promise((resolve) => {
    world.go('hang up', async () => {
      await linger(world, most);
      ch.cancel();
      for (const input of inputs) expect(input.stats().waitingGets).toBe(0);
      expect(await ch.get()).toBeUndefined();
      resolve();
    });
  });
}
