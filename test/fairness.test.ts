/**
 * Whatever a loop over channels does, timers and I/O get their turn. Each loop here runs until a timer and an
 * immediate have run; only if they never do it ends by its count, and the test fails.
 */
import { describe, expect, test } from 'vitest';
import { Chan } from '../src/operators/complete.js';
import { promise, unbounded } from '../src/channel/buffers.js';
import { fromRange } from '../src/sources/iter.js';
import { numbers } from './support/numbers.js';
import { breathes, callbacks } from './support/breathes.js';

describe('timers and I/O get their turn during', () => {
  test.each([0, 1, 16, 1024])('put and get in turn, through a buffer of %i', async (size) => {
    const ch = new Chan<number>(size);
    expect(
      await breathes(async (more) => {
        while (more()) {
          const put = ch.put(1);
          await ch.get();
          await put;
        }
      }),
    ).toBe(true);
  });

  test.each([0, 1, 1024])('a loop of puts and a loop of gets, through a buffer of %i', async (size) => {
    const ch = new Chan<number>(size);
    expect(
      await breathes(async (more) => {
        const reader = (async () => {
          while ((await ch.get()) !== undefined);
        })();
        while (more()) await ch.put(1);
        ch.close();
        await reader;
      }),
    ).toBe(true);
  });

  test('puts to a channel that never makes them wait', async () => {
    const ch = new Chan<number>(promise());
    expect(
      await breathes(async (more) => {
        while (more()) await ch.put(1);
      }),
    ).toBe(true);
  });

  test('tryPut and get in turn', async () => {
    const ch = new Chan<number>(1);
    expect(
      await breathes(async (more) => {
        while (more()) {
          ch.tryPut(1);
          await ch.get();
        }
      }),
    ).toBe(true);
  });

  test('a get that waits for a tryPut', async () => {
    const ch = new Chan<number>();
    expect(
      await breathes(async (more) => {
        while (more()) {
          const got = ch.get();
          ch.tryPut(1);
          await got;
        }
      }),
    ).toBe(true);
  });

  test('a put that waits for a tryGet', async () => {
    const ch = new Chan<number>();
    expect(
      await breathes(async (more) => {
        while (more()) {
          const put = ch.put(1);
          ch.tryGet();
          await put;
        }
      }),
    ).toBe(true);
  });

  test('a callback get that waits for a tryPut', async () => {
    const ch = new Chan<number>();
    const loop = callbacks((next) => {
      ch.getThen(next);
      ch.tryPut(1);
    });
    expect(await breathes(loop)).toBe(true);
  });

  test('a callback put that waits for a tryGet', async () => {
    const ch = new Chan<number>();
    const loop = callbacks((next) => {
      ch.putThen(1, next);
      ch.tryGet();
    });
    expect(await breathes(loop)).toBe(true);
  });

  test('joins of a drained channel, and of a source that has ended', async () => {
    const ch = new Chan<number>().close();
    const empty = fromRange(0);
    await empty.collect();
    expect(
      await breathes(async (more) => {
        while (more()) await Promise.all([ch.join(), empty.join()]);
      }),
    ).toBe(true);
  });

  test('steps of an iteration that has ended', async () => {
    const steps = new Chan<number>().consume();
    await steps.return?.();
    expect(
      await breathes(async (more) => {
        while (more()) await steps.next();
      }),
    ).toBe(true);
  });

  test('callback gets that are always ready', async () => {
    const range = fromRange();
    expect(await breathes(callbacks((next) => range.getThen(next)))).toBe(true);
  });

  test('callback puts that are always ready', async () => {
    const ch = new Chan<number>(promise());
    expect(await breathes(callbacks((next) => ch.putThen(1, next)))).toBe(true);
  });

  test('callback puts and gets that meet', async () => {
    const ch = new Chan<number>();
    const loop = callbacks((next) => {
      ch.getThen(next);
      ch.putThen(1);
    });
    expect(await breathes(loop)).toBe(true);
  });

  test('for await over a source that is always ready', async () => {
    expect(
      await breathes(async (more) => {
        for await (const _ of fromRange()) if (!more()) break;
      }),
    ).toBe(true);
  });

  test('consume of a source that is always ready', async () => {
    expect(
      await breathes(async (more) => {
        for await (const _ of fromRange().consume()) if (!more()) break;
      }),
    ).toBe(true);
  });

  test('collect of a source that is always ready', async () => {
    const range = fromRange();
    expect(
      await breathes(async (more) => {
        while (more()) await range.collect(10);
      }),
    ).toBe(true);
  });

  test('one collect of more values than a slice has time for', async () => {
    let timer = false;
    setTimeout(() => (timer = true), 1);
    const values = await fromRange(2_000_000).collect();
    expect(timer).toBe(true);
    expect(values).toHaveLength(2_000_000);
  });

  test('gets of a closed channel', async () => {
    const ch = new Chan<number>().close();
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
  });

  test('puts to a closed channel', async () => {
    const ch = new Chan<number>().close();
    expect(
      await breathes(async (more) => {
        while (more()) await ch.put(1);
      }),
    ).toBe(true);
  });

  test('gets of a failed channel, which reject', async () => {
    const ch = new Chan<number>().close('broken');
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get().catch(() => {});
      }),
    ).toBe(true);
  });

  test('callback gets of a failed channel', async () => {
    const ch = new Chan<number>().close('broken');
    expect(await breathes(callbacks((next) => ch.getThen(next)))).toBe(true);
  });

  test('gets that are refused: aborted before, or too many', async () => {
    const ch = new Chan<number>(0, { maxPending: 0 });
    const signal = AbortSignal.abort('early');
    expect(
      await breathes(async (more) => {
        while (more()) {
          await ch.get({ signal }).catch(() => {});
          await ch.get().catch(() => {});
        }
      }),
    ).toBe(true);
  });

  test('gets of a promise channel', async () => {
    const ch = new Chan<number>(promise()).add(1);
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
  });

  test('gets that wait and are woken by closing, each of a channel of its own', async () => {
    expect(
      await breathes(async (more) => {
        while (more()) {
          const ch = new Chan<number>();
          const got = ch.get();
          ch.close();
          await got;
        }
      }),
    ).toBe(true);
  });

  test('a ping-pong of two goroutines over two channels', async () => {
    const ping = new Chan<number>();
    const pong = new Chan<number>();
    expect(
      await breathes(async (more) => {
        const other = (async () => {
          for await (const n of ping) await pong.put(n);
        })();
        while (more()) {
          await ping.put(1);
          await pong.get();
        }
        ping.close();
        await other;
      }),
    ).toBe(true);
  });
});

test('gets that wait are told in the order in which they were called, also while others are held', async () => {
  const most = 3000;
  const ch = new Chan<number>();
  const order: number[] = [];
  let next = 0;
  const gets = numbers(most).map(() =>
    ch.get().then((n) => {
      order.push(n as number);
      // Work, so that the gate shuts, and a value for the next.
      const end = performance.now() + 0.02;
      while (performance.now() < end);
      if (next < most) ch.tryPut(next++);
    }),
  );
  while (next < 500) ch.tryPut(next++);
  await Promise.all(gets);
  expect(order).toEqual(numbers(most));
});

test('what completes while others are held is not told before them', async () => {
  const ch = new Chan<number>(unbounded()).add(...numbers(50_000));
  const order: number[] = [];
  const all = Array.from({ length: 50_000 }, () => ch.get().then((n) => order.push(n as number)));
  await Promise.all(all);
  expect(order.every((n, i) => n === i)).toBe(true);
});
