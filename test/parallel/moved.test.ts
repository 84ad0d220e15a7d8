/** Buffers that have moved already, or have moved to a thread that then died, and messages that cannot be read. */
import { Piscina } from 'piscina';
import { afterAll, describe, expect, test } from 'vitest';
import { Chan, from, fromRange } from '../../src/index.js';
import {
  fromPort,
  inline,
  output,
  runInThread,
  toIterable,
  toPort,
  transfer,
  workerPool,
} from '../../src/parallel/index.js';
import { piscinaExecutor } from '../../src/parallel/pool/piscina.js';
import { serve } from '../../src/parallel/workers/serve.js';
import { rejection } from '../support/outcome.js';
import { uncaught } from '../support/uncaught.js';
import { turns } from '../support/turns.js';
import { here } from '../support/runtime.js';

const piscina = new Piscina({ minThreads: 1, maxThreads: 1 });
const pool = workerPool(1);
afterAll(() => Promise.all([piscina.destroy(), pool.dispose()]));

/** Two halves of one buffer: moving one moves the other. */
function halves(): [Uint8Array, Uint8Array] {
  const buffer = new ArrayBuffer(8);
  return [new Uint8Array(buffer, 0, 4), new Uint8Array(buffer, 4)];
}
/** A view of a buffer that has moved. */
function moved(): Uint8Array {
  const view = new Uint8Array(4);
  structuredClone(view, { transfer: [view.buffer] });
  return view;
}
const MOVED = /moved already|detached/;

