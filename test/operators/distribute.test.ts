import { describe, expect, test } from 'vitest';
import { Chan, dropping, from, fromRange, merge, promise, sliding, unbounded } from '../../src/index.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

const pair = (buffer?: number): [Chan<number>, Chan<number>] => [
  new Chan<number>(buffer),
  new Chan<number>(buffer),
];

test('each value goes to exactly one of the outs, which end with the source', async () => {
  const outs = [...pair(), ...pair(2)];
  fromRange(100).distribute(...outs);
  const got = await merge(outs).collect();
  expect(got).toHaveLength(100);
  expect(new Set(got)).toEqual(new Set(numbers(100)));
  expect(outs.every((out) => out.drained)).toBe(true);
});

test('each out gets its values in order', async () => {
  const outs = pair(3);
  fromRange(200).distribute(...outs);
  const all = await Promise.all(outs.map((out) => out.collect()));
  for (const got of all) expect(got.slice(1).every((n, i) => n > (got[i] as number))).toBe(true);
  expect(all.flat()).toHaveLength(200);
});

test('of several outs that are ready one is chosen at random', async () => {
  const outs = pair(1000);
  fromRange(1000).distribute(...outs);
  await turns();
  // Binomial: less than 300 of 1,000 has a chance of 1e-37.
  for (const out of outs) expect(out.stats().buffered).toBeGreaterThan(300);
});

test('an out that is slow gets nothing more while it is not ready; the others go on', async () => {
  const [slow, quick] = pair();
  const source = new Chan<number>();
  source.distribute(slow, quick);
  for (const n of [1, 2, 3]) {
    const got = quick.get();
    expect(await source.put(n)).toBe(true);
    expect(await got).toBe(n);
  }
  expect(slow.stats()).toMatchObject({ puts: 0, waitingPuts: 0 });
});

test('a value that nobody is ready for goes to whoever asks first, and only to that one', async () => {
  const [a, b] = pair();
  const source = new Chan<number>();
  source.distribute(a, b);
  expect(await source.put(1)).toBe(true);
  expect([a.stats().waitingPuts, b.stats().waitingPuts]).toEqual([1, 1]);
  expect(await b.get()).toBe(1);
  expect([a.stats().waitingPuts, b.stats().waitingPuts]).toEqual([0, 0]);
  expect(a.tryGet()).toBeUndefined();
});

test('an empty source closes the outs', async () => {
  const outs = pair();
  from<number>([]).distribute(...outs);
  expect(await merge(outs).collect()).toEqual([]);
});

test('a source that fails, also with a falsy cause, closes the outs with its cause, after its values', async () => {
  for (const cause of [new Error('lost'), ...FALSY]) {
    const [a, b] = pair();
    new Chan<number>(1).add(1).close(cause).distribute(a, b);
    expect(await a.get()).toBe(1);
    await expect(a.get()).rejects.toBe(cause);
    await expect(b.get()).rejects.toBe(cause);
  }
});

test('a source that is cancelled ends the outs', async () => {
  const source = new Chan<number>();
  const outs = pair();
  source.distribute(...outs);
  const ends = merge(outs).collect();
  await turns();
  source.cancel();
  expect(await ends).toEqual([]);
});

test('an endless source is read no further than the outs take', async () => {
  let produced = 0;
  const [a, b] = pair(2);
  fromRange()
    .tap(() => produced++)
    .distribute(a, b);
  await turns();
  // Four are buffered, one waits.
  expect(produced).toBe(5);
  a.cancel();
  b.cancel();
  await turns();
  expect(produced).toBe(5);
});

test('outs that drop are always ready, and a promise channel is', async () => {
  for (const out of [
    new Chan<number>(sliding(1)),
    new Chan<number>(dropping(1)),
    new Chan<number>(promise()),
    new Chan<number>(unbounded()),
  ]) {
    const source = new Chan<number>();
    source.distribute(new Chan<number>(), out);
    for (const n of [1, 2, 3]) expect(await source.put(n)).toBe(true);
    expect(out.stats().puts).toBe(3);
  }
});

test('an out that is given twice counts once', async () => {
  const out = new Chan<number>();
  from([1, 2]).distribute(out, out);
  expect(await out.collect()).toEqual([1, 2]);
});

test('a promise channel is a source of one value', async () => {
  const out = new Chan<number>();
  from(Promise.resolve(5)).distribute(out);
  expect(await out.collect()).toEqual([5]);
});

