import { describe, expect, test } from 'vitest';
import {
  Chan,
  type ReadChan,
  from,
  fromIter,
  fromRange,
  promise,
  select,
  zip,
  zipLongest,
} from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

type Pair = readonly [number | undefined, number | undefined];

/** All that make rows. */
const ROWS: readonly (readonly [
  name: string,
  (a: ReadChan<number>, b: ReadChan<number>) => ReadChan<Pair>,
])[] = [
  ['zip', (a, b) => zip(a, b)],
  ['zipLongest', (a, b) => zipLongest(a, b)],
  ['zipWith', (a, b) => a.zipWith(b)],
];

describe.each(ROWS)('%s', (_, combine) => {
  test('gives rows of one value of each, in the order of the channels', async () => {
    expect(await combine(fromRange(3), fromRange(10, 13)).collect()).toEqual([
      [0, 10],
      [1, 11],
      [2, 12],
    ]);
  });

  test.each([0, 1])('waits for the slower, and reads no second value of the faster: %i', async (faster) => {
    const both = [new Chan<number>(), new Chan<number>()] as const;
    const got = combine(...both).get();
    const [fast, slow] = faster === 0 ? both : ([both[1], both[0]] as const);
    expect([fast.tryPut(1), fast.tryPut(2)]).toEqual([true, undefined]);
    expect([fast.stats().waitingGets, slow.stats().waitingGets]).toEqual([0, 1]);
    expect(await isPending(got)).toBe(true);
    expect([slow.tryPut(3), slow.tryPut(4)]).toEqual([true, undefined]);
    expect(await got).toEqual(faster === 0 ? [1, 3] : [3, 1]);
  });

  test('keeps what was read for a row when who asked has given up', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = combine(a, b);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    expect(a.tryPut(1)).toBe(true);
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect([a.stats().waitingGets, b.stats().waitingGets, b.tryPut(9)]).toEqual([0, 0, undefined]);
    const again = ch.get();
    expect([a.tryPut(9), b.tryPut(2)]).toEqual([undefined, true]);
    expect(await again).toEqual([1, 2]);
  });

  test('keeps what was read for a row when a select took another case, also when only looking', async () => {
    const [a, b, other] = [new Chan<number>(), new Chan<number>(), new Chan<string>()];
    const ch = combine(a, b);
    const selected = select({ ch, other });
    b.tryPut(2);
    other.tryPut('other');
    expect(await selected).toEqual({ key: 'other', value: 'other' });
    expect([a.stats().waitingGets, b.stats().waitingGets]).toEqual([0, 0]);
    void a.put(1);
    expect(await select({ ch, other }, { default: 'none' })).toEqual({ key: 'ch', value: [1, 2] });
  });

  test('several readers share the rows, each served in turn', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = combine(a, b);
    const outcome = follow(ch.get(), ch.get());
    const puts = follow(a.put(1), a.put(2), a.put(3));
    b.tryPut(10);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 10]), pending]);
    b.tryPut(20);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 10]), fulfilled([2, 20])]);
    expect(puts()).toEqual([fulfilled(true), fulfilled(true), pending]);
    expect([a.stats().waitingGets, b.stats().waitingGets]).toEqual([0, 0]);
  });

  test('reads one value of each for a row that is asked for', async () => {
    const read = [0, 0];
    function* counted(i: 0 | 1): Generator<number> {
      for (;;) yield (read[i] = (read[i] ?? 0) + 1);
    }
    const ch = combine(fromIter(counted(0)), fromIter(counted(1)));
    for (const n of [1, 2]) {
      expect(await ch.get()).toEqual([n, n]);
      await turns();
      expect(read).toEqual([n, n]);
    }
  });

  test.each(FALSY)('gives the rows before a failure with %o, and then rejects for ever', async (cause) => {
    const ch = combine(fromRange(), new Chan<number>(2).add(1, 2).close(cause));
    expect([await ch.get(), await ch.get()]).toEqual([
      [0, 1],
      [1, 2],
    ]);
    for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: cause });
  });

  test('fails at once when a channel fails whose value is waited for', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const got = combine(a, b).get();
    b.close(0);
    expect(await rejection(got)).toEqual({ reason: 0 });
    expect([a.closed, a.stats().waitingGets]).toEqual([false, 0]);
  });

  test.each([0, 1])(
    'fails at once when channel %i fails right behind its value, while the row waits',
    async (i) => {
      for (const cause of FALSY) {
        const both = [new Chan<number>(), new Chan<number>()] as const;
        const [ahead, silent] = i === 0 ? both : ([both[1], both[0]] as const);
        const got = combine(...both).get();
        expect(ahead.tryPut(1)).toBe(true);
        ahead.close(cause);
        expect(await rejection(got)).toEqual({ reason: cause });
        expect([silent.closed, silent.stats().waitingGets]).toEqual([false, 0]);
      }
    },
  );

  test('fails at once with a channel that had failed behind its value before it was read', async () => {
    const got = combine(new Chan<number>(1).add(1).close(0), new Chan<number>()).get();
    expect(await rejection(got)).toEqual({ reason: 0 });
  });

  test('waits on when a channel ends right behind its value, or fails behind another', async () => {
    const [ends, fails, silent] = [new Chan<number>(), new Chan<number>(1), new Chan<number>()];
    const rows = [combine(ends, silent), combine(fails, silent)];
    const outcome = follow(...rows.map((row) => row.get()));
    expect([ends.tryPut(1), fails.tryPut(1), fails.tryPut(2)]).toEqual([true, true, true]);
    ends.close();
    fails.close(0);
    await turns();
    expect(outcome()).toEqual([pending, pending]);
    expect([silent.tryPut(10), silent.tryPut(20)]).toEqual([true, true]);
    await turns();
    expect(outcome()).toEqual([fulfilled([1, 10]), fulfilled([1, 20])]);
  });

  test('watches a channel whose value it has only while somebody waits for the row', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const listeners = countListeners(a.signal);
    const ch = combine(a, b);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    a.tryPut(1);
    expect(listeners.now).toBe(1);
    controller.abort('why');
    await rejection(got);
    expect(listeners.now).toBe(0);
    const again = ch.get();
    expect(listeners.now).toBe(1);
    b.tryPut(2);
    expect([await again, listeners.now]).toEqual([[1, 2], 0]);
    const last = ch.get();
    a.tryPut(3);
    ch.cancel();
    expect([await last, listeners.now]).toEqual([undefined, 0]);
  });

  test('of the same channel twice gives its values in pairs', async () => {
    const pairs = [
      [0, 1],
      [2, 3],
    ];
    const source = new Chan<number>(4).add(0, 1, 2, 3).close();
    expect(await combine(source, source).collect()).toEqual(pairs);
    const later = new Chan<number>();
    const ch = combine(later, later);
    for (const pair of pairs) {
      const got = ch.get();
      expect(pair.map((n) => later.tryPut(n))).toEqual([true, true]);
      expect(await got).toEqual(pair);
    }
  });

  test('gives the row though reading one channel makes another ready', async () => {
    const [a, b] = [new Chan<number>(1), new Chan<number>(1).add(2)];
    const got = combine(
      a,
      b.tap(() => a.tryPut(1)),
    ).get();
    expect(await isPending(got)).toBe(false);
  });

  test('ends or goes on though reading one channel closes another', async () => {
    const [a, b] = [new Chan<number>(1), new Chan<number>(1).add(2)];
    const got = combine(
      a,
      b.tap(() => a.close()),
    ).get();
    expect(await isPending(got)).toBe(false);
  });

  test('of the same channel twice gives its values in pairs to who asks again in his callback', async () => {
    const source = new Chan<number>();
    const ch = combine(source, source);
    const rows: unknown[] = [];
    const loop = (): void => ch.getThen((row) => void (row !== undefined && rows.push(row) && loop()));
    await turns();
    loop();
    for (const n of numbers(20)) {
      source.tryPut(n);
      await turns();
    }
    ch.cancel();
    expect(rows).toEqual(numbers(10).map((n) => [2 * n, 2 * n + 1]));
  });

  test('gives each its own row', async () => {
    const ch = combine(fromRange(2), fromRange(2));
    const first = await ch.get();
    (first as unknown as unknown[]).length = 0;
    expect(await ch.get()).toEqual([1, 1]);
  });

  test('cancelled in the midst of a row, cancels the stages above it and leaves the user’s channels', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const above = b.filter(() => true);
    const ch = combine(a, above);
    const got = ch.get();
    a.tryPut(1);
    ch.cancel();
    expect(await got).toBeUndefined();
    expect([above.closed, a.closed, b.closed]).toEqual([true, false, false]);
    expect([a.stats().waitingGets, b.stats().waitingGets]).toEqual([0, 0]);
  });

  test('over endless channels lets timers and I/O through', async () => {
    const ch = combine(fromRange(), fromRange());
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
  });
});

