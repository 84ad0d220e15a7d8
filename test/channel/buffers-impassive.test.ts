/** Custom buffers whose room and values come and go by themselves, and that have none. */
import { describe, expect, test } from 'vitest';
import { Chan, select, sliding } from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { turns } from '../support/turns.js';

class Switched<T> extends OwnQueue<T> {
  adds = true;
  takes = true;
  override canAdd(): boolean {
    return this.adds && super.canAdd();
  }
  override canTake(): boolean {
    return this.takes && super.canTake();
  }
}

test('where room appears, a select that puts still waits behind the puts that wait', async () => {
  const buffer = new Switched<number>(4);
  const ch = new Chan<number>(buffer);
  buffer.adds = false;
  const put = ch.put(1);
  buffer.adds = true;
  const selected = select([[ch, 2]]);
  expect([await ch.get(), await ch.get()]).toEqual([1, 2]);
  expect(await put).toBe(true);
  expect((await selected).value).toBe(true);
});

test('where a value appears, a select that gets still waits behind the gets that wait', async () => {
  const buffer = new Switched<number>(4);
  const ch = new Chan<number>(buffer);
  buffer.takes = false;
  await ch.put(1);
  const got = ch.get();
  buffer.takes = true;
  const selected = select([ch]);
  await ch.put(2);
  expect(await got).toBe(1);
  expect((await selected).value).toBe(2);
});

test('where values appear while a channel closes, a select that gets then is told what follows', async () => {
  const buffer = new Switched<number>(2);
  const ch = new Chan<number>(buffer);
  await turns();
  buffer.takes = false;
  ch.add(1, 2);
  const got: unknown[] = [];
  ch.getThen((value) => {
    got.push(value);
    void select([ch]).then((result) => got.push(result.value));
  });
  ch.getThen((value) => got.push(value));
  buffer.takes = true;
  ch.close();
  await turns();
  expect(got).toEqual([1, 2, undefined]);
});

test('where several values appear at once, who is told of the first does not take what the second waits for', async () => {
  // So that nothing of the tests before holds callbacks back.
  await turns();
  class Pairs extends OwnQueue<number> {
    left = 0;
    override canTake(): boolean {
      return this.left > 0;
    }
    override add(value: number): void {
      super.add(value);
      if (this.values.length === 2) this.left = 2;
    }
    override take(): number {
      this.left--;
      return super.take();
    }
  }
  const ch = new Chan<number>(new Pairs(2));
  const got: unknown[] = [];
  ch.getThen((value) => got.push(value, ch.tryGet()));
  ch.getThen((value) => got.push(value));
  ch.add(1, 2);
  expect(got).toEqual([1, undefined, 2]);
});

describe.each(['put first', 'get first'])(
  'a select that would put and get on a buffer without room, %s,',
  (order) => {
    test('takes what another puts', async () => {
      const ch = new Chan<number>(new OwnQueue<number>(0));
      const selected = order === 'put first' ? select([[ch, 5], ch]) : select([ch, [ch, 5]]);
      expect(await ch.put(7)).toBe(true);
      expect((await selected).value).toBe(7);
    });
  },
);

test('a reader that keeps up with a sliding buffer misses nothing, however long the stream', async () => {
  const dropped: number[] = [];
  const ch = new Chan<number>(sliding(2, { onDrop: (n: number) => void dropped.push(n) }));
  const got: number[] = [];
  const done = ch.forEach((n) => void got.push(n));
  for (let i = 0; i < 200; i++) await ch.put(i);
  ch.close();
  await done;
  expect(dropped).toEqual([]);
  expect(got).toHaveLength(200);
});

test.each([1, 2, 40])(
  'who waits for the end of a closed channel is told when all %i values are taken',
  async (size) => {
    const ch = new Chan<number>(size);
    for (let i = 0; i < size; i++) ch.tryPut(i);
    ch.close();
    let joined = false;
    void ch.join().then(() => (joined = true));
    await ch.forEach(() => {});
    await turns();
    expect(joined).toBe(true);
  },
);
