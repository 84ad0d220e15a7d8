// What random programs found: code of the user's that runs in the midst of an operation, and readers that share a stage.
import { expect, test } from 'vitest';
import { Chan, from, merge, mix, race, unbounded, weighted, zip } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

test('two readers below one flatMap get all of its values, also one that came while it held some', async () => {
  const source = new Chan<number>();
  const shared = source.flatMap((n) => [n, n + 0.5]);
  const [a, b] = [shared.map((n) => n), shared.map((n) => n)];
  const got: unknown[] = [];
  for (const ch of [a, b]) ch.getThen((n) => got.push(n));
  expect(source.tryPut(1)).toBe(true);
  const second = source.put(2);
  await turns();
  const rest = [a.collect(), b.collect()];
  await turns();
  source.close();
  await second;
  expect([...got, ...(await Promise.all(rest)).flat()].toString()).toBe('1,1.5,2,2.5');
});

test('a channel that was joined ends for a get that comes while the event loop has to turn', async () => {
  const source = new Chan<number>(unbounded());
  const positive = source.filter((n) => n > 0);
  const joined = positive.join();
  const [busy, start] = [new Chan<number>(1), performance.now()];
  while (performance.now() - start < 8) {
    busy.tryPut(1);
    busy.tryGet();
  }
  source.tryPut(-1);
  source.close();
  expect(await positive.get()).toBeUndefined();
  expect(await joined).toBeUndefined();
});

test('a buffer that is read while it is filled keeps the order', async () => {
  const source = new Chan<number>(8);
  const buffered = source
    .map((n) => {
      if (n === 1) source.add(2, 3, 4);
      if (n === 2) first.push(buffered.tryGet());
      return n;
    })
    .buffer(4);
  const first: unknown[] = [];
  first.push(buffered.tryGet());
  source.tryPut(1);
  source.close();
  await turns();
  expect([...first, ...(await buffered.collect())].filter((n) => n !== undefined)).toEqual([1, 2, 3, 4]);
});

test('a race that is won while its inputs are asked takes nothing from the losers', async () => {
  const [a, b] = [new Chan<string>(1), new Chan<string>()];
  const hooked = new Chan<string>(1).add('hook').filter(() => {
    a.tryPut('won');
    return false;
  });
  expect(await race(a, hooked, b).get()).toBe('won');
  expect(b.tryPut('lost')).toBeUndefined();
});

test('merge leaves nobody waiting when a value came while its inputs were asked', async () => {
  for (let i = 0; i < 20; i++) {
    const [a, b] = [new Chan<string>(1), new Chan<string>()];
    const hooked = new Chan<string>(1).add('hook').filter(() => {
      a.tryPut('value');
      return false;
    });
    expect(await merge(a, hooked, b).get()).toBe('value');
    expect(b.stats().waitingGets).toBe(0);
  }
});

test('a get of a channel that ends while it is polled is told of the end', async () => {
  const [a, b] = [new Chan<number>(), new Chan<number>(1).add(1)];
  const rows = zip(
    a,
    b.filter(() => {
      rows.getThen(() => {});
      a.close();
      return false;
    }),
  );
  expect(await rows.get()).toBeUndefined();
});

test('a flatMap that its own iterator cancels drops the rest and returns the iterator', async () => {
  let returned = false;
  const numbers = from([1]).flatMap(function* () {
    try {
      yield 1;
      numbers.cancel();
      yield 2;
      yield 3;
    } finally {
      returned = true;
    }
  });
  expect(await numbers.map((n) => n).collect()).toEqual([1]);
  expect(returned).toBe(true);
});

test('an abort by code that runs while a get begins to wait rejects it', async () => {
  const controller = new AbortController();
  const [x, y] = [new Chan<number>(1).add(1), new Chan<number>(1)];
  const rows = zip(
    y.filter(() => {
      controller.abort('stop');
      return false;
    }),
    x.filter(() => {
      y.tryPut(7);
      return false;
    }),
  );
  expect(await rejection(rows.get({ signal: controller.signal }))).toEqual({ reason: 'stop' });
});

test('a channel that is closed as a value is weighed does not take that value, and its gets hear the end', async () => {
  const ch: Chan<number> = new Chan(
    weighted(2, () => {
      ch.close();
      return 1;
    }),
  );
  const gets = [ch.get(), ch.get()];
  const joined = ch.join();
  expect(ch.tryPut(1)).toBe(false);
  expect(await Promise.all(gets)).toEqual([undefined, undefined]);
  expect(await joined).toBeUndefined();
});

test('join settles though a get came while a value was added to a channel that closed', async () => {
  const ch: Chan<number> = new Chan(
    weighted(2, () => {
      ch.close();
      ch.getThen(() => {});
      return 1;
    }),
  );
  const joined = ch.join();
  ch.tryPut(1);
  expect(await isPending(joined)).toBe(false);
});

test('an output where no more may wait fails, and the writer knows nothing of it', async () => {
  const [out, source] = [new Chan<number>(0, { maxPending: 0 }), new Chan<number>()];
  mix(out).add(source);
  expect(source.tryPut(1)).toBe(true);
  await expect(out.get()).rejects.toThrow('More than 0 puts wait');
  expect(source.tryPut(2)).toBeUndefined();
});

test('a tap where no more may wait fails alone', async () => {
  const source = new Chan<number>();
  const dup = source.dup();
  const [bad, good] = [dup.tap(new Chan<number>(0, { maxPending: 0 })), dup.tap(new Chan<number>(4))];
  await turns();
  expect([source.tryPut(1), await source.put(2)]).toEqual([true, true]);
  source.close();
  expect(await good.collect()).toEqual([1, 2]);
  await expect(bad.get()).rejects.toThrow('More than 0 puts wait');
});
