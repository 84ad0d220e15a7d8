import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { signalOf, unwatch, watch } from '../../src/base/abort.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { immediate } from '../support/turns.js';
import { hasProcess } from '../support/warnings.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a signal has one listener while somebody watches it, however many do', () => {
  const { signal } = new AbortController();
  const count = countListeners(signal);
  const watchers = numbers(100).map(() => ({ aborted: () => {} }));
  for (const watcher of watchers) watch(signal, watcher);
  expect(count).toEqual({ now: 1, most: 1, added: 1 });
  for (const watcher of watchers.slice(1)) unwatch(signal, watcher);
  expect(count.now).toBe(1);
  unwatch(signal, watchers[0] as { aborted: () => void });
  expect(listeners(signal)).toBe(0);
  watch(signal, { aborted: () => {} });
  expect(count).toEqual({ now: 1, most: 1, added: 2 });
});

test('an abort tells every watcher once, in order, with the reason', () => {
  for (const reason of [new Error('why'), 0, null, '', false]) {
    const controller = new AbortController();
    const told: unknown[] = [];
    for (const n of numbers(3)) watch(controller.signal, { aborted: (why) => told.push([n, why]) });
    controller.abort(reason);
    controller.abort('again');
    expect(told).toEqual(numbers(3).map((n) => [n, reason]));
    expect(listeners(controller.signal)).toBe(0);
  }
});

test('who no longer watches is not told, also when that changes while others are told', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const told: number[] = [];
  const watchers = numbers(4).map((n) => ({
    aborted: () => {
      told.push(n);
      if (n === 1) unwatch(signal, watchers[2] as { aborted: () => void });
    },
  }));
  for (const watcher of watchers) watch(signal, watcher);
  unwatch(signal, watchers[0] as { aborted: () => void });
  controller.abort();
  expect(told).toEqual([1, 3]);
});

test('taking back what never watched does no harm', () => {
  const { signal } = new AbortController();
  const stranger = { aborted: () => {} };
  unwatch(signal, stranger);
  watch(signal, { aborted: () => {} });
  unwatch(signal, stranger);
  expect(listeners(signal)).toBe(1);
});

test.runIf(hasProcess)('a signal that many wait on causes no warning of a leak', async () => {
  const warnings: unknown[] = [];
  const listener = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', listener);
  const { signal } = new AbortController();
  for (let i = 0; i < 1000; i++) watch(signal, { aborted: () => {} });
  await new Promise<void>(immediate);
  process.off('warning', listener);
  expect(warnings).toEqual([]);
});

test('the signal among options may be absent, and nothing else than a signal', () => {
  const { signal } = new AbortController();
  expect(signalOf({ signal })).toBe(signal);
  expect(signalOf({})).toBeUndefined();
  expect(signalOf({ signal: undefined })).toBeUndefined();
  for (const bad of [null, 0, 'signal', {}, new AbortController(), { aborted: false }]) {
    expect(() => signalOf({ signal: bad as never })).toThrow(TypeError);
  }
});

test('a signal that was combined of others is one, too', () => {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, new AbortController().signal]);
  const told: unknown[] = [];
  watch(signal, { aborted: (why) => told.push(why) });
  controller.abort('either');
  expect(told).toEqual(['either']);
  expect(listeners(signal)).toBe(0);
});
