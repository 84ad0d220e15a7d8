import { expect, test } from 'vitest';
import {
  Chan,
  type ChanBuffer,
  ChanOverflowError,
  fromIter,
  fromRange,
  type ReadChan,
  select,
} from '../../src/index.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

test('a chain of 10,000 maps works, and can be hung up', async () => {
  let ch: ReadChan<number> = fromRange(3);
  for (let i = 0; i < 10_000; i++) ch = ch.map((n) => n + 1);
  expect(await ch.take(2).collect()).toEqual([10_000, 10_001]);
  ch.cancel();
  expect(await ch.get()).toBeUndefined();
});

test('a prime sieve of 300 chained filters works', async () => {
  let numbers: ReadChan<number> = fromRange(2, Infinity);
  let prime = 0;
  for (let i = 0; i < 300; i++) {
    const p = (await numbers.get()) ?? 0;
    prime = p;
    numbers = numbers.filter((n) => n % p !== 0);
  }
  expect(prime).toBe(1987);
});

test('a filter in a select commits only on a value that passes', async () => {
  const source = new Chan<number>();
  const other = new Chan<string>();
  const selected = select({ even: source.filter((n) => n % 2 === 0), other });
  expect(source.tryPut(1)).toBe(true);
  await turns();
  expect(other.tryPut('x')).toBe(true);
  expect(await selected).toEqual({ key: 'other', value: 'x' });
  expect(source.stats().waitingGets).toBe(0);
  expect(source.tryPut(2)).toBeUndefined();
});

test('a filter that never passes lets timers through, and can be aborted', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort('enough'), 5);
  const never = fromRange().filter(() => false);
  await expect(never.get({ signal: controller.signal })).rejects.toBe('enough');
});

test('readers of one derived channel share what it holds, in the order in which they asked', async () => {
  const source = new Chan<number>();
  const three = source.flatMap((n) => [n, n + 1, n + 2]);
  const first = three.map((n) => `a${n}`).get();
  const second = three.map((n) => `b${n}`).get();
  expect(source.tryPut(10)).toBe(true);
  expect(await Promise.all([first, second])).toEqual(['a10', 'b11']);
  expect(await three.get()).toBe(12);
});

test('when a shared stage ends or fails, all who wait through it are told', async () => {
  const source = new Chan<number>();
  const one = source.take(1);
  const both = Promise.all([one.map((n) => n).get(), one.map((n) => n).get(), one.get()]);
  source.tryPut(1);
  expect(await both).toEqual([1, undefined, undefined]);
  const failing = source.map((): number => {
    throw new Error('no');
  });
  const all = Promise.allSettled([
    failing.map((n) => n).get(),
    failing.filter(() => true).get(),
    failing.get(),
  ]);
  source.tryPut(2);
  expect((await all).map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
});

test('so they are when the stage they share is not the first of its chain', async () => {
  const source = new Chan<number>();
  const one = source.map((n) => n + 1).take(1);
  const below = [one.map((n) => n).get(), one.filter(() => true).get()];
  const other = source.map((n) => 10 * n).get();
  source.tryPut(1);
  expect(await Promise.all(below)).toEqual([2, undefined]);
  source.tryPut(2);
  expect(await other).toBe(20);
});

test('a catch that has nothing to catch gives nothing of its own', async () => {
  expect(
    await fromRange(2)
      .catch(() => 7)
      .collect(),
  ).toEqual([0, 1]);
  const source = new Chan<number>(2).add(1).close();
  expect(
    await source
      .map((n) => n)
      .catch(() => 7)
      .collect(),
  ).toEqual([1]);
});

test('an iterator that fails to let go when its chain is hung up is an uncaught error', async () => {
  const values = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return: (): never => {
        throw new Error('stuck');
      },
    }),
  };
  const ch = fromRange(1).flatMap(() => values);
  expect(await ch.get()).toBe(1);
  expect(await uncaught(() => ch.cancel())).toEqual([new Error('stuck')]);
  expect(ch.closed).toBe(true);
});

test('cancelling a derived channel cancels the stages above it, and not the channel of the user', async () => {
  const source = new Chan<number>(2).add(1, 2);
  const stage = source.map((n) => n);
  stage.filter(() => true).cancel();
  expect(stage.closed).toBe(true);
  expect(source.closed).toBe(false);
  expect(await source.get()).toBe(1);
});

