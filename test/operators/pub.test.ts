import { describe, expect, test } from 'vitest';
import { Chan, type Pub, from, fromRange, promise, sliding, weighted } from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers as upTo } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

const first = (word: string): string | undefined => word[0];

test('a subscriber gets the values of its topic, in order, and ends with the source', async () => {
  const words = from(['apple', 'bean', 'avocado', 'corn']).pub(first);
  const all = [words.sub('a').collect(), words.sub('a').collect(), words.sub('b').collect()];
  expect(await Promise.all(all)).toEqual([['apple', 'avocado'], ['apple', 'avocado'], ['bean']]);
});

test('an empty source closes the subscribers', async () => {
  expect(await from<string>([]).pub(first).sub('a').collect()).toEqual([]);
});

test('topics are the same as keys of a Map', async () => {
  const numbers = from([NaN, 0, -0, 1]).pub((n) => n);
  const all = await Promise.all([numbers.sub(NaN).collect(), numbers.sub(0).collect()]);
  expect(all).toEqual([[NaN], [0, -0]]);
});

test('the subscribers of a source that fails, also with a falsy cause, fail with it after their values', async () => {
  for (const cause of [new Error('lost'), ...FALSY]) {
    const words = new Chan<string>(2).add('apple', 'bean').close(cause).pub(first);
    const [a, b] = [words.sub('a'), words.sub('b')];
    expect([await a.get(), await b.get()]).toEqual(['apple', 'bean']);
    await expect(a.get()).rejects.toBe(cause);
    await expect(b.get()).rejects.toBe(cause);
  }
});

test('a failure that no subscriber is told of is an uncaught error', async () => {
  expect(await uncaught(() => void new Chan<string>().close('unheard').pub(first))).toEqual(['unheard']);
});

test('a topic function that throws fails the subscribers, and nothing more is taken', async () => {
  const source = new Chan<number>(3).add(1, 2, 3);
  const numbers = source.pub((n): number => {
    if (n === 2) throw new Error('two');
    return n;
  });
  const one = numbers.sub(1);
  expect(await one.get()).toBe(1);
  await expect(one.get()).rejects.toThrow('two');
  expect(source.stats()).toMatchObject({ gets: 2, waitingGets: 0 });
});

test('a topic function that throws undefined fails the subscribers with an error that says so', async () => {
  const words = from(['apple']).pub((): string => {
    throw undefined;
  });
  await expect(words.sub('a').get()).rejects.toThrow('undefined was thrown');
});

test('a source that is cancelled ends the subscribers', async () => {
  const source = new Chan<string>();
  const ends = source.pub(first).sub('a').collect();
  await turns();
  source.cancel();
  expect(await ends).toEqual([]);
});

test('an endless source goes on while its values have no subscriber, and lets the event loop turn', async () => {
  const numbers = fromRange().pub((n) => n);
  expect(await numbers.sub(5000).get()).toBe(5000);
  numbers.close();
});

test('closing a publisher does not leave subscribers waiting', async () => {
  const source = new Chan<string>();
  const words = source.pub(first);
  const own = words.sub('b', new Chan<string>());
  const waiting = [words.sub('a').get(), words.sub('a').collect(), own.get()];
  await turns();
  words.close();
  words.close();
  expect(await Promise.all(waiting)).toEqual([undefined, [], undefined]);
  expect(own.closed).toBe(true);
  expect(source.closed).toBe(false);
  expect(source.stats().waitingGets).toBe(0);
});

test('closing lets subscribers have what waits for them and what their buffers hold', async () => {
  const source = new Chan<string>();
  const words = source.pub(first, { buffer: () => 2 });
  const a = words.sub('a');
  for (const word of ['a1', 'a2', 'a3']) expect(await source.put(word)).toBe(true);
  words.close();
  expect(await a.collect()).toEqual(['a1', 'a2', 'a3']);
});

