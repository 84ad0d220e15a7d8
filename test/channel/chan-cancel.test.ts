import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { dropping, sliding, unbounded } from '../../src/channel/buffers.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { ALL, HOLDING, WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { follow, fulfilled, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

describe.each(ALL)('through %s', (_, { make }) => {
  test('a cancelled channel is closed and drained at once', async () => {
    const ch = new Chan<number>(make()).add(1, 2, 3);
    ch.cancel();
    expect([ch.closed, ch.drained]).toEqual([true, true]);
    expect(ch.stats()).toMatchObject({ state: 'closed', buffered: 0, waitingPuts: 0, waitingGets: 0 });
    expect(await ch.get()).toBeUndefined();
    expect(ch.tryGet()).toBeUndefined();
    expect(await ch.put(4)).toBe(false);
    expect(ch.tryPut(4)).toBe(false);
  });

  test('cancelling wakes the gets that wait with undefined, also when a reason is given', async () => {
    const ch = new Chan<number>(make());
    const outcome = follow(ch.get(), ch.get(), ch.collect());
    const seen: unknown[] = [];
    ch.getThen((...args) => seen.push(args));
    ch.cancel(new Error('why'));
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined), fulfilled(undefined), fulfilled([])]);
    expect(seen).toEqual([[undefined, undefined]]);
    expect(await ch.get()).toBeUndefined();
  });

  test('cancelling twice is cancelling once', async () => {
    const ch = new Chan<number>(make()).add(1);
    const { signal } = ch;
    ch.cancel('first');
    ch.cancel('second');
    expect(ch.close('third')).toBe(ch);
    expect(signal.reason).toBe('first');
    expect(await ch.get()).toBeUndefined();
  });

  test('cancelling a channel closed with a cause drops what is left; readers still reject with the cause', async () => {
    const ch = new Chan<number>(make()).add(1, 2, 3).close('cause');
    ch.cancel();
    expect(ch.drained).toBe(true);
    await expect(ch.get()).rejects.toBe('cause');
  });

  test('the end of a using block cancels', () => {
    let left: Chan<number>;
    {
      using ch = new Chan<number>(make()).add(1);
      left = ch;
      expect(ch.closed).toBe(false);
    }
    expect(left.drained).toBe(true);
  });

  test('the end of an await using block cancels', async () => {
    let left: Chan<number>;
    {
      await using ch = new Chan<number>(make()).add(1);
      left = ch;
      expect(ch.closed).toBe(false);
    }
    expect(left.drained).toBe(true);
  });

  test('disposing of a channel that is closed already does no harm', async () => {
    const ch = new Chan<number>(make()).close();
    ch[Symbol.dispose]();
    expect(await ch[Symbol.asyncDispose]()).toBeUndefined();
    expect(ch.drained).toBe(true);
  });
});

describe.each(WAITING)('through %s', (_, { make, capacity }) => {
  const seed = numbers(capacity);

  test('puts that wait are false when the channel is cancelled, and their values dropped', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const outcome = follow(ch.put(10), ch.put(11, { signal: new AbortController().signal }));
    const seen: unknown[] = [];
    ch.putThen(12, (ok, error) => seen.push([ok, error]));
    ch.cancel();
    await turns();
    expect(outcome()).toEqual([fulfilled(false), fulfilled(false)]);
    expect(seen).toEqual([[false, undefined]]);
    expect(await ch.collect()).toEqual([]);
  });

  test('puts that wait on a closed channel are false when it is then cancelled', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const outcome = follow(ch.put(10));
    ch.close();
    ch.cancel();
    await turns();
    expect(outcome()).toEqual([fulfilled(false)]);
    expect(ch.drained).toBe(true);
  });

  test('a get in the callback of a put that cancelling settles takes no value of another put', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const seen: unknown[] = [];
    ch.putThen(10, (ok) => {
      seen.push(['first put', ok, ch.drained]);
      ch.getThen((value) => seen.push(['get', value]));
    });
    ch.putThen(11, (ok) => seen.push(['second put', ok, ch.drained]));
    ch.cancel();
    await turns();
    expect(seen).toContainEqual(['first put', false, true]);
    expect(seen).toContainEqual(['get', undefined]);
    expect(seen).toContainEqual(['second put', false, true]);
  });
});

test.each(HOLDING)('cancelling drops what %s holds', async (_, { make }) => {
  const ch = new Chan<number>(make()).add(1);
  expect(ch.stats().dropped).toBe(0);
  ch.cancel();
  expect(ch.stats()).toMatchObject({ buffered: 0, puts: 1, gets: 0, dropped: 1 });
});

