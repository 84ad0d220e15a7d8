import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, type Value, type WriteChan, fromIter } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';

/** A buffered channel that holds these values. */
function holding<T extends {} | null>(...values: T[]): Chan<T> {
  return new Chan<T>(8).add(...values);
}

describe.each(forms)('%s', (_, select) => {
  test.each([[0], [false], [null], [''], [Number.NaN], [-0], [0n]])(
    '%s travels as a value',
    async (value: unknown) => {
      const ch = new Chan<Value>(1);
      ch.tryPut(value as Value);
      expect(await select({ ch })).toEqual({ key: 'ch', value });
      expect(await select({ sent: [ch, value as {}] })).toEqual({ key: 'sent', value: true });
      expect(ch.tryGet()).toBe(value);
      const waiting = select({ ch });
      ch.tryPut(value as Value);
      expect((await waiting).value).toBe(value);
    },
  );

  test('a value that is a promise arrives as it is', async () => {
    const value = Promise.resolve(1);
    const ch = new Chan<Promise<number>>(1);
    ch.tryPut(value);
    expect((await select({ ch })).value).toBe(value);
  });

  test('keys that objects have by themselves are keys like any other', async () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'key', 'then', '0', '']) {
      const cases: Record<string, ReadChan<number>> = { [key]: holding(1, 2) };
      Object.setPrototypeOf(cases, null);
      expect(await select(cases)).toEqual({ key, value: 1 });
      expect(await select({ ...cases, [key]: holding(3) }, { default: 0 })).toEqual({ key, value: 3 });
    }
  });

  test('what a record inherits is no case', async () => {
    const cases = Object.create({ inherited: holding(1) }) as Record<string, ReadChan<number>>;
    cases['own'] = holding(2);
    expect(await select(cases, { priority: true })).toEqual({ key: 'own', value: 2 });
  });

  test('operands are evaluated once and in order, also when the select waits', async () => {
    const [a, b] = [new Chan<number>(), new Chan<string>()];
    const evaluated: string[] = [];
    const waiting = select({
      get a(): ReadChan<number> {
        evaluated.push('a');
        return a;
      },
      get b(): readonly [WriteChan<string>, string] {
        evaluated.push('b');
        return [b, 'x'];
      },
    });
    expect(b.tryGet()).toBe('x');
    expect(await waiting).toEqual({ key: 'b', value: true });
    expect(evaluated).toEqual(['a', 'b']);
  });

  test('what the caller does to the list while the select waits changes nothing', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const cases: (ReadChan<number> | undefined)[] = [a, b];
    const waiting = select(cases);
    cases.fill(undefined);
    b.tryPut(1);
    expect(await waiting).toEqual({ index: 1, value: 1, chan: b });
  });

  test('what the caller does to a pair while the select waits changes nothing', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const pair: [Chan<number>, number] = [a, 1];
    const waiting = select([pair]);
    pair[0] = b;
    pair[1] = 2;
    expect(a.tryGet()).toBe(1);
    expect((await waiting).chan).toBe(a);
  });

  test('a list may have many cases', async () => {
    const chans = Array.from({ length: 200 }, () => new Chan<number>());
    const waiting = select(chans);
    chans[150]?.tryPut(1);
    expect(await waiting).toMatchObject({ index: 150, value: 1 });
    chans[199]?.close();
    expect(await select(chans)).toMatchObject({ index: 199, value: undefined });
    expect(chans.every((ch) => ch.stats().waitingGets === 0)).toBe(true);
  });

  test('channels of every kind can be cases', async () => {
    const result = await select({ silent: new Chan<string>(), numbers: fromIter([5]) });
    expect(result).toEqual({ key: 'numbers', value: 5 });
  });

  test.each([[5], ['text'], [true], [{}], [() => {}], [Symbol.iterator], [1n], [new Date()]])(
    'a case of %o is a TypeError',
    async (bad) => {
      const { reason } = await rejection(select({ bad: bad as never }));
      expect(reason).toBeInstanceOf(TypeError);
      expect((reason as Error).message).toMatch(/^Expected /);
    },
  );

  test.each([[[]], [[5, 1]], [[null, 1]], [[{}, 1]], [[undefined, 1]], [[fromIter([1]), 1]]])(
    'a put case of %o is a TypeError',
    async (bad) => {
      const { reason } = await rejection(select([bad as never]));
      expect(reason).toBeInstanceOf(TypeError);
      expect((reason as Error).message).toMatch(/^Expected /);
    },
  );

  test('putting undefined is a TypeError', async () => {
    const ch = new Chan<number>(1);
    for (const bad of [[ch, undefined], [ch]]) {
      const { reason } = await rejection(select([bad as never]));
      expect(reason).toBeInstanceOf(TypeError);
      expect((reason as Error).message).toMatch(/undefined/);
    }
    expect(ch.stats().buffered).toBe(0);
  });

  test.each([[undefined], [null], [5], ['text'], [() => {}]])('cases of %s are a TypeError', async (bad) => {
    const { reason } = await rejection(select(bad as never));
    expect(reason).toBeInstanceOf(TypeError);
    expect((reason as Error).message).toMatch(/^Expected /);
  });

  test('a channel itself in place of the cases is a TypeError', async () => {
    expect((await rejection(select(holding(1) as never))).reason).toBeInstanceOf(TypeError);
  });
});