test('what a flatMap holds of an iterator is returned when it is hung up', async () => {
  const returned: string[] = [];
  const values = function* (): Generator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      returned.push('inner');
    }
  };
  const ch = fromRange(3).flatMap(values);
  expect(await ch.get()).toBe(1);
  ch.cancel();
  expect(returned).toEqual(['inner']);
});

test('an operator’s function may use the channel it works for, and the source', async () => {
  const source = new Chan<number>(8).add(1, 2, 3).close();
  const got: unknown[] = [];
  const ch: ReadChan<number> = source.map((n) => {
    if (n === 1) ch.getThen((value) => got.push(value));
    return n * 10;
  });
  expect(await ch.get()).toBe(10);
  await turns();
  expect(got).toEqual([20]);
  const cancelling: ReadChan<number> = fromIter([1, 2]).map((n) => {
    cancelling.cancel();
    return n;
  });
  expect(await cancelling.get()).toBeUndefined();
});

test('a value whose taker went away while it was made is kept for the next', async () => {
  const controller = new AbortController();
  const source = new Chan<number>();
  const ch = source.map((n) => {
    controller.abort('why');
    return n;
  });
  const got = ch.get({ signal: controller.signal });
  expect(source.tryPut(1)).toBe(true);
  await expect(got).rejects.toBe('why');
  expect(await ch.get()).toBe(1);
});

test('a source where no more gets may wait fails the channel derived from it, and nobody else', async () => {
  const source = new Chan<number>(0, { maxPending: 1 });
  const direct = source.get();
  const derived = source.map((n) => n);
  await expect(derived.get()).rejects.toBeInstanceOf(ChanOverflowError);
  await expect(derived.get()).rejects.toBeInstanceOf(ChanOverflowError);
  expect(derived.stats().waitingGets).toBe(0);
  expect(source.tryPut(1)).toBe(true);
  expect(await direct).toBe(1);
});

test('a put is not failed because a filter that dropped it finds no place to wait again', async () => {
  const source = new Chan<number>(0, { maxPending: 1 });
  const filtered = source.filter((n) => {
    // Takes the place that the filter had.
    if (n === 1) source.getThen(() => {});
    return n > 1;
  });
  const got = filtered.get();
  expect(await source.put(1)).toBe(true);
  await expect(got).rejects.toBeInstanceOf(ChanOverflowError);
});

test('catch whose function throws fails with that error, and calls it once', async () => {
  let calls = 0;
  const failed = new Chan<number>().close('first').catch(() => {
    calls++;
    throw new Error('second');
  });
  await expect(failed.get()).rejects.toThrow('second');
  await expect(failed.get()).rejects.toThrow('second');
  expect(calls).toBe(1);
});

test('a stage that is cancelled ends those below it at once, and nothing more is taken for them', async () => {
  const source = new Chan<number>();
  const stage = source.map((n) => n);
  const below = stage.map((n) => n);
  const got = below.get();
  stage.cancel();
  expect(source.stats().waitingGets).toBe(0);
  expect(source.tryPut(1)).toBeUndefined();
  expect(await got).toBeUndefined();
  expect(below.closed).toBe(true);
});

test('a stage that another reader ends takes nothing more for those who wait for it', async () => {
  const source = new Chan<number>();
  const first = source.take(1);
  const [a, b] = [first.map((n) => n), first.map((n) => n)];
  const [gotA, gotB] = [a.get(), b.get()];
  expect(source.tryPut(1)).toBe(true);
  expect(source.tryPut(2)).toBeUndefined();
  expect(await Promise.all([gotA, gotB])).toEqual([1, undefined]);
});

test('an iterator of flatMap that gives no value is returned', async () => {
  let returned = 0;
  const bad = fromRange().flatMap(() => ({
    [Symbol.iterator]: () => ({
      next: () => ({ done: false as const, value: undefined as unknown as number }),
      return: () => {
        returned++;
        return { done: true as const, value: undefined };
      },
    }),
  }));
  await expect(bad.get()).rejects.toThrow(TypeError);
  expect(returned).toBe(1);
});

