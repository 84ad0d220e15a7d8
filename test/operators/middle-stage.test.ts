/** A stage in the middle of a chain that is read, joined or given up itself: what is derived from it gets every value once, in order. */
import { describe, expect, test } from 'vitest';
import { Chan, from, type ReadChan, select } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

/** Stages by whose state an order shows. */
const STAGES: readonly (readonly [
  name: string,
  derive: (of: ReadChan<number>, f: (n: number) => void) => ReadChan<number>,
])[] = [
  ['map', (of, f) => of.map((n) => (f(n), n))],
  ['filter', (of, f) => of.filter((n) => (f(n), true))],
  ['tap', (of, f) => of.tap(f)],
  ['scan', (of, f) => of.scan((_, n) => (f(n), n), 0)],
  ['distinct', (of, f) => of.distinct((n) => (f(n), n))],
  ['flatMap', (of, f) => of.flatMap((n) => (f(n), [n]))],
  [
    'long chain',
    (of, f) =>
      of
        .map((n) => n)
        .map((n) => n)
        .map((n) => n)
        .map((n) => (f(n), n)),
  ],
  ['merge', (of, f) => from([0]).switchMap(() => of.map((n) => (f(n), n)))],
];

describe.each(STAGES)('a %s in the middle', (_, derive) => {
  test('that is joined takes nothing, and settles when its children have read its end', async () => {
    const seen: number[] = [];
    const mid = derive(from([1, 2, 3]), (n) => void seen.push(n));
    let joined = false;
    void mid.join().then(() => (joined = true));
    await turns();
    expect([joined, seen]).toEqual([false, []]);
    expect(await mid.map((n) => n).collect()).toEqual([1, 2, 3]);
    await turns();
    expect([joined, mid.drained]).toEqual([true, true]);
    await mid.join();
  });

  test('that fails settles its joins when a child has read the failure', async () => {
    const mid = derive(from([1]), () => {
      throw new Error('broken');
    });
    const joined = mid.join();
    const child = mid.map((n) => n);
    await expect(child.collect()).rejects.toThrow('broken');
    await joined;
    await expect(mid.get()).rejects.toThrow('broken');
  });

  test.each<[string, (of: ReadChan<number>) => Promise<unknown>]>([
    ['the next get', (of) => of.get()],
    ['a child', (of) => of.map((n) => n).get()],
    [
      'a child of a child that remembers',
      (of) =>
        of
          .map((n) => n)
          .scan((total) => total, 0)
          .map(() => 1)
          .get(),
    ],
    ['a select', (of) => select([of]).then(({ value }) => value)],
  ])('whose get is aborted while its function runs keeps the value for %s', async (__, next) => {
    const controller = new AbortController();
    const source = new Chan<number>();
    const mid = derive(source, (n) => {
      if (n === 1) controller.abort('gone');
    });
    const got = rejection(mid.get({ signal: controller.signal }));
    await turns();
    expect(source.tryPut(1)).toBe(true);
    expect(await got).toEqual({ reason: 'gone' });
    expect([0, 1]).toContain(await next(mid));
  });

  test('gives a value whose select lost meanwhile to a child that waits, and the next one after it', async () => {
    const source = new Chan<number>();
    const other = new Chan<string>();
    const mid = derive(source, (n) => {
      if (n === 1) other.tryPut('won');
    });
    const child = mid.map((n) => n);
    const selected = select({ other, mid });
    await turns();
    const got = [child.get(), child.get()];
    await turns();
    source.putThen(1);
    source.putThen(2);
    expect(await selected).toEqual({ key: 'other', value: 'won' });
    expect(await Promise.all(got)).toEqual([1, 2]);
  });

  test('gives what it kept before its end', async () => {
    const controller = new AbortController();
    const source = new Chan<number>();
    const mid = derive(source, () => controller.abort('gone'));
    const child = mid.map((n) => n);
    const got = rejection(mid.get({ signal: controller.signal }));
    await turns();
    source.tryPut(1);
    await got;
    source.close();
    const joined = mid.join();
    expect(await isPending(joined)).toBe(true);
    expect(await child.collect()).toEqual([1]);
    await joined;
  });

  test('drops what it kept when it is cancelled', async () => {
    const controller = new AbortController();
    const source = new Chan<number>();
    const mid = derive(source, () => controller.abort('gone'));
    const child = mid.map((n) => n);
    const got = rejection(mid.get({ signal: controller.signal }));
    await turns();
    source.tryPut(1);
    await got;
    mid.cancel();
    expect(await child.get()).toBeUndefined();
  });
});

test('a stage that keeps a value gives it to one of many children that wait, and none passes it', async () => {
  const controller = new AbortController();
  const source = new Chan<number>();
  const mid = source.map((n) => {
    if (n === 1) controller.abort('gone');
    return n;
  });
  const got = rejection(mid.get({ signal: controller.signal }));
  const children = [1, 2, 3].map(() => mid.map((n) => n));
  const all = children.map((each) => each.get());
  for (const n of [1, 2, 3]) expect(await source.put(n)).toBe(true);
  await got;
  expect(await Promise.all(all)).toEqual([1, 2, 3]);
});
