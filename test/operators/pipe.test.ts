import { describe, expect, test } from 'vitest';
import { Chan, from, fromRange, promise, select, sliding, unbounded, weighted } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

const CAUSES: readonly unknown[] = [new Error('lost'), ...FALSY];

describe('pipe', () => {
  test('moves the values into a channel of yours, in order, and returns that', async () => {
    const out = new Chan<number>(2);
    expect(fromRange(5).pipe(out)).toBe(out);
    expect(await out.collect()).toEqual([0, 1, 2, 3, 4]);
    expect(out.closed).toBe(true);
  });

  test('starts by itself, and takes what the channel accepts and one value that waits there', async () => {
    const source = new Chan<number>(unbounded()).add(...numbers(10));
    const out = source.pipe(new Chan<number>(2));
    await turns();
    expect(out.stats()).toMatchObject({ buffered: 2, waitingPuts: 1 });
    expect(source.stats().gets).toBe(3);
    expect(await out.get()).toBe(0);
    await turns();
    expect(source.stats().gets).toBe(4);
  });

  test('closes the channel at the end of an empty source', async () => {
    const out = fromRange(0).pipe(new Chan<number>());
    expect(await out.get()).toBeUndefined();
    expect(out.drained).toBe(true);
  });

  test('waits for a source that gives nothing, and hands on what comes at last', async () => {
    const source = new Chan<number>();
    const out = source.pipe(new Chan<number>());
    const got = out.get();
    expect(await isPending(got)).toBe(true);
    expect(source.tryPut(1)).toBe(true);
    expect(await got).toBe(1);
  });

  test('hands on the one value of a promise channel, and then ends', async () => {
    const source = new Chan<number>(promise()).add(7);
    expect(await source.pipe(new Chan<number>()).collect()).toEqual([7]);
  });

  test.each(CAUSES)(
    'closes the channel with the cause %s of the source, after what came before',
    async (cause) => {
      const source = new Chan<number>(2).add(1, 2).close(cause);
      const out = source.pipe(new Chan<number>());
      expect([await out.get(), await out.get()]).toEqual([1, 2]);
      expect(await rejection(out.get())).toEqual({ reason: cause });
      expect(out.closed).toBe(true);
    },
  );

  test('closes the channel with the error of a function above', async () => {
    const out = fromRange(9)
      .map((n) => {
        if (n === 2) throw new Error('two');
        return n;
      })
      .pipe(new Chan<number>());
    expect([await out.get(), await out.get()]).toEqual([0, 1]);
    await expect(out.get()).rejects.toThrow('two');
  });

  test('closes the channel with what its own buffer throws', async () => {
    const weigh = (): number => {
      throw new Error('no weight');
    };
    const out = fromRange(9).pipe(new Chan<number>(weighted(1, weigh)));
    await expect(out.get()).rejects.toThrow('no weight');
  });

  test('what the buffer of the channel throws for a value that waited does not vanish', async () => {
    const weigh = (n: number): number => {
      if (n === 1) throw new Error('no weight');
      return 1;
    };
    const out = new Chan<number>(weighted(1, weigh));
    const errors = await uncaught(async () => {
      fromRange(9).pipe(out);
      await turns();
      expect(await out.get()).toBe(0);
    });
    const end = out.closed ? await rejection(out.get()) : { reason: errors[0] };
    expect(end).toMatchObject({ reason: { message: 'no weight' } });
  });

  test('with close: false leaves the channel open at the end, for others to write to', async () => {
    const out = new Chan<number>(8);
    fromRange(2).pipe(out, { close: false });
    await turns();
    fromRange(2).pipe(out, { close: false });
    await turns();
    expect(out.closed).toBe(false);
    expect(out.stats().buffered).toBe(4);
    expect(out.tryPut(9)).toBe(true);
    expect(await out.close().collect()).toEqual([0, 1, 0, 1, 9]);
  });

  test.each(CAUSES)(
    'with close: false the failure %s is an uncaught error, and the channel stays open',
    async (cause) => {
      const out = new Chan<number>(2);
      const errors = await uncaught(() =>
        new Chan<number>(1).add(1).close(cause).pipe(out, { close: false }),
      );
      expect(errors).toEqual([cause]);
      expect(out.closed).toBe(false);
      expect(await out.get()).toBe(1);
    },
  );

  test('a source that fails after the channel took no more concerns nobody', async () => {
    const source = new Chan<number>();
    const out = source.pipe(new Chan<number>(), { close: false });
    out.close();
    expect(await uncaught(() => void source.close(new Error('late')))).toEqual([]);
  });

  test.each<readonly [how: string, end: (out: Chan<number>) => void]>([
    ['is closed', (out) => void out.close()],
    ['is closed with a cause', (out) => void out.close('cause')],
    ['is cancelled', (out) => out.cancel('reason')],
  ])('takes nothing more as soon as the channel %s: a later put on the source waits', async (_, end) => {
    const source = new Chan<number>();
    const out = source.pipe(new Chan<number>(8));
    source.add(1);
    await turns();
    expect(source.stats().waitingGets).toBe(1);
    end(out);
    expect(source.stats()).toMatchObject({ waitingGets: 0, state: 'flowing' });
    const put = source.put(2);
    expect(await isPending(put)).toBe(true);
    expect(await source.get()).toBe(2);
    expect(await put).toBe(true);
  });

  test('a value that waits when the channel is closed stays readable, and no other is taken', async () => {
    const source = new Chan<number>(4).add(1, 2, 3);
    const out = source.pipe(new Chan<number>());
    await turns();
    out.close();
    expect(await out.collect()).toEqual([1]);
    await turns();
    expect(source.stats().buffered).toBe(2);
    expect(await source.get()).toBe(2);
  });

  test('takes nothing for a channel that was closed before', async () => {
    const source = new Chan<number>(1).add(1);
    source.pipe(new Chan<number>(8).close());
    await turns();
    expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
  });

  test('cancels the stages above when the channel takes no more, but not your channel', async () => {
    const source = new Chan<number>(1).add(1);
    const stage = source.map((n) => n);
    const slow = stage.asyncPipe(1, (n) => n);
    const out = slow.pipe(new Chan<number>());
    expect(await out.get()).toBe(1);
    out.cancel();
    expect([stage.closed, slow.closed, source.closed]).toEqual([true, true, false]);
    expect(source.stats().waitingGets).toBe(0);
  });

  test('leaves no listener on the signal of a channel that outlives it', async () => {
    const out = new Chan<number>(8);
    const listeners = countListeners(out.signal);
    const source = new Chan<number>();
    source.pipe(out, { close: false });
    expect(listeners.now).toBe(1);
    source.close();
    await turns();
    expect(listeners.now).toBe(0);
  });

  test('a get on the channel that is aborted, and a select that is lost, lose no value', async () => {
    const source = new Chan<number>();
    const out = source.pipe(new Chan<number>());
    const controller = new AbortController();
    const got = out.get({ signal: controller.signal });
    controller.abort('why');
    await expect(got).rejects.toBe('why');
    expect(await select({ out }, { default: 'none' })).toMatchObject({ value: 'none' });
    const selected = select({ out, other: from(['x']) });
    expect(await selected).toEqual({ key: 'other', value: 'x' });
    expect([await source.put(1), await out.get()]).toEqual([true, 1]);
  });

  test('a function above that cancels the channel ends it without a hang, and nothing more is taken', async () => {
    const source = new Chan<number>(4).add(1, 2, 3);
    const out = new Chan<number>();
    const got = out.get();
    source
      .map((n) => {
        out.cancel();
        return n;
      })
      .pipe(out);
    expect(await got).toBeUndefined();
    await turns();
    expect(source.stats()).toMatchObject({ gets: 1, buffered: 2, waitingGets: 0 });
  });

  test('a thousand pipes in a row hand on values and the end', async () => {
    let last = new Chan<number>();
    const first = last;
    for (let i = 0; i < 1000; i++) last = last.pipe(new Chan<number>());
    const all = last.collect();
    for (const n of [1, 2, 3]) expect(await first.put(n)).toBe(true);
    first.close();
    expect(await all).toEqual([1, 2, 3]);
  });

  test('an endless source lets timers through while its values are read', async () => {
    const out = fromRange().pipe(new Chan<number>(8));
    expect(
      await breathes(async (more) => {
        while (more()) await out.get();
      }),
    ).toBe(true);
    out.cancel();
  });

  test('a long source lets timers through though nobody reads and the channel never waits', async () => {
    const out = new Chan<number>(sliding(1));
    const timer = new Promise<boolean>((resolve) => void setTimeout(() => resolve(out.closed), 1));
    fromRange(5_000_000).pipe(out);
    expect(await timer).toBe(false);
    out.cancel();
  });

  test.each([5, null, undefined, {}, 'out', fromRange(1)])(
    'throws a TypeError for %s as the channel',
    async (out) => {
      const source = new Chan<number>(1).add(1);
      expect(() => source.pipe(out as never)).toThrow(TypeError);
      await turns();
      expect(source.stats()).toMatchObject({ gets: 0, waitingGets: 0 });
    },
  );
});
