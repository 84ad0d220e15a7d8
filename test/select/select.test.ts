import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, type Disabled, type ReadChan, selectThen } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';

/** A buffered channel that holds these values. */
function holding<T extends {} | null>(...values: T[]): Chan<T> {
  return new Chan<T>(8).add(...values);
}

describe.each(forms)('%s', (_, select) => {
  test('a get case gives the next value under its key', async () => {
    expect(await select({ a: new Chan<number>(), b: holding(7) })).toEqual({ key: 'b', value: 7 });
  });

  test('a put case gives true under its key and hands the value over', async () => {
    const out = new Chan<string>(1);
    expect(await select({ sent: [out, 'hi'] })).toEqual({ key: 'sent', value: true });
    expect(out.tryGet()).toBe('hi');
  });

  test('a list gives the index, the value and the channel', async () => {
    const [a, b] = [new Chan<string>(), holding(7)];
    const result = await select([a, b]);
    expect(result).toEqual({ index: 1, value: 7, chan: b });
    expect(result.chan).toBe(b);
  });

  test('a put in a list gives its channel, not the pair', async () => {
    const [a, b] = [new Chan<string>(), new Chan<number>(1)];
    const result = await select([a, [b, 1]]);
    expect(result).toMatchObject({ index: 1, value: true });
    expect(result.chan).toBe(b);
  });

  test('an abort signal in a list is its own channel', async () => {
    const signal = AbortSignal.abort('stop');
    const result = await select([new Chan<string>(), signal]);
    expect(result).toMatchObject({ index: 1, value: 'stop' });
    expect(result.chan).toBe(signal);
  });

  test('at most one operation happens, of several that are ready', async () => {
    const [a, b, out] = [holding(1), holding(2), new Chan<number>(1)];
    const { key } = await select({ a, b, sent: [out, 3] });
    expect(a.stats().buffered).toBe(key === 'a' ? 0 : 1);
    expect(b.stats().buffered).toBe(key === 'b' ? 0 : 1);
    expect(out.stats().buffered).toBe(key === 'sent' ? 1 : 0);
  });

  test('at most one operation happens, of several that become ready together', async () => {
    const [a, b, out] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const one = select({ a, b, sent: [out, 3] });
    const done = [a.tryPut(1), b.tryPut(2), out.tryGet()];
    expect(await one).toEqual({ key: 'a', value: 1 });
    expect(done).toEqual([true, undefined, undefined]);
  });

  test('with priority the first ready case in order is taken', async () => {
    for (let i = 0; i < 50; i++) {
      const result = await select([new Chan<number>(), holding(1), holding(2)], { priority: true });
      expect(result.index).toBe(1);
    }
  });

  test('with priority the first key in order is taken', async () => {
    for (let i = 0; i < 50; i++) {
      const result = await select({ b: holding(1), a: holding(2) }, { priority: true });
      expect(result.key).toBe('b');
    }
  });

  test('priority: false is random', async () => {
    const seen = new Set<number>();
    for (let i = 0; i < 100; i++) {
      seen.add((await select([holding(1), holding(2)], { priority: false })).index);
    }
    expect(seen).toEqual(new Set([0, 1]));
  });

  test('the default is taken when nothing is ready', async () => {
    const result = await select(
      { a: new Chan<number>(), sent: [new Chan<number>(), 1] },
      { default: 'none' },
    );
    expect(result).toEqual({ key: undefined, index: undefined, chan: undefined, value: 'none' });
  });

  test('the default is not taken when something is ready', async () => {
    expect(await select({ a: holding(1) }, { default: 0 })).toEqual({ key: 'a', value: 1 });
    expect(await select([holding(1)], { default: 0 })).toMatchObject({ index: 0, value: 1 });
  });

  test.each([[undefined], [null], [false], [0], [''], [Number.NaN], [0n]])(
    'the default may be %s',
    async (value) => {
      const result = await select({ a: new Chan<number>() }, { default: value });
      expect(result).toEqual({ key: undefined, index: undefined, chan: undefined, value });
    },
  );

  test('a select that took its default leaves nothing waiting', async () => {
    const ch = new Chan<number>();
    await select({ a: ch, sent: [ch, 1] }, { default: 0 });
    expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
  });

  test('options without a default make no default', async () => {
    expect(await isPending(select({ a: new Chan<number>() }, { priority: true }))).toBe(true);
  });

  test.each([[undefined], [null], [false]] as const)('a case of %s is disabled', async (off) => {
    const never: ReadChan<number> | undefined | null | false = off;
    expect(await select({ off: never, a: holding(1) }, { priority: true })).toEqual({ key: 'a', value: 1 });
    expect(await select([never, holding(1)], { priority: true })).toMatchObject({ index: 1, value: 1 });
  });

  test('a disabled case stays disabled while the others wait', async () => {
    const a = new Chan<number>();
    const waiting = select([undefined, a, null, false]);
    a.tryPut(5);
    expect(await waiting).toMatchObject({ index: 1, value: 5 });
  });

  test.each<[cases: Record<string, Disabled> | Disabled[]]>([
    [{}],
    [[]],
    [{ a: undefined, b: null, c: false }],
    [[undefined, null, false]],
  ])('without an enabled case or a default it is a TypeError: %o', async (cases) => {
    expect((await rejection(select(cases))).reason).toBeInstanceOf(TypeError);
  });

  test('without an enabled case the default is taken', async () => {
    expect(await select({}, { default: 1 })).toMatchObject({ value: 1 });
    expect(await select([undefined], { default: undefined })).toMatchObject({ value: undefined });
  });
});

// As after a turn of the event loop nothing is held back, what is ready completes at once.
beforeEach(() => turns(1));

test('selectThen calls back before it returns when something is ready', () => {
  const callback = vi.fn();
  selectThen({ a: holding(1) }, callback);
  expect(callback.mock.calls).toEqual([[{ key: 'a', value: 1 }, undefined]]);
});

test('selectThen calls back with the default before it returns', () => {
  const callback = vi.fn();
  selectThen({ a: new Chan<number>() }, callback, { default: 0 });
  expect(callback).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ key: undefined, value: 0 }),
    undefined,
  );
});

test('selectThen calls back once, inside of the put that made it ready', () => {
  const a = new Chan<number>();
  const callback = vi.fn();
  selectThen({ a, b: new Chan<number>() }, callback);
  expect(callback).not.toHaveBeenCalled();
  a.tryPut(1);
  expect(callback.mock.calls).toEqual([[{ key: 'a', value: 1 }, undefined]]);
});

test.each([[undefined], [null], [5], [{}]])(
  'selectThen with %s as its callback throws a TypeError',
  (bad) => {
    const a = holding(1);
    expect(() => selectThen({ a }, bad as never)).toThrow(TypeError);
    expect(a.stats().buffered).toBe(1);
  },
);

test('selectThen calls back with undefined and the error where select would reject', async () => {
  const callback = vi.fn();
  selectThen({ bad: 5 as never }, callback);
  selectThen({}, callback);
  await turns();
  expect(callback.mock.calls).toEqual([
    [undefined, expect.any(TypeError)],
    [undefined, expect.any(TypeError)],
  ]);
});
