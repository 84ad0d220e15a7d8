import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, select, tickTock } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending } from '../support/outcome.js';

describe('tickTock', () => {
  let epoch = 0;
  beforeEach(() => {
    stopTime();
    epoch = Date.now();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('ticks every interval, with its number and when it was due', async () => {
    const ticker = tickTock(100);
    for (const n of [1, 2, 3]) {
      const tick = ticker.get();
      await pass(99);
      expect(await isPending(tick)).toBe(true);
      await pass(1);
      expect(await tick).toEqual({ n, time: epoch + n * 100 });
    }
  });

  test('does not drift, however late each tick is read', async () => {
    const ticker = tickTock(100);
    const start = performance.now();
    for (let n = 1; n <= 50; n++) {
      const tick = ticker.get();
      await pass(start + 100 * n + ((n * 7) % 90) - performance.now());
      expect(await tick).toEqual({ n, time: epoch + n * 100 });
    }
  });

  test('holds at most one tick for a slow reader, the latest: the gap in n tells what was missed', async () => {
    const ticker = tickTock(100);
    await pass(350);
    expect(ticker.tryGet()).toEqual({ n: 3, time: epoch + 300 });
    expect(ticker.tryGet()).toBeUndefined();
    await pass(50);
    expect(ticker.tryGet()).toEqual({ n: 4, time: epoch + 400 });
    await pass(1000);
    expect([ticker.tryGet()?.n, ticker.tryGet()]).toEqual([14, undefined]);
  });

  test('gives each tick to one reader only', async () => {
    const ticker = tickTock(100);
    const both = [ticker.get(), ticker.get()];
    await pass(100);
    expect(await both[0]).toMatchObject({ n: 1 });
    expect(await isPending(both[1] as Promise<unknown>)).toBe(true);
    await pass(100);
    expect(await both[1]).toMatchObject({ n: 2 });
  });

  test('immediate begins with a tick of number 0 at once', async () => {
    const ticker = tickTock(100, { immediate: true });
    expect(await ticker.get()).toEqual({ n: 0, time: epoch });
    expect(ticker.tryGet()).toBeUndefined();
    const tick = ticker.get();
    await pass(100);
    expect(await tick).toEqual({ n: 1, time: epoch + 100 });
  });

  test.each([[undefined], [{}], [{ immediate: false }], [{ immediate: undefined }]])(
    'with the options %o does not begin at once',
    (options) => {
      expect(tickTock(100, options).tryGet()).toBeUndefined();
    },
  );

  test('sets no timer while nobody waits', async () => {
    const ticker = tickTock(100);
    const a = new Chan<number>();
    expect(vi.getTimerCount()).toBe(0);
    const selected = select({ a, ticker });
    expect(vi.getTimerCount()).toBe(1);
    a.tryPut(1);
    await selected;
    expect(vi.getTimerCount()).toBe(0);
    // Joining alone waits for no tick.
    const joined = ticker.join();
    expect(vi.getTimerCount()).toBe(0);
    ticker.cancel();
    await joined;
  });

  test('loses no tick to a select that took another case', async () => {
    const ticker = tickTock(100);
    const a = new Chan<number>();
    const selected = select({ a, ticker });
    await pass(50);
    a.tryPut(1);
    expect(await selected).toEqual({ key: 'a', value: 1 });
    await pass(50);
    expect(await select({ a, ticker })).toEqual({ key: 'ticker', value: { n: 1, time: epoch + 100 } });
  });

  test('never closes by itself, and ends when it is cancelled', async () => {
    const ticker = tickTock(100);
    await pass(1_000_000);
    expect([ticker.closed, ticker.drained]).toEqual([false, false]);
    ticker.tryGet();
    const tick = ticker.get();
    ticker.cancel();
    expect(await tick).toBeUndefined();
    expect([ticker.closed, await ticker.get()]).toEqual([true, undefined]);
  });

  test('ends when a loop over consume is left', async () => {
    const ticker = tickTock(10);
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { n } of ticker.consume()) if (seen.push(n) === 3) break;
    })();
    for (let i = 0; i < 3; i++) await pass(10);
    await loop;
    expect([seen, ticker.closed]).toEqual([[1, 2, 3], true]);
  });

  test('ticks by fractions of a millisecond too', async () => {
    const ticker = tickTock(0.25);
    await pass(1);
    expect(await ticker.get()).toEqual({ n: 4, time: epoch + 1 });
  });

  test.each([[0], [-1], [Number.NaN], [Infinity], ['5'], [undefined], [null]])(
    'of %o is a RangeError',
    (bad) => {
      expect(() => tickTock(bad as never)).toThrow(RangeError);
    },
  );
});
