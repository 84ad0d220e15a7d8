import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { Chan, type ReadChan, selectThen } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const waiting = (...chans: ReadChan<unknown>[]): number =>
  chans.reduce((sum, ch) => sum + ch.stats().waitingGets + ch.stats().waitingPuts, 0);
const reasons: [reason: unknown][] = [['why'], [new Error('why')], [0], [null], [false], ['']];

describe.each(forms)('a case of %s that is an abort signal', (_, select) => {
  test.each(reasons)('is ready when aborted, with its reason %s as the value', async (reason) => {
    const signal = AbortSignal.abort(reason);
    expect(await select({ a: new Chan<number>(), signal })).toEqual({ key: 'signal', value: reason });
    expect(listeners(signal)).toBe(0);
  });

  test.each(reasons)('becomes ready when it is aborted with %s', async (reason) => {
    const [a, controller] = [new Chan<number>(), new AbortController()];
    const selected = select({ a, stop: controller.signal });
    expect(await isPending(selected)).toBe(true);
    controller.abort(reason);
    expect(await selected).toEqual({ key: 'stop', value: reason });
    expect(waiting(a)).toBe(0);
    expect(listeners(controller.signal)).toBe(0);
  });

  test('has a reason of its own when aborted without one', async () => {
    const controller = new AbortController();
    const selected = select([controller.signal]);
    controller.abort();
    expect((await selected).value).toMatchObject({ name: 'AbortError' });
  });

  test('is not ready before', async () => {
    const { signal } = new AbortController();
    expect(await select({ signal }, { default: 0 })).toMatchObject({ value: 0 });
    expect(await select({ signal, a: new Chan<number>(1).add(1) })).toEqual({ key: 'a', value: 1 });
    expect(listeners(signal)).toBe(0);
  });

  test('loses its listener when it loses', async () => {
    const [a, { signal }] = [new Chan<number>(), new AbortController()];
    const selected = select({ a, signal });
    expect(listeners(signal)).toBe(1);
    a.tryPut(1);
    expect(listeners(signal)).toBe(0);
    await selected;
  });

  test('shares one listener with every other on its signal', async () => {
    const [a, controller] = [new Chan<number>(), new AbortController()];
    const { signal } = controller;
    const all = Array.from({ length: 100 }, () => select({ a, signal, again: signal }));
    const own = select({ a }, { signal });
    const get = a.get({ signal });
    expect(listeners(signal)).toBe(1);
    a.tryPut(1);
    expect(await all[0]).toEqual({ key: 'a', value: 1 });
    expect(listeners(signal)).toBe(1);
    controller.abort('all');
    for (const one of all.slice(1)) expect((await one).value).toBe('all');
    expect(await rejection(own)).toEqual({ reason: 'all' });
    expect(await rejection(get)).toEqual({ reason: 'all' });
    expect(listeners(signal)).toBe(0);
    expect(waiting(a)).toBe(0);
  });

  test('leaves no listener behind after 10,000 selects on one long-lived signal', async () => {
    const [tick, controller] = [new Chan<number>(), new AbortController()];
    const { signal } = controller;
    for (let i = 0; i < 10_000; i++) {
      const selected = select({ tick, signal }, { signal });
      if (i % 1000 === 0) expect(listeners(signal)).toBe(1);
      tick.tryPut(i);
      await selected;
    }
    expect(listeners(signal)).toBe(0);
    expect(waiting(tick)).toBe(0);
  });

  test('is told after another, which may have settled it', async () => {
    // Callbacks are called at once unless the event loop must turn first.
    await turns();
    const [a, controller] = [new Chan<string>(), new AbortController()];
    const { signal } = controller;
    const told: unknown[] = [];
    selectThen({ stop: signal }, (result) => {
      told.push(result?.value);
      a.tryPut('from the first');
    });
    const second = select({ a, stop: signal }, { priority: true });
    controller.abort('why');
    expect(told).toEqual(['why']);
    expect(await second).toEqual({ key: 'a', value: 'from the first' });
    expect(listeners(signal)).toBe(0);
  });
});