describe.each<[string, object]>([
  ['a pool of our own', { pool }],
  ['a piscina', { pool: piscinaExecutor(piscina) }],
])('a buffer that has already moved, on %s,', (_, options) => {
  const length = inline((bytes: Uint8Array) => bytes.length);

  test.each([1, 2])('fails the call that would move it again, in batches of %d', async (batch) => {
    const errors: unknown[] = [];
    const lengths = await from([...halves(), new Uint8Array(3)])
      .parallelPipe(1, length, {
        ...options,
        batch,
        transfer: ({ buffer }) => [buffer as ArrayBuffer],
        onError: (error) => void errors.push(error),
      })
      .collect();
    expect(lengths).toEqual([4, 3]);
    expect(errors).toMatchObject([{ name: 'TypeError', index: 1 }]);
    expect((errors[0] as Error).message).toMatch(MOVED);
  });

  test('fails a result that would move it', async () => {
    const stale = inline((n: number) => {
      const bytes = new Uint8Array(4);
      if (n === 1) structuredClone(bytes, { transfer: [bytes.buffer] });
      return bytes;
    });
    const lengths = fromRange(3).parallelPipe(1, stale, { ...options, batch: 3 });
    expect(await lengths.get()).toHaveLength(4);
    expect((await rejection(lengths.get())).reason).toMatchObject({ name: 'TypeError', index: 1 });
  });

  // Without it they would be waited for on the next thread, which has never been sent them.
  test.each([
    ['exits', 'before it ran', {}],
    ['hangs', 'was ended after 100 ms', { taskTimeout: 100 }],
  ])('is an error for each value that had moved to a thread that %s', async (how, message, limits) => {
    const ends = inline(([n, ending]: [number, string, Uint8Array]) => {
      if (n === 1 && ending === 'exits') process.exit(3);
      if (n === 1) for (;;);
      return n;
    });
    let errors: { message: string; index: number }[] = [];
    let results: number[] = [];
    // A batch has several values if they are taken in one go, as they are on a machine that is not busy.
    for (let tries = 0; errors.length < 2 && tries < 8; tries++) {
      errors = [];
      await turns();
      results = await fromRange(6)
        .map((n): [number, string, Uint8Array] => [n, how, new Uint8Array(1)])
        .parallelPipe(1, ends, {
          ...options,
          ...limits,
          batch: 3,
          transfer: ([, , { buffer }]) => [buffer as ArrayBuffer],
          onError: (error) => void errors.push(error as (typeof errors)[0]),
        })
        .collect();
    }
    const indices = errors.map(({ index }) => index);
    expect(indices.slice(0, 2)).toEqual([1, 2]);
    expect(errors.at(-1)?.message).toContain(message);
    // What was not yet sent then has run on the next thread.
    expect([...results, ...indices]).toHaveLength(6);
    expect(new Set([...results, ...indices])).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});

test('a call of a pool whose value has moved already rejects', async () => {
  const [bytes, other] = halves();
  const length = inline((view: Uint8Array) => view.length);
  const list = [bytes.buffer as ArrayBuffer];
  expect(await pool.run(length, bytes, { transfer: list })).toBe(4);
  const { reason } = await rejection(pool.run(length, other, { transfer: list }));
  expect(reason).toMatchObject({ name: 'TypeError' });
  expect((reason as Error).message).toMatch(
    /^The value cannot be sent to another thread: .*(moved already|detached)/,
  );
});

test('through a port, it fails the other side with its index, after the values before it', async () => {
  const { port1, port2 } = new MessageChannel();
  const chan = new Chan<Uint8Array>(4);
  toPort(chan, port1);
  const [a, b] = halves();
  for (const view of [a, b, new Uint8Array(1)]) chan.add(transfer(view, [view.buffer]));
  const read = fromPort<Uint8Array>(port2);
  expect(await read.get()).toHaveLength(4);
  expect((await rejection(read.get())).reason).toMatchObject({ name: 'TypeError', index: 1 });
  await turns();
  expect(chan.closed).toBe(true);
});

// Bun says of a moved buffer only that it cannot be cloned.
test.skipIf(here === 'bun')(
  'a coroutine is not given it, and cannot return or put it: each is an error',
  async () => {
    const length = inline((view: Uint8Array) => view.length);
    const view = moved();
    expect(() => runInThread(length, transfer(view, [view.buffer]))).toThrow(MOVED);
    const stale = inline((out?: { put(view: unknown): Promise<boolean> }) => {
      const bytes = new Uint8Array(4);
      structuredClone(bytes, { transfer: [bytes.buffer] });
      return out === undefined ? bytes.buffer : out.put(bytes.buffer);
    });
    expect((await rejection(runInThread(stale as never))).reason).toMatchObject({
      message: expect.stringMatching(MOVED),
    });
    const out = new Chan<ArrayBuffer>();
    const run = runInThread(stale as never, output(out) as never);
    expect((await rejection(out.get())).reason).toMatchObject({ name: 'TypeError', index: 0 });
    await run;
  },
);

// The same.
test.skipIf(here === 'bun')('a blocking iterable is not given it, and gives what came before it', () => {
  const view = moved();
  const values = inline(function* (given?: Uint8Array) {
    yield 1;
    const bytes = new Uint8Array(4);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    yield (given ?? bytes).buffer;
    yield 2;
  });
  expect(() => [...toIterable(values, transfer(view, [view.buffer]))]).toThrow(MOVED);
  const seen: unknown[] = [];
  expect(() => {
    for (const value of toIterable(values)) seen.push(value);
  }).toThrow(MOVED);
  expect(seen).toEqual([1]);
});

describe('a message that cannot be read', () => {
  const unreadable = (): Event => new MessageEvent('messageerror', { data: new Error('odd') });

  test('fails the reader of a port, and cancels the channel on the other side', async () => {
    const { port1, port2 } = new MessageChannel();
    const chan = new Chan<number>();
    toPort(chan, port1);
    const got = fromPort<number>(port2).get();
    port2.dispatchEvent(unreadable());
    expect((await rejection(got)).reason).toMatchObject({
      name: 'TypeError',
      message: 'A message came through the port that cannot be read',
    });
    while (!chan.closed) await turns();
    expect(await chan.put(1)).toBe(false);
  });

  test('cancels the channel of the sender, and fails the reader on the other side', async () => {
    const { port1, port2 } = new MessageChannel();
    const chan = new Chan<number>();
    toPort(chan, port1);
    const got = fromPort<number>(port2).get();
    port1.dispatchEvent(unreadable());
    expect(chan.closed).toBe(true);
    expect((await rejection(got)).reason).toMatchObject({
      message: 'A message came through the port that cannot be read',
    });
  });

  test('ends a thread when it has done what came before', async () => {
    const posted: unknown[] = [];
    let receive: (message: unknown) => void = () => {};
    let fail: (error: unknown) => void = () => {};
    serve(
      (message) => posted.push(message),
      (...listeners) => ([receive, fail] = listeners),
    );
    const task = { source: 'async (n) => 2 * n', initialize: undefined };
    const errors = await uncaught(async () => {
      receive({ type: 'run', id: 1, task, eager: false, values: [1, 2] });
      fail(new Error('odd'));
      receive({ type: 'run', id: 2, task, eager: false, values: [3] });
      while (posted.length < 3) await turns();
    });
    expect(errors).toMatchObject([{ message: 'a message to it cannot be read', cause: { message: 'odd' } }]);
    const replies = posted.filter((message) => (message as { type: string }).type === 'reply');
    expect(replies.map((reply) => (reply as { id: number }).id)).toEqual([1, 1]);
  });
});
