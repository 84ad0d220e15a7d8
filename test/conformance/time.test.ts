import { expect, vi } from 'vitest';
import { Chan, select, sleep, tickTock, timeout } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending } from '../support/outcome.js';

const behaviour = about('Time');

/** With time that passes only when the test says so; at its end no timer may be left. */
const stopped = (body: () => Promise<void>) => async (): Promise<void> => {
  stopTime();
  try {
    await body();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
};

behaviour(
  'timeouts come in the order of their times, not in that of their making',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  stopped(async () => {
    const order: number[] = [];
    const all = [30, 10, 20].map((ms) =>
      timeout(ms)
        .get()
        .then(() => order.push(ms)),
    );
    for (let i = 0; i < 30; i++) await pass(1);
    await Promise.all(all);
    expect(order).toEqual([10, 20, 30]);
  }),
);

behaviour(
  'a timeout is never early',
  {
    Go: 'the same',
    'core.async': 'the same; those less than 10 ms apart may share a channel',
    aiochan: 'the same, but for the resolution of the clock of asyncio',
  },
  stopped(async () => {
    for (const ms of [1, 7, 100, 1000.5]) {
      const over = timeout(ms).get();
      await pass(Math.ceil(ms) - 1);
      expect(await isPending(over)).toBe(true);
      await pass(1);
      expect(await over).toBeUndefined();
    }
  }),
);

behaviour(
  'a timeout closes its channel and gives no value',
  { Go: 'gives the time, once: `time.After`', 'core.async': 'the same', aiochan: 'the same' },
  stopped(async () => {
    const late = timeout(10);
    const readers = [late.get(), late.get()];
    await pass(10);
    expect(await Promise.all(readers)).toEqual([undefined, undefined]);
    expect([late.closed, await late.get()]).toEqual([true, undefined]);
  }),
);

behaviour(
  'a timeout of nothing, or less, is over at once',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  stopped(async () => {
    for (const ms of [0, -5])
      expect([timeout(ms).closed, await timeout(ms).get()]).toEqual([true, undefined]);
  }),
);

behaviour(
  'a timeout limits a select, and holds nothing once another case was chosen',
  {
    Go: 'the same; before Go 1.23 the timer lived on until it fired',
    'core.async': 'the same; the timer lives on until it fires',
    aiochan: 'the same; the timer lives on until it fires',
  },
  stopped(async () => {
    const ch = new Chan<number>();
    const quick = select({ ch, late: timeout(100) });
    ch.tryPut(1);
    expect((await quick).key).toBe('ch');
    expect(vi.getTimerCount()).toBe(0);
    const slow = select({ ch, late: timeout(100) });
    await pass(100);
    expect(await slow).toEqual({ key: 'late', value: undefined });
    expect(ch.stats().waitingGets).toBe(0);
  }),
);

behaviour(
  'one timeout may limit all rounds of a loop together',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  stopped(async () => {
    const ch = new Chan<number>();
    const late = timeout(100);
    let rounds = 0;
    const loop = (async () => {
      while ((await select({ ch, late })).key === 'ch') rounds++;
    })();
    for (let i = 0; i < 20; i++) {
      await pass(9);
      ch.tryPut(i);
    }
    await loop;
    expect(rounds).toBe(11);
  }),
);

behaviour(
  'a ticker drops the ticks that a slow reader misses, and holds one',
  {
    millrace: 'yes: the latest, and its number tells how many were missed',
    Go: 'the same, but holds the earliest',
    'core.async': 'has none',
    aiochan: 'keeps all of them waiting',
  },
  stopped(async () => {
    const ticker = tickTock(10);
    await pass(55);
    expect([ticker.tryGet()?.n, ticker.tryGet()]).toEqual([5, undefined]);
    await pass(5);
    expect(ticker.tryGet()?.n).toBe(6);
  }),
);

behaviour(
  'a ticker does not drift, however late its ticks are read',
  { Go: 'the same', 'core.async': 'has none', aiochan: 'the same' },
  stopped(async () => {
    const ticker = tickTock(10);
    const start = performance.now();
    for (let n = 1; n <= 20; n++) {
      const tick = ticker.get();
      await pass(start + 10 * n + ((n * 3) % 8) - performance.now());
      expect((await tick)?.n).toBe(n);
    }
  }),
);

behaviour(
  'a ticker that is stopped ends, also for those who wait for a tick',
  {
    Go: 'they wait for ever: `Stop` does not close the channel',
    'core.async': 'has none',
    aiochan: 'the same: it is closed',
  },
  stopped(async () => {
    const ticker = tickTock(10);
    const tick = ticker.get();
    ticker.cancel();
    await pass(100);
    expect([await tick, await ticker.get()]).toEqual([undefined, undefined]);
  }),
);

behaviour(
  'goroutines that sleep wake in the order of their times',
  {
    Go: 'the same',
    'core.async': 'the same: they take from a timeout',
    aiochan: 'the same: those of asyncio',
  },
  stopped(async () => {
    const order: number[] = [];
    const all = [50, 20, 40, 10, 30].map((ms) => sleep(ms).then(() => order.push(ms)));
    for (let i = 0; i < 5; i++) await pass(10);
    await Promise.all(all);
    expect(order).toEqual([10, 20, 30, 40, 50]);
  }),
);
