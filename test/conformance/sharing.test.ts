import { expect } from 'vitest';
import { Chan, from, fromRange, merge } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { turns } from '../support/turns.js';

const behaviour = about('Sharing: to many, and from many');
const none = 'has none';
const first = (word: string): string | undefined => word[0];

behaviour(
  'every tap gets every value, and ends with the source',
  { Go: none, 'core.async': 'the same: `mult`', aiochan: 'the same' },
  async () => {
    const dup = fromRange(5).dup();
    const taps = [dup.tap(), dup.tap(new Chan<number>(2)), dup.tap()];
    const all = await Promise.all(taps.map((tap) => tap.collect()));
    expect(all).toEqual(taps.map(() => numbers(5)));
  },
);

behaviour(
  'the next value is read when all taps have taken the one before: the slowest sets the pace',
  {
    Go: none,
    'core.async': 'the same',
    aiochan: 'the same, but it offers a value to one tap after the other',
  },
  async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [quick, slow] = [dup.tap(), dup.tap()];
    await source.put(1);
    const second = source.put(2);
    expect(await quick.get()).toBe(1);
    expect(await isPending(second)).toBe(true);
    expect(await slow.get()).toBe(1);
    expect(await second).toBe(true);
  },
);

behaviour(
  'without a tap values are dropped',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    expect([await source.put(1), await source.put(2)]).toEqual([true, true]);
    const tap = dup.tap();
    await source.put(3);
    expect(await tap.get()).toBe(3);
  },
);

behaviour(
  'a tap that closes is removed, and holds up nobody',
  {
    Go: none,
    'core.async': 'the same at its next value; one that it was offered must still be taken',
    aiochan: 'the same at its next value; one that it was offered must still be taken',
  },
  async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [leaves, stays] = [dup.tap(), dup.tap()];
    const got = stays.collect(2);
    await source.put(1);
    leaves.cancel();
    await source.put(2);
    expect(await got).toEqual([1, 2]);
  },
);

behaviour(
  'a tap that is removed gets nothing more, and holds up nobody',
  {
    Go: none,
    'core.async': 'the same, but a value that it was offered must still be taken',
    aiochan: 'the same, but a value that it was offered must still be taken',
  },
  async () => {
    const source = new Chan<number>();
    const dup = source.dup();
    const [gone, stays] = [dup.tap(new Chan<number>()), dup.tap()];
    const got = stays.collect(2);
    await source.put(1);
    dup.untap(gone);
    await source.put(2);
    expect(await got).toEqual([1, 2]);
    expect([gone.closed, gone.tryGet()]).toEqual([false, undefined]);
  },
);

behaviour(
  'a channel that taps a source that has ended is closed',
  {
    Go: none,
    'core.async': 'it stays open, and its readers wait for ever',
    aiochan: 'it stays open, and its readers wait for ever',
  },
  async () => {
    const dup = new Chan<number>().close().dup();
    await turns();
    expect(await dup.tap().get()).toBeUndefined();
  },
);

behaviour(
  'each value goes to the subscribers of its topic, and those of others are dropped',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const words = from(['ant', 'bee', 'asp', 'cat', 'bat']).pub(first);
    const [a, b, again] = [words.sub('a'), words.sub('b'), words.sub('a')];
    const all = await Promise.all([a.collect(2), b.collect(2), again.collect(2)]);
    expect(all).toEqual([
      ['ant', 'asp'],
      ['bee', 'bat'],
      ['ant', 'asp'],
    ]);
  },
);

behaviour(
  'subscribers end with the source, and one who comes later is at its end at once',
  {
    Go: none,
    'core.async': 'the same for those before; one who comes later waits for ever',
    aiochan: 'they stay open',
  },
  async () => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const [a, b] = [words.sub('a').collect(), words.sub('b').collect()];
    source.close();
    expect(await Promise.all([a, b])).toEqual([[], []]);
    expect(await words.sub('c').get()).toBeUndefined();
  },
);

behaviour(
  'a slow topic holds up the others, unless its buffer has room',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (const size of [0, 3]) {
      const source = new Chan<string>();
      const words = source.pub(first, { buffer: () => size });
      words.sub('a');
      const bee = words.sub('b').get();
      for (const word of ['ant', 'asp', 'ape', 'bee']) void source.put(word);
      expect(await isPending(bee)).toBe(size === 0);
      words.close();
    }
  },
);

behaviour(
  'who has unsubscribed gets nothing more of that topic',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const out = new Chan<string>(4);
    words.sub('a', out);
    words.sub('b', out);
    await source.put('ant');
    await turns();
    words.unsub('a', out);
    for (const word of ['asp', 'bee']) await source.put(word);
    source.close();
    expect(await out.collect()).toEqual(['ant', 'bee']);
  },
);

behaviour(
  'each value is dealt to one of several channels that is ready, and none is lost when one closes',
  { Go: none, 'core.async': none, aiochan: 'the same' },
  async () => {
    const outs = [new Chan<number>(), new Chan<number>(), new Chan<number>()] as const;
    fromRange(60).distribute(...outs);
    const taken = await outs[0].collect(10);
    outs[0].cancel();
    const rest = await Promise.all([outs[1].collect(), outs[2].collect()]);
    expect(new Set([...taken, ...rest.flat()])).toEqual(new Set(numbers(60)));
  },
);

behaviour(
  'channels merged give the values of all, each in its order, and end when all have ended',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const got = await merge(fromRange(0, 30), fromRange(100, 110), from<number>([])).collect();
    expect(got).toHaveLength(40);
    expect(got.filter((n) => n < 100)).toEqual(numbers(30));
    expect(got.filter((n) => n >= 100)).toEqual(numbers(10).map((n) => n + 100));
  },
);
