import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, select, sliding } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { turns } from '../support/turns.js';

// A terminal or a pump that is handed one value after the other lets the buffer gather some, until it is full, closed, or the
// event loop has turned: what it takes is the same, in the same order, in fewer steps.

/** A channel with a buffer of 4 and somebody who notes its values, after so many that they make a stream. */
async function stream(
  end: (ch: ReadChan<number>, see: (n: number) => void) => unknown = (ch, see) => ch.forEach(see),
): Promise<{ ch: Chan<number>; seen: number[]; done: Promise<unknown> }> {
  await turns();
  const ch = new Chan<number>(4);
  const seen: number[] = [];
  const done = Promise.resolve(end(ch, (n) => void seen.push(n)));
  // A turn after each few, so that a slow machine need not let the event loop turn in their midst.
  for (let i = 0; i < 16; i++) {
    ch.tryPut(-1);
    if (i % 4 === 3 && i < 15) await turns();
  }
  expect(seen.splice(0)).toHaveLength(16);
  return { ch, seen, done };
}

describe.each<[string, (ch: ReadChan<number>, see: (n: number) => void) => unknown]>([
  ['a terminal', (ch, see) => ch.forEach(see)],
  ['a terminal of a chain of operators', (ch, see) => ch.map((n) => n).forEach(see)],
  ['a pipe', (ch, see) => ch.pipe(new Chan<number>()).forEach(see)],
  // Again: where the machine is so slow that the event loop must turn within four puts, the library does let it.
])('of a stream of values, %s', { retry: 3 }, (_, end) => {
  test('lets the buffer gather some until the event loop turns', async () => {
    const { ch, seen } = await stream(end);
    expect([ch.tryPut(1), ch.tryPut(2), seen]).toEqual([true, true, []]);
    expect(ch.stats().buffered).toBe(2);
    await turns();
    expect([seen, ch.stats().buffered]).toEqual([[1, 2], 0]);
    // Too few for a stream: the next is handed over at once.
    ch.tryPut(3);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('takes what gathered when the buffer is full, for the put that found it so', async () => {
    const { ch, seen } = await stream(end);
    for (let i = 0; i < 100; i++) expect(await ch.put(i)).toBe(true);
    await turns();
    expect(seen).toEqual(Array.from({ length: 100 }, (_unused, i) => i));
  });

  test('takes all when the channel is closed, at once', async () => {
    const { ch, seen, done } = await stream(end);
    ch.add(1, 2).close();
    expect([seen, ch.drained]).toEqual([[1, 2], true]);
    await done;
  });

  test('takes all before the cause of a failure reaches it', async () => {
    const { ch, seen, done } = await stream(end);
    ch.add(1).close(new Error('lost'));
    await expect(done).rejects.toThrow('lost');
    expect(seen).toEqual([1]);
  });

  test('takes nothing any more when the channel is cancelled, and ends', async () => {
    const { ch, seen, done } = await stream(end);
    ch.add(1).cancel();
    await done;
    expect([seen, ch.stats().dropped]).toEqual([[], 1]);
  });
});

test('what gathers for a terminal may be read by others', async () => {
  const { ch, seen } = await stream();
  ch.add(1, 2, 3);
  expect([await ch.get(), ch.tryGet()]).toEqual([1, 2]);
  await turns();
  expect(seen).toEqual([3]);
});

test('two terminals of one channel lose nothing and hold up no put', async () => {
  const { ch, seen, done } = await stream();
  const others: number[] = [];
  const other = ch.forEach((n) => void others.push(n));
  for (let i = 0; i < 100; i++) expect(await ch.put(i)).toBe(true);
  await turns();
  ch.close();
  await Promise.all([done, other]);
  expect(new Set([...seen, ...others])).toEqual(new Set(Array.from({ length: 100 }, (_, i) => i)));
  expect(seen.length + others.length).toBe(100);
});

test('collect(n) takes exactly n of a stream, and nobody waits for it afterwards', async () => {
  await turns();
  const ch = new Chan<number>(4);
  const some = ch.collect(18);
  for (let i = 0; i < 22; i++) expect(await ch.put(i)).toBe(true);
  await turns();
  expect(ch.tryPut(22)).toBeUndefined();
  expect(await some).toEqual(Array.from({ length: 18 }, (_, i) => i));
  expect(await ch.collect(4)).toEqual([18, 19, 20, 21]);
});

test('a put of a select to a full buffer that values gather in happens, after them', async () => {
  const { ch, seen } = await stream();
  ch.add(1, 2, 3, 4);
  expect(await select([[ch, 5]])).toMatchObject({ index: 0, value: true });
  await turns();
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('a function that closes the channel when what gathered is handed over loses nothing', async () => {
  const { ch, seen, done } = await stream((chan, see) =>
    chan.forEach((n) => {
      see(n);
      if (n === 1) ch.close();
    }),
  );
  ch.add(0, 1, 2, 3);
  // The buffer is full: all is handed over, and by then it is closed.
  expect(await ch.put(4)).toBe(false);
  expect([seen, await done]).toEqual([[0, 1, 2, 3], undefined]);
});

test('a function that puts when what gathered is handed over is served in order', async () => {
  const { ch, seen } = await stream((chan, see) =>
    chan.forEach((n) => {
      see(n);
      if (n === 0) ch.add(10, 11);
    }),
  );
  ch.add(0, 1, 2, 3);
  expect(await ch.put(4)).toBe(true);
  await turns();
  // On a slow machine the event loop turns before the first of them is handed over, and 4 was put before 10.
  expect(seen.filter((n) => n < 10)).toEqual([0, 1, 2, 3, 4]);
  expect(seen.filter((n) => n >= 10)).toEqual([10, 11]);
});

test('a buffer that drops is never left to fill', async () => {
  await turns();
  const ch = new Chan<number>(sliding(1));
  const seen: number[] = [];
  void ch.forEach((n) => void seen.push(n));
  for (let i = 0; i < 100; i++) {
    ch.tryPut(i);
    if (i % 4 === 3) await turns();
  }
  expect(seen).toHaveLength(100);
});

test('a loop that feeds a terminal through a buffer lets timers through', async () => {
  const ch = new Chan<number>(16);
  const done = ch.reduce((a, b) => a + b, 0);
  expect(
    await breathes(async (more) => {
      while (more()) await ch.put(1);
    }),
  ).toBe(true);
  ch.close();
  await done;
});
