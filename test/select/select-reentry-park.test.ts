import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, type Waiter, from, fromIter, timeout } from '../../src/index.js';
import { hooked, once } from '../support/hooked.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';

// What a user's code does while a select polls, parks or withdraws must not make two of its cases happen, nor lose
// a value. `priority` makes the order of polling known.

const inOrder = { priority: true };

describe.each(forms)('%s whose parking runs a user’s code', (_, select) => {
  test('is done at once when an earlier get becomes ready, and withdraws the case it was parking', async () => {
    const a = new Chan<number>();
    const parked: Waiter<never>[] = [];
    let polls = 0;
    const later = hooked({
      park: (waiter) => {
        parked.push(waiter);
        a.tryPut(1);
      },
    });
    const last = hooked({ park: () => void polls++ });
    expect(await select({ a, later, last }, inOrder)).toEqual({ key: 'a', value: 1 });
    expect(parked.map((waiter) => waiter.waiting)).toEqual([false]);
    expect(polls).toBe(0);
  });

  test('is done at once when an earlier put becomes ready', async () => {
    const out = new Chan<number>();
    const got: unknown[] = [];
    const later = hooked({ park: () => void got.push(out.tryGet()) });
    const a = new Chan<number>();
    expect(await select([[out, 5], later, a], inOrder)).toMatchObject({ index: 0, value: true });
    expect(got).toEqual([5]);
    expect(a.stats().waitingGets).toBe(0);
  });

  test('is done at once when its own signal is aborted', async () => {
    const [a, b, controller] = [new Chan<number>(), new Chan<number>(), new AbortController()];
    const aborting = hooked({ park: () => controller.abort('why') });
    const selected = rejection(select({ a, aborting, b }, { signal: controller.signal }));
    expect(await selected).toEqual({ reason: 'why' });
    expect(a.stats().waitingGets + b.stats().waitingGets).toBe(0);
  });

  test('sees a later case become ready before it is parked', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>(1)];
    const making = hooked({ park: () => void b.tryPut(1) });
    expect(await select({ a, making, b }, inOrder)).toEqual({ key: 'b', value: 1 });
    expect([a.stats().waitingGets, b.stats().buffered]).toEqual([0, 0]);
  });

  test('sees a later put become ready before it is parked', async () => {
    const out = new Chan<number>();
    const gets: Promise<number | undefined>[] = [];
    const making = hooked({ park: () => void gets.push(out.get()) });
    expect(await select({ making, sent: [out, 1] }, inOrder)).toEqual({ key: 'sent', value: true });
    expect(await Promise.all(gets)).toEqual([1]);
  });

  test('sees a later signal aborted before it is parked', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const making = hooked({ park: () => controller.abort('why') });
    expect(await select({ making, signal }, inOrder)).toEqual({ key: 'signal', value: 'why' });
  });

  test('sees a later channel closed with a cause before it is parked', async () => {
    const a = new Chan<number>();
    const making = hooked({ park: () => a.close(0) });
    expect(await rejection(select({ making, a }, inOrder))).toEqual({ reason: 0 });
  });

  test('sees a later source ended or failed before it is parked', async () => {
    const later = timeout(60_000);
    const ending = hooked({ park: () => later.cancel() });
    expect(await select({ ending, later }, inOrder)).toEqual({ key: 'later', value: undefined });
    let reject: ((error: unknown) => void) | undefined;
    const errors: unknown[] = [];
    const failed = from<number>({
      // oxlint-disable-next-line unicorn/no-thenable -- a promise that settles at once when it is told to
      then: (_done: unknown, no: (error: unknown) => void) => void (reject = no),
    } as never as PromiseLike<number>);
    const failing = hooked({
      park: () => {
        reject?.(0);
        // Asked by somebody else meanwhile, so that it has failed already.
        failed.getThen((_value, error) => void errors.push(error));
      },
    });
    expect(await rejection(select({ failing, failed }, inOrder))).toEqual({ reason: 0 });
    expect(errors).toEqual([0]);
  });

  test('keeps the result of an earlier case when the case it was parking throws', async () => {
    const a = new Chan<number>();
    const throwing = hooked({
      park: () => {
        a.tryPut(1);
        throw new Error('too late');
      },
    });
    expect(await select({ a, throwing }, inOrder)).toEqual({ key: 'a', value: 1 });
  });

  test('matches its put with a get that came to wait behind its own get', async () => {
    const ch = new Chan<number>();
    const gets: Promise<number | undefined>[] = [];
    const making = hooked({ park: () => void gets.push(ch.get()) });
    const selected = select({ got: ch, making, sent: [ch, 1] }, inOrder);
    expect(await isPending(selected)).toBe(false);
    expect(await selected).toEqual({ key: 'sent', value: true });
    expect(await Promise.all(gets)).toEqual([1]);
    expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
  });

  test('matches its get with a put that came to wait behind its own put', async () => {
    const ch = new Chan<number>();
    const puts: Promise<boolean>[] = [];
    const making = hooked({ park: () => void puts.push(ch.put(2)) });
    const selected = select({ sent: [ch, 1], making, got: ch }, inOrder);
    expect(await isPending(selected)).toBe(false);
    expect(await selected).toEqual({ key: 'got', value: 2 });
    expect(await Promise.all(puts)).toEqual([true]);
    expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
  });

  test('leaves the value of an iterator that made an earlier case ready to the next reader', async () => {
    const a = new Chan<number>();
    const selected: Promise<unknown>[] = [];
    function* values(): Generator<number> {
      selected.push(select({ a, later }, inOrder));
      yield 0;
      // Now produced for the select, which this commits.
      a.tryPut(9);
      yield 1;
    }
    const later: ReadChan<number> = fromIter(values());
    expect(later.tryGet()).toBe(0);
    expect(await Promise.all(selected)).toEqual([{ key: 'a', value: 9 }]);
    expect(later.stats()).toMatchObject({ buffered: 1, waitingGets: 0 });
    expect([later.tryGet(), later.tryGet(), later.closed]).toEqual([1, undefined, true]);
  });
});

describe.each(forms)('%s whose withdrawing runs a user’s code', (_, select) => {
  test('takes one value only, when unparking a loser makes another loser ready', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const puts: (boolean | undefined)[] = [];
    const making = hooked({ unpark: once(() => puts.push(b.tryPut(2))) });
    const selected = select({ a, making, b }, inOrder);
    expect(a.tryPut(1)).toBe(true);
    expect(await selected).toEqual({ key: 'a', value: 1 });
    expect(puts).toEqual([undefined]);
    expect(b.stats().waitingGets).toBe(0);
  });

  test('delivers one value only, when unparking a loser asks for the value of another', async () => {
    const [a, out] = [new Chan<number>(), new Chan<number>()];
    const gets: (number | undefined)[] = [];
    const making = hooked({ unpark: once(() => gets.push(out.tryGet())) });
    const selected = select({ a, making, sent: [out, 2] }, inOrder);
    a.close();
    expect(await selected).toEqual({ key: 'a', value: undefined });
    expect(gets).toEqual([undefined]);
  });

  test('takes nothing after an abort, when unparking makes a loser ready', async () => {
    const [b, controller] = [new Chan<number>(), new AbortController()];
    const puts: (boolean | undefined)[] = [];
    const making = hooked({ unpark: once(() => puts.push(b.tryPut(2))) });
    const selected = rejection(select({ making, b }, { priority: true, signal: controller.signal }));
    controller.abort('why');
    expect(await selected).toEqual({ reason: 'why' });
    expect(puts).toEqual([undefined]);
  });
});
