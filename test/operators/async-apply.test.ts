import { describe, expect, test } from 'vitest';
import { Chan, from, fromRange, type ReadChan, select, type WriteChan } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { sorted } from '../support/calls.js';
import { FALSY } from '../support/falsy.js';
import { numbers } from '../support/numbers.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

/** Hands on every value, until its reader leaves. */
async function copy(input: ReadChan<number>, output: WriteChan<number>): Promise<void> {
  for await (const n of input) if (!(await output.put(n))) return;
}

const fail = (error: unknown): never => {
  throw error;
};

describe.each<readonly [name: string, run: (ch: ReadChan<number>, f: typeof copy) => ReadChan<number>]>([
  ['asyncApply', (ch, f) => ch.asyncApply<number>(f)],
  ['asyncApply into a channel of yours', (ch, f) => ch.asyncApply(f, new Chan<number>())],
])('%s', (_, run) => {
  test('gives what the coroutine puts, in order, and ends when it returns', async () => {
    const pairs = run(fromRange(5), async (input, output) => {
      for await (const n of input) await output.put(n + ((await input.get()) ?? 100));
    });
    expect(await pairs.collect()).toEqual([1, 5, 104]);
    expect(pairs.drained).toBe(true);
  });

  test('ends with an empty source, if the coroutine does', async () => {
    expect(await run(fromRange(0), copy).collect()).toEqual([]);
  });

  test('ends when the coroutine returns, though the source goes on, which stays usable', async () => {
    const source = new Chan<number>(8).add(...numbers(4));
    const first = run(source, async (input, output) => void (await output.put((await input.get()) ?? 0)));
    expect(await first.collect()).toEqual([0]);
    expect(await source.get()).toBe(1);
  });

  test('a coroutine need not be asynchronous, nor read or write', async () => {
    expect(await run(fromRange(1), (() => 'ignored') as never).collect()).toEqual([]);
  });

  test('a source that fails makes the coroutine throw, which fails the output after what came before', async () => {
    for (const cause of [new Error('lost'), ...FALSY]) {
      const ch = run(new Chan<number>(2).add(1, 2).close(cause), copy);
      expect([await ch.get(), await ch.get()]).toEqual([1, 2]);
      expect(await rejection(ch.get())).toEqual({ reason: cause });
      expect(await rejection(ch.get())).toEqual({ reason: cause });
    }
  });

  test('what the coroutine throws, at once or later, is the cause of the output', async () => {
    for (const error of [new Error('no'), ...FALSY]) {
      expect(await rejection(run(fromRange(1), () => fail(error)).get())).toEqual({ reason: error });
      const later = run(fromRange(1), async (input, output) => {
        await copy(input, output);
        fail(error);
      });
      expect(await later.get()).toBe(0);
      expect(await rejection(later.get())).toEqual({ reason: error });
    }
  });

  test('a coroutine that throws undefined fails the output with an error that says so', async () => {
    await expect(run(fromRange(1), () => fail(undefined)).get()).rejects.toThrow('undefined was thrown');
  });

  test('puts of the coroutine wait until somebody asks', async () => {
    const source = new Chan<number>(8).add(...numbers(4));
    const ch = run(source, copy);
    expect(await ch.get()).toBe(0);
    await turns();
    expect(source.stats().gets).toBe(2);
  });

  test('waits for a source that gives nothing', async () => {
    const source = new Chan<number>();
    const got = run(source, copy).get();
    expect(await isPending(got)).toBe(true);
    source.add(1);
    expect(await got).toBe(1);
  });

  test('a get that is aborted, and a select that is lost, lose no value', async () => {
    const source = new Chan<number>();
    const ch = run(source, copy);
    const controller = new AbortController();
    const got = ch.get({ signal: controller.signal });
    controller.abort('why');
    await expect(got).rejects.toBe('why');
    expect(await select({ ch, other: from(['x']) })).toEqual({ key: 'other', value: 'x' });
    source.add(1, 2).close();
    expect(await ch.collect()).toEqual([1, 2]);
  });

  test('cancelled, puts give false, its signal is aborted with the reason, and your channel stays', async () => {
    const source = new Chan<number>(8).add(...numbers(4));
    const seen: unknown[] = [];
    const ch = run(source, async (input, output) => {
      const { signal } = output;
      signal.addEventListener('abort', () => seen.push((signal as { reason: unknown }).reason));
      await output.put((await input.get()) ?? 0);
      seen.push(await output.put(9), output.closed, output.tryPut(9));
    });
    expect(await ch.get()).toBe(0);
    await turns();
    ch.cancel('enough');
    await turns();
    expect(seen).toEqual(['enough', false, true, false]);
    expect([await ch.get(), ch.drained, source.closed]).toEqual([undefined, true, false]);
    expect(await source.get()).toBe(1);
  });

  test('a coroutine that stops with the failure of its input is at fault of nothing, though its reader left', async () => {
    const source = new Chan<number>();
    const errors = await uncaught(async () => {
      let go = (): void => {};
      const wait = new Promise<void>((resolve) => (go = resolve));
      const ch = run(source, async (input, output) => {
        await copy(input, output).catch(async (error: unknown) => {
          await wait;
          throw error;
        });
      });
      void ch.get();
      await turns();
      source.close('broken');
      await turns();
      ch.cancel('enough');
      go();
    });
    expect(errors).toEqual([]);
  });

  test('a coroutine that stops with the reason of its signal is at fault of nothing; any other error is uncaught', async () => {
    const stops = [
      (signal: AbortSignal): void => signal.throwIfAborted(),
      (): never => fail(new Error('else')),
      (): never => fail(null),
    ];
    const errors = await uncaught(async () => {
      for (const stop of stops) {
        const ch = run(fromRange(1), async (_input, output) => {
          await output.put(1);
          await output.put(2);
          stop(output.signal);
        });
        await ch.get();
        ch.cancel(new Error('enough'));
        await turns();
        expect(await ch.get()).toBeUndefined();
      }
    });
    expect(errors).toEqual([new Error('else'), null]);
  });

  test('a coroutine may close its output itself: what it then puts is refused', async () => {
    const puts: boolean[] = [];
    const ch = run(fromRange(1), async (_input, output) => {
      await output.put(1);
      output.close('cause');
      puts.push(await output.put(2));
    });
    expect(await ch.get()).toBe(1);
    expect(await rejection(ch.get())).toEqual({ reason: 'cause' });
    expect(puts).toEqual([false]);
  });

  test('the input ends when the coroutine has closed its output', async () => {
    const seen: unknown[] = [];
    const source = new Chan<number>(2).add(1, 2);
    const ch = run(source, async (input, output) => {
      output.close();
      seen.push(await input.get());
    });
    expect(await ch.get()).toBeUndefined();
    await turns();
    expect([seen, source.stats().buffered, source.closed]).toEqual([[undefined], 2, false]);
  });

  test('a coroutine may cancel the channel that it feeds', async () => {
    const ch: ReadChan<number> = run(fromRange(), async (input, output) => {
      await output.put(7);
      ch.cancel('enough');
      await copy(input, output);
    });
    expect([await ch.get(), await ch.get()]).toEqual([7, undefined]);
    expect(ch.drained).toBe(true);
  });

  test('a coroutine may read the channel that it feeds', async () => {
    const seen: unknown[] = [];
    const ch: ReadChan<number> = run(fromRange(3), async (_input, output) => {
      await Promise.resolve();
      const own = ch.get();
      await Promise.all([output.put(1), output.put(2)]);
      seen.push(await own);
    });
    seen.push(await ch.get());
    expect(await ch.get()).toBeUndefined();
    expect(sorted(seen)).toEqual([1, 2]);
  });

  test('an endless source lets timers through', async () => {
    const ch = run(fromRange(), copy);
    expect(
      await breathes(async (more) => {
        while (more()) await ch.get();
      }),
    ).toBe(true);
    ch.cancel();
  });

  test('throws a TypeError for what is no function', () => {
    for (const bad of [undefined, null, {}, 'f'])
      expect(() => run(fromRange(1), bad as never)).toThrow(TypeError);
  });
});