describe('a slow subscriber', () => {
  test('of one topic does not stop the others while its buffer has room', async () => {
    const source = new Chan<string>();
    const words = source.pub(first, { buffer: (topic) => (topic === 'a' ? 2 : 0) });
    const [slow, quick] = [words.sub('a'), words.sub('b')];
    // One is offered to the subscriber, two lie in the buffer.
    for (const word of ['a1', 'a2', 'a3']) expect(await source.put(word)).toBe(true);
    const got = quick.get();
    expect(await source.put('b1')).toBe(true);
    expect(await got).toBe('b1');
    // One more waits outside the full buffer, and holds up all.
    expect(await source.put('a4')).toBe(true);
    const held = source.put('b2');
    expect(await isPending(held)).toBe(true);
    expect(await slow.get()).toBe('a1');
    expect(await held).toBe(true);
    expect(await quick.get()).toBe('b2');
    words.close();
    expect(await slow.collect()).toEqual(['a2', 'a3', 'a4']);
  });

  test('whose own channel slides or keeps one value holds up nobody', async () => {
    const words = from(['a1', 'a2', 'a3', 'b1']).pub(first);
    const latest = words.sub('a', new Chan<string>(sliding(1)));
    const once = words.sub('a', new Chan<string>(promise()));
    expect(await words.sub('b').collect()).toEqual(['b1']);
    expect([await latest.collect(), await once.get()]).toEqual([['a3'], 'a1']);
  });

  test('that leaves frees the value it held up', async () => {
    for (const leave of ['unsub', 'cancel', 'unsubAll'] as const) {
      const source = new Chan<string>();
      const words = source.pub(first);
      const out = words.sub('a', new Chan<string>());
      const other = words.sub('b');
      expect(await source.put('a1')).toBe(true);
      expect(await source.put('a2')).toBe(true);
      const next = source.put('b1');
      expect(await isPending(next)).toBe(true);
      if (leave === 'unsub') words.unsub('a', out);
      else if (leave === 'cancel') out.cancel();
      else words.unsubAll('a');
      expect(await next).toBe(true);
      expect(await other.get()).toBe('b1');
      expect(out.stats().waitingPuts).toBe(0);
    }
  });
});

test.each([0, 3])(
  'a buffer of a topic that refuses value %i fails the subscribers, and nothing more is taken',
  async (bad) => {
    const weigh = (n: number): number => {
      if (n === bad) throw new Error('refused');
      return 1;
    };
    const source = new Chan<number>(6).add(...upTo(6));
    const all = source.pub(() => 1, { buffer: () => weighted<never>(1, weigh) });
    const [one, other] = [all.sub(1), all.sub(2)];
    const got: number[] = [];
    await expect(one.forEach((n) => got.push(n))).rejects.toThrow('refused');
    await expect(other.collect()).rejects.toThrow('refused');
    expect(got).toEqual(upTo(bad));
    expect(source.stats().waitingGets).toBe(0);
  },
);

test('a channel that is in several topics is closed with the last of them, also if it left one', async () => {
  const source = new Chan<string>();
  const words = source.pub(first, { buffer: () => 1 });
  const out = new Chan<string>(9);
  for (const topic of ['a', 'a', 'b', 'c']) words.sub(topic, out);
  words.unsub('b', out);
  for (const word of ['a1', 'b1', 'c1']) expect(await source.put(word)).toBe(true);
  source.close();
  expect(new Set(await out.collect())).toEqual(new Set(['a1', 'c1']));
});

test.each<readonly [string, (words: Pub<string, string | undefined>) => unknown]>([
  ['using', (words) => words[Symbol.dispose]()],
  ['await using', (words) => words[Symbol.asyncDispose]()],
])('the end of %s closes it', async (_, end) => {
  const source = new Chan<string>();
  const words = source.pub(first);
  const a = words.sub('a');
  await turns();
  await end(words);
  expect([await a.get(), source.stats().waitingGets]).toEqual([undefined, 0]);
});

describe('unsub', () => {
  test('closes a channel that sub made, leaves one of the user’s open, and no listener on it', () => {
    const words = new Chan<string>().pub(first);
    const [made, own] = [words.sub('a'), words.sub('a', new Chan<string>())];
    const listeners = countListeners(own.signal);
    words.unsub('a', made);
    words.unsub('a', own);
    words.unsub('a', own);
    words.unsub('never', own);
    expect([made.closed, own.closed, listeners.now]).toEqual([true, false, 0]);
  });

  test('of one leaves the others of its topic', async () => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const [one, other] = [words.sub('a'), words.sub('a')];
    words.unsub('a', one);
    expect(await source.put('a1')).toBe(true);
    expect(await other.get()).toBe('a1');
  });

  test('and unsubAll of a topic that nobody subscribed to do nothing', () => {
    const words = new Chan<string>().pub(first);
    const a = words.sub('a');
    words.unsub('b', a);
    words.unsubAll('b');
    expect(a.closed).toBe(false);
  });

  test('in the callback of a get takes effect at once', async () => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const out = words.sub('a', new Chan<string>());
    out.getThen(() => words.unsub('a', out));
    expect(await source.put('a1')).toBe(true);
    expect(await source.put('a2')).toBe(true);
    expect(await source.put('b1')).toBe(true);
    expect(out.stats()).toMatchObject({ puts: 1, waitingPuts: 0 });
  });

  test('of one topic leaves the others; unsubAll ends all', async () => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const [a, b, c] = [words.sub('a'), words.sub('b'), words.sub('c')];
    words.unsubAll('a');
    expect([a.closed, b.closed, c.closed]).toEqual([true, false, false]);
    const got = b.get();
    expect(await source.put('b1')).toBe(true);
    expect(await got).toBe('b1');
    words.unsubAll();
    expect([b.closed, c.closed]).toEqual([true, true]);
    expect(await source.put('b2')).toBe(true);
  });

  test('of the topic undefined is not of all topics', () => {
    const words = new Chan<string>().pub(first);
    const [empty, a] = [words.sub(undefined), words.sub('a')];
    words.unsubAll(undefined);
    expect([empty.closed, a.closed]).toEqual([true, false]);
  });
});