describe.each(forms)('%s with a signal of its own', (_, select) => {
  test.each(reasons)('rejects with the reason %s when that is aborted already', async (reason) => {
    const [ready, signal] = [new Chan<number>(1).add(1), AbortSignal.abort(reason)];
    expect(await rejection(select({ ready }, { signal }))).toEqual({ reason });
    expect(await rejection(select([ready], { signal, default: 0 }))).toEqual({ reason });
    expect(ready.stats().buffered).toBe(1);
  });

  test.each(reasons)('rejects with the reason %s when that is aborted while it waits', async (reason) => {
    const [a, out, controller] = [new Chan<number>(), new Chan<number>(), new AbortController()];
    const selected = rejection(select({ a, sent: [out, 1] }, { signal: controller.signal }));
    expect(waiting(a, out)).toBe(2);
    controller.abort(reason);
    expect(waiting(a, out)).toBe(0);
    expect(await selected).toEqual({ reason });
    expect(listeners(controller.signal)).toBe(0);
  });

  test('takes and delivers nothing once aborted', async () => {
    const [a, out, controller] = [new Chan<number>(), new Chan<number>(), new AbortController()];
    const selected = rejection(select([a, [out, 1]], { signal: controller.signal }));
    controller.abort();
    const reader = a.get();
    expect([a.tryPut(2), out.tryGet()]).toEqual([true, undefined]);
    expect(await reader).toBe(2);
    await selected;
  });

  test('keeps what it got before the signal was aborted', async () => {
    const [a, controller] = [new Chan<number>(), new AbortController()];
    const selected = select({ a }, { signal: controller.signal });
    a.tryPut(1);
    controller.abort();
    expect(await selected).toEqual({ key: 'a', value: 1 });
  });

  test('has no listener left when it is done, nor when it did not wait', async () => {
    const [a, { signal }] = [new Chan<number>(1).add(1), new AbortController()];
    await select({ a }, { signal });
    await select({ a }, { signal, default: 0 });
    expect(listeners(signal)).toBe(0);
    const selected = select({ a }, { signal });
    expect(listeners(signal)).toBe(1);
    a.tryPut(2);
    await selected;
    expect(listeners(signal)).toBe(0);
  });

  test('has no listener left when a case cannot wait', async () => {
    const [full, { signal }] = [new Chan<number>(0, { maxPending: 0 }), new AbortController()];
    await rejection(select({ full }, { signal }));
    await rejection(select({}, { signal }));
    expect(listeners(signal)).toBe(0);
  });

  test('may have the same signal as a case: exactly one of the two happens', async () => {
    const [a, controller] = [new Chan<number>(), new AbortController()];
    const { signal } = controller;
    const outcome = select({ a, signal }, { signal }).then(
      (result) => ['selected', result.value],
      (reason: unknown) => ['rejected', reason],
    );
    controller.abort('why');
    expect((await outcome)[1]).toBe('why');
    expect(listeners(signal)).toBe(0);
    expect(waiting(a)).toBe(0);
  });

  test.each([[null], [5], ['text'], [{}], [{ aborted: true }]])('of %o is a TypeError', async (bad) => {
    const a = new Chan<number>(1).add(1);
    expect((await rejection(select({ a }, { signal: bad as never }))).reason).toBeInstanceOf(TypeError);
    expect(a.stats().buffered).toBe(1);
  });

  test('of undefined is none', async () => {
    expect(await select({ a: new Chan<number>(1).add(1) }, { signal: undefined })).toMatchObject({
      value: 1,
    });
  });
});

test('selectThen tells a falsy reason from a result', async () => {
  const callback = vi.fn();
  const controller = new AbortController();
  selectThen({ a: new Chan<number>() }, callback, { signal: AbortSignal.abort(null) });
  selectThen({ a: new Chan<number>() }, callback, { signal: controller.signal });
  controller.abort(0);
  await turns();
  expect(new Set(callback.mock.calls)).toEqual(
    new Set([
      [undefined, null],
      [undefined, 0],
    ]),
  );
});

test('a watch begun while its signal is being aborted ends at once', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const values: unknown[] = [];
  selectThen([signal], () => {
    selectThen([new Chan<number>(), signal], (result) => values.push(result?.value));
  });
  controller.abort('why');
  await turns();
  expect(values).toEqual(['why']);
  expect(listeners(signal)).toBe(0);
});
