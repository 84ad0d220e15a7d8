import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { isPending } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';

const waiting = (...chans: ReadChan<unknown>[]): number =>
  chans.reduce((sum, ch) => sum + ch.stats().waitingGets + ch.stats().waitingPuts, 0);

describe.each(forms)('%s that waits', (_, select) => {
  test('gets the value of a later put', async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const selected = select({ a, b });
    expect(await isPending(selected)).toBe(true);
    expect(await b.put(7)).toBe(true);
    expect(await selected).toEqual({ key: 'b', value: 7 });
  });

  test('puts its value into a later get', async () => {
    const [a, out] = [new Chan<number>(), new Chan<string>()];
    const selected = select({ a, sent: [out, 'hi'] });
    expect(await isPending(selected)).toBe(true);
    expect(await out.get()).toBe('hi');
    expect(await selected).toEqual({ key: 'sent', value: true });
  });

  test('puts its value into a buffer once there is room', async () => {
    const out = new Chan<number>(1).add(1);
    const selected = select([[out, 2]]);
    expect(await isPending(selected)).toBe(true);
    expect(out.tryGet()).toBe(1);
    expect(await selected).toMatchObject({ index: 0, value: true });
    expect(out.tryGet()).toBe(2);
  });

  test('and loses a case leaves no waiter behind on its channel', async () => {
    const [a, b, out] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const selected = select({ a, b, sent: [out, 1] });
    expect(waiting(a, b, out)).toBe(3);
    a.tryPut(1);
    expect(waiting(a, b, out)).toBe(0);
    await selected;
    expect([b.tryPut(1), out.tryGet()]).toEqual([undefined, undefined]);
  });

  test('and wins by a put leaves no waiter behind on the others', async () => {
    const [a, out, full] = [new Chan<number>(), new Chan<number>(), new Chan<number>(1).add(0)];
    const selected = select([a, [full, 1], [out, 2]]);
    expect(out.tryGet()).toBe(2);
    expect(waiting(a, out, full)).toBe(0);
    expect(await selected).toMatchObject({ index: 2, value: true });
    expect([full.tryGet(), full.tryGet()]).toEqual([0, undefined]);
  });

  test('and loses leaves none of 10,000 waiters behind on a silent channel', async () => {
    const [silent, out, tick] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    for (let i = 0; i < 10_000; i++) {
      const selected = select({ silent, sent: [out, i], tick });
      expect(waiting(silent, out)).toBe(2);
      tick.tryPut(i);
      await selected;
    }
    expect(waiting(silent, out, tick)).toBe(0);
    const next = silent.get();
    expect(silent.tryPut(1)).toBe(true);
    expect(await next).toBe(1);
    expect(out.tryGet()).toBeUndefined();
  });

  test('keeps its place among the gets of a channel', async () => {
    const [a, other] = [new Chan<number>(), new Chan<number>()];
    const all = [a.get(), select({ a, other }), a.get()] as const;
    a.add(1, 2, 3);
    expect(await Promise.all(all)).toEqual([1, { key: 'a', value: 2 }, 3]);
  });

  test('and loses in the middle of others leaves exactly those', async () => {
    const [a, stop] = [new Chan<number>(), new Chan<number>()];
    const before = a.get();
    const selected = select({ a, stop });
    const after = a.get();
    stop.tryPut(0);
    expect(await selected).toEqual({ key: 'stop', value: 0 });
    expect(a.stats().waitingGets).toBe(2);
    a.add(1, 2);
    expect([await before, await after]).toEqual([1, 2]);
  });

  test('and loses among puts leaves exactly the other puts', async () => {
    const [out, stop] = [new Chan<number>(), new Chan<number>()];
    out.add(1);
    const selected = select({ sent: [out, 2], stop });
    out.add(3);
    stop.close();
    expect(await selected).toEqual({ key: 'stop', value: undefined });
    expect(out.stats().waitingPuts).toBe(2);
    expect([out.tryGet(), out.tryGet(), out.tryGet()]).toEqual([1, 3, undefined]);
  });

  test('and overlaps another does not unhook it', async () => {
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const ab = select({ a, b });
    const bc = select({ b, c });
    a.tryPut(1);
    expect(await ab).toEqual({ key: 'a', value: 1 });
    expect(waiting(a, b, c)).toBe(2);
    expect(b.tryPut(2)).toBe(true);
    expect(await bc).toEqual({ key: 'b', value: 2 });
    expect(waiting(a, b, c)).toBe(0);
  });

  test('and overlaps an earlier one is not unhooked by it', async () => {
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const ab = select({ a, b });
    const bc = select({ b, c });
    c.tryPut(1);
    expect(await bc).toEqual({ key: 'c', value: 1 });
    expect(b.tryPut(2)).toBe(true);
    expect(await ab).toEqual({ key: 'b', value: 2 });
    expect(waiting(a, b, c)).toBe(0);
  });

  test('meets another: a put in one with a get in the other', async () => {
    const [a, x, y] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const getting = select({ a, x });
    const putting = select({ sent: [a, 5], y });
    expect(await getting).toEqual({ key: 'a', value: 5 });
    expect(await putting).toEqual({ key: 'sent', value: true });
    expect(waiting(a, x, y)).toBe(0);
  });

  test('on one channel twice gets one value', async () => {
    const a = new Chan<number>();
    const selected = select([a, a, a]);
    expect(a.tryPut(1)).toBe(true);
    expect((await selected).value).toBe(1);
    expect(waiting(a)).toBe(0);
    expect(a.tryPut(2)).toBeUndefined();
  });

  test('on one channel with several puts sends one of them', async () => {
    const out = new Chan<number>();
    const selected = select([
      [out, 1],
      [out, 2],
    ]);
    const got = out.tryGet();
    expect(out.tryGet()).toBeUndefined();
    expect(got).toBe((await selected).index + 1);
    expect(waiting(out)).toBe(0);
  });

  test('on a closed channel twice is ready once', async () => {
    const a = new Chan<number>(2).add(1, 2).close();
    expect(await select([a, a])).toMatchObject({ value: 1 });
    expect(a.stats().buffered).toBe(1);
  });
});