test.each([true, false])(
  'a subscriber that leaves in the midst of a value, and then fails, takes no other with it (comes: %s)',
  async (comes) => {
    const source = new Chan<string>();
    const words = source.pub(first);
    const other = new Chan<string>(2);
    const buffer = new OwnQueue<string>(1);
    buffer.canAdd = () => {
      words.unsub('a', bad);
      if (comes) words.sub('a', other);
      throw new Error('no room');
    };
    const bad = words.sub('a', new Chan<string>(buffer));
    const errors = await uncaught(async () => {
      for (const word of ['a1', 'a2']) {
        expect(await source.put(word)).toBe(true);
        await turns();
      }
    });
    expect([errors, other.tryGet()]).toEqual([[], comes ? 'a2' : undefined]);
  },
);

test('a topic without subscribers is forgotten: its buffer is made anew, and what it held is dropped', async () => {
  const made: (string | undefined)[] = [];
  const source = new Chan<string>();
  const words = source.pub(first, { buffer: (topic) => (made.push(topic), 1) });
  const before = words.sub('a');
  for (const word of ['a1', 'a2']) expect(await source.put(word)).toBe(true);
  before.cancel();
  expect(await source.put('a3')).toBe(true);
  const after = words.sub('a');
  words.sub('a');
  expect(await source.put('a4')).toBe(true);
  expect(await after.get()).toBe('a4');
  expect(made).toEqual(['a', 'a']);
});

test('a subscription that is refused opens no topic', () => {
  const made: (string | undefined)[] = [];
  const words = new Chan<string>().pub(first, { buffer: (topic) => (made.push(topic), 1) });
  expect(() => words.sub('a', 5 as never)).toThrow(TypeError);
  words.sub('a');
  expect(made).toEqual(['a']);
});

test('a channel may subscribe to several topics, and no value is lost at the end', async () => {
  const words = from(['a1', 'b1', 'a2', 'b2', 'c1']).pub(first);
  const out = new Chan<string>();
  for (const topic of ['a', 'b', 'c']) words.sub(topic, out);
  const got = await out.collect();
  expect(got).toHaveLength(5);
  expect(new Set(got)).toEqual(new Set(['a1', 'b1', 'a2', 'b2', 'c1']));
});

test('a channel of the user’s is left open at the end if it says so', async () => {
  const out = new Chan<string>(1);
  const words = from(['apple']).pub(first);
  words.sub('a', out, { close: false });
  const listeners = countListeners(out.signal);
  await words.sub('b').collect();
  await turns();
  expect([out.closed, out.tryGet(), listeners.now]).toEqual([false, 'apple', 0]);
});

test('a subscription after the end is closed, with the cause', async () => {
  const words = new Chan<string>().close('lost').pub(first);
  await expect(words.sub('a').get()).rejects.toBe('lost');
  await expect(words.sub('a').get()).rejects.toBe('lost');
  await expect(words.sub('b', new Chan<string>()).get()).rejects.toBe('lost');
  words.close();
  await expect(words.sub('a').get()).rejects.toBe('lost');
  const closed = new Chan<string>().pub(first);
  closed.close();
  expect(await closed.sub('a').get()).toBeUndefined();
  const out = new Chan<string>();
  expect(closed.sub('a', out, { close: false }).closed).toBe(false);
  expect(closed.sub('a', out).closed).toBe(true);
});

test('what left the last of a topic is not closed while it is subscribed to another', async () => {
  const words = new Chan<string>();
  const both = words.pub(first);
  const out = new Chan<string>(4);
  const other = both.sub('b');
  both.sub('a', out);
  both.sub('b', out);
  both.unsub('nobody subscribed to this', out);
  both.unsub('a', out);
  expect(out.closed).toBe(false);
  words.add('a1', 'b1').close();
  expect(await Promise.all([out.collect(), other.collect()])).toEqual([['b1'], ['b1']]);
});

test('a bad argument is refused at once', () => {
  const source = new Chan<string>();
  expect(() => source.pub(5 as never)).toThrow(TypeError);
  expect(() => source.pub(first, { buffer: 5 as never })).toThrow(TypeError);
  expect(() => source.pub(first).sub('a', fromRange(1) as never)).toThrow(TypeError);
  expect(() => source.pub(first, { buffer: () => -1 }).sub('a')).toThrow(RangeError);
});
