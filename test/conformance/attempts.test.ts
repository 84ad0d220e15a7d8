import { expect } from 'vitest';
import { Chan } from '../../src/index.js';
import { about } from '../support/behaviour.js';

const behaviour = about('Attempts that never wait');
const idle = { waitingGets: 0, waitingPuts: 0 };

behaviour(
  'an attempt to get from an empty channel gives nothing and leaves no waiter',
  {
    Go: 'the same: a select with a default',
    'core.async': 'the same: `poll!`',
    aiochan: 'the same: `get_nowait`',
  },
  () => {
    for (const size of [0, 1, 3]) {
      const ch = new Chan<number>(size);
      expect(ch.tryGet()).toBeUndefined();
      expect(ch.stats()).toMatchObject(idle);
    }
  },
);

behaviour(
  'an attempt to put where it would have to wait does nothing and leaves no waiter',
  {
    Go: 'the same: a select with a default',
    'core.async': 'the same: `offer!`',
    aiochan: 'the same: `put_nowait`',
  },
  () => {
    for (const size of [0, 1, 3]) {
      const ch = new Chan<number>(size);
      for (let n = 0; n < size; n++) expect(ch.tryPut(n)).toBe(true);
      expect(ch.tryPut(99)).toBeUndefined();
      expect(ch.stats()).toMatchObject({ ...idle, buffered: size });
    }
  },
);

behaviour(
  'an attempt to put succeeds where a get waits',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>();
    const got = ch.get();
    expect(ch.tryPut('here')).toBe(true);
    expect(await got).toBe('here');
  },
);

behaviour(
  'an attempt to get succeeds where a put waits, and the put completes',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>();
    const put = ch.put('here');
    expect(ch.tryGet()).toBe('here');
    expect(await put).toBe(true);
  },
);

behaviour(
  'attempts go through a buffer in order',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  () => {
    const ch = new Chan<number>(3);
    expect([1, 2, 3, 4].map((n) => ch.tryPut(n))).toEqual([true, true, true, undefined]);
    expect([ch.tryGet(), ch.tryGet(), ch.tryGet(), ch.tryGet()]).toEqual([1, 2, 3, undefined]);
  },
);

behaviour(
  'an attempt to get from a buffer makes room for a put that waits',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(1).add(1);
    const put = ch.put(2);
    expect(ch.tryGet()).toBe(1);
    expect(await put).toBe(true);
    expect(ch.tryGet()).toBe(2);
  },
);

behaviour(
  'an attempt to put to a closed channel is told apart from one that would have to wait',
  {
    millrace: 'yes: `false`, not `undefined`',
    Go: 'panics',
    'core.async': 'the same: false, not nil',
    aiochan: 'the same: False, not None',
  },
  () => {
    expect([new Chan<number>().close().tryPut(1), new Chan<number>().tryPut(1)]).toEqual([false, undefined]);
  },
);

behaviour(
  'an attempt to get from a closed channel looks like one from an empty channel',
  {
    millrace: 'yes; `drained` tells which, and a cause is thrown',
    Go: 'told apart: the case of a closed channel is taken, with ok false',
    'core.async': 'the same: nil',
    aiochan: 'the same: None',
  },
  () => {
    const [closed, empty] = [new Chan<number>().close(), new Chan<number>()];
    expect([closed.tryGet(), empty.tryGet()]).toEqual([undefined, undefined]);
    expect([closed.drained, empty.drained]).toEqual([true, false]);
  },
);