describe.each([ROWS[0], ROWS[2]] as typeof ROWS)('%s', (_, combine) => {
  test('ends with the first channel that ends, whichever it is', async () => {
    expect(await combine(fromRange(1), fromRange()).collect()).toEqual([[0, 0]]);
    expect(await combine(fromRange(), fromRange(1)).collect()).toEqual([[0, 0]]);
    expect(await combine(fromRange(), fromRange(0)).collect()).toEqual([]);
  });

  test.each([0, 1])('ends at once when channel %i ends though the other is silent', async (i) => {
    const both = [new Chan<number>(), new Chan<number>()] as const;
    const got = combine(...both).get();
    both[i as 0 | 1].close();
    expect(await got).toBeUndefined();
    expect(both[1 - i]?.stats()).toMatchObject({ state: 'flowing', waitingGets: 0 });
  });

  test('with a promise channel gives one row', async () => {
    const one = new Chan<number>(promise()).add(5);
    expect(await combine(one, fromRange()).collect()).toEqual([[5, 0]]);
    expect(await combine(one, one).collect()).toEqual([[5, 5]]);
  });
});

describe('zipLongest', () => {
  test('has undefined for those that have ended, and ends when all have', async () => {
    expect(
      await zipLongest(fromRange(1), from(['a', 'b', 'c']), fromRange(0), fromRange(2)).collect(),
    ).toEqual([
      [0, 'a', undefined, 0],
      [undefined, 'b', undefined, 1],
      [undefined, 'c', undefined, undefined],
    ]);
  });

  test('gives a row when the last channel it waits for ends, and ends when nobody has a value', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const ch = zipLongest(a, b);
    const outcome = follow(ch.get(), ch.get());
    a.tryPut(1);
    b.close();
    await turns();
    expect(outcome()).toEqual([fulfilled([1, undefined]), pending]);
    a.close();
    await turns();
    expect(outcome()).toEqual([fulfilled([1, undefined]), fulfilled(undefined)]);
  });

  test('tells null from a hole', async () => {
    expect(await zipLongest(from([null]), fromRange(2)).collect()).toEqual([
      [null, 0],
      [undefined, 1],
    ]);
  });

  test('with a promise channel has its value in the first row only', async () => {
    expect(await zipLongest(from(Promise.resolve(5)), fromRange(2)).collect()).toEqual([
      [5, 0],
      [undefined, 1],
    ]);
  });
});

describe('zipWith', () => {
  test('takes any number of channels, and is a stage of a chain', async () => {
    const ch = fromRange()
      .map((n) => n * 2)
      .zipWith(from(['a', 'b']), from([true, false]))
      .map((row) => row.join(' '));
    expect(await ch.collect()).toEqual(['0 a true', '2 b false']);
    expect(await fromRange(2).zipWith().collect()).toEqual([[0], [1]]);
  });

  test('cancelled through a chain, cancels the stages on every side', () => {
    const sides = [fromRange().map((n) => n), fromRange().filter(() => true)] as const;
    sides[0].zipWith(sides[1]).map(String).cancel();
    expect(sides.map(({ closed }) => closed)).toEqual([true, true]);
  });

  test.each([[undefined], [null], [5], [{}], [[]], [{ poll: () => 1 }]])('refuses %o as a channel', (bad) => {
    expect(() => fromRange(1).zipWith(bad as never)).toThrow(TypeError);
    expect(() => fromRange(1).zipWith(fromRange(1), bad as never)).toThrow(TypeError);
  });
});
