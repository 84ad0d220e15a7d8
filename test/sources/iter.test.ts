import { describe, expect, test } from 'vitest';
import { type ReadChan, fromIter, select } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { uncaught } from '../support/uncaught.js';

/** An iterator of these values that writes down what is asked of it. */
class Recorded<T> implements Iterable<T>, Iterator<T> {
  readonly calls: string[] = [];
  readonly #values: Iterator<T>;

  constructor(values: Iterable<T>) {
    this.#values = values[Symbol.iterator]();
  }
  [Symbol.iterator](): this {
    this.calls.push('iterator');
    return this;
  }
  next(): IteratorResult<T> {
    this.calls.push('next');
    return this.#values.next();
  }
  return(): IteratorResult<T> {
    this.calls.push('return');
    return { done: true, value: undefined };
  }
}

/** An iterable of which only `next` matters. */
function stepping(next: () => IteratorResult<number>): Iterable<number> {
  return { [Symbol.iterator]: () => ({ next }) };
}

describe('fromIter', () => {
  test('gives the values of an iterable in order, then ends', async () => {
    const ch = fromIter(new Set(['a', 'b']));
    expect([await ch.get(), await ch.get(), await ch.get(), await ch.get()]).toEqual([
      'a',
      'b',
      undefined,
      undefined,
    ]);
    expect([ch.closed, ch.drained]).toEqual([true, true]);
  });

  test('of an empty iterable ends at once, and has not ended before anybody asked', async () => {
    const ch = fromIter<number>([]);
    expect(ch.closed).toBe(false);
    expect(await ch.get()).toBeUndefined();
    expect(ch.closed).toBe(true);
  });

  test.each([[0], [null], [false], [''], [Number.NaN]])('carries %s', async (value) => {
    expect(await fromIter([value, value]).collect()).toEqual([value, value]);
  });

  test('pulls nothing before somebody asks, and then no more than was asked for', async () => {
    const source = new Recorded([1, 2, 3]);
    const ch = fromIter(source);
    expect(source.calls).toEqual([]);
    expect(ch.stats()).toMatchObject({ state: 'flowing', buffered: 0, gets: 0, waitingGets: 0 });
    expect(await ch.get()).toBe(1);
    expect(source.calls).toEqual(['iterator', 'next']);
    expect(await ch.collect(1)).toEqual([2]);
    expect(source.calls).toEqual(['iterator', 'next', 'next']);
    expect(ch.stats()).toMatchObject({ gets: 2, delivered: { direct: 2, buffered: 0, queued: 0 } });
  });

  test('pulls nothing for a select that takes another case', async () => {
    const source = new Recorded([1]);
    await select([fromIter(['first']), fromIter(source)], { priority: true });
    expect(source.calls).toEqual([]);
  });

  test('returns the iterator when it is cancelled, once', async () => {
    const source = new Recorded([1, 2]);
    const ch = fromIter(source);
    await ch.get();
    ch.cancel();
    ch.cancel();
    expect(source.calls).toEqual(['iterator', 'next', 'return']);
    expect([ch.closed, await ch.get()]).toEqual([true, undefined]);
  });

  test('does not touch an iterable of which nothing was asked when it is cancelled', () => {
    const source = new Recorded([1, 2]);
    fromIter(source).cancel();
    expect(source.calls).toEqual([]);
  });

  test('does not return an iterator that has ended, nor one that has failed', async () => {
    const ended = new Recorded<number>([]);
    const ch = fromIter(ended);
    await ch.get();
    ch.cancel();
    expect(ended.calls).toEqual(['iterator', 'next']);
    const failing = new Recorded<number>(
      stepping(() => {
        throw new Error('failed');
      }),
    );
    const failed = fromIter(failing);
    await rejection(failed.get());
    failed.cancel();
    expect(failing.calls).toEqual(['iterator', 'next']);
  });

  test('returns the iterator when a loop over consume is left, and not when a plain loop is', async () => {
    const source = new Recorded([1, 2, 3]);
    const ch = fromIter(source);
    for await (const value of ch) if (value === 1) break;
    expect(source.calls).not.toContain('return');
    for await (const value of ch.consume()) if (value === 2) break;
    expect(source.calls.at(-1)).toBe('return');
  });

  test('cancelled by its own iterator returns that afterwards, and drops its value', async () => {
    function* values(): Generator<number> {
      ch.cancel();
      yield 1;
    }
    const source = new Recorded(values());
    const ch: ReadChan<number> = fromIter(source);
    expect(await ch.get()).toBeUndefined();
    expect(source.calls).toEqual(['iterator', 'next', 'return']);
  });

  test('works with an iterator that has no return', async () => {
    let n = 0;
    const ch = fromIter({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: n++ }) }) });
    expect(await ch.collect(3)).toEqual([0, 1, 2]);
    ch.cancel();
    expect(await ch.get()).toBeUndefined();
  });

  test('an error of return is an uncaught one, and the channel is cancelled all the same', async () => {
    const ch = fromIter({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: (): IteratorResult<number> => {
          throw new Error('cannot return');
        },
      }),
    });
    await ch.get();
    expect(await uncaught(() => ch.cancel())).toEqual([new Error('cannot return')]);
    expect(ch.drained).toBe(true);
  });

  test.each([[new Error('failed')], [0], [null], [false]])(
    'an iterator that throws %s closes the channel with it, after the values before',
    async (error) => {
      const ch = fromIter(
        (function* () {
          yield 1;
          throw error;
        })(),
      );
      expect(await ch.get()).toBe(1);
      expect(ch.closed).toBe(false);
      for (let i = 0; i < 2; i++) expect(await rejection(ch.get())).toEqual({ reason: error });
      expect(await rejection(select({ ch }))).toEqual({ reason: error });
      expect(ch.closed).toBe(true);
    },
  );

  test('an iterator that throws undefined closes the channel with an error that says so', async () => {
    const ch = fromIter(
      stepping(() => {
        throw undefined;
      }),
    );
    expect((await rejection(ch.get())).reason).toBeInstanceOf(Error);
  });

  test('an iterable whose iterator cannot be made closes the channel with that error', async () => {
    const ch = fromIter<number>({
      [Symbol.iterator]: () => {
        throw new RangeError('no iterator');
      },
    });
    expect(await rejection(ch.get())).toEqual({ reason: new RangeError('no iterator') });
  });

  test('an iterator whose next gives no object closes the channel with a TypeError', async () => {
    const ch = fromIter<number>({ [Symbol.iterator]: () => ({ next: () => undefined as never }) });
    expect((await rejection(ch.get())).reason).toBeInstanceOf(TypeError);
  });

  test('undefined among the values closes the channel with a TypeError and returns the iterator', async () => {
    const source = new Recorded([1, undefined, 2]);
    const ch = fromIter(source as Iterable<number>);
    expect(await ch.get()).toBe(1);
    expect((await rejection(ch.get())).reason).toBeInstanceOf(TypeError);
    expect(source.calls).toEqual(['iterator', 'next', 'next', 'return']);
  });

  test('serves who asks for more from inside of the iterator afterwards, in order', async () => {
    const inner: Promise<number | undefined>[] = [];
    function* values(): Generator<number> {
      inner.push(ch.get(), ch.get());
      yield 0;
      yield 1;
      yield 2;
    }
    const ch: ReadChan<number> = fromIter(values());
    expect(await ch.get()).toBe(0);
    expect(await Promise.all(inner)).toEqual([1, 2]);
  });

  test('tells who asked for more from inside of the iterator when it ends', async () => {
    const inner: Promise<unknown>[] = [];
    const values = stepping(() => {
      inner.push(ch.get(), ch.join(), select([ch]));
      return { done: true, value: undefined };
    });
    const ch: ReadChan<number> = fromIter(values);
    expect(await ch.get()).toBeUndefined();
    expect(await Promise.all(inner)).toMatchObject([undefined, undefined, { value: undefined }]);
  });

  test('tells who asked for more from inside of the iterator when it fails', async () => {
    const inner: Promise<unknown>[] = [];
    const values = stepping(() => {
      inner.push(rejection(ch.get()), rejection(select({ ch })));
      throw new Error('failed');
    });
    const ch: ReadChan<number> = fromIter(values);
    const failed = { reason: new Error('failed') };
    expect(await rejection(select([ch]))).toEqual(failed);
    expect(await Promise.all(inner)).toEqual([failed, failed]);
  });

  test('join settles when it has been read to its end, or is cancelled', async () => {
    const ch = fromIter([1]);
    const joined = ch.join();
    expect(ch.drained).toBe(false);
    await ch.collect();
    await joined;
    await ch.join();
    const cancelled = fromIter([1]);
    const both = Promise.all([cancelled.join(), cancelled.join()]);
    cancelled.cancel();
    await both;
    expect(cancelled.stats().state).toBe('closed');
  });

  test('is shared by several readers, each of which gets its own values', async () => {
    const ch = fromIter([1, 2, 3, 4]);
    const both = await Promise.all([ch.collect(), ch.collect()]);
    expect(new Set(both.flat())).toEqual(new Set([1, 2, 3, 4]));
    expect(both.flat()).toHaveLength(4);
  });

  test.each([[undefined], [null], [5], [{}], [() => {}], [{ [Symbol.iterator]: 5 }]])(
    'of %o is a TypeError',
    (bad) => {
      expect(() => fromIter(bad as never)).toThrow(TypeError);
    },
  );
});

test('an iterator that has failed is not returned, and one that gave undefined is', async () => {
  for (const [next, expected] of [
    [
      (): never => {
        throw new Error('no');
      },
      0,
    ],
    [() => ({ done: false, value: undefined as never }), 1],
    [() => ({ done: true, value: undefined }) as const, 0],
  ] as const) {
    let returned = 0;
    const iterator = {
      next,
      return: () => {
        returned++;
        return { done: true as const, value: undefined };
      },
    };
    const ch = fromIter<number>({ [Symbol.iterator]: () => iterator });
    await ch.collect().catch(() => {});
    ch.cancel();
    expect(returned).toBe(expected);
  }
});
