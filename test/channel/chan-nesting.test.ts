import { expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { ALL, NEVER_WAITING } from '../support/kinds.js';

test.each(ALL)(
  'callbacks through %s may nest 100,000 deep without overflowing the stack',
  async (_, { make }) => {
    const most = 100_000;
    const ch = new Chan<number>(make());
    let count = 0;
    const done = new Promise<void>((resolve) => {
      const step = (): void => {
        if (++count === most) return resolve();
        ch.getThen(step);
        ch.putThen(count);
      };
      step();
    });
    await done;
    expect(count).toBe(most);
  },
);

test.each(NEVER_WAITING)('callbacks of puts through %s may nest 100,000 deep', async (_, { make }) => {
  const most = 100_000;
  const ch = new Chan<number>(make());
  let count = 0;
  await new Promise<void>((resolve) => {
    const step = (): void => (++count === most ? resolve() : ch.putThen(count, step));
    step();
  });
  expect(ch.stats().puts).toBe(most - 1);
});

test('callbacks on a closed channel may nest 100,000 deep', async () => {
  const most = 100_000;
  const ch = new Chan<number>().close(0);
  let count = 0;
  await new Promise<void>((resolve) => {
    const step = (): void =>
      ++count === most ? resolve() : count % 2 ? ch.getThen(step) : ch.putThen(1, step);
    step();
  });
  expect(count).toBe(most);
});

test('a chain of 100,000 channels, each closed by the callback of the one before, does not overflow the stack', async () => {
  const most = 100_000;
  let closed = 0;
  await new Promise<void>((resolve) => {
    let next: Chan<number> | undefined;
    for (let i = 0; i < most; i++) {
      const ch = new Chan<number>();
      const after = next;
      ch.getThen(() => {
        closed++;
        if (after === undefined) resolve();
        else after.close();
      });
      next = ch;
    }
    next?.close();
  });
  expect(closed).toBe(most);
});
