import { describe, expect, test } from 'vitest';
import { Chan, ChanOverflowError, type ReadChan } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';

const waiting = (...chans: ReadChan<unknown>[]): number =>
  chans.reduce((sum, ch) => sum + ch.stats().waitingGets + ch.stats().waitingPuts, 0);

describe.each(forms)('%s with a case that cannot wait', (_, select) => {
  test('rejects with ChanOverflowError and leaves no other case waiting', async () => {
    const [a, out, z] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const full = new Chan<number>(0, { maxPending: 0, name: 'full' });
    const { reason } = await rejection(select([a, [out, 1], full, z]));
    expect(reason).toBeInstanceOf(ChanOverflowError);
    expect((reason as Error).message).toMatch(/gets.*full/);
    expect(waiting(a, out, full, z)).toBe(0);
  });

  test('rejects for a put too, also when it stands first', async () => {
    const [a, full] = [new Chan<number>(), new Chan<number>(0, { maxPending: 0 })];
    const { reason } = await rejection(select({ sent: [full, 1], a }));
    expect(reason).toBeInstanceOf(ChanOverflowError);
    expect((reason as Error).message).toMatch(/puts/);
    expect(waiting(a, full)).toBe(0);
    expect(full.tryGet()).toBeUndefined();
  });

  test('leaves those who wait on that channel as they were', async () => {
    const full = new Chan<number>(0, { maxPending: 1 });
    const first = full.get();
    expect((await rejection(select({ full }))).reason).toBeInstanceOf(ChanOverflowError);
    expect(full.tryPut(1)).toBe(true);
    expect(await first).toBe(1);
  });

  test('takes what is ready all the same', async () => {
    const full = new Chan<number>(0, { maxPending: 0 });
    expect(await select({ full, ready: new Chan<number>(1).add(1) })).toEqual({ key: 'ready', value: 1 });
    expect(await select({ full }, { default: 0 })).toMatchObject({ value: 0 });
  });

  test('lets the channels of its other cases be used afterwards', async () => {
    const [a, full] = [new Chan<number>(), new Chan<number>(0, { maxPending: 0 })];
    await rejection(select([a, full]));
    const next = a.get();
    a.tryPut(5);
    expect(await next).toBe(5);
    await turns();
    expect(waiting(a)).toBe(0);
  });
});
