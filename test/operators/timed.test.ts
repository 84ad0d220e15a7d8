/** What all operators of time have in common, and what debounce, throttle, sample and delay give. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, type ReadChan, fromIter, fromRange, promise, select } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { FALSY } from '../support/falsy.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

type Derive = (ch: ReadChan<number>) => ReadChan<unknown>;
type Operators = readonly (readonly [name: string, derive: Derive])[];

/** Those that hold a value until it is due. */
const HOLDING: Operators = [
  ['batch', (ch) => ch.batch({ size: 2, ms: 100 })],
  ['debounce', (ch) => ch.debounce(100)],
  ['sample', (ch) => ch.sample(100)],
  ['delay', (ch) => ch.delay(100)],
];
const TIMED: Operators = [
  ...HOLDING,
  ['throttle', (ch) => ch.throttle(100)],
  ['timeoutEach', (ch) => ch.timeoutEach(1000)],
];

/** For a describe: time stands still in its tests, and none leaves a timer. */
function frozen(): void {
  beforeEach(() => stopTime());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}

/** What a get has been given when there has been time for it. */
async function given(ch: ReadChan<unknown>): Promise<unknown[]> {
  const got = ch.get();
  await pass(100);
  return [await got].flat();
}

describe.each(TIMED)('%s', (_, derive) => {
  frozen();

  test('ends with an empty source, and when its source is hung up', async () => {
    expect(await derive(new Chan<number>().close()).collect()).toEqual([]);
    const source = new Chan<number>();
    const got = derive(source).get();
    source.cancel();
    expect(await got).toBeUndefined();
  });

  test.each(FALSY)('gives what came before a failure with %o, and then rejects for ever', async (cause) => {
    const ch = derive(new Chan<number>(1).add(7).close(cause));
    expect(await given(ch)).toEqual([7]);
    for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: cause });
    expect(ch.closed).toBe(true);
  });

  test('reads nothing and sets no timer before somebody asks', async () => {
    const source = new Chan<number>(1).add(1, 2);
    derive(source);
    await pass(1000);
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0, waitingPuts: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('reads nothing and sets no timer after everybody who asked was served', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const got = ch.get();
    source.tryPut(1);
    await pass(100);
    expect([await got].flat()).toEqual([1]);
    expect([source.stats().waitingGets, vi.getTimerCount()]).toEqual([0, 0]);
    expect(await isPending(source.put(2))).toBe(true);
  });

  test('leaves no waiter and no timer when who asked has given up, and loses nothing to him', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    expect(source.stats().waitingGets).toBe(1);
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect([source.stats().waitingGets, vi.getTimerCount()]).toEqual([0, 0]);
    void source.put(1);
    expect(await given(ch)).toEqual([1]);
  });

  test('cancelled, tells who waits, cancels the stages above it and leaves the source to others', async () => {
    const source = new Chan<number>();
    const above = source.map((n) => n);
    const ch = derive(above);
    const got = ch.get();
    ch.cancel();
    expect(await got).toBeUndefined();
    expect([ch.drained, above.closed, source.closed]).toEqual([true, true, false]);
    expect([source.stats().waitingGets, vi.getTimerCount()]).toEqual([0, 0]);
    const direct = source.get();
    expect(source.tryPut(1)).toBe(true);
    expect(await direct).toBe(1);
  });

  test('several readers share the values, each served in turn', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const outcome = follow(ch.get(), ch.get());
    for (const n of [1, 2]) {
      expect(source.tryPut(n)).toBe(true);
      await pass(100);
      expect(outcome().filter(({ state }) => state === 'fulfilled')).toHaveLength(n);
    }
    expect(outcome().flatMap((one) => ('value' in one ? one.value : []))).toEqual([1, 2]);
  });

  test('takes a promise channel for a sequence of one value', async () => {
    const ch = derive(new Chan<number>(promise()).add(5));
    expect(await given(ch)).toEqual([5]);
    expect(await ch.get()).toBeUndefined();
  });

  test('who joins keeps no values from who reads', async () => {
    const ch = derive(new Chan<number>(1).add(1).close());
    const joined = ch.join();
    expect(await isPending(joined)).toBe(true);
    const got = ch.get();
    await pass(100);
    const stuck = await isPending(got);
    ch.cancel();
    expect(stuck).toBe(false);
  });
});

