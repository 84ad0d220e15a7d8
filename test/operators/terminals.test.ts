import { describe, expect, test, vi } from 'vitest';
import { Chan, from, fromRange, type ReadChan } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { FALSY } from '../support/falsy.js';
import { QUEUES } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** Every terminal, showing each value to `see`, which may throw or return a promise. */
const TERMINALS: readonly (readonly [
  name: string,
  end: (ch: ReadChan<number>, see: (value: number, index: number) => unknown) => Promise<unknown>,
])[] = [
  ['forEach', (ch, see) => ch.forEach(see)],
  ['reduce', (ch, see) => ch.reduce<unknown>((_, value, index) => see(value, index), 0)],
];

describe.each(TERMINALS)('%s', (_, end) => {
  test('is handed a value within the put, and shown it with its index', async () => {
    const ch = new Chan<number>();
    const seen: unknown[] = [];
    const done = end(ch, (...args) => void seen.push(args));
    await turns();
    expect(ch.tryPut(7)).toBe(true);
    expect(seen).toEqual([[7, 0]]);
    ch.putThen(8, () => seen.push('put'));
    expect(seen).toEqual([[7, 0], [8, 1], 'put']);
    expect(await isPending(done)).toBe(true);
    ch.close();
    await done;
  });

  test('is handed a value within the put through a chain of operators', async () => {
    const ch = new Chan<number>();
    const seen: number[] = [];
    const tens = ch.filter((n) => n > 1).map((n) => n * 10);
    const done = end(tens, (n) => void seen.push(n));
    await turns();
    expect([ch.tryPut(1), ch.tryPut(2), seen]).toEqual([true, true, [20]]);
    ch.close();
    await done;
  });

  test('takes what is there at once', async () => {
    await turns();
    // On a busy machine it may already be time for others.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    const ch = new Chan<number>(2).add(1, 2);
    const seen: number[] = [];
    void end(ch, (n) => void seen.push(n));
    clock.mockRestore();
    expect(seen).toEqual([1, 2]);
    ch.cancel();
  });

  test.each(QUEUES)(
    'whose function throws rejects, and leaves a channel of %s whole',
    async (_kind, { make }) => {
      const ch = new Chan<number>(make());
      const seen: number[] = [];
      const see = (n: number): void => {
        seen.push(n);
        if (n === 1) throw new Error('one');
      };
      const waiting = end(ch, see);
      await turns();
      // In the midst of the put: whoever puts is not told.
      expect([ch.tryPut(0), ch.tryPut(1)]).toEqual([true, true]);
      await expect(waiting).rejects.toThrow('one');
      expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0, state: 'flowing' });
      const put = [1, 2, 3].map((n) => ch.put(n));
      // In the midst of taking what is there.
      await expect(end(ch, see)).rejects.toThrow('one');
      expect([await ch.get(), await ch.get(), ch.tryGet()]).toEqual([2, 3, undefined]);
      expect(await Promise.all(put)).toEqual([true, true, true]);
      expect(seen).toEqual([0, 1, 1]);
    },
  );

  test('whose function throws a falsy value rejects with it', async () => {
    for (const reason of FALSY) {
      const ch = new Chan<number>(1).add(1);
      const fail = (): never => {
        throw reason;
      };
      expect(await rejection(end(ch, fail))).toEqual({ reason });
      expect(await rejection(end(ch.close(reason), fail))).toEqual({ reason });
    }
  });

  test('takes the next value when the promise its function returned has settled', async () => {
    const ch = new Chan<number>();
    const gates: (() => void)[] = [];
    const seen: number[] = [];
    const done = end(ch, (n) => {
      seen.push(n);
      return new Promise<void>((resolve) => gates.push(resolve));
    });
    expect(await ch.put(0)).toBe(true);
    const outcome = follow(ch.put(1), ch.put(2), done);
    await turns();
    expect([seen, outcome()]).toEqual([[0], [pending, pending, pending]]);
    gates[0]?.();
    await turns();
    expect([seen, outcome()]).toEqual([
      [0, 1],
      [fulfilled(true), pending, pending],
    ]);
    ch.close();
    gates[1]?.();
    await turns();
    expect(seen).toEqual([0, 1, 2]);
    gates[2]?.();
    await done;
  });

  test('whose function’s promise rejects, rejects, and takes nothing more', async () => {
    const ch = new Chan<number>(3).add(1, 2, 3);
    await expect(end(ch, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(ch.stats()).toMatchObject({ gets: 1, buffered: 2, waitingGets: 0 });
    const waiting = end(ch, (n) => (n === 3 ? Promise.reject(new Error('three')) : undefined));
    await expect(waiting).rejects.toThrow('three');
    const put = ch.put(4);
    expect([await ch.get(), await put]).toEqual([4, true]);
  });

  test('may use its channel in its function', async () => {
    const ch = new Chan<number>(4).add(1, 2, 3, 4);
    const seen: unknown[] = [];
    await end(ch, (n) => {
      seen.push(n, ch.tryGet());
      if (n === 3) ch.close();
    });
    expect(seen).toEqual([1, 2, 3, 4]);
    const other = new Chan<number>();
    const done = end(other, (n) => {
      seen.push(n);
      if (n > 0) other.putThen(n - 1);
      else other.close();
    });
    other.putThen(2);
    await done;
    expect(seen.slice(4)).toEqual([2, 1, 0]);
  });

  test('two on one channel share it fairly', async () => {
    const ch = new Chan<number>();
    const [a, b]: number[][] = [[], []];
    const both = [end(ch, (n) => void a?.push(n)), end(ch, (n) => void b?.push(n))];
    await turns();
    for (const n of numbers(6)) expect(ch.tryPut(n)).toBe(true);
    expect([a, b]).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    ch.close();
    await Promise.all(both);
  });

  test('on a cancelled channel ends', async () => {
    const ch = new Chan<number>();
    const done = end(ch, () => expect.unreachable());
    ch.cancel('enough');
    await done;
    expect(ch.drained).toBe(true);
  });

  test('ends after the one value of a promise channel', async () => {
    const seen: number[] = [];
    await end(from(Promise.resolve(5)), (n) => void seen.push(n));
    expect(seen).toEqual([5]);
  });

  test('of endless values lets timers and I/O through', async () => {
    const endless = breathes(async (more) => {
      await end(fromRange().takeWhile(more), () => undefined);
    });
    expect(await endless).toBe(true);
  });
});

