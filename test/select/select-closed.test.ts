import { describe, expect, test, vi } from 'vitest';
import { Chan, selectThen } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';

const causes: [cause: unknown][] = [[new Error('failed')], [0], [null], [false], [''], [Number.NaN]];

describe.each(forms)('%s', (_, select) => {
  test('a closed channel is ready: a get gives undefined', async () => {
    const ch = new Chan<number>().close();
    expect(await select({ ch })).toEqual({ key: 'ch', value: undefined });
    expect(await select([ch])).toEqual({ index: 0, value: undefined, chan: ch });
    expect(await select({ ch }, { default: 'not this' })).toEqual({ key: 'ch', value: undefined });
  });

  test('a closed channel is ready: a put gives false', async () => {
    const ch = new Chan<number>(1).close();
    expect(await select({ sent: [ch, 1] })).toEqual({ key: 'sent', value: false });
    expect(await select([[ch, 1]], { default: 'not this' })).toEqual({ index: 0, value: false, chan: ch });
    expect(ch.stats()).toMatchObject({ buffered: 0, waitingPuts: 0, puts: 0 });
  });

  test('a closed channel is read to its end first', async () => {
    const ch = new Chan<number>(2).add(1, 2, 3).close();
    const got: unknown[] = [];
    for (let i = 0; i < 4; i++) got.push((await select({ ch })).value);
    expect(got).toEqual([1, 2, 3, undefined]);
  });

  test('closing a channel wakes a get that waits', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const waiting = select({ a, b });
    b.close();
    expect(await waiting).toEqual({ key: 'b', value: undefined });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('a put that waits stays readable after the channel is closed', async () => {
    const [a, out] = [new Chan<number>(), new Chan<number>()];
    const waiting = select({ a, sent: [out, 1] });
    out.close();
    expect(out.drained).toBe(false);
    expect(await out.get()).toBe(1);
    expect(await waiting).toEqual({ key: 'sent', value: true });
    expect(out.drained).toBe(true);
  });

  test('a put that loses on a closed channel lets the channel drain', async () => {
    const [a, out] = [new Chan<number>(), new Chan<number>()];
    const waiting = select({ a, sent: [out, 1] });
    out.close();
    const joined = out.join();
    expect(await isPending(joined)).toBe(true);
    a.tryPut(2);
    expect(await waiting).toEqual({ key: 'a', value: 2 });
    await joined;
    expect(out.drained).toBe(true);
    expect(await out.get()).toBeUndefined();
  });

  test('cancelling a channel wakes a put that waits, with false', async () => {
    const [a, out] = [new Chan<number>(), new Chan<number>()];
    const waiting = select({ a, sent: [out, 1] });
    out.cancel('no more');
    expect(await waiting).toEqual({ key: 'sent', value: false });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('cancelling a channel wakes a get that waits, with undefined', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const waiting = select([a, b]);
    b.cancel('no more');
    expect(await waiting).toEqual({ index: 1, value: undefined, chan: b });
  });

  test.each(causes)('a channel closed with the cause %s rejects the select', async (cause) => {
    const ch = new Chan<number>().close(cause);
    expect(await rejection(select({ ch }))).toEqual({ reason: cause });
    expect(await rejection(select([ch], { default: 1 }))).toEqual({ reason: cause });
  });

  test.each(causes)('a channel being closed with the cause %s rejects a select that waits', async (cause) => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const waiting = rejection(select({ a, b }));
    b.close(cause);
    expect(await waiting).toEqual({ reason: cause });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('a channel closed with a cause is read to its end first', async () => {
    const ch = new Chan<number>(1).add(1).close('cause');
    expect(await select({ ch })).toEqual({ key: 'ch', value: 1 });
    expect(await rejection(select({ ch }))).toEqual({ reason: 'cause' });
  });

  test('a put to a channel closed with a cause gives false', async () => {
    const ch = new Chan<number>().close('cause');
    expect(await select({ sent: [ch, 1] })).toEqual({ key: 'sent', value: false });
  });

  test('a select that a cause rejected took nothing else', async () => {
    const [ready, failed] = [new Chan<number>(1).add(1), new Chan<number>().close('cause')];
    expect(await rejection(select({ failed, ready }, { priority: true }))).toEqual({ reason: 'cause' });
    expect(ready.stats().buffered).toBe(1);
  });

  test('a put to a closed channel leaves no get behind', async () => {
    const [a, b, closed] = [new Chan<number>(), new Chan<number>(), new Chan<number>().close()];
    for (let i = 0; i < 20; i++) {
      // Whatever the order of polling, the put to the closed channel is the one that is ready.
      expect(await select({ a, sent: [closed, 1], b })).toEqual({ key: 'sent', value: false });
    }
    expect(a.stats().waitingGets + b.stats().waitingGets).toBe(0);
    const reader = a.get();
    expect(a.tryPut(7)).toBe(true);
    expect(await reader).toBe(7);
  });

  test('a get from a closed channel leaves no other case behind', async () => {
    const [a, out, closed] = [new Chan<number>(), new Chan<number>(), new Chan<number>().close()];
    for (let i = 0; i < 20; i++) expect((await select({ a, sent: [out, 1], closed })).key).toBe('closed');
    expect(a.stats().waitingGets).toBe(0);
    expect(out.stats().waitingPuts).toBe(0);
    expect(out.tryGet()).toBeUndefined();
  });
});

test('selectThen tells a falsy cause from a result', async () => {
  const callback = vi.fn();
  selectThen({ ch: new Chan<number>().close(0) }, callback);
  const later = new Chan<number>();
  selectThen({ later }, callback);
  later.close(false);
  await turns();
  expect(callback.mock.calls).toEqual([
    [undefined, 0],
    [undefined, false],
  ]);
});