describe.each(HOLDING)('%s, of a value that is not due yet,', (_, derive) => {
  frozen();

  test('gives it to the next who asks when the first has given up; no timer is set meanwhile', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    source.tryPut(1);
    await turns();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect(vi.getTimerCount()).toBe(0);
    expect(await given(ch)).toEqual([1]);
  });

  test('loses nothing to a select that took another case', async () => {
    const source = new Chan<number>();
    const other = new Chan<string>();
    const ch = derive(source);
    const selected = select({ ch, other });
    source.tryPut(1);
    await pass(50);
    other.tryPut('other');
    expect(await selected).toEqual({ key: 'other', value: 'other' });
    expect([source.stats().waitingGets, vi.getTimerCount()]).toEqual([0, 0]);
    const again = select({ ch, other });
    await pass(50);
    const { key, value } = await again;
    expect([key, [value].flat()]).toEqual(['ch', [1]]);
  });

  test('sets no timer any more when it is cancelled', async () => {
    const source = new Chan<number>();
    const ch = derive(source);
    const got = ch.get();
    source.tryPut(1);
    await turns();
    expect(vi.getTimerCount()).toBe(1);
    ch.cancel();
    expect([await got, vi.getTimerCount(), source.closed]).toEqual([undefined, 0, false]);
  });

  test('gives it exactly when it is due', async () => {
    const source = new Chan<number>();
    const got = derive(source).get();
    source.tryPut(1);
    await pass(99);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    expect([await got].flat()).toEqual([1]);
  });
});

describe('debounce gives', () => {
  frozen();

  test('the last of values of which each came within ms of the one before', async () => {
    const source = new Chan<number>();
    const got = source.debounce(100).get();
    for (const n of numbers(5)) {
      source.tryPut(n);
      await pass(99);
      expect(await isPending(got)).toBe(true);
    }
    await pass(1);
    expect(await got).toBe(4);
  });

  test('the last of all at once when the source ends', async () => {
    expect(await fromRange(3).debounce(Infinity).collect()).toEqual([2]);
  });

  test('of what was put while nobody waited only the last, ms after it was read', async () => {
    const ch = new Chan<number>(3).add(1, 2, 3).debounce(100);
    await pass(1000);
    const got = ch.get();
    await turns();
    await pass(99);
    expect(await isPending(got)).toBe(true);
    await pass(1);
    expect(await got).toBe(3);
    ch.cancel();
  });
});

describe('throttle gives', () => {
  frozen();

  test('the first at once, and the next that is read ms or more after it; those between are dropped', async () => {
    const source = new Chan<number>();
    const ch = source.throttle(100);
    const outcome = follow(ch.get(), ch.get());
    source.tryPut(1);
    for (const n of [2, 3]) {
      await pass(n === 2 ? 50 : 49);
      source.tryPut(n);
    }
    await turns();
    expect(outcome()).toEqual([fulfilled(1), pending]);
    await pass(1);
    source.tryPut(4);
    await turns();
    expect(outcome()).toEqual([fulfilled(1), fulfilled(4)]);
  });

  test('never needs a timer', async () => {
    const source = new Chan<number>();
    const both = source.throttle(100).collect(2);
    source.tryPut(1);
    await turns();
    expect(vi.getTimerCount()).toBe(0);
    source.close();
    expect(await both).toEqual([1]);
  });

  test('what nobody has read while the time passed', async () => {
    const source = new Chan<number>(2).add(1, 2);
    const ch = source.throttle(100);
    expect(await ch.get()).toBe(1);
    await pass(100);
    expect(await ch.get()).toBe(2);
  });
});

test.each(TIMED)(
  '%s over endless values lets timers through; cancelled, it releases its source',
  async (_, derive) => {
    let returned = false;
    function* endless(): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        returned = true;
      }
    }
    const ch = derive(fromIter(endless()));
    const reading = ch.forEach(() => {});
    await new Promise((resolve) => void setTimeout(resolve, 1));
    ch.cancel();
    await reading;
    expect(returned).toBe(true);
  },
);

test.each<readonly [string, Derive]>([
  ['throttle', (ch) => ch.throttle(0)],
  ['timeoutEach', (ch) => ch.timeoutEach(Infinity)],
  ['batch', (ch) => ch.batch({ size: 1 })],
])(
  'who asks %s again in his callback comes after those who wait for the source already',
  async (_, derive) => {
    const source = new Chan<number>();
    const ch = derive(source);
    await turns();
    const loop = (): void => ch.getThen((value) => void (value !== undefined && loop()));
    loop();
    const direct: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const outcome = follow(source.get());
      for (const n of [1, 2]) {
        source.tryPut(n);
        await turns();
      }
      direct.push(...outcome());
    }
    ch.cancel();
    expect(direct).toEqual(direct.map(() => fulfilled(2)));
  },
);
