import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { weighted } from '../../src/channel/buffers.js';
import { Latest, OwnQueue, Smallest } from '../support/custom-buffers.js';
import { follow, fulfilled, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

test('a custom buffer may reorder', async () => {
  const ch = new Chan<number>(new Smallest(10)).add(3, 1, 2);
  expect(await ch.get()).toBe(1);
  ch.add(0);
  expect(await ch.close().collect()).toEqual([0, 2, 3]);
});

test('a custom buffer sees every value, also one that a get waits for', async () => {
  const own = new OwnQueue<number>(1);
  const added: number[] = [];
  own.add = (value) => {
    added.push(value);
    own.values.push(value);
  };
  const ch = new Chan<number>(own);
  const got = ch.get();
  ch.tryPut(1);
  expect(await got).toBe(1);
  ch.add(2, 3);
  expect(await ch.close().collect()).toEqual([2, 3]);
  expect(added).toEqual([1, 2, 3]);
  expect(ch.stats().delivered).toEqual({ direct: 0, buffered: 3, queued: 0 });
});

test('add and take are called only while canAdd and canTake say so', async () => {
  class Strict extends OwnQueue<number> {
    override add(value: number): void {
      if (!this.canAdd()) throw new Error('add of a full buffer');
      super.add(value);
    }
    override take(): number {
      if (!this.canTake()) throw new Error('take of an empty buffer');
      return super.take();
    }
  }
  for (const capacity of [0, 1, 3]) {
    const ch = new Chan<number>(new Strict(capacity));
    const early = ch.collect(4);
    ch.add(0, 1, 2, 3);
    expect(await early).toEqual([0, 1, 2, 3]);
    ch.add(4, 5, 6, 7, 8, 9);
    expect(ch.tryGet()).toBe(4);
    ch.close();
    expect(await ch.collect()).toEqual([5, 6, 7, 8, 9]);
    expect(ch.tryGet()).toBeUndefined();
  }
});

test('a cell that holds the latest value gives it to every get', async () => {
  const ch = new Chan<number>(new Latest());
  const early = [ch.get(), ch.get()];
  expect(ch.tryPut(1)).toBe(true);
  expect(await Promise.all(early)).toEqual([1, 1]);
  ch.add(2, 3);
  expect([await ch.get(), ch.tryGet(), await ch.get()]).toEqual([3, 3, 3]);
  ch.close();
  expect(await ch.get()).toBe(3);
  ch.cancel();
  expect(await ch.get()).toBeUndefined();
});

test('a buffer that holds values back gives them once it can', async () => {
  /** Gives values in pairs only. */
  class Pairs extends OwnQueue<number> {
    #open = 0;
    override canTake(): boolean {
      return this.#open > 0 || this.values.length >= 2;
    }
    override take(): number {
      this.#open = this.#open > 0 ? this.#open - 1 : 1;
      return super.take();
    }
  }
  const ch = new Chan<number>(new Pairs(4));
  const outcome = follow(ch.get(), ch.get(), ch.get());
  ch.tryPut(1);
  await turns();
  expect(outcome().map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  ch.tryPut(2);
  await turns();
  expect(outcome().slice(0, 2)).toEqual([fulfilled(1), fulfilled(2)]);
  ch.add(3, 4);
  await turns();
  expect(outcome()[2]).toEqual(fulfilled(3));
  expect(ch.tryGet()).toBe(4);
});

describe('a custom buffer whose add throws', () => {
  class Picky extends OwnQueue<number> {
    override add(value: number): void {
      if (value < 0) throw value;
      super.add(value);
    }
  }

  const thrown = (cause: number): unknown =>
    expect.objectContaining({ message: 'A buffer must not throw: add() did', cause });

  test('rejects the put it was called for, and the channel stays whole', async () => {
    const ch = new Chan<number>(new Picky(2));
    const seen: unknown[] = [];
    await expect(ch.put(-1)).rejects.toEqual(thrown(-1));
    await expect(ch.put(-2, { signal: new AbortController().signal })).rejects.toEqual(thrown(-2));
    await expect(async () => ch.tryPut(-3)).rejects.toEqual(thrown(-3));
    ch.putThen(-4, (ok, error) => seen.push([ok, error]));
    await turns();
    expect(seen).toEqual([[false, thrown(-4)]]);
    expect(ch.stats()).toMatchObject({ puts: 0, buffered: 0, dropped: 0, waitingPuts: 0 });
    expect(await ch.put(1)).toBe(true);
    expect(await ch.get()).toBe(1);
  });

  test('does not disturb a get that waits', async () => {
    const ch = new Chan<number>(new Picky(2));
    const outcome = follow(ch.get());
    await expect(ch.put(-1)).rejects.toEqual(thrown(-1));
    expect(ch.stats().waitingGets).toBe(1);
    ch.tryPut(1);
    await turns();
    expect(outcome()).toEqual([fulfilled(1)]);
  });

  test('rejects the put that waited, not the get that made room, and lets the next in', async () => {
    const ch = new Chan<number>(new Picky(1)).add(0);
    const outcome = follow(ch.put(-1), ch.put(1));
    expect(await ch.get()).toBe(0);
    await turns();
    expect(outcome()).toEqual([rejected(thrown(-1)), fulfilled(true)]);
    expect(await ch.close().collect()).toEqual([1]);
  });

  test('rejects the put that waits last on a closed channel, which is then drained', async () => {
    const ch = new Chan<number>(new Picky(1)).add(0);
    const outcome = follow(ch.put(-1));
    const joined = follow(ch.close().join());
    expect(await ch.collect()).toEqual([0]);
    await turns();
    expect(outcome()).toEqual([rejected(thrown(-1))]);
    expect(ch.drained).toBe(true);
    expect(joined()).toEqual([fulfilled(undefined)]);
  });
});

describe('a custom buffer whose take gives undefined', () => {
  class Holey extends OwnQueue<number> {
    override take(): number {
      const value = super.take();
      return value < 0 ? (undefined as never) : value;
    }
  }

  test('rejects the get it was called for with a TypeError, and the channel stays whole', async () => {
    const ch = new Chan<number>(new Holey(5)).add(-1, -1, -1, 1);
    const seen: unknown[] = [];
    await expect(ch.get()).rejects.toThrow(TypeError);
    expect(() => ch.tryGet()).toThrow(TypeError);
    ch.getThen((value, error) => seen.push(value, error));
    await turns();
    expect(seen).toEqual([undefined, expect.any(TypeError)]);
    expect(await ch.get()).toBe(1);
  });

  test('rejects the get that waited with a TypeError, not the put that was accepted', async () => {
    const ch = new Chan<number>(new Holey(5));
    const outcome = follow(ch.get(), ch.get());
    expect(await ch.put(-1)).toBe(true);
    expect(await ch.put(1)).toBe(true);
    await turns();
    expect(outcome()).toEqual([rejected(expect.any(TypeError)), fulfilled(1)]);
  });

  test('still makes room for the puts that wait', async () => {
    const ch = new Chan<number>(new Holey(1)).add(-1);
    const outcome = follow(ch.put(1));
    await expect(ch.get()).rejects.toThrow(TypeError);
    await turns();
    expect(outcome()).toEqual([fulfilled(true)]);
    expect(ch.stats()).toMatchObject({ waitingPuts: 0, buffered: 1 });
  });
});

test.each(['canAdd', 'canTake', 'add', 'take'])(
  'a buffer without %s is refused with a TypeError',
  (missing) => {
    const whole = {
      size: 0,
      capacity: 1,
      canAdd: () => true,
      canTake: () => false,
      add: () => {},
      take: () => 1,
    };
    const partial = { ...whole, [missing]: undefined };
    expect(() => new Chan<number>(partial as never)).toThrow(TypeError);
  },
);

test('add throws what a buffer throws for a value that is put now; what was put before stays', async () => {
  const ch = new Chan<number>(
    weighted(3, (n) => {
      if (n === 2) throw new Error('no 2');
      return 1;
    }),
  );
  expect(() => ch.add(0, 1, 2, 3)).toThrow('no 2');
  expect(await ch.close().collect()).toEqual([0, 1]);
});

test('what a buffer throws for a value that add queued is an uncaught error', async () => {
  const ch = new Chan<number>(
    weighted(1, (n) => {
      if (n === 1) throw new Error('no 1');
      return 1;
    }),
  );
  const errors = await uncaught(async () => {
    expect(await ch.add(0, 1, 2).close().collect()).toEqual([0, 2]);
  });
  expect(errors).toEqual([new Error('no 1')]);
});
