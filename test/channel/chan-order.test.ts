import { describe, expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { WAITING } from '../support/kinds.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

describe.each(WAITING)('through %s', (_, { make, capacity }) => {
  const seed = numbers(capacity);

  test('tryPut does not overtake a put that waits', () => {
    const ch = new Chan<number>(make()).add(...seed, 10);
    expect(ch.tryPut(11)).toBeUndefined();
    expect(ch.stats().waitingPuts).toBe(1);
  });

  test('puts of every form are received in the order in which they were called', async () => {
    const ch = new Chan<number>(make());
    ch.add(0, 1);
    void ch.put(2);
    ch.putThen(3);
    void ch.put(4, { signal: new AbortController().signal });
    ch.add(5, 6);
    const received = [await ch.get(), ch.tryGet()];
    void ch.put(7);
    ch.getThen((value) => received.push(value));
    await turns();
    received.push(...(await ch.close().collect()));
    expect(received).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('gets of every form that wait are served in the order in which they were called', async () => {
    const ch = new Chan<number>(make());
    const seen: unknown[] = [];
    const see = (who: string) => (value: unknown) => seen.push([who, value]);
    void ch.get().then(see('promise'));
    ch.getThen(see('callback'));
    void ch.get({ signal: new AbortController().signal }).then(see('abortable'));
    void ch[Symbol.asyncIterator]()
      .next()
      .then((step) => see('iteration')(step.value));
    void ch.collect(1).then(see('collect'));
    expect(ch.stats().waitingGets).toBe(5);
    expect(ch.tryPut(1)).toBe(true);
    expect(await ch.put(2)).toBe(true);
    ch.putThen(3);
    ch.add(4, 5);
    await turns();
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['promise', 1],
        ['callback', 2],
        ['abortable', 3],
        ['iteration', 4],
        ['collect', [5]],
      ]),
    );
  });

  test('every put that waits is settled in order, as gets make room for it', async () => {
    const ch = new Chan<number>(make()).add(...seed);
    const order: number[] = [];
    const puts = [10, 11, 12].map((n) => ch.put(n).then(() => order.push(n)));
    for (let i = 0; i < capacity + 3; i++) await ch.get();
    await Promise.all(puts);
    expect(order).toEqual([10, 11, 12]);
  });
});

test.each([
  ['without a signal', undefined],
  ['with a signal', { signal: new AbortController().signal }],
])('a reader that takes from a writer that waits %s goes on first, as in Go', async (_, options) => {
  const ch = new Chan<number>();
  const order: string[] = [];
  const writer = ch.put(1, options).then(() => order.push('writer'));
  await ch.get();
  order.push('reader');
  await writer;
  expect(order).toEqual(['reader', 'writer']);
});