test('reduce gives the last accumulator, awaiting promises of it', async () => {
  const sum = (a: number, b: number): number => a + b;
  expect(await from([1, 2, 3]).reduce(sum)).toBe(6);
  expect(await from([1, 2, 3]).reduce(async (a, b) => a + b, 10)).toBe(16);
  expect(await from<number>([]).reduce(sum)).toBeUndefined();
  expect(await from<number>([]).reduce(sum, 10)).toBe(10);
});

test('an init of undefined is an init', async () => {
  const seen: unknown[] = [];
  await from([1]).reduce<unknown>((total, n) => void seen.push([total, n]), undefined);
  expect(seen).toEqual([[undefined, 1]]);
});

test('reduce without an init counts the first value in the index', async () => {
  const seen: number[] = [];
  await from(['a', 'b', 'c']).reduce((total, value, index) => {
    seen.push(index);
    return total + value;
  });
  expect(seen).toEqual([1, 2]);
});

test('collect takes exactly as many as it was asked for', async () => {
  const ch = new Chan<number>(5).add(1, 2, 3);
  expect([await ch.collect(0), await ch.collect(2)]).toEqual([[], [1, 2]]);
  const more = ch.collect(2);
  await turns();
  expect([ch.tryPut(4), ch.tryPut(5)]).toEqual([true, true]);
  expect([await more, ch.stats()]).toMatchObject([[3, 4], { buffered: 1, waitingGets: 0 }]);
});

test('two collects on one channel share it fairly, with a get between them', async () => {
  const ch = new Chan<number>();
  await turns();
  const [a, got, b] = [ch.collect(2), ch.get(), ch.collect(2)];
  await turns();
  for (const n of numbers(5)) expect(ch.tryPut(n)).toBe(true);
  expect([await a, await got, await b]).toEqual([[0, 3], 1, [2, 4]]);
});

test('two on a filter that passes few of very many values get all of them', async () => {
  const few = fromRange(1_000_000).filter((n) => n % 100_000 === 0);
  const outcome = follow(few.collect(), few.collect());
  for (let i = 0; i < 1000 && outcome().includes(pending); i++) await turns(1);
  expect(outcome()).not.toContain(pending);
  const all = outcome().flatMap((one) => (one.state === 'fulfilled' ? one.value : []));
  expect(all).toHaveLength(10);
});

test('a chain of ten thousand channels, each fed by the terminal of the last, does not overflow the stack', async () => {
  const first = new Chan<number>();
  const ends: Promise<void>[] = [];
  let last = first;
  for (let i = 0; i < 10_000; i++) {
    const next = new Chan<number>();
    ends.push(last.forEach((n) => next.putThen(n + 1)).then(() => void next.close()));
    last = next;
  }
  const got = last.collect();
  expect([await first.put(0), await first.put(1)]).toEqual([true, true]);
  first.close();
  expect(await got).toEqual([10_000, 10_001]);
  await Promise.all(ends);
});

test('the reduce of two million values lets timers through', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 0);
  const sum = await fromRange(2e6).reduce((a, b) => a + b, 0);
  clearInterval(timer);
  expect(sum).toBe(1_999_999_000_000);
  expect(ticks).toBeGreaterThan(0);
});
