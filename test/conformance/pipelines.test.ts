import { expect } from 'vitest';
import { Chan, from, fromRange } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { Calls, settled } from '../support/calls.js';
import { numbers } from '../support/numbers.js';

const behaviour = about('Pipelines');
const none = 'has none';

behaviour(
  'a pipeline gives results in the order of its inputs, in whatever order they are done',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const calls = new Calls();
    const results = fromRange(4).asyncPipe(4, calls.f).collect();
    await settled();
    for (const n of [2, 0, 3, 1]) calls.resolve(n, n * 10);
    expect(await results).toEqual([0, 10, 20, 30]);
  },
);

behaviour(
  'a pipeline without order gives results as they are done',
  { Go: none, 'core.async': none, aiochan: 'the same' },
  async () => {
    const calls = new Calls();
    const results = fromRange(4).asyncPipeUnordered(4, calls.f).collect();
    await settled();
    for (const n of [2, 0, 3, 1]) calls.resolve(n, n * 10);
    expect(await results).toEqual([20, 0, 30, 10]);
  },
);

behaviour(
  'a pipeline of n has at most n calls in flight, and as many while there is work',
  {
    Go: none,
    'core.async': 'the same for `pipeline`; `pipeline-async` starts up to two more',
    aiochan: 'the same',
  },
  async () => {
    const calls = new Calls();
    const results = fromRange(50).asyncPipe(3, calls.f).collect();
    for (const n of numbers(50)) {
      await settled();
      expect(calls.inFlight).toEqual(numbers(50).slice(n, n + 3));
      calls.resolve(n, n);
    }
    expect(await results).toEqual(numbers(50));
    expect(calls.most).toBe(3);
  },
);

behaviour(
  'a pipeline that nobody reads takes only so much of its source',
  {
    millrace: 'yes: 2n values, and nothing before it is first asked',
    Go: none,
    'core.async': 'the same: n + 2 values, at once',
    aiochan: 'the same: n + 2 values, at once',
  },
  async () => {
    let taken = 0;
    const results = fromRange()
      .tap(() => taken++)
      .asyncPipe(4, async (n) => n);
    await settled();
    expect(taken).toBe(0);
    expect(await results.get()).toBe(0);
    await settled();
    expect(taken).toBeLessThanOrEqual(9);
    results.cancel();
  },
);

behaviour(
  'a pipeline may give several results for an input, or none',
  { Go: none, 'core.async': 'the same', aiochan: 'has none for coroutines; `flatten` for workers' },
  async () => {
    const some = fromRange(4).asyncPipe(2, async (n) => numbers(n), { flatten: true });
    expect(await some.collect()).toEqual([0, 0, 1, 0, 1, 2]);
    const odd = fromRange(6).asyncPipe(2, async (n) => (n % 2 === 1 ? n : undefined));
    expect(await odd.collect()).toEqual([1, 3, 5]);
  },
);

behaviour(
  'an error handler puts a value in the place of a result, or leaves it out',
  { Go: none, 'core.async': 'the same, for transducers', aiochan: none },
  async () => {
    const halve = async (n: number): Promise<number> => {
      if (n % 2 === 1) throw new Error('odd');
      return n / 2;
    };
    const onError = (_: unknown, n: number): number | undefined => (n === 1 ? -1 : undefined);
    expect(await fromRange(5).asyncPipe(2, halve, { onError }).collect()).toEqual([0, -1, 1, 2]);
  },
);

behaviour(
  'without an error handler the pipeline fails with the error, after the results before it',
  {
    Go: none,
    'core.async': 'the error goes to the handler of the thread, its result is left out',
    aiochan: 'the worker that failed ends, and its result is waited for in vain',
  },
  async () => {
    const results = fromRange(5).asyncPipe(2, async (n) => {
      if (n === 2) throw new Error('two');
      return n;
    });
    expect([await results.get(), await results.get()]).toEqual([0, 1]);
    await expect(results.get()).rejects.toThrow('two');
  },
);

behaviour(
  'a pipeline ends when its source has and the last result is given',
  { Go: none, 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const source = new Chan<number>(2).add(1, 2).close();
    const results = source.asyncPipe(3, async (n) => n);
    expect(await results.collect()).toEqual([1, 2]);
    expect([results.closed, results.drained]).toEqual([true, true]);
  },
);

behaviour(
  'a pipe into a channel that closes takes nothing more of its source',
  { Go: none, 'core.async': 'one value more, which is lost', aiochan: 'one value more, which is lost' },
  async () => {
    const source = new Chan<number>();
    const out = source.pipe(new Chan<number>(1));
    expect(await source.put(1)).toBe(true);
    out.close();
    await settled();
    expect(source.tryPut(2)).toBeUndefined();
    expect([source.closed, await out.collect()]).toEqual([false, [1]]);
  },
);

behaviour(
  'a pipe closes its output when the source ends, unless it is told not to',
  { Go: none, 'core.async': 'the same', aiochan: 'always closes' },
  async () => {
    expect(await from([1, 2]).pipe(new Chan<number>()).collect()).toEqual([1, 2]);
    const kept = from([1, 2]).pipe(new Chan<number>(2), { close: false });
    await settled();
    expect([kept.closed, await kept.collect(2)]).toEqual([false, [1, 2]]);
  },
);