describe('an out that closes', () => {
  test.each([
    ['by close', (out: Chan<number>) => void out.close()],
    ['by cancel', (out: Chan<number>) => out.cancel()],
  ])('%s is left out, and no value is lost', async (_, end) => {
    const [a, b] = pair();
    const source = new Chan<number>();
    source.distribute(a, b);
    expect(await source.put(1)).toBe(true);
    end(a);
    expect(await b.get()).toBe(1);
    for (const n of [2, 3]) {
      const got = b.get();
      expect(await source.put(n)).toBe(true);
      expect(await got).toBe(n);
    }
    expect(a.stats()).toMatchObject({ puts: 0, waitingPuts: 0 });
  });

  test('while a value waits on it alone leaves that to be read', async () => {
    const out = new Chan<number>();
    const source = new Chan<number>();
    source.distribute(out);
    expect(await source.put(1)).toBe(true);
    out.close();
    expect(await out.collect()).toEqual([1]);
    expect(source.tryPut(2)).toBeUndefined();
  });

  test('before gets nothing', async () => {
    const [a, b] = pair(1);
    a.close();
    from([1, 2]).distribute(a, b);
    expect(await b.collect()).toEqual([1, 2]);
  });

  test('in the callback of a get is left out', async () => {
    const [a, b] = pair();
    const source = new Chan<number>();
    source.distribute(a, b);
    a.getThen(() => a.cancel());
    expect(await source.put(1)).toBe(true);
    expect(await source.put(2)).toBe(true);
    expect(await b.get()).toBe(2);
  });
});

test('a value that waits is not lost when all outs but one close, and that one is cancelled or closed last', async () => {
  const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
  const source = new Chan<number>();
  source.distribute(a, b, c);
  expect(await source.put(1)).toBe(true);
  a.close();
  b.close();
  // What has closed gives the value back, so cancelling it cannot take it from the others.
  a.cancel();
  expect([a, b, c].map((out) => out.stats().waitingPuts)).toEqual([0, 0, 1]);
  c.close();
  expect(await c.collect()).toEqual([1]);
  expect(await b.collect()).toEqual([]);
});

test('the outs that are left keep their place in the queue when another is cancelled', async () => {
  const [a, b] = pair();
  const source = new Chan<number>();
  source.distribute(a, b);
  expect(await source.put(1)).toBe(true);
  const later = b.put(2);
  a.cancel();
  expect([await b.get(), await b.get(), await later]).toEqual([1, 2, true]);
});

describe('when all outs have closed', () => {
  test('no value is swallowed: the source is read no further', async () => {
    for (const end of ['close', 'cancel'] as const) {
      const outs = pair();
      const source = new Chan<number>();
      source.distribute(...outs);
      await turns();
      expect(source.stats().waitingGets).toBe(1);
      for (const out of outs) out[end]();
      expect(source.stats().waitingGets).toBe(0);
      const put = source.put(1);
      expect(await source.get()).toBe(1);
      expect(await put).toBe(true);
    }
  });

  test('before it began, or there are none, nothing is taken', async () => {
    const source = new Chan<number>(2).add(1, 2);
    source.distribute();
    source.distribute(new Chan<number>().close(), new Chan<number>().close());
    await turns();
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
  });

  test('the stages above are cancelled, and the channel of the user is not', () => {
    const source = new Chan<number>();
    const stage = source.map((n) => n);
    const out = new Chan<number>();
    stage.distribute(out);
    out.close();
    expect([stage.closed, source.closed]).toEqual([true, false]);
  });

  test('by the code that makes the source’s values, it is read no further', async () => {
    const outs = pair(1);
    const made: number[] = [];
    fromRange()
      .tap((n) => {
        made.push(n);
        if (n === 2) for (const out of outs) out.close();
      })
      .distribute(...outs);
    await turns();
    expect(made).toEqual([0, 1, 2]);
    expect(new Set(await merge(outs).collect())).toEqual(new Set([0, 1]));
  });
});

test('there is one listener on each out while it runs, and no waiter left when the source ends', async () => {
  const source = new Chan<number>();
  const [a, b] = pair(1);
  const listeners = [countListeners(a.signal), countListeners(b.signal)];
  source.distribute(a, b);
  expect(listeners.map(({ now }) => now)).toEqual([1, 1]);
  for (const n of [1, 2, 3]) expect(await source.put(n)).toBe(true);
  source.close();
  expect(await a.get()).toBeDefined();
  await turns();
  expect([a.closed, b.closed, a.stats().waitingPuts, b.stats().waitingPuts]).toEqual([true, true, 0, 0]);
  expect(listeners.map(({ now, most }) => [now, most])).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(await merge(a, b).collect()).toHaveLength(2);
});

test('what is no channel is refused at once, and nothing is taken', async () => {
  const source = new Chan<number>(1).add(1);
  const out = new Chan<number>();
  for (const bad of [5, null, undefined, {}, fromRange(1)]) {
    expect(() => source.distribute(out, bad as never)).toThrow(TypeError);
  }
  await turns();
  expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
});
