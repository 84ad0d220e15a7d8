import { expect, test } from 'vitest';
import {
  Chan,
  ChanOverflowError,
  fromRange,
  type ReadChan,
  sliding,
  unbounded,
  weighted,
} from '../../src/index.js';
import { settled, sorted } from '../support/calls.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { numbers } from '../support/numbers.js';

const many = (): Chan<number> => new Chan<number>(unbounded()).add(...numbers(20));

test('what is read ahead is dropped when the buffer is cancelled; what the source holds stays there', async () => {
  const dropped: number[] = [];
  const source = new Chan<number>();
  const ch = source.buffer(sliding(4, { onDrop: (n: number) => void dropped.push(n) }));
  expect(ch.tryGet()).toBeUndefined();
  for (const n of [1, 2, 3]) {
    await settled();
    source.add(n);
  }
  ch.cancel('reason');
  expect(dropped).toEqual([1, 2, 3]);
  expect([ch.drained, await ch.get(), source.closed]).toEqual([true, undefined, false]);
  source.add(4);
  expect(await source.get()).toBe(4);
});

test('cancelling a buffer cancels the stages above it, but not your channel', async () => {
  const source = many();
  const stage = source.map((n) => n);
  const above = stage.buffer(2);
  const ch = above.filter(() => true).buffer(2);
  expect(await ch.get()).toBe(0);
  ch.cancel();
  expect([above.closed, stage.closed, source.closed]).toEqual([true, true, false]);
  const { gets } = source.stats();
  await settled();
  expect(source.stats()).toMatchObject({ gets, waitingGets: 0 });
});

test('a function above that throws fails the buffer after what was read before', async () => {
  const ch = fromRange(9)
    .map((n) => {
      if (n === 2) throw new Error('two');
      return n;
    })
    .buffer(8);
  expect([await ch.get(), await ch.get()]).toEqual([0, 1]);
  await expect(ch.get()).rejects.toThrow('two');
});

test('what the buffer throws fails it, after what it holds, and nothing more is taken', async () => {
  const source = many();
  const ch = source.buffer(
    weighted(9, (n) => {
      if (n === 2) throw new Error('no weight');
      return 1;
    }),
  );
  expect([await ch.get(), await ch.get()]).toEqual([0, 1]);
  await expect(ch.get()).rejects.toThrow('no weight');
  await expect(ch.get()).rejects.toThrow('no weight');
  expect(source.stats()).toMatchObject({ gets: 3, waitingGets: 0 });
});

test('what the buffer throws when it is asked for room does not come out of a put on the source', async () => {
  class Broken extends OwnQueue<number> {
    override canAdd(): boolean {
      if (this.values.length > 0) throw new Error('no room');
      return true;
    }
  }
  const source = new Chan<number>();
  expect(source.buffer(new Broken(1)).tryGet()).toBeUndefined();
  await settled();
  expect(await source.put(1)).toBe(true);
});

test('a source where no more gets may wait fails the buffer', async () => {
  const source = new Chan<number>(0, { maxPending: 0 });
  await expect(source.buffer(2).get()).rejects.toThrow(ChanOverflowError);
});

test('readers that share a buffer are served in the order in which they asked', async () => {
  const source = new Chan<number>();
  const ch = source.buffer(2);
  const got = [ch.get(), ch.get(), ch.get()];
  source.add(1, 2, 3);
  expect(await Promise.all(got)).toEqual([1, 2, 3]);
});

test('onDrop may cancel the buffer: it ends, and takes nothing more', async () => {
  const source = new Chan<number>();
  const ch: ReadChan<number> = source.buffer(sliding(1, { onDrop: () => ch.cancel() }));
  expect(ch.tryGet()).toBeUndefined();
  for (const n of [1, 2, 3]) {
    await settled();
    source.add(n);
  }
  expect([ch.drained, await ch.get()]).toEqual([true, undefined]);
  expect(source.stats()).toMatchObject({ gets: 2, waitingGets: 0, waitingPuts: 1 });
});

test('onDrop may read the buffer: no value is given twice, lost or out of order', async () => {
  const source = new Chan<number>(unbounded());
  const seen: number[] = [];
  const dropped: number[] = [];
  const ch: ReadChan<number> = source.buffer(
    sliding(2, {
      onDrop: (n: number) => {
        dropped.push(n);
        const value = ch.tryGet();
        if (value !== undefined) seen.push(value);
      },
    }),
  );
  expect(ch.tryGet()).toBeUndefined();
  for (const n of numbers(9)) {
    await settled();
    source.add(n);
  }
  source.close();
  await ch.forEach((n) => seen.push(n));
  expect(seen).toEqual(sorted(seen));
  expect(sorted([...seen, ...dropped])).toEqual(numbers(9));
});

test.each([1, 3])(
  'a custom buffer, of %i, that gives no value fails the channel, and says so',
  async (size) => {
    class Empty extends OwnQueue<number> {
      override take(): number {
        super.take();
        return undefined as never;
      }
    }
    await expect(fromRange(5).buffer(new Empty(size)).collect()).rejects.toThrow(TypeError);
  },
);