test('a filter that drops the value it waited for keeps its place among those who wait', async () => {
  const source = new Chan<number>();
  const even = source.filter((n) => n % 2 === 0).get();
  const any = source.get();
  expect([source.tryPut(1), source.tryPut(2), source.tryPut(3)]).toEqual([true, true, true]);
  expect(await Promise.all([even, any])).toEqual([2, 3]);
});

test('a derived channel that gave its value takes its next turn behind others who wait', async () => {
  const source = new Chan<number>();
  const derived: number[] = [];
  const done = source.map((n) => n).forEach((n) => derived.push(n));
  const direct = source.get();
  expect([source.tryPut(1), source.tryPut(2)]).toEqual([true, true]);
  source.close();
  await done;
  expect([derived, await direct]).toEqual([[1], 2]);
});

test('take(0) is closed from the start', () => {
  expect(fromRange().take(0).closed).toBe(true);
});

test('a chain that is cancelled by the buffer it looks into has ended for who asked', async () => {
  let cancels = false;
  class Cancelling implements ChanBuffer<number> {
    readonly capacity = 1;
    get size(): number {
      return 0;
    }
    canAdd(): boolean {
      return true;
    }
    canTake(): boolean {
      if (cancels) chain.cancel();
      return false;
    }
    add(): void {}
    take(): number {
      return 0;
    }
  }
  const chain: ReadChan<number> = new Chan<number>(new Cancelling()).map((n) => n);
  expect(chain.tryGet()).toBeUndefined();
  cancels = true;
  expect(await chain.get()).toBeUndefined();
  expect(chain.drained).toBe(true);
});

test('who waits below a function that fails for another is told, however deep it is', async () => {
  const ch = new Chan<number>();
  const failing = ch
    .map((n) => n)
    .map(() => {
      throw new Error('no');
    });
  const [a, b] = [failing.map((n) => n), failing.map((n) => n)];
  const got = [a.get(), b.get()];
  ch.tryPut(1);
  await Promise.all(got.map((each) => expect(each).rejects.toThrow('no')));
});

test('a chain of very many stages can be cancelled', async () => {
  const ch = new Chan<number>();
  let chain: ReadChan<number> = ch;
  for (let i = 0; i < 50_000; i++) chain = chain.map((n) => n);
  chain.cancel();
  expect(chain.drained).toBe(true);
  expect(ch.closed).toBe(false);
});

test('what a stage holds when one derived from it is cancelled is not given to another', async () => {
  const ch = new Chan<number>(4);
  const pairs = ch.group(2);
  const [a, b] = [pairs.map((n) => n), pairs.map((n) => n)];
  ch.add(1);
  expect(a.tryGet()).toBeUndefined();
  a.cancel();
  expect(await b.get()).toBeUndefined();
});

test('an iterator is told once that no more is wanted, whoever cancels', async () => {
  let told = 0;
  const numbers: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 1 }),
      return: () => {
        told++;
        return { done: true, value: undefined };
      },
    }),
  };
  const flat = new Chan<number>(1).add(0).flatMap(() => numbers);
  const [a, b] = [flat.map((n) => n), flat.map((n) => n)];
  expect([a.tryGet(), b.tryGet()]).toEqual([1, 1]);
  a.cancel();
  b.cancel();
  flat.cancel();
  expect(told).toBe(1);
});

test('who asked, got nothing, and gave up waits behind the others when it asks again', async () => {
  const ch = new Chan<number>();
  const odd = ch.filter((n) => n % 2 === 1);
  const first = new AbortController();
  const gaveUp = odd.get({ signal: first.signal });
  ch.tryPut(2);
  first.abort();
  await expect(gaveUp).rejects.toBe(first.signal.reason);
  const other = ch.get();
  const again = odd.get();
  ch.tryPut(3);
  expect(await other).toBe(3);
  ch.tryPut(5);
  expect(await again).toBe(5);
});

test('an iterator that fails later fails its own stage, and hangs up on what lies above it', async () => {
  const ch = new Chan<number>(2).add(1, 2);
  const all = ch.map((n) => n);
  const failing = all.flatMap(function* (n) {
    yield n;
    throw new Error('no');
  });
  const other = all.map((n) => n);
  expect(await failing.get()).toBe(1);
  await expect(failing.get()).rejects.toThrow('no');
  expect(await other.get()).toBeUndefined();
  expect(await ch.get()).toBe(2);
});
