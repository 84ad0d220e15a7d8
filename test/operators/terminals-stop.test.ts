import { afterEach, expect, test } from 'vitest';
import { Chan, unbounded } from '../../src/index.js';
import { follow } from '../../src/base/fairness.js';
import { turns } from '../support/turns.js';

afterEach(() => follow(undefined));

test('a terminal that is aborted hands over the value that was on its way, and takes no more', async () => {
  const held: (() => void)[] = [];
  const ch = new Chan<number>(unbounded());
  const controller = new AbortController();
  const seen: number[] = [];
  const done = ch
    .forEach((n) => seen.push(n), { signal: controller.signal })
    .catch((error: unknown) => error);
  await turns();
  follow({ passes: () => false, post: (run) => void held.push(run) });
  expect([ch.tryPut(1), ch.tryPut(2)]).toEqual([true, true]);
  controller.abort('enough');
  expect(seen).toEqual([1]);
  follow(undefined);
  for (const run of held) run();
  expect(await done).toBe('enough');
  expect([seen, ch.tryGet()]).toEqual([[1], 2]);
});
