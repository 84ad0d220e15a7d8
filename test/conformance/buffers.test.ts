import { expect } from 'vitest';
import { Chan, dropping, fixed, promise, sliding } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';

const behaviour = about('Buffers');
const none = 'has none';

behaviour(
  'a sliding buffer makes no put wait, and drops the oldest',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(sliding(3));
    for (const n of numbers(10)) expect(await ch.put(n)).toBe(true);
    expect(await ch.close().collect()).toEqual([7, 8, 9]);
  },
);

behaviour(
  'a dropping buffer makes no put wait, and drops the newest; the put is true all the same',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(dropping(3));
    for (const n of numbers(10)) expect(await ch.put(n)).toBe(true);
    expect(await ch.close().collect()).toEqual([0, 1, 2]);
  },
);

behaviour(
  'a buffer that drops hands a value to a get that waits, and drops nothing meanwhile',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const kind of [sliding, dropping]) {
      const ch = new Chan<number>(kind(1));
      const gets = [ch.get(), ch.get(), ch.get()];
      for (const n of [1, 2, 3]) ch.tryPut(n);
      expect(await Promise.all(gets)).toEqual([1, 2, 3]);
      expect(ch.stats().dropped).toBe(0);
    }
  },
);

behaviour(
  'whoever made a buffer that drops can be told what it dropped',
  { Go: none, 'core.async': none, aiochan: none },
  () => {
    const lost: number[] = [];
    const onDrop = (n: number): void => void lost.push(n);
    new Chan<number>(sliding(1, { onDrop })).add(1, 2, 3);
    new Chan<number>(dropping(1, { onDrop })).add(4, 5, 6);
    expect(lost).toEqual([1, 2, 5, 6]);
  },
);

behaviour(
  'a promise channel gives its first value to every get, for ever',
  {
    Go: none,
    'core.async': 'the same',
    aiochan: 'the same, but a value that counts as false gives way to the next',
  },
  async () => {
    const ch = new Chan<string>(promise());
    const early = [ch.get(), ch.get(), ch.get()];
    expect(await isPending(Promise.race(early))).toBe(true);
    expect([await ch.put('first'), await ch.put('second')]).toEqual([true, true]);
    expect(await Promise.all(early)).toEqual(['first', 'first', 'first']);
    expect([await ch.get(), ch.tryGet()]).toEqual(['first', 'first']);
  },
);

behaviour(
  'a promise channel keeps its value when it is closed',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>(promise()).add('kept').close();
    expect([await ch.get(), await ch.get(), await ch.put('more')]).toEqual(['kept', 'kept', false]);
  },
);

behaviour(
  'a promise channel that is closed without a value is at its end',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>(promise());
    const early = ch.get();
    ch.close();
    expect([await early, await ch.get()]).toEqual([undefined, undefined]);
  },
);

behaviour(
  'a buffer of none is a rendezvous',
  { Go: 'the same', 'core.async': 'refused', aiochan: 'the same' },
  async () => {
    for (const ch of [new Chan<number>(0), new Chan<number>(fixed(0))]) {
      const put = ch.put(1);
      expect(await isPending(put)).toBe(true);
      expect([await ch.get(), await put]).toEqual([1, true]);
    }
  },
);

behaviour(
  'a size that is none is refused when the channel is made',
  {
    Go: 'the same: panics, or does not compile',
    'core.async': 'the same for a fixed buffer: an assertion fails',
    aiochan: 'not checked',
  },
  () => {
    for (const bad of [-1, 1.5, Number.NaN, Infinity]) {
      expect(() => new Chan<number>(bad)).toThrow(RangeError);
      for (const kind of [fixed, sliding, dropping]) expect(() => kind(bad)).toThrow(RangeError);
    }
  },
);
