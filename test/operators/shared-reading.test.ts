/** Channels derived from one stage, whose functions read from one of them. */
import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { sorted } from '../support/calls.js';
import { turns } from '../support/turns.js';

type Read = (of: ReadChan<number>, got: (value: number | undefined) => void) => void;

const ways: [string, Read][] = [
  ['looks for a value', (of, got) => got(of.tryGet())],
  ['asks for a value', (of, got) => void of.get().then(got)],
  ['asks for a value by callback', (of, got) => of.getThen(got)],
  ['takes all values', (of, got) => void of.forEach(got)],
];

describe.each(ways)('a function of a stage that %s of a channel derived from the stage', (_, read) => {
  test('loses nothing of an iterator that it is the body of', async () => {
    const ch = new Chan<number>(4);
    const got: (number | undefined)[] = [];
    const pairs = ch.flatMap(function* (n) {
      read(other, (value) => got.push(value));
      yield n;
      read(other, (value) => got.push(value));
      yield n + 0.5;
    });
    const own = pairs.map((n) => n);
    const other: ReadChan<number> = pairs.map((n) => n);
    other.tryGet();
    ch.add(1, 2, 3).close();
    for await (const n of own) got.push(n);
    await turns();
    expect(sorted(got.filter((n) => n !== undefined))).toEqual([1, 1.5, 2, 2.5, 3, 3.5]);
  });

  test('gets what comes behind the value that the function was called for', async () => {
    const ch = new Chan<number>(4);
    const seen: number[] = [];
    const got: (number | undefined)[] = [];
    const sums = ch
      .map((n) => {
        if (n === 1) read(other, (value) => got.push(value));
        return n;
      })
      .scan((total, n) => total * 10 + n, 0)
      .tap((total) => void seen.push(total));
    const own = sums.map((n) => n);
    const other: ReadChan<number> = sums.map((n) => n);
    other.tryGet();
    ch.add(1, 2);
    expect(await own.get()).toBe(1);
    await turns();
    expect([1, 12].slice(0, seen.length)).toEqual(seen);
    if (seen.length === 1) expect(await other.get()).toBe(12);
    expect(got).not.toContain(1);
  });

  test('and rescues what failed, sees no end before it is there', async () => {
    const ch = new Chan<number>(4);
    const got: (number | undefined)[] = [];
    const saved = ch
      .map((n) => {
        if (n === 2) throw new Error('two');
        return n;
      })
      .catch(() => {
        read(other, (value) => got.push(value));
        return 0;
      });
    const own = saved.map((n) => n);
    const other: ReadChan<number> = saved.map((n) => n);
    other.tryGet();
    ch.add(1, 2);
    expect(await own.get()).toBe(1);
    expect(await own.get()).toBe(0);
    await turns();
    expect(got.filter((n) => n !== undefined)).toEqual([]);
    expect(await other.get()).toBeUndefined();
  });
});

test('again and again, who waits is served behind a value, not in the midst of it', async () => {
  const ch = new Chan<number>(4);
  const seen: number[] = [];
  const sums = ch
    .map((n) => {
      if (n % 10 === 1) {
        expect(asked.tryGet()).toBeUndefined();
        ch.add(n + 1, n + 2);
        expect(asked.tryGet()).toBeUndefined();
      }
      return n;
    })
    .scan((_, n) => n, 0)
    .tap((n) => void seen.push(n));
  const [a, b] = [sums.map((n) => n), sums.map((n) => n)];
  const asked = sums.map((n) => n);
  asked.tryGet();
  for (const n of [1, 11, 21]) {
    const got = [a.get(), b.get(), b.get()];
    ch.tryPut(n);
    expect(await Promise.all(got)).toEqual([n, n + 1, n + 2]);
    // Now by one who finds a value instead of waiting for it.
    ch.add(n + 5);
    expect(await a.get()).toBe(n + 5);
  }
  expect(seen).toEqual([1, 2, 3, 6, 11, 12, 13, 16, 21, 22, 23, 26]);
});

test('who is called with a value of a stage can take the next one from another', async () => {
  // Behind what other tests did, the gate may be shut; now nothing waits for the event loop.
  await turns();
  const ch = new Chan<number>(4);
  const sums = ch
    .map((n) => {
      if (n === 1) ch.add(2, 3);
      return n;
    })
    .scan((total, n) => total + n, 0);
  const [a, b] = [sums.map((n) => n), sums.map((n) => n)];
  b.tryGet();
  const got: (number | undefined)[] = [];
  a.getThen((n) => got.push(n, b.tryGet(), b.tryGet(), b.tryGet()));
  ch.add(1);
  expect(got).toEqual([1, 3, 6, undefined]);
});

