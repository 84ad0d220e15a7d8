import { expect } from 'vitest';
import { Chan, unbounded } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { fulfilled, follow, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

const behaviour = about('Waiting and order');
const SIZES = [0, 1, 2, 7];

behaviour(
  'a get waits for a put',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of SIZES) {
      const ch = new Chan<string>(size);
      const got = ch.get();
      expect(await isPending(got)).toBe(true);
      expect(await ch.put('now')).toBe(true);
      expect(await got).toBe('now');
    }
  },
);

behaviour(
  'without a buffer a put waits until its value is taken',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>();
    const put = ch.put(1);
    expect(await isPending(put)).toBe(true);
    expect(await ch.get()).toBe(1);
    expect(await put).toBe(true);
  },
);

behaviour(
  'with a buffer of n, n puts do not wait and the next one does',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of SIZES) {
      const ch = new Chan<number>(size);
      const puts = follow(...numbers(size + 1).map((n) => ch.put(n)));
      await turns();
      expect(puts()).toEqual([...numbers(size).map(() => fulfilled(true)), pending]);
      expect(await ch.get()).toBe(0);
      await turns();
      expect(puts()[size]).toEqual(fulfilled(true));
    }
  },
);

behaviour(
  'values are received in the order of their puts, through every size of buffer',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of SIZES) {
      const ch = new Chan<number>(size);
      const puts = numbers(100).map((n) => ch.put(n));
      ch.close();
      expect(await ch.collect()).toEqual(numbers(100));
      expect(await Promise.all(puts)).toEqual(numbers(100).map(() => true));
    }
  },
);

behaviour(
  'gets that wait are served in the order in which they came',
  {
    Go: 'the same in its runtime; the specification promises only the order of the values',
    'core.async': 'the same',
    aiochan: 'the same',
  },
  async () => {
    for (const size of SIZES) {
      const ch = new Chan<number>(size);
      const gets = numbers(20).map(() => ch.get());
      for (const n of numbers(20)) expect(await ch.put(n)).toBe(true);
      expect(await Promise.all(gets)).toEqual(numbers(20));
    }
  },
);

behaviour(
  'puts that wait move into the buffer in the order in which they came',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(2);
    const puts = follow(...numbers(5).map((n) => ch.put(n)));
    await ch.get();
    await turns();
    expect(puts()).toEqual([fulfilled(true), fulfilled(true), fulfilled(true), pending, pending]);
    expect(await ch.collect(4)).toEqual([1, 2, 3, 4]);
  },
);

behaviour(
  'a value is received once, however many readers wait for it',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>();
    const gets = follow(ch.get(), ch.get(), ch.get());
    await ch.put(1);
    await turns();
    expect(gets()).toEqual([fulfilled(1), pending, pending]);
  },
);

behaviour(
  'values of one writer stay in order while others write to the same channel',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of SIZES) {
      const ch = new Chan<readonly [writer: number, n: number]>(size);
      const writers = numbers(4).map(async (writer) => {
        for (const n of numbers(25)) await ch.put([writer, n]);
      });
      const got = await ch.collect(100);
      await Promise.all(writers);
      for (const writer of numbers(4)) {
        expect(got.filter(([by]) => by === writer).map(([, n]) => n)).toEqual(numbers(25));
      }
    }
  },
);

behaviour(
  'any number of operations may wait on one channel',
  {
    millrace: 'yes; a limit can be set (`maxPending`), and a process warning tells of 1,024 puts that wait',
    Go: 'the same: as many as there are goroutines',
    'core.async': 'at most 1,024 on each side, then an assertion fails',
    aiochan: 'at most 1,024 on each side, then an assertion fails',
  },
  async () => {
    const ch = new Chan<number>();
    const gets = numbers(5000).map(() => ch.get());
    for (const n of numbers(5000)) ch.tryPut(n);
    expect(await Promise.all(gets)).toEqual(numbers(5000));
  },
);

behaviour(
  'a buffer without a limit makes no put wait and drops nothing',
  {
    Go: 'has none (crossbeam-channel has: `unbounded`)',
    'core.async': 'has none',
    aiochan: 'has none',
  },
  () => {
    const ch = new Chan<number>(unbounded());
    for (const n of numbers(5000)) expect(ch.tryPut(n)).toBe(true);
    expect(ch.stats()).toMatchObject({ buffered: 5000, waitingPuts: 0, dropped: 0 });
  },
);
