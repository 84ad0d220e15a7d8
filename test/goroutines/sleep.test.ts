import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nop, sleep } from '../../src/index.js';
import { pass, stopTime } from '../support/fake-time.js';
import { isPending, rejection } from '../support/outcome.js';
import { immediate } from '../support/turns.js';

describe('sleep', () => {
  beforeEach(stopTime);
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('settles after its time, and not before', async () => {
    const slept = sleep(100);
    await pass(99);
    expect(await isPending(slept)).toBe(true);
    await pass(1);
    expect(await slept).toBeUndefined();
  });

  test('of several, each settles at its time, in order', async () => {
    const woken: number[] = [];
    for (const ms of [30, 10, 20]) void sleep(ms).then(() => woken.push(ms));
    await pass(10);
    expect(woken).toEqual([10]);
    await pass(100);
    expect(woken).toEqual([10, 20, 30]);
  });

  test('of 0 and below 0 settles as soon as timers run', async () => {
    const both = Promise.all([sleep(0), sleep(-5)]);
    await pass(1);
    expect(await isPending(both)).toBe(false);
  });

  test('of Infinity never settles, but can be aborted', async () => {
    const controller = new AbortController();
    const slept = sleep(Infinity, { signal: controller.signal });
    await pass(2 ** 40);
    expect(await isPending(slept)).toBe(true);
    controller.abort('why');
    expect(await rejection(slept)).toEqual({ reason: 'why' });
  });

  test.each([['why'], [0], [null], [new Error('why')]])(
    'rejects with the reason %s when aborted, and leaves no timer and no listener',
    async (reason) => {
      const controller = new AbortController();
      const slept = rejection(sleep(100, { signal: controller.signal }));
      await pass(50);
      controller.abort(reason);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      expect(await slept).toEqual({ reason });
    },
  );

  test('rejects when aborted before, and sets no timer', async () => {
    expect(await rejection(sleep(100, { signal: AbortSignal.abort(0) }))).toEqual({ reason: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that has settled leaves no listener, and does not mind an abort', async () => {
    const controller = new AbortController();
    const slept = sleep(10, { signal: controller.signal });
    await pass(10);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    controller.abort();
    expect(await slept).toBeUndefined();
  });

  test('has one listener on a signal however many sleep with it', async () => {
    const controller = new AbortController();
    const all = Array.from({ length: 20 }, () => rejection(sleep(100, { signal: controller.signal })));
    await pass(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort('why');
    expect(await Promise.all(all)).toEqual(all.map(() => ({ reason: 'why' })));
  });

  test.each([[Number.NaN], ['5'], [undefined], [null], [{}]])(
    'of %o rejects with a TypeError',
    async (bad) => {
      expect((await rejection(sleep(bad as never))).reason).toBeInstanceOf(TypeError);
    },
  );

  test.each([[null], [5], [{}]])('with %o for a signal rejects with a TypeError', async (bad) => {
    expect((await rejection(sleep(1, { signal: bad as never }))).reason).toBeInstanceOf(TypeError);
  });
});

describe('nop', () => {
  test('lets the event loop turn: what was due has run when it settles', async () => {
    const events: string[] = [];
    immediate(() => events.push('immediate'));
    const microtasks = Promise.resolve().then(() => events.push('microtask'));
    await nop();
    events.push('nop');
    await microtasks;
    expect(events).toEqual(['microtask', 'immediate', 'nop']);
  });

  test('in a loop lets timers through', async () => {
    const alarm = { rung: false };
    setTimeout(() => (alarm.rung = true), 1);
    let rounds = 0;
    while (!alarm.rung && rounds++ < 1_000_000) await nop();
    expect(alarm.rung).toBe(true);
  });

  test('settles with undefined', async () => {
    expect(await nop()).toBeUndefined();
  });
});