test('what an iterator gives last is for who asks next, though it looked for it itself', async () => {
  const ch = new Chan<number>(1);
  const numbers = ch.flatMap(function* (n) {
    yield n;
    expect(other.tryGet()).toBeUndefined();
    yield n + 1;
    expect(other.tryGet()).toBeUndefined();
    yield n + 2;
  });
  const own = numbers.map((n) => n);
  const other: ReadChan<number> = numbers.map((n) => n);
  other.tryGet();
  ch.add(1).close();
  expect([await own.get(), await own.get()]).toEqual([1, 2]);
  expect(await other.collect()).toEqual([3]);
});

test('an iterator that feeds another branch is still alone with its own', async () => {
  const ch = new Chan<number>(1);
  const all = ch.map((n) => n);
  const numbers = all.flatMap(function* (n) {
    yield n;
    ch.tryPut(n + 8);
    expect(other.tryGet()).toBeUndefined();
    yield n + 1;
    yield n + 2;
  });
  const own = numbers.map((n) => n);
  const other: ReadChan<number> = numbers.map((n) => n);
  const branch = all.scan((total, n) => total + n, 0);
  other.tryGet();
  ch.add(1);
  expect(await own.get()).toBe(1);
  const fed = branch.get();
  expect(await own.get()).toBe(2);
  expect(await fed).toBe(9);
  expect(await other.get()).toBe(3);
});

test.each<[string, (of: ReadChan<number>, got: number[]) => void]>([
  ['looks', (of, got) => got.push(of.tryGet() ?? -1)],
  ['asks', (of, got) => of.getThen((n) => got.push(n ?? -1))],
  ['takes all', (of, got) => void of.forEach((n) => got.push(n))],
])('what came for one who has just given up is there for who %s next', async (_, read) => {
  const waiting = new AbortController();
  const ch = new Chan<number>(1);
  const all = ch.map((n) => n);
  const numbers = all.flatMap(function* (n) {
    yield n;
    if (n === 1) ch.tryPut(9);
    waiting.abort();
    yield n + 1;
  });
  const own = numbers.map((n) => n);
  const branch = all.scan((total, n) => total + n, 0);
  ch.add(1);
  expect(await own.get()).toBe(1);
  const gaveUp = branch.get({ signal: waiting.signal });
  expect(own.tryGet()).toBe(2);
  await expect(gaveUp).rejects.toBe(waiting.signal.reason);
  ch.add(20);
  const got: number[] = [];
  read(branch, got);
  await turns();
  expect(got[0]).toBe(9);
  got.push(branch.tryGet() ?? 29);
  expect(got.slice(0, 2)).toEqual([9, 29]);
});

test('a function that asks its own channel, while all values are taken, waits for the next', async () => {
  const ch = new Chan<number>(2).add(1, 2).close();
  const asked: (number | undefined)[] = [];
  const own: ReadChan<number> = ch.map((n) => {
    if (n === 1) own.getThen((value) => asked.push(value));
    return n;
  });
  const taken: number[] = [];
  await own.forEach((n) => void taken.push(n));
  await turns();
  expect([taken, asked]).toEqual([[1], [2]]);
});

test('a function of a long chain that remembers nothing finds the next value in another', () => {
  const ch = new Chan<number>(3).add(1, 2, 3);
  const found: (number | undefined)[] = [];
  const same = (n: number): number => n;
  const own = ch
    .map((n) => {
      if (n === 1) found.push(other.tryGet());
      return n;
    })
    .map(same)
    .filter(() => true)
    .map(same);
  const other: ReadChan<number> = own.map(same);
  expect(own.tryGet()).toBe(1);
  expect(found).toEqual([2]);
  expect(own.tryGet()).toBe(3);
});

test('a function of a step that remembers, where nothing else is in the chain, finds nothing in another', () => {
  const ch = new Chan<number>(2).add(1, 2);
  const found: (number | undefined)[] = [];
  const own = ch.scan((total, n) => {
    if (n === 1) found.push(other.tryGet());
    return total * 10 + n;
  }, 0);
  const other: ReadChan<number> = own.drop(0);
  expect(own.tryGet()).toBe(1);
  expect(found).toEqual([undefined]);
  expect(other.tryGet()).toBe(12);
});
