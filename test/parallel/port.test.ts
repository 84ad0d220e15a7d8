import type { MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { Chan, fromRange, select, type Value } from '../../src/index.js';
import { fromPort, toPort, transfer } from '../../src/parallel/index.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { here } from '../support/runtime.js';
import { turns } from '../support/turns.js';

const turn = (): Promise<void> => new Promise(setImmediate);
const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open) port.close();
  open.length = 0;
});

function ports(): [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  return [port1, port2];
}

/** A channel through a port, and its two ends. */
function through<T>(chan: Chan<T>, window?: number): ReturnType<typeof fromPort<T>> {
  const [a, b] = ports();
  toPort(chan, a);
  return fromPort<T>(b, { window });
}

test('what is put on one side can be read on the other, in order, until that is closed', async () => {
  const chan = new Chan<number>(10);
  const read = through(chan);
  const all = read.collect();
  for (const n of numbers(1000)) await chan.put(n);
  chan.close();
  expect(await all).toEqual(numbers(1000));
  expect(read.drained).toBe(true);
});

test('nothing is taken before somebody asks, and then no more than the window', async () => {
  const chan = new Chan<number>(100).add(...numbers(100));
  const read = through(chan, 10);
  await turns();
  expect(chan.stats().gets).toBe(0);
  expect(await read.get()).toBe(0);
  for (let round = 0; round < 10; round++) await turn();
  expect(chan.stats().gets).toBe(10);
  expect(await read.collect(5)).toEqual([1, 2, 3, 4, 5]);
  for (let round = 0; round < 10; round++) await turn();
  expect(chan.stats().gets).toBeLessThanOrEqual(16);
});

test('a slow reader holds the writer', async () => {
  const chan = new Chan<number>();
  const read = through(chan, 3);
  const got = read.get();
  expect(await Promise.all([1, 2, 3].map((n) => chan.put(n)))).toEqual([true, true, true]);
  expect(await got).toBe(1);
  const fourth = chan.put(4);
  await turn();
  expect(await isPending(fourth)).toBe(true);
  expect(await read.collect(2)).toEqual([2, 3]);
  expect(await fourth).toBe(true);
});

test('the cause of the end crosses, after the values', async () => {
  const chan = new Chan<number>(2).add(1, 2);
  const read = through(chan);
  chan.close(new RangeError('over', { cause: 'reason' }));
  expect(await read.collect(2)).toEqual([1, 2]);
  const { reason } = await rejection(read.get());
  expect(reason).toBeInstanceOf(RangeError);
  expect(reason).toMatchObject({ message: 'over', cause: 'reason' });
});

test('hanging up crosses, with its reason', async () => {
  const chan = new Chan<number>();
  const read = through(chan);
  const got = read.get();
  await turn();
  const put = new Promise((resolve) => chan.signal.addEventListener('abort', resolve));
  read.cancel(new TypeError('seen enough'));
  expect(await got).toBeUndefined();
  await put;
  expect(chan.signal.reason).toMatchObject({ name: 'TypeError', message: 'seen enough' });
  expect(await chan.put(1)).toBe(false);
});

test('both sides can be selected on', async () => {
  const chan = new Chan<number>();
  const read = through(chan);
  const silent = new Chan<string>();
  const [sent, got] = await Promise.all([select({ silent, sent: [chan, 7] }), select({ silent, read })]);
  expect(sent).toEqual({ key: 'sent', value: true });
  expect(got).toEqual({ key: 'read', value: 7 });
  // One that lost takes nothing.
  const none = await select({ read }, { default: 'none' });
  expect(none.value).toBe('none');
  await Promise.all([chan.put(8), select({ read }).then(({ value }) => expect(value).toBe(8))]);
});

test('what is marked for transfer is moved', async () => {
  const bytes = new Uint8Array(4).fill(3);
  const chan = new Chan<Uint8Array>(1).add(transfer(bytes, [bytes.buffer])).close();
  expect(await through(chan).collect()).toEqual([new Uint8Array(4).fill(3)]);
  expect(bytes.length).toBe(0);
});

// Deno takes what was to be moved with a message that failed.
test.skipIf(here === 'deno')(
  'what is marked for transfer is moved also beside a value that cannot be cloned',
  async () => {
    const bytes = new Uint8Array(4).fill(3);
    const chan = new Chan<Value>(2).add(transfer(bytes, [bytes.buffer]), () => {});
    expect(await through(chan).get()).toEqual(new Uint8Array(4).fill(3));
    expect(bytes.length).toBe(0);
  },
);

test('a value that cannot be cloned fails both sides with an error that names it', async () => {
  const chan = new Chan<Value>(5).add(0, 1, () => {}, 3);
  const read = through(chan);
  expect(await read.collect(2)).toEqual([0, 1]);
  const { reason } = await rejection(read.get());
  expect(reason).toMatchObject({ name: 'TypeError', index: 2 });
  expect((reason as Error).message).toMatch(/^Value 2 cannot be sent through the port: /);
  expect(chan.closed).toBe(true);
  expect(chan.stats().buffered).toBe(0);
});

describe('when the other side is gone without a word', () => {
  test('the reader fails, after what has come', async () => {
    const [a, b] = ports();
    const read = fromPort<number>(b);
    const got = read.get();
    a.postMessage({ type: 'values', values: [1] });
    expect(await got).toBe(1);
    a.close();
    expect((await rejection(read.get())).reason).toMatchObject({
      message: 'The other side of the port is gone',
    });
  });

  test('the channel of the writer is cancelled', async () => {
    const [a, b] = ports();
    const chan = new Chan<number>();
    toPort(chan, a);
    const left = new Promise((resolve) => chan.signal.addEventListener('abort', resolve));
    b.close();
    await left;
    expect(chan.signal.reason).toMatchObject({ message: 'The other side of the port is gone' });
  });
});

test('what comes through a port that is no message of ours is left alone', async () => {
  const [a, b] = ports();
  const read = fromPort<number>(b);
  for (const odd of [null, 1, 'values', {}, { type: 'toString' }]) a.postMessage(odd);
  a.postMessage({ type: 'values', values: [1] });
  expect(await read.get()).toBe(1);
});

test('derived channels cross, and the end of one cancels its stages', async () => {
  const [a, b] = ports();
  const stopped: unknown[] = [];
  const endless = fromRange().asyncPipe(1, (n, { signal }) => {
    if (n === 200) signal.addEventListener('abort', () => stopped.push(signal.reason));
    return n === 200 ? new Promise<number>(() => {}) : n;
  });
  toPort(endless, a);
  const read = fromPort<number>(b);
  expect(await read.collect(150)).toEqual(numbers(150));
  for (let round = 0; round < 20; round++) await turn();
  read.cancel('enough');
  while (stopped.length === 0) await turn();
  expect(stopped).toEqual(['enough']);
});

test('bad arguments are refused', () => {
  const [a] = ports();
  expect(() => toPort([] as never, a)).toThrow('Expected chan to be a channel, got object');
  expect(() => toPort(new Chan(), {} as never)).toThrow('Expected port to be a MessagePort, got object');
  expect(() => fromPort(undefined as never)).toThrow(TypeError);
  expect(() => fromPort(a, { window: 0 })).toThrow(RangeError);
});
