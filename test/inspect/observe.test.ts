import { afterEach, expect, test } from 'vitest';
import { Chan, dropping, go, select, sliding } from '../../src/index.js';
import { type Observer, observe } from '../../src/inspect/index.js';
import { OwnQueue } from '../support/custom-buffers.js';

const log: string[] = [];
let waiters: object[] = [];

/** Who it was that came to wait: the first, the second … */
function nameOf(waiter: object | null): string {
  if (waiter === null) return '';
  const { owner } = waiter as { owner?: object };
  const at = waiters.findIndex((one) => one === waiter || one === owner);
  return ` of waiter ${at + 1}`;
}

const observer: Observer = {
  made: (_, buffer) => log.push(`made with ${typeof buffer}`),
  parked(_, waiter, value) {
    waiters.push(waiter);
    log.push(`${typeof value !== 'number' ? 'get' : `put of ${value}`} waits`);
  },
  left: (_, waiter) => log.push(`left: place${nameOf(waiter)}`),
  gave: (_, value, get) => log.push(`gave ${String(value)} to get${nameOf(get)}`),
  took: (_, value, put) => log.push(`took ${String(value)} from put${nameOf(put)}`),
  buffered: (_, value, put) => log.push(`buffered ${String(value)}${nameOf(put)}`),
  unbuffered: (_, value, get) => log.push(`unbuffered ${String(value)}${nameOf(get)}`),
  closed: (_, cause) => log.push(`closed with ${String(cause)}`),
  cancelled: () => log.push('cancelled'),
  ran(fn, args) {
    log.push('go');
    return fn(...args);
  },
};

function watched<R>(body: () => R): R {
  log.length = 0;
  waiters = [];
  observe(observer);
  return body();
}

afterEach(() => observe(undefined));

test('there is one observer at a time, and who sets another is given the one before', () => {
  expect(observe(observer)).toBeUndefined();
  expect(observe({ ...observer })).toBe(observer);
});

test('when nobody observes any more, nothing is told', async () => {
  const ch = watched(() => new Chan<number>(1));
  observe(undefined);
  await ch.put(1);
  expect(log).toEqual(['made with number']);
});

test('a put that meets a get that waits is told, for one get alone and for several', async () => {
  const ch = watched(() => new Chan<number>());
  const gets = [ch.get(), ch.get()];
  ch.tryPut(1);
  ch.tryPut(2);
  const last = ch.get();
  ch.tryPut(3);
  await Promise.all([...gets, last]);
  expect(log).toEqual([
    'made with undefined',
    'get waits',
    'get waits',
    'gave 1 to get of waiter 1',
    'gave 2 to get of waiter 2',
    'get waits',
    'gave 3 to get of waiter 3',
  ]);
});

test('a get that meets a put that waits is told', async () => {
  const ch = watched(() => new Chan<number>());
  const put = ch.put(1);
  await ch.get();
  await put;
  expect(log.slice(1)).toEqual(['put of 1 waits', 'took 1 from put of waiter 1']);
});

test.each([
  ['a buffer', () => new Chan<number>(1)],
  ['a buffer of your own', () => new Chan<number>(new OwnQueue<number>(1))],
])('what goes into %s and comes out of it is told, and from whom and for whom', async (_, make) => {
  const ch = watched(make);
  const puts = [ch.put(1), ch.put(2)];
  await ch.get();
  await ch.get();
  await Promise.all(puts);
  expect(log.slice(1)).toEqual([
    'buffered 1',
    'put of 2 waits',
    'unbuffered 1',
    'buffered 2 of waiter 1',
    'unbuffered 2',
  ]);
  const gets = watched(() => [ch.get(), ch.get()]);
  await ch.put(3);
  await ch.put(4);
  await Promise.all(gets);
  expect(log.slice(2)).toEqual([
    'buffered 3',
    'unbuffered 3 of waiter 1',
    'buffered 4',
    'unbuffered 4 of waiter 2',
  ]);
});

test('who waits alone at an empty buffer is given a value past it', async () => {
  const ch = new Chan<number>(1);
  const get = watched(() => ch.get());
  await ch.put(3);
  expect(await get).toBe(3);
  expect(log).toEqual(['get waits', 'gave 3 to get of waiter 1']);
  expect(ch.stats()).toMatchObject({ buffered: 0, puts: 1, gets: 1, delivered: { direct: 1, buffered: 0 } });
});

test('a value that a buffer drops is told as one that went in', () => {
  const ch = watched(() => new Chan<number>(dropping(1)));
  ch.add(1, 2);
  expect(log.slice(1)).toEqual(['buffered 1', 'buffered 2']);
  const latest = watched(() => new Chan<number>(sliding(1)));
  latest.add(1, 2);
  latest.tryGet();
  expect(log.slice(1)).toEqual(['buffered 1', 'buffered 2', 'unbuffered 2']);
});

test('of a select every case comes to wait, one is served, and then the others leave', async () => {
  const [a, b] = watched(() => [new Chan<number>(), new Chan<number>()]);
  const one = select([a, [b, 2]]);
  expect(await b.get()).toBe(2);
  await one;
  expect(log.slice(2)).toEqual([
    'get waits',
    'put of 2 waits',
    'left: place of waiter 1',
    'took 2 from put of waiter 2',
  ]);
});

test('an operation that is aborted leaves', async () => {
  const ch = watched(() => new Chan<number>());
  const controller = new AbortController();
  const get = ch.get({ signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(get).rejects.toThrow('enough');
  expect(log.slice(1)).toEqual(['get waits', 'left: place of waiter 1']);
});

test('closing is told once, and cancelling with it', () => {
  const ch = watched(() => new Chan<number>());
  ch.close('cause');
  ch.close();
  ch.cancel();
  expect(log.slice(1)).toEqual(['closed with cause', 'cancelled']);
});

test('a goroutine is run by the observer, which sees it start and end', async () => {
  const add = watched(() => go((a: number, b: number) => a + b, 1, 2));
  expect(log).toEqual([]);
  expect(await add).toBe(3);
  expect(log).toEqual(['go']);
});
