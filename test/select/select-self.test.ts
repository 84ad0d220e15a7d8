import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { isPending } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';

const waiting = (...chans: ReadChan<unknown>[]): number =>
  chans.reduce((sum, ch) => sum + ch.stats().waitingGets + ch.stats().waitingPuts, 0);

describe.each(forms)('%s with a get and a put on the same channel', (_, select) => {
  test('never matches itself', async () => {
    const ch = new Chan<number>();
    const selected = select({ got: ch, sent: [ch, 1] });
    expect(await isPending(selected)).toBe(true);
    expect(ch.stats()).toMatchObject({ waitingGets: 1, waitingPuts: 1, puts: 0 });
    ch.cancel();
    await selected;
  });

  test('never matches itself, whichever stands first, nor several of each', async () => {
    const ch = new Chan<number>();
    const selected = select([[ch, 1], ch, [ch, 2], ch]);
    expect(await isPending(selected)).toBe(true);
    ch.close();
    expect((await selected).value).toBeUndefined();
    expect(waiting(ch)).toBe(0);
  });

  test('matches another such select', async () => {
    const ch = new Chan<string>();
    const one = select({ got: ch, sent: [ch, 'from one'] });
    const two = select({ got: ch, sent: [ch, 'from two'] });
    const results = await Promise.all([one, two]);
    expect(new Set(results.map((result) => result.key))).toEqual(new Set(['got', 'sent']));
    const [got, from] = results[0].key === 'got' ? [results[0], 'from two'] : [results[1], 'from one'];
    expect(got.value).toBe(from);
    expect(waiting(ch)).toBe(0);
  });

  test('matches a plain get, and a plain put', async () => {
    const ch = new Chan<number>();
    const first = select({ got: ch, sent: [ch, 1] });
    expect(await ch.get()).toBe(1);
    expect(await first).toEqual({ key: 'sent', value: true });
    const second = select({ got: ch, sent: [ch, 1] });
    expect(await ch.put(2)).toBe(true);
    expect(await second).toEqual({ key: 'got', value: 2 });
    expect(waiting(ch)).toBe(0);
  });

  test('matches as many others as there are, in pairs', async () => {
    const ch = new Chan<number>();
    const results = await Promise.all(
      Array.from({ length: 20 }, (__, i) =>
        select({ got: ch, sent: [ch, i] }).then((result) => [i, result] as const),
      ),
    );
    const sent = results.flatMap(([i, { key }]) => (key === 'sent' ? [i] : []));
    const got = results.flatMap(([, { key, value }]) => (key === 'got' ? [value] : []));
    expect(sent).toHaveLength(10);
    expect(new Set(got)).toEqual(new Set(sent));
    expect(waiting(ch)).toBe(0);
  });

  test('through a buffer does one of the two', async () => {
    const ch = new Chan<number>(1);
    expect(await select({ got: ch, sent: [ch, 1] })).toEqual({ key: 'sent', value: true });
    expect(await select({ got: ch, sent: [ch, 2] })).toEqual({ key: 'got', value: 1 });
  });
});
