/** Work of the user's own, some for each value, does not hold up the event loop for long either. */
import { describe, expect, test } from 'vitest';
import { Chan } from '../src/operators/complete.js';
import { unbounded } from '../src/channel/buffers.js';
import { fromRange } from '../src/sources/iter.js';
import { numbers } from './support/numbers.js';
import { immediate, turns } from './support/turns.js';
import { callbacks } from './support/breathes.js';

/** Works for half a millisecond without a pause. */
function work(): void {
  const end = performance.now() + 0.5;
  while (performance.now() < end);
}

/** Runs `act`, and counts how many values were worked on in each turn of the event loop. */
async function runs(act: (worked: () => void) => Promise<void>): Promise<number[]> {
  await turns();
  const all = [0];
  let running = true;
  const turned = (): void => {
    all.push(0);
    if (running) immediate(turned);
  };
  immediate(turned);
  await act(() => {
    work();
    all.push((all.pop() as number) + 1);
  });
  running = false;
  return all.filter((run) => run > 0);
}

describe('with half a millisecond of work for each value, the event loop turns', () => {
  /** Twenty goroutines that work, fed by `ch`. */
  const twenty = (ch: AsyncIterable<number>) => (worked: () => void) =>
    Promise.all(
      numbers(20).map(async () => {
        for await (const _ of ch) worked();
      }),
    ).then(() => {});

  test('every twenty values at least, though twenty goroutines have one ready', async () => {
    const [first, ...others] = await runs(twenty(fromRange(200)));
    // When all have just begun, nobody can know yet how long they take.
    expect(first).toBeLessThan(60);
    expect(Math.max(...others)).toBeLessThan(20);
  });

  test('every sixty values at least, though many quick operations came before', async () => {
    const all = await runs((worked) => {
      const ch = new Chan<number>(unbounded());
      for (const n of numbers(1000)) void ch.put(n);
      const loop = callbacks((next) => {
        ch.getThen(() => {
          worked();
          next();
        });
      });
      let left = 200;
      return loop(() => --left > 0);
    });
    expect(Math.max(...all)).toBeLessThan(60);
  });
});
