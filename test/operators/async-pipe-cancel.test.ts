import { describe, expect, test } from 'vitest';
import { type CallContext, Chan, fromIter, fromRange, type ReadChan, unbounded } from '../../src/index.js';
import { Calls, settled, sorted } from '../support/calls.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';

const many = (): Chan<number> => new Chan<number>(unbounded()).add(...numbers(20));

describe.each(['asyncPipe', 'asyncPipeUnordered'] as const)('%s', (kind) => {
  test('waits for a source that gives nothing; cancelled, it leaves no waiter there', async () => {
    const source = new Chan<number>();
    const ch = source[kind](2, (n) => n);
    const got = ch.get();
    expect(await isPending(got)).toBe(true);
    expect(source.stats().waitingGets).toBe(1);
    ch.cancel();
    expect(await got).toBeUndefined();
    expect(source.stats()).toMatchObject({ waitingGets: 0, state: 'flowing' });
    expect(await isPending(source.put(1))).toBe(true);
  });

  test('cancelled, aborts the signal of the calls in flight with the reason, and calls nothing any more', async () => {
    const calls = new Calls();
    const source = many();
    const stage = source.map((n) => n);
    const ch = stage[kind](2, calls.f);
    const got = ch.get();
    await settled();
    ch.cancel('enough');
    expect(await got).toBeUndefined();
    expect(calls.signals.map((signal): unknown => [signal.aborted, signal.reason])).toEqual([
      [true, 'enough'],
      [true, 'enough'],
    ]);
    expect([ch.drained, stage.closed, source.closed]).toEqual([true, true, false]);
    calls.resolve(0, 0);
    calls.reject(1, new Error('nobody is there to know'));
    await settled();
    expect(calls.values).toEqual([0, 1]);
    expect(source.stats().gets).toBe(2);
    expect(await ch.get()).toBeUndefined();
  });

  test('cancelled without a reason, aborts the signal with an AbortError', async () => {
    const calls = new Calls();
    const ch = fromRange()[kind](1, calls.f);
    expect(ch.tryGet()).toBeUndefined();
    ch.cancel();
    expect(calls.signals[0]?.reason).toMatchObject({ name: 'AbortError' });
  });

  test('a call that first looks at its signal after the channel was cancelled finds it aborted', async () => {
    const contexts: CallContext[] = [];
    const ch = fromRange()[kind](1, (_, context): Promise<number> => {
      contexts.push(context);
      return new Promise(() => {});
    });
    expect(ch.tryGet()).toBeUndefined();
    ch.cancel('enough');
    expect(contexts).toHaveLength(1);
    expect(contexts[0]?.signal).toMatchObject({ aborted: true, reason: 'enough' });
  });

  test('the signal is not aborted when all went well', async () => {
    const calls = new Calls();
    const all = fromRange(1)[kind](1, calls.f).collect();
    calls.resolve(0, 5);
    expect(await all).toEqual([5]);
    expect(calls.signals[0]?.aborted).toBe(false);
  });

  test('a function that cancels the channel itself is the last that is called', async () => {
    for (const later of [false, true]) {
      const seen: number[] = [];
      const source = many();
      const ch: ReadChan<number> = source[kind](3, (n) => {
        seen.push(n);
        if (n === 1) ch.cancel('enough');
        return later ? Promise.resolve(n) : n;
      });
      expect(await ch.collect()).toEqual([]);
      await settled();
      expect(seen).toEqual([0, 1]);
      expect(source.stats()).toMatchObject({ gets: 2, waitingGets: 0 });
    }
  });

  test('a source that cancels the channel while it makes a value: the function is not called with that', async () => {
    const called: number[] = [];
    let end = (): void => {};
    const values = function* (): Generator<number> {
      yield 0;
      end();
      yield 1;
    };
    const ch = fromIter(values())[kind](2, (n) => (called.push(n), n));
    end = () => ch.cancel();
    expect(await ch.collect()).toEqual([]);
    await settled();
    expect(called).toEqual([0]);
  });

  test('a function may read the channel itself: every result is given once', async () => {
    const own: Promise<number | undefined>[] = [];
    const ch: ReadChan<number> = fromRange(6)[kind](2, async (n) => {
      if (n % 2 === 0) own.push(ch.get());
      return n;
    });
    const rest = await ch.collect();
    const all = [...rest, ...(await Promise.all(own)).filter((n) => n !== undefined)];
    expect(sorted(all)).toEqual(numbers(6));
  });

  test('a function may put to the source', async () => {
    const source = new Chan<number>(4).add(3);
    const ch = source[kind](2, (n) => {
      if (n > 0) source.add(n - 1);
      else source.close();
      return n;
    });
    expect(await ch.collect()).toEqual([3, 2, 1, 0]);
  });
});
