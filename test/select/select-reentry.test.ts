import { describe, expect, test } from 'vitest';
import { Chan, fromIter } from '../../src/index.js';
import { hooked, once } from '../support/hooked.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';

// What a user's code does while a select polls, parks or withdraws must not make two of its cases happen, nor lose
// a value. `priority` makes the order of polling known.

const inOrder = { priority: true };

describe.each(forms)('%s whose polling runs a user’s code', (_, select) => {
  test('sees an earlier get become ready by a put into its buffer', async () => {
    const a = new Chan<number>(1);
    const later = hooked({ poll: once(() => a.tryPut(1)) });
    expect(await select({ a, later }, inOrder)).toEqual({ key: 'a', value: 1 });
    expect(a.stats()).toMatchObject({ buffered: 0, waitingGets: 0 });
  });

  test('sees an earlier get become ready by a put that waits', async () => {
    const a = new Chan<number>();
    const puts: Promise<boolean>[] = [];
    const later = hooked({ poll: once(() => puts.push(a.put(1))) });
    expect(await select([a, later], inOrder)).toMatchObject({ index: 0, value: 1 });
    expect(await Promise.all(puts)).toEqual([true]);
  });

  test('sees an earlier put become ready by a get that waits', async () => {
    const out = new Chan<number>();
    const gets: Promise<number | undefined>[] = [];
    const later = hooked({ poll: once(() => gets.push(out.get())) });
    expect(await select({ sent: [out, 5], later }, inOrder)).toEqual({ key: 'sent', value: true });
    expect(await Promise.all(gets)).toEqual([5]);
  });

  test('sees an earlier put become ready by room in the buffer', async () => {
    const out = new Chan<number>(1).add(1);
    const later = hooked({ poll: once(() => out.tryGet()) });
    expect(await select([[out, 2], later], inOrder)).toMatchObject({ index: 0, value: true });
    expect([out.tryGet(), out.tryGet()]).toEqual([2, undefined]);
  });

  test('sees an earlier channel being closed, by its get and by its put', async () => {
    const [a, out] = [new Chan<number>(), new Chan<number>()];
    const closing = hooked({ poll: () => a.close() });
    expect(await select({ a, closing }, inOrder)).toEqual({ key: 'a', value: undefined });
    const closingOut = hooked({ poll: () => out.close() });
    expect(await select({ sent: [out, 1], closingOut }, inOrder)).toEqual({ key: 'sent', value: false });
  });

  test('sees an earlier channel being closed with a cause', async () => {
    const a = new Chan<number>();
    const closing = hooked({ poll: () => a.close(0) });
    expect(await rejection(select({ a, closing }, inOrder))).toEqual({ reason: 0 });
  });

  test('sees an earlier signal being aborted', async () => {
    const controller = new AbortController();
    const aborting = hooked({ poll: () => controller.abort('why') });
    const { signal } = controller;
    expect(await select({ signal, aborting }, inOrder)).toEqual({ key: 'signal', value: 'why' });
  });

  test('sees its own signal being aborted', async () => {
    const [a, controller] = [new Chan<number>(), new AbortController()];
    const aborting = hooked({ poll: () => controller.abort('why') });
    const selected = rejection(select({ a, aborting }, { signal: controller.signal }));
    expect(await isPending(selected)).toBe(false);
    expect(await selected).toEqual({ reason: 'why' });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('takes one value only, when a later case is ready and made an earlier one ready', async () => {
    const a = new Chan<number>(1);
    const later = fromIter(
      (function* () {
        a.tryPut(1);
        yield 2;
      })(),
    );
    expect(await select({ a, later }, inOrder)).toEqual({ key: 'later', value: 2 });
    expect(a.tryGet()).toBe(1);
  });

  test('takes one value only, when the callback of the put it took makes an earlier case ready', async () => {
    const [a, b] = [new Chan<number>(1), new Chan<number>()];
    b.putThen(2, () => void a.tryPut(1));
    expect(await select({ a, b }, inOrder)).toEqual({ key: 'b', value: 2 });
    expect(a.tryGet()).toBe(1);
  });

  test('takes one value only, when the callback of the get it served makes an earlier case ready', async () => {
    const [a, out] = [new Chan<number>(1), new Chan<number>()];
    const got: unknown[] = [];
    out.getThen((value) => {
      got.push(value);
      a.tryPut(1);
    });
    expect(await select({ a, sent: [out, 2] }, inOrder)).toEqual({ key: 'sent', value: true });
    await turns();
    expect([got, a.tryGet()]).toEqual([[2], 1]);
  });

  test('may select from within', async () => {
    const [a, b] = [new Chan<number>(1).add(1), new Chan<number>(1).add(2)];
    const inner: Promise<unknown>[] = [];
    const nested = hooked({ poll: once(() => inner.push(select([a, new Chan<number>()]))) });
    expect(await select([nested, b], inOrder)).toMatchObject({ index: 1, value: 2 });
    expect(await Promise.all(inner)).toMatchObject([{ index: 0, value: 1 }]);
  });
});
