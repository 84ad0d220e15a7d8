import { describe, expect, test } from 'vitest';
import { ring, runInThread } from '../../src/parallel/index.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { counts, sums, writes } from './tasks/rings.js';

const COUNT = 100_000;
const SUM = (COUNT * (COUNT - 1)) / 2;

describe.each(['blocking', 'waiting'])('a %s writer on another thread', (how) => {
  test.each([1, 2, 1024])(
    'hands numbers in order to a reader that waits, through %d places',
    async (capacity) => {
      const ends = ring({ capacity });
      const count = capacity === 1024 ? COUNT : 3000;
      const run = runInThread(writes, ends.handle, count, how);
      const got: number[] = [];
      for await (const n of ends) got.push(n);
      expect(got).toEqual(numbers(count));
      await run;
    },
  );

  test('hands numbers in order to a reader that blocks', async () => {
    const ends = ring({ capacity: 8 });
    const run = runInThread(writes, ends.handle, 20_000, how);
    expect([...ends.values()]).toEqual(numbers(20_000));
    await run;
  });

  test('learns that the reader has closed it', async () => {
    const ends = ring({ capacity: 8 });
    const run = runInThread(writes, ends.handle, Infinity, how);
    expect(await ends.get()).toBe(0);
    ends.close();
    await run;
    expect(ends.closed).toBe(true);
  });
});

test.each(['blocking', 'waiting'])('a %s reader on another thread gets all, and the end', async (how) => {
  const ends = ring({ capacity: 100 });
  const sum = runInThread(sums, ends.handle, how);
  for (let n = 0; n < COUNT; n++) if (ends.tryPut(n) === 0) await ends.put(n);
  ends.close();
  expect(await sum).toBe(SUM);
});

test('bytes come in order, whatever the pieces', async () => {
  const ends = ring({ kind: 'bytes', capacity: 1000 });
  expect(ends.capacity).toBe(1024);
  const run = runInThread(counts, ends.handle, 50_000, 333);
  let at = 0;
  let wrong = 0;
  for await (const piece of ends) for (const byte of piece) if (byte !== at++ % 256) wrong++;
  expect([at, wrong]).toEqual([50_000, 0]);
  await run;
});

test('a full ring holds its writer, an empty one its reader, and what was put before the end is read', async () => {
  const ends = ring({ capacity: 2 });
  expect([ends.tryPut(1), ends.tryPut(2), ends.tryPut(3), ends.size]).toEqual([1, 1, 0, 2]);
  const third = ends.put(3);
  expect(await isPending(third)).toBe(true);
  expect(ends.tryGet()).toBe(1);
  expect(await third).toBe(true);
  ends.close();
  expect([await ends.put(4), ends.putSync(4), ends.tryPut(4)]).toEqual([false, false, 0]);
  expect([await ends.get(), ends.getSync(), ends.tryGet(), await ends.get()]).toEqual([
    2,
    3,
    undefined,
    undefined,
  ]);
  const empty = ring({ capacity: 1 });
  const got = empty.get();
  expect(await isPending(got)).toBe(true);
  empty.close();
  expect(await got).toBeUndefined();
});

test('the counts of a ring may go round', async () => {
  const ends = ring({ capacity: 4 });
  // Where the two counts lie.
  const words = new Int32Array(ends.handle.buffer, 0, 33);
  words[0] = words[32] = -2;
  for (const n of numbers(10)) {
    await ends.put(n);
    expect([ends.size, await ends.get()]).toEqual([1, n]);
  }
  expect(words[0]).toBe(8);
});

test('bad arguments are refused', () => {
  expect(() => ring({ capacity: 0 })).toThrow(RangeError);
  expect(() => ring({ kind: 'words' as never })).toThrow(
    "Expected kind to be 'numbers' or 'bytes', got words",
  );
  expect(() => ring({ kind: 'numbers', buffer: new ArrayBuffer(8) as never })).toThrow(TypeError);
  expect(() => ring({ kind: 'words' as never, buffer: ring().handle.buffer })).toThrow(TypeError);
  expect(() => ring({ kind: 'numbers', buffer: new SharedArrayBuffer(8) })).toThrow(TypeError);
  expect(() => ring().tryPut('1' as never)).toThrow(TypeError);
  expect(() => ring({ kind: 'bytes' }).tryPut(1 as never)).toThrow(TypeError);
});
