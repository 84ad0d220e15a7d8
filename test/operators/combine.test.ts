/** What all functions that read many channels as one have in common, and what merge, concat and race give. */
import { describe, expect, test } from 'vitest';
import {
  Chan,
  ChanOverflowError,
  type ReadChan,
  type Value,
  combineLatest,
  concat,
  from,
  fromIter,
  fromRange,
  merge,
  promise,
  race,
  select,
  zip,
  zipLongest,
} from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { FALSY } from '../support/falsy.js';
import { once } from '../support/hooked.js';
import { isPending, rejection } from '../support/outcome.js';
import { follow, fulfilled, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

type Chans = ReadChan<Value>[];
type Combine = (...chans: Chans) => ReadChan<Value>;
type CombineList = (chans: Chans) => ReadChan<Value>;

describe.each<readonly [name: string, combine: Combine, combineList: CombineList]>([
  ['merge', (...chans) => merge(...chans), (chans) => merge(chans)],
  ['zip', (...chans) => zip(...chans), (chans) => zip(chans)],
  ['zipLongest', (...chans) => zipLongest(...chans), (chans) => zipLongest(chans)],
  ['combineLatest', (...chans) => combineLatest(...chans), (chans) => combineLatest(chans)],
  ['concat', (...chans) => concat(...chans), (chans) => concat(chans)],
  ['race', (...chans) => race(...chans), (chans) => race(chans)],
])('%s', (_, combine, combineList) => {
  test('of no channels at all ends', async () => {
    expect(await combine().collect()).toEqual([]);
    expect(await combineList([]).collect()).toEqual([]);
  });

  test('takes arguments or a list, which may change afterwards', async () => {
    const chans = [from([1])];
    const listed = combineList(chans);
    chans.pop();
    expect((await listed.collect()).flat()).toEqual([1]);
    expect((await combine(from([1])).collect()).flat()).toEqual([1]);
  });

  test('ends with empty channels, and with those that are hung up', async () => {
    expect(await combine(fromRange(0), new Chan<number>().close()).collect()).toEqual([]);
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const got = combine(a, b).get();
    a.cancel();
    b.cancel();
    expect(await got).toBeUndefined();
  });

  test('carries every value that is falsy', async () => {
    expect((await combine(from(FALSY)).collect()).flat()).toEqual(FALSY);
  });

  test.each(FALSY)('gives what came before a failure with %o, and then rejects for ever', async (cause) => {
    const ch = combine(new Chan<number>(1).add(7).close(cause));
    expect([await ch.get()].flat()).toEqual([7]);
    for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: cause });
    expect(ch.closed).toBe(true);
  });

  test('fails at once with the channel it waits for, and leaves the others as they are', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const got = combine(a, b).get();
    a.close(0);
    expect(await rejection(got)).toEqual({ reason: 0 });
    expect([b.closed, b.stats().waitingGets]).toEqual([false, 0]);
  });

  test('fails with a channel where no more may wait', async () => {
    const full = new Chan<number>(0, { maxPending: 0 });
    expect((await rejection(combine(full).get())).reason).toBeInstanceOf(ChanOverflowError);
  });

  test('reads nothing before somebody asks', async () => {
    const both = [new Chan<number>(1).add(1, 2), new Chan<number>(1).add(3, 4)];
    combine(...both);
    await turns();
    for (const chan of both) expect(chan.stats()).toMatchObject({ gets: 0, waitingGets: 0, waitingPuts: 1 });
  });

  test('reads no further than was asked for', async () => {
    let read = 0;
    function* counted(): Generator<number> {
      for (;;) yield ++read;
    }
    const ch = combine(fromIter(counted()));
    expect(read).toBe(0);
    for (const n of [1, 2]) {
      expect([await ch.get()].flat()).toEqual([n]);
      await turns();
      expect(read).toBe(n);
    }
  });

  test('leaves no waiter when who asked has given up, and loses nothing to him', async () => {
    const source = new Chan<number>();
    const ch = combine(source);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    expect(source.stats().waitingGets).toBe(1);
    controller.abort('why');
    expect(await rejection(got)).toEqual({ reason: 'why' });
    expect([source.stats().waitingGets, source.tryPut(1)]).toEqual([0, undefined]);
    const again = ch.get();
    expect(source.tryPut(1)).toBe(true);
    expect([await again].flat()).toEqual([1]);
  });

  test('leaves no waiter when a select took another case', async () => {
    const [source, other] = [new Chan<number>(), new Chan<string>()];
    const ch = combine(source);
    const selected = select({ ch, other });
    expect(source.stats().waitingGets).toBe(1);
    other.tryPut('other');
    expect(await selected).toEqual({ key: 'other', value: 'other' });
    expect([source.stats().waitingGets, source.tryPut(1)]).toEqual([0, undefined]);
  });

  test('cancelled, tells who waits, cancels the stages above it and leaves the user’s channels', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const above = b.map((n) => n);
    const ch = combine(a, above);
    const outcome = follow(ch.get(), ch.get());
    ch.cancel();
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined), fulfilled(undefined)]);
    expect([ch.drained, above.closed, a.closed, b.closed]).toEqual([true, true, false, false]);
    expect([a.stats().waitingGets, b.stats().waitingGets]).toEqual([0, 0]);
  });

  test('cancelled before anybody asked, cancels the stages above it', () => {
    const stages = [fromRange(1).map((n) => n), fromRange(1).batch({ size: 1 })];
    combine(...stages).cancel();
    expect(stages.map(({ closed }) => closed)).toEqual([true, true]);
  });

  test('several readers share what it gives, served in turn', async () => {
    const source = new Chan<number>();
    const ch = combine(source);
    const outcome = follow(ch.get().then(single), ch.get().then(single));
    source.tryPut(1);
    await turns();
    expect(outcome()).toEqual([fulfilled(1), pending]);
    source.tryPut(2);
    await turns();
    expect(outcome()).toEqual([fulfilled(1), fulfilled(2)]);
    expect([source.stats().waitingGets, source.tryPut(3)]).toEqual([0, undefined]);
  });

  test('takes a promise channel for a sequence of one value, also one that comes later', async () => {
    const later = new Chan<number>(promise());
    for (const chan of [new Chan<number>(promise()).add(5), later]) {
      const ch = combine(chan);
      const all = ch.collect();
      later.tryPut(5);
      expect((await all).flat()).toEqual([5]);
      expect(await ch.get()).toBeUndefined();
    }
  });

  test('over endless values lets timers and I/O through', async () => {
    const ch = combine(fromRange(), fromRange());
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
  });

  test('over values that come to nothing for ever lets timers through', async () => {
    const ch = combine(fromRange().filter(() => false));
    const got = ch.get();
    await new Promise((resolve) => void setTimeout(resolve, 1));
    ch.cancel();
    expect(await got).toBeUndefined();
  });

  test.each([[undefined], [null], [5], ['x'], [{}], [{ poll: () => 1 }], [[]], [() => 1]])(
    'refuses %o as a channel at once',
    (bad) => {
      expect(() => combine(bad as never, fromRange(1))).toThrow(TypeError);
      expect(() => combineList([bad as never, fromRange(1)])).toThrow(TypeError);
    },
  );

  test('who joins keeps no values from who reads', async () => {
    const ch = combine(new Chan<number>(1).add(1).close());
    const joined = ch.join();
    expect(await isPending(joined)).toBe(true);
    expect(await isPending(ch.get())).toBe(false);
  });

  test('who asks again in his callback comes after those who wait for the source already', async () => {
    const source = new Chan<number>();
    const ch = combine(source);
    await turns();
    const loop = (): void => ch.getThen((value) => void (value !== undefined && loop()));
    loop();
    const direct: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const outcome = follow(source.get());
      for (const n of [1, 2]) {
        source.tryPut(n);
        await turns();
      }
      direct.push(...outcome());
    }
    ch.cancel();
    expect(direct).toEqual(direct.map(() => fulfilled(2)));
  });
});

function single(row: Value | undefined): unknown {
  return Array.isArray(row) ? row[0] : row;
}

test('a list with a hole is refused', () => {
  // oxlint-disable-next-line no-sparse-arrays -- it is the subject
  expect(() => zip([fromRange(1), , fromRange(1)] as never)).toThrow(TypeError);
});

test('what has not all that a channel has is refused', () => {
  const act = (): void => {};
  for (const part of [{ poll: act }, { queue: act }]) expect(() => merge(part as never)).toThrow(TypeError);
});

test('cancelled by what is called while it begins to wait, it takes nothing from the other channels', async () => {
  const a = new Chan<number>(1);
  const buffer = new OwnQueue<number>(1);
  const act = once(() => void a.add(1));
  // Asked when the first channel has been found empty.
  buffer.canTake = () => (act(), buffer.size > 0);
  const b = new Chan(buffer);
  const ch: ReadChan<unknown> = zip(
    a.filter(() => (ch.cancel(), false)),
    b,
  );
  expect(await ch.get()).toBeUndefined();
  expect(b.stats().waitingGets).toBe(0);
  expect(await b.put(5)).toBe(true);
  expect(await b.get()).toBe(5);
});