describe('asyncApply without a channel of yours', () => {
  test('starts its coroutine when somebody first asks, and once', async () => {
    let runs = 0;
    const source = new Chan<number>(4).add(1, 2);
    const ch = source.asyncApply<number>((input, output) => {
      runs++;
      return copy(input, output);
    });
    await turns();
    expect([runs, source.stats().gets]).toEqual([0, 0]);
    expect(await Promise.all([ch.get(), ch.get()])).toEqual([1, 2]);
    expect(runs).toBe(1);
  });

  test('takes nothing of its coroutine while nobody waits', async () => {
    const puts: (boolean | undefined)[] = [];
    const controller = new AbortController();
    const ch = fromRange(1).asyncApply<number>(async (input, output) => {
      await input.get();
      controller.abort('why');
      puts.push(output.tryPut(1), await output.put(2));
    });
    expect(await rejection(ch.get({ signal: controller.signal }))).toEqual({ reason: 'why' });
    await turns();
    expect(puts).toEqual([]);
    expect(await ch.get()).toBe(2);
    await turns();
    expect(puts).toEqual([undefined, true]);
  });

  test('never starts its coroutine when it is cancelled before', async () => {
    let runs = 0;
    const ch = fromRange(3).asyncApply<number>(() => void runs++);
    ch.cancel();
    expect(await ch.get()).toBeUndefined();
    expect(runs).toBe(0);
  });

  test('cancelled, cancels the stages above, but not your channel, and nothing more is taken', async () => {
    const source = new Chan<number>();
    const stage = source.map((n) => n);
    const ch = stage.asyncApply<number>(copy);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    ch.cancel();
    expect([await got, stage.closed, source.closed]).toEqual([undefined, true, false]);
    expect(source.stats().waitingGets).toBe(0);
    expect(await isPending(source.put(1))).toBe(true);
  });

  test('cancelled, leaves no get of its coroutine on your channel', async () => {
    const source = new Chan<number>();
    const ch = source.asyncApply<number>(copy);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    ch.cancel();
    expect(await got).toBeUndefined();
    expect(source.stats().waitingGets).toBe(0);
  });
});

describe('asyncApply with a channel of yours', () => {
  test('runs at once, and returns the channel', () => {
    let runs = 0;
    const out = new Chan<string>(2);
    expect(fromRange(1).asyncApply(() => void runs++, out)).toBe(out);
    expect(runs).toBe(1);
  });

  test('that is closed already has no input', async () => {
    const seen: unknown[] = [];
    const source = new Chan<number>(1).add(1);
    source.asyncApply(async (input) => void seen.push(await input.get()), new Chan<number>().close());
    await turns();
    expect([seen, source.stats().buffered]).toEqual([[undefined], 1]);
  });

  test('throws a TypeError for what is no channel, and runs nothing', () => {
    let runs = 0;
    for (const bad of [null, 5, {}, fromRange(1)])
      expect(() => fromRange(1).asyncApply(() => void runs++, bad as never)).toThrow(TypeError);
    expect(runs).toBe(0);
  });
});