test.each([
  ['sliding', { make: sliding }],
  ['dropping', { make: dropping }],
] as const)('onDrop of a %s buffer is told what cancelling drops, in order', (_, { make }) => {
  const dropped: number[] = [];
  const ch = new Chan<number>(make(3, { onDrop: (value: number) => void dropped.push(value) })).add(1, 2, 3);
  expect(dropped).toEqual([]);
  ch.cancel();
  expect(dropped).toEqual([1, 2, 3]);
});

test('what a custom buffer holds is taken out when its channel is cancelled', () => {
  const own = new OwnQueue<number>(3);
  const ch = new Chan<number>(own).add(1, 2, 3);
  ch.cancel();
  expect(own.values).toEqual([]);
});

test('a custom buffer that will not give up its values does not hold up cancelling', () => {
  class Stubborn extends OwnQueue<number> {
    override canTake(): boolean {
      return false;
    }
  }
  const ch = new Chan<number>(new Stubborn(3)).add(1, 2);
  ch.cancel();
  expect(ch.drained).toBe(true);
});

test('a custom buffer whose take throws does not keep cancelling from its end', async () => {
  class Broken extends OwnQueue<number> {
    override take(): number {
      throw new Error('broken');
    }
  }
  const ch = new Chan<number>(new Broken(1)).add(1);
  const outcome = follow(ch.put(2), ch.join());
  // Whether the error is thrown here or surfaces is left open.
  await uncaught(() => {
    try {
      ch.cancel();
    } catch {}
  });
  expect(ch.drained).toBe(true);
  expect(outcome()).toEqual([fulfilled(false), fulfilled(undefined)]);
});

describe('the signal of a channel', () => {
  test('is one and the same, and not aborted while the channel is open', () => {
    const ch = new Chan<number>(unbounded()).add(1);
    const { signal } = ch;
    expect(ch.signal).toBe(signal);
    expect(signal.aborted).toBe(false);
    ch.tryGet();
    expect(signal.aborted).toBe(false);
  });

  test('is aborted when the channel is closed, with its cause as the reason', () => {
    for (const cause of [new Error('broken'), 0, null, false, '']) {
      const before = new Chan<number>();
      const { signal } = before;
      before.close(cause);
      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe(cause);
      expect(new Chan<number>().close(cause).signal.reason).toBe(cause);
    }
  });

  test('is aborted with an AbortError when there is no cause', () => {
    const before = new Chan<number>();
    const { signal } = before;
    before.close();
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
    expect(new Chan<number>().close().signal).toMatchObject({
      aborted: true,
      reason: { name: 'AbortError' },
    });
  });

  test('is aborted when the reader hangs up, with its reason, whenever it is asked for', () => {
    const before = new Chan<number>();
    const { signal } = before;
    before.cancel('enough');
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
    const after = new Chan<number>();
    after.cancel('enough');
    expect([after.signal.aborted, after.signal.reason]).toEqual([true, 'enough']);
  });

  test('is aborted as soon as the channel takes no more puts, though values are left to read', () => {
    const ch = new Chan<number>(2).add(1, 2, 3);
    const { signal } = ch;
    ch.close();
    expect(signal.aborted).toBe(true);
    expect(ch.drained).toBe(false);
  });

  test('tells its listeners once, and they may use the channel', async () => {
    const ch = new Chan<number>(2).add(1);
    const seen: unknown[] = [];
    ch.signal.addEventListener('abort', () => {
      seen.push([ch.closed, ch.tryPut(2), ch.tryGet(), ch.drained]);
      ch.close('again').cancel();
    });
    ch.close();
    ch.close();
    expect(seen).toEqual([[true, false, 1, true]]);
    expect(await ch.get()).toBeUndefined();
  });

  test('is aborted before a get that waited is told of the close', async () => {
    // While the gate is shut a callback waits.
    await turns();
    const ch = new Chan<number>();
    const seen: boolean[] = [];
    const { signal } = ch;
    ch.getThen(() => seen.push(ch.closed, signal.aborted));
    ch.close();
    expect(seen).toEqual([true, true]);
  });
});

test('a cause that is given to close and a reason given to cancel afterwards do not mix', async () => {
  const ch = new Chan<number>(1).add(1);
  const { signal } = ch;
  ch.close('cause');
  ch.cancel('reason');
  expect(signal.reason).toBe('cause');
  const outcome = follow(ch.get());
  await turns();
  expect(outcome()).toEqual([rejected('cause')]);
});
