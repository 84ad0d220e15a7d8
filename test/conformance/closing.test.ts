import { expect } from 'vitest';
import { Chan } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';

const behaviour = about('Closing');

behaviour(
  'a closed channel gives what it holds, then the end for ever',
  {
    millrace: 'yes: `undefined`',
    Go: 'the same: the zero value and false',
    'core.async': 'the same: nil',
    aiochan: 'the same: None',
  },
  async () => {
    const ch = new Chan<number>(3).add(1, 2, 3).close();
    expect(await ch.collect()).toEqual([1, 2, 3]);
    for (let i = 0; i < 10; i++) expect([await ch.get(), ch.tryGet()]).toEqual([undefined, undefined]);
  },
);

behaviour(
  'closing wakes every get that waits, with the end',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of [0, 3]) {
      const ch = new Chan<number>(size);
      const gets = numbers(10).map(() => ch.get());
      ch.close();
      expect(await Promise.all(gets)).toEqual(gets.map(() => undefined));
      expect(ch.stats().waitingGets).toBe(0);
    }
  },
);

behaviour(
  'puts that wait when their channel is closed wait on, and can still be taken',
  {
    Go: 'they panic: there only a writer may close, and the last one',
    'core.async': 'the same',
    aiochan: 'the same',
  },
  async () => {
    const ch = new Chan<number>(1).add(0);
    const puts = [ch.put(1), ch.put(2)];
    ch.close();
    expect(await isPending(Promise.race(puts))).toBe(true);
    expect(await ch.collect()).toEqual([0, 1, 2]);
    expect(await Promise.all(puts)).toEqual([true, true]);
  },
);

behaviour(
  'a put to a closed channel is refused: it gives false',
  { Go: 'panics', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of [0, 3]) {
      const ch = new Chan<number>(size).close();
      expect([await ch.put(1), ch.tryPut(1), await ch.get()]).toEqual([false, false, undefined]);
    }
  },
);

behaviour(
  'to close a closed channel does nothing',
  { Go: 'panics', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(1).add(1).close();
    ch.close().close(new Error('too late'));
    expect(await ch.collect()).toEqual([1]);
    expect(await ch.get()).toBeUndefined();
  },
);

behaviour(
  'whoever reads can ask whether a channel is closed, and whether it is drained',
  {
    Go: 'has none: a get tells',
    'core.async': 'has none that is public',
    aiochan: '`closed`; `join` waits until it is drained',
  },
  () => {
    const ch = new Chan<number>(1).add(1);
    expect([ch.closed, ch.drained]).toEqual([false, false]);
    ch.close();
    expect([ch.closed, ch.drained]).toEqual([true, false]);
    ch.tryGet();
    expect([ch.closed, ch.drained]).toEqual([true, true]);
  },
);

behaviour(
  'a loop over a channel ends when it is closed and drained',
  {
    Go: 'the same: `range`',
    'core.async': 'has none: a go-loop until nil',
    aiochan: 'the same: `async for`',
  },
  async () => {
    const ch = new Chan<number>(2).add(1, 2, 3).close();
    const seen: number[] = [];
    for await (const n of ch) seen.push(n);
    expect(seen).toEqual([1, 2, 3]);
  },
);

behaviour(
  'a channel closed with a cause fails its readers with it, after what it holds',
  { Go: 'has none', 'core.async': 'has none', aiochan: 'has none' },
  async () => {
    const cause = new Error('disk full');
    const ch = new Chan<number>(1).add(1).close(cause);
    expect(await ch.get()).toBe(1);
    await expect(ch.get()).rejects.toBe(cause);
    await expect(ch.get()).rejects.toBe(cause);
  },
);

behaviour(
  'a reader can hang up: puts that wait give false, and what is buffered is dropped',
  {
    Go: 'has none (in crossbeam-channel a send fails once all receivers are dropped)',
    'core.async': 'has none',
    aiochan: 'has none',
  },
  async () => {
    const ch = new Chan<number>(1).add(1);
    const put = ch.put(2);
    ch.cancel();
    expect([await put, await ch.put(3), await ch.get()]).toEqual([false, false, undefined]);
    expect(ch.stats()).toMatchObject({ buffered: 0, waitingPuts: 0 });
  },
);

behaviour(
  'a closed channel tells all who watch it: it is a signal to any number of readers',
  { Go: 'the same: the done channel', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const stop = new Chan<never>();
    const workers = numbers(20).map(async (n) => ((await stop.get()) === undefined ? n : -1));
    stop.close();
    expect(await Promise.all(workers)).toEqual(numbers(20));
  },
);
