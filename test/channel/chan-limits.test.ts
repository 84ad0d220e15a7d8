import { afterEach, describe, expect, test, vi } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { ChanOverflowError } from '../../src/base/errors.js';
import { WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';
import { hasProcess, warned } from '../support/warnings.js';

describe.each(WAITING)('with maxPending, through %s', (_, { make, capacity }) => {
  const full = (): Chan<number> =>
    new Chan<number>(make(), { name: 'jobs', maxPending: 2 }).add(...numbers(capacity + 2));

  test('one put more than may wait is refused with a ChanOverflowError', async () => {
    const ch = full();
    await expect(ch.put(8)).rejects.toThrow(ChanOverflowError);
    await expect(ch.put(8, { signal: new AbortController().signal })).rejects.toThrow(ChanOverflowError);
    expect(() => ch.putThen(8)).toThrow(ChanOverflowError);
    expect(() => ch.add(8)).toThrow(ChanOverflowError);
    expect(ch.stats().waitingPuts).toBe(2);
    expect(await ch.close().collect()).toHaveLength(capacity + 2);
  });

  test('one get more than may wait is refused with a ChanOverflowError', async () => {
    const ch = new Chan<number>(make(), { name: 'jobs', maxPending: 2 });
    const outcome = follow(ch.get(), ch.get());
    await expect(ch.get()).rejects.toThrow(ChanOverflowError);
    await expect(ch.get({ signal: new AbortController().signal })).rejects.toThrow(ChanOverflowError);
    await expect(ch[Symbol.asyncIterator]().next()).rejects.toThrow(ChanOverflowError);
    await expect(ch.collect()).rejects.toThrow(ChanOverflowError);
    expect(() => ch.getThen(() => {})).toThrow(ChanOverflowError);
    expect(ch.stats().waitingGets).toBe(2);
    ch.add(1, 2);
    await turns();
    expect(outcome()).toEqual([fulfilled(1), fulfilled(2)]);
  });

  test('the error names the channel, the side and the limit', async () => {
    const error: unknown = await full()
      .put(8)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ChanOverflowError' });
    expect(String(error)).toMatch(/\b2 puts\b.*\bjobs\b/);
  });

  test('what need not wait is not refused, and room made is room to wait in', async () => {
    const ch = full();
    expect(ch.tryPut(8)).toBeUndefined();
    expect(await ch.get()).toBe(0);
    const outcome = follow(ch.put(9));
    await turns();
    expect(outcome()).toEqual([pending]);
    expect(ch.stats().waitingPuts).toBe(2);
  });

  test('a limit of 0 lets nothing wait', async () => {
    const ch = new Chan<number>(make(), { maxPending: 0 });
    await expect(ch.get()).rejects.toThrow(/\b0 gets\b/);
    for (let n = 0; n < capacity; n++) expect(await ch.put(n)).toBe(true);
    await expect(ch.put(capacity)).rejects.toThrow(/\b0 puts\b/);
  });
});

test('without maxPending, or with Infinity, there is no limit', () => {
  for (const options of [undefined, {}, { maxPending: undefined }, { maxPending: Infinity }]) {
    const ch = new Chan<number>(0, options);
    for (let i = 0; i < 1000; i++) ch.getThen(() => {});
    expect(ch.stats().waitingGets).toBe(1000);
  }
});

test('a bad maxPending is a RangeError', () => {
  for (const maxPending of [-1, 1.5, Number.NaN, -Infinity, '3', null]) {
    expect(() => new Chan(1, { maxPending: maxPending as number })).toThrow(RangeError);
  }
});

test('a name that is no string is a TypeError', () => {
  for (const name of [1, null, {}, Symbol('s')]) {
    expect(() => new Chan(1, { name: name as string })).toThrow(TypeError);
  }
});

test('bad sizes are RangeErrors', () => {
  for (const size of [-1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53]) {
    expect(() => new Chan(size)).toThrow(RangeError);
  }
});

test('what is neither a size nor a buffer is a TypeError', () => {
  for (const thing of ['3', null, true, {}, [], () => 1]) {
    expect(() => new Chan(thing as never)).toThrow(TypeError);
  }
});

test('a signal that is none is a TypeError', async () => {
  const ch = new Chan<number>(1);
  for (const signal of [null, 'abort', {}, new AbortController()]) {
    await expect(ch.put(1, { signal: signal as never })).rejects.toThrow(TypeError);
    await expect(ch.get({ signal: signal as never })).rejects.toThrow(TypeError);
  }
  expect(ch.stats()).toMatchObject({ puts: 0, waitingGets: 0 });
  expect(await ch.put(1, { signal: undefined })).toBe(true);
  expect(await ch.get({ signal: undefined })).toBe(1);
});

describe('the warning that many puts wait', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const warnings = (): unknown[][] => warned().mock.calls;

  test('comes with the 1,024th put that waits, names the channel, and comes once', async () => {
    const seen = warnings();
    const ch = new Chan<number>(0, { name: 'jobs' });
    for (let i = 1; i < 1024; i++) void ch.put(i);
    expect(seen).toEqual([]);
    void ch.put(1024);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toMatch(/\b1024 puts\b.*\bjobs\b.*a put is not awaited\?/);
    for (let i = 0; i < 100; i++) await ch.get();
    for (let i = 0; i < 200; i++) ch.putThen(i);
    expect(seen).toHaveLength(1);
  });

  test('comes for a channel without a name, too', () => {
    const seen = warnings();
    const ch = new Chan<number>();
    for (let i = 0; i < 1024; i++) ch.putThen(i);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[0]).toMatch(/\b1024 puts\b.*a channel\b/);
  });

  test('does not come for fewer puts seeded by add, nor for values that are buffered', () => {
    const seen = warnings();
    new Chan<number>().add(...numbers(1023));
    new Chan<number>(5000).add(...numbers(5000));
    expect(seen).toEqual([]);
  });

  test('does not come for gets that wait', () => {
    const seen = warnings();
    const ch = new Chan<number>();
    for (let i = 0; i < 2000; i++) ch.getThen(() => {});
    expect(seen).toEqual([]);
  });

  test('comes once for each channel', () => {
    const seen = warnings();
    for (let n = 0; n < 2; n++) {
      const ch = new Chan<number>();
      for (let i = 0; i < 1100; i++) ch.putThen(i);
    }
    expect(seen).toHaveLength(2);
  });

  test.runIf(hasProcess)('is a warning of the process', async () => {
    const seen: Error[] = [];
    const listener = (warning: Error): void => void seen.push(warning);
    // The runtime's own listener would print it.
    const others = process.listeners('warning');
    process.removeAllListeners('warning');
    process.on('warning', listener);
    const ch = new Chan<number>(0, { name: 'loud' });
    for (let i = 0; i < 1024; i++) ch.putThen(i);
    await turns();
    process.off('warning', listener);
    for (const other of others) process.on('warning', other);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.name).toBe('ChanPressureWarning');
  });

  test('goes to the console where there is no process', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const ch = new Chan<number>(0, { name: 'web' });
    vi.stubGlobal('process', undefined);
    for (let i = 0; i < 1024; i++) ch.putThen(i);
    vi.unstubAllGlobals();
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/\b1024 puts\b.*\bweb\b/)]]);
  });
});
