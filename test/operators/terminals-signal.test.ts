import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Chan, type ReadChan, from, fromRange, scope } from '../../src/index.js';
import { countListeners } from '../support/listeners.js';
import { isPending, rejection } from '../support/outcome.js';
import { SOURCES } from '../support/tracked.js';
import { turns } from '../support/turns.js';

type Numbers = ReadChan<number>;
type Read = (ch: Numbers, signal: AbortSignal) => Promise<unknown>;

const TAKING: readonly (readonly [string, Read])[] = [
  ['collect', (ch, signal) => ch.collect(99, { signal })],
  ['reduce', (ch, signal) => ch.reduce((a, b) => a + b, 0, { signal })],
  ['reduce with an async function', (ch, signal) => ch.reduce(async (a, b) => a + b, 0, { signal })],
  ['forEach', (ch, signal) => ch.forEach(() => {}, { signal })],
  ['forEach with an async function', (ch, signal) => ch.forEach(async () => {}, { signal })],
];
const ALL: typeof TAKING = [...TAKING, ['join', (ch, signal) => ch.join({ signal })]];

describe.each(ALL)('%s with a signal', (_, read) => {
  test.each<readonly [string, () => Numbers]>([
    ['a channel', () => new Chan<number>()],
    ['a derived channel', () => new Chan<number>().map((n) => n).buffer(1)],
    ['a source', () => from(new Promise<number>(() => {}))],
  ])('of %s rejects with the reason when that is aborted, and leaves no listener', async (_name, make) => {
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    const outcome = read(make(), controller.signal);
    expect(await isPending(outcome)).toBe(true);
    controller.abort('why');
    expect(await rejection(outcome)).toEqual({ reason: 'why' });
    expect(listeners.now).toBe(0);
  });

  test('leaves no listener when it ends by itself', async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    await read(new Chan<number>().close(), signal);
    expect(listeners.now).toBe(0);
  });

  test('rejects at once with the reason of one that is aborted already, and takes nothing', async () => {
    const ch = new Chan<number>(2).add(1);
    expect(await rejection(read(ch, AbortSignal.abort('why')))).toEqual({ reason: 'why' });
    expect([ch.stats().buffered, ch.closed]).toEqual([1, false]);
  });

  test('rejects with a TypeError for what is no signal', async () => {
    expect((await rejection(read(new Chan<number>(), 5 as never))).reason).toBeInstanceOf(TypeError);
  });
});

describe.each(TAKING)('%s with a signal', (_, read) => {
  test('takes nothing more from a channel when that is aborted, and leaves it open', async () => {
    const ch = new Chan<number>();
    const controller = new AbortController();
    const outcome = read(ch, controller.signal).catch((reason: unknown) => reason);
    await ch.put(1);
    await turns();
    controller.abort('why');
    expect(ch.tryPut(2)).toBeUndefined();
    expect([await outcome, ch.closed, ch.stats().waitingGets]).toEqual(['why', false, 0]);
  });

  test.each(SOURCES)('releases %s when that is aborted', async (_name, make) => {
    for (const aborted of [true, false]) {
      const tracked = make();
      const ch = tracked.chan.asyncPipe(1, (n) => new Promise<number>((r) => void (n === 1 || r(n))));
      await ch.get();
      const controller = new AbortController();
      if (aborted) controller.abort('why');
      const outcome = read(ch, controller.signal).catch((reason: unknown) => reason);
      await turns();
      controller.abort('why');
      expect(await outcome).toBe('why');
      await turns(8);
      expect(tracked.released).toBe(true);
    }
  });
});

test('a value whose put was answered is handed to the function of forEach before that is aborted', async () => {
  const [src, busy] = [new Chan<number>(), new Chan<number>(1)];
  const controller = new AbortController();
  const seen: number[] = [];
  const outcome = src.forEach((n) => void seen.push(n), { signal: controller.signal });
  await turns();
  // Until the library lets the event loop turn before anything else is handed over.
  const end = performance.now() + 8;
  while (performance.now() < end) {
    busy.tryPut(1);
    busy.tryGet();
  }
  const accepted = src.tryPut(1) === true;
  controller.abort('why');
  expect(await rejection(outcome)).toEqual({ reason: 'why' });
  expect(seen).toEqual(accepted ? [1] : []);
});

test('waiting again and again for the end of a channel, for a time, leaves nothing behind', async () => {
  for (const ch of [new Chan<number>(), new Chan<number>().map((n) => n)]) {
    for (let round = 0; round < 20; round++) {
      const controller = new AbortController();
      const ended = ch.join({ signal: controller.signal }).catch(() => 'aborted');
      controller.abort();
      expect(await ended).toBe('aborted');
    }
    const joined = ch.join();
    ch.cancel();
    await joined;
  }
});

test('the calls of an asyncPipe that was given a scope’s signal end with the scope', async () => {
  const reasons: unknown[] = [];
  const failed = scope(async (s) => {
    const ch = fromRange().asyncPipe(
      3,
      (_, { signal }) =>
        new Promise<number>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal as { reason: unknown }).reason);
            reject(signal.reason as Error);
          });
        }),
      { signal: s.signal },
    );
    void s.go(() => ch.forEach(() => {}));
    await turns();
    throw new Error('enough');
  });
  await expect(failed).rejects.toThrow('enough');
  expect(reasons).toEqual(Array.from({ length: 3 }, () => new Error('enough')));
});

describe('a signal that the library hands out', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('may have any number of listeners without a warning', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const many = (signal: AbortSignal): void => {
      for (let n = 0; n < 2 * EventEmitter.defaultMaxListeners; n++)
        signal.addEventListener('abort', () => n);
    };
    many(new Chan().signal);
    await scope((s) => many(s.signal));
    await fromRange(20)
      .asyncPipe(20, async (n, { signal }) => {
        signal.addEventListener('abort', () => n);
        return n;
      })
      .collect();
    const cancelled = new Chan();
    cancelled.cancel('why');
    many(cancelled.signal);
    expect(warn).not.toHaveBeenCalled();
  });
});
