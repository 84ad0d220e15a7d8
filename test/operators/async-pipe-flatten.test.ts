import { describe, expect, test } from 'vitest';
import { from, fromRange, type ReadChan } from '../../src/index.js';
import { breathes } from '../support/breathes.js';
import { Calls, settled } from '../support/calls.js';
import { uncaught } from '../support/uncaught.js';

const fail = (error: unknown): never => {
  throw error;
};

describe.each(['asyncPipe', 'asyncPipeUnordered'] as const)('%s with flatten', (kind) => {
  const flat = { flatten: true } as const;

  test('gives the values of each result one by one, and leaves out what is empty or undefined', async () => {
    const results = [[1, 2], [], undefined, new Set([3]), [0, null, '']];
    const ch = fromRange(5)[kind](1, async (n) => results[n], flat);
    expect(await ch.collect()).toEqual([1, 2, 3, 0, null, '']);
    const letters = from(['ab'])[kind](1, (s) => s, flat);
    expect(await letters.collect()).toEqual(['a', 'b']);
  });

  test('is over when hung up, and what fails to let go then is an uncaught error', async () => {
    const values = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: (): never => fail(new Error('stuck')),
      }),
    };
    const ch = fromRange(1)[kind](1, () => values, flat);
    expect(await ch.get()).toBe(1);
    expect(await uncaught(() => ch.cancel())).toEqual([new Error('stuck')]);
    expect(await ch.get()).toBeUndefined();
  });

  test('takes of an endless result only what is asked for, and returns it when hung up', async () => {
    let returned = 0;
    function* endless(): Generator<number> {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        returned++;
      }
    }
    const ch = fromRange()[kind](1, endless, flat);
    expect(await ch.collect(3)).toEqual([0, 1, 2]);
    ch.cancel();
    expect(returned).toBe(1);
    expect(await ch.get()).toBeUndefined();
    const long = fromRange()[kind](1, endless, flat);
    expect(
      await breathes(async (more) => {
        while (more()) await long.get();
      }),
    ).toBe(true);
    long.cancel();
  });

  test('a result that is no iterable, gives undefined, or throws on its way, fails it after what came before', async () => {
    for (const bad of [5, null, {}]) {
      const ch = fromRange(1)[kind](1, () => bad as never, flat);
      await expect(ch.get()).rejects.toThrow(TypeError);
    }
    const hole = fromRange(1)[kind](1, () => [1, undefined as never], flat);
    expect(await hole.get()).toBe(1);
    await expect(hole.get()).rejects.toThrow(TypeError);
    const broken = fromRange(9)[kind](
      1,
      function* () {
        yield 1;
        fail(new Error('lost'));
      },
      flat,
    );
    expect(await broken.get()).toBe(1);
    await expect(broken.get()).rejects.toThrow('lost');
    await expect(broken.get()).rejects.toThrow('lost');
  });

  test('onError gives an iterable too', async () => {
    const ch = fromRange(2)[kind](1, (n) => (n === 0 ? fail('bad') : [n]), {
      ...flat,
      onError: () => [8, 9],
    });
    expect(await ch.collect()).toEqual([8, 9, 1]);
  });

  test('a value counts as delivered when the last of its results is', async () => {
    const calls = new Calls<string[]>();
    const ch = fromRange()[kind](1, calls.f, flat);
    const got = ch.get();
    await settled();
    calls.resolve(0, ['a', 'b']);
    expect(await got).toBe('a');
    await settled();
    calls.resolve(1, ['c']);
    await settled();
    expect(calls.values).toEqual([0, 1]);
  });

  test.each([
    ['that the function leaves out', undefined, false],
    ['that are flattened to nothing', [], true],
  ])('endless values %s let timers through, and can be hung up', async (_, result, flatten) => {
    let count = 0;
    const ch: ReadChan<number> = fromRange()[kind](
      2,
      (): never[] | undefined => (++count < 300_000 ? result : fail(new Error('no timer came through'))),
      { flatten: flatten as true },
    );
    const timer = setTimeout(() => ch.cancel(), 1);
    expect(await ch.get().finally(() => clearTimeout(timer))).toBeUndefined();
  });
});
