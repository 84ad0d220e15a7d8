import { describe, expect, test, vi } from 'vitest';
import { Chan, type ReadChan, from, fromRange, select } from '../../src/index.js';
import { WorkerError, inline, output, runInThread, toIterable, useWorker } from '../../src/parallel/index.js';
import { numbers } from '../support/numbers.js';
import { rejection } from '../support/outcome.js';
import { add, doubles, ends, gives, list } from './tasks/threads.js';

const sum = inline(async (input: ReadChan<number>) => {
  let all = 0;
  for await (const n of input) all += n;
  return all;
});

const turn = (): Promise<void> => new Promise(setImmediate);

describe('runInThread', () => {
  test('runs a coroutine with channels in and out on another thread', async () => {
    const out = new Chan<number>();
    const run = runInThread(doubles, fromRange(1000), output(out));
    expect(await out.collect()).toEqual(numbers(1000).map((n) => 2 * n));
    expect(await run).toBe(1000);
    expect(await runInThread(add, 1, 2)).toBe(3);
  });

  test('its channels can be selected on, from both sides', async () => {
    const [input, out] = [new Chan<number>(), new Chan<number>()];
    const run = runInThread(doubles, input, output(out));
    const silent = new Chan<string>();
    expect(await select({ silent, sent: [input, 4] })).toMatchObject({ key: 'sent' });
    expect(await select({ silent, out })).toEqual({ key: 'out', value: 8 });
    input.close();
    expect(await run).toBe(1);
    expect(await out.get()).toBeUndefined();
  });

  test('a coroutine that returns closes its outputs, and cancels what it read from', async () => {
    const [input, out] = [new Chan<number>(), new Chan<number>()];
    const run = runInThread(ends, 'returns', input, output(out));
    input.add(0, 1, 2, 3);
    expect(await out.collect()).toEqual([0, 1]);
    expect(await run).toBe('returns');
    expect([input.closed, await input.put(4)]).toEqual([true, false]);
  });

  test('a coroutine that throws closes its outputs with its error', async () => {
    const [input, out] = [new Chan<number>(), new Chan<number>()];
    const run = runInThread(ends, 'throws', input, output(out));
    const failed = rejection(run);
    input.add(0, 1, 2, 3);
    expect(await out.collect(2)).toEqual([0, 1]);
    const expected = { name: 'RangeError', message: 'three', cause: 'throws' };
    expect((await rejection(out.get())).reason).toMatchObject(expected);
    expect((await failed).reason).toMatchObject(expected);
    expect([input.closed, await input.put(4)]).toEqual([true, false]);
  });

  test('a thread that dies is an error, of its outputs too', async () => {
    const [input, out] = [new Chan<number>(), new Chan<number>()];
    const failed = rejection(runInThread(ends, 'exits', input, output(out)));
    input.add(0, 1, 2, 3);
    const expected = { name: 'WorkerError', message: 'The worker exited with code 4', why: 'exit' };
    expect((await failed).reason).toMatchObject(expected);
    // At once: a value that was put now would be lost.
    expect([input.closed, await input.put(4)]).toEqual([true, false]);
    expect((await rejection(out.collect())).reason).toMatchObject(expected);
  });

  test('can be terminated, whatever it is doing', async () => {
    const [input, out] = [new Chan<number>(4), new Chan<number>()];
    const run = runInThread(ends, 'hangs', input.add(0, 1, 2), output(out));
    const failed = rejection(run);
    expect(await out.collect(2)).toEqual([0, 1]);
    await run.terminate();
    expect((await failed).reason).toBeInstanceOf(WorkerError);
    expect([input.closed, await input.put(4)]).toEqual([true, false]);
    expect((await rejection(out.get())).reason).toBeInstanceOf(WorkerError);
  });

  test('what it read from and has ended by itself is left as it is', async () => {
    const stage = fromRange(1, 4).buffer(1);
    const out = new Chan<number>();
    const run = runInThread(doubles, stage.take(2), output(out));
    expect(await out.collect()).toEqual([2, 4]);
    await run;
    expect([stage.closed, await stage.get()]).toEqual([false, 3]);
  });

  test('when the reader of an output hangs up, the coroutine learns of it', async () => {
    const [input, out] = [new Chan<number>(), new Chan<number>()];
    const run = runInThread(doubles, input, output(out));
    await Promise.all([input.put(1), out.get()]);
    out.cancel();
    let count = 0;
    for (let n = 0; await input.put(n); n++) count++;
    expect(await run).toBeGreaterThan(0);
    expect(count).toBeLessThan(1000);
  });

  test('nothing can be put to what a thread read from once its death is known', async () => {
    const heard = new Map<string, (data: unknown) => void>();
    // Of its death no port tells: it keeps the other end.
    const dies = {
      on: (type: string, listener: (data: unknown) => void) => heard.set(type, listener),
      postMessage({
        type,
        args,
      }: {
        type: string;
        args: { port: { postMessage(message: object): void } }[];
      }) {
        if (type === 'coroutine') args[0]?.port.postMessage({ type: 'credit', count: 8 });
      },
      ref() {},
      unref() {},
      terminate: async () => 3,
    };
    useWorker(() => dies);
    const input = new Chan<number>();
    const failed = rejection(runInThread(sum, input));
    useWorker(undefined);
    expect(await input.put(1)).toBe(true);
    heard.get('exit')?.(3);
    expect((await failed).reason).toMatchObject({ message: 'The worker exited with code 3' });
    expect([input.closed, await input.put(2)]).toEqual([true, false]);
  });

  test('a worker that never answers is an error', async () => {
    vi.useFakeTimers();
    const silent = { on() {}, postMessage() {}, ref() {}, unref() {}, terminate: async () => 1 };
    useWorker(() => silent);
    try {
      const failed = rejection(runInThread(add, 1, 2));
      await vi.advanceTimersByTimeAsync(30_000);
      expect((await failed).reason).toMatchObject({
        name: 'WorkerError',
        message: 'The worker did not start within 30000 ms',
        why: 'timeout',
      });
    } finally {
      useWorker(undefined);
      vi.useRealTimers();
    }
  });

  test('what is no task, and what cannot be cloned, is refused at once', () => {
    expect(() => runInThread((() => 1) as never)).toThrow(
      'Expected task to be a task, as inline() or task() makes it, got function',
    );
    expect(() =>
      runInThread(
        inline((f: () => void) => f),
        () => {},
      ),
    ).toThrow(/can ?not be cloned|could not be cloned/);
    expect(() => output([] as never)).toThrow(TypeError);
  });
});

describe('toIterable', () => {
  const log = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

  test('gives the values of a task to synchronous code, and ends', () => {
    expect([...toIterable(gives, 1000, 'ends')]).toEqual(numbers(1000));
    expect([...toIterable(gives, 5, 'slowly')]).toEqual(numbers(5));
    expect([...toIterable(list, 300)]).toEqual(numbers(300));
    const lines = toIterable(list, 3);
    expect([[...lines], [...lines]]).toEqual([numbers(3), numbers(3)]);
  });

  test('throws what the task throws, after the values before', () => {
    const seen: number[] = [];
    const loop = (): void => {
      for (const n of toIterable(gives, 3, 'throws')) seen.push(n);
    };
    expect(loop).toThrow(expect.objectContaining({ name: 'RangeError', message: 'over', cause: 'throws' }));
    expect(seen).toEqual([0, 1, 2]);
    const none = inline(() => 3 as never);
    expect(() => [...toIterable(none)]).toThrow('Expected the task to return an iterable');
  });

  test.each([
    ['exits', 'exit', 'The worker exited with code 5'],
    ['fails', 'error', 'The worker failed (in the background)'],
  ])('throws when its thread dies: it %s', (how, why, message) => {
    const seen: number[] = [];
    const loop = (): void => {
      for (const n of toIterable(gives, 3, how)) seen.push(n);
    };
    expect(loop).toThrow(expect.objectContaining({ name: 'WorkerError', why, message }));
    expect(seen).toEqual([0, 1, 2]);
  });

  test('leaving the loop early ends the task, and its thread', async () => {
    const made = log();
    for (const n of toIterable(gives, Infinity, 'endless', made)) if (n === 1000) break;
    while (Atomics.load(made, 1) === 0) await turn();
    expect(made[0]).toBeLessThanOrEqual(1000 + 2 * 256);
  });

  test('makes no more ahead than 256 values', async () => {
    const made = log();
    const values = toIterable(gives, Infinity, 'endless', made)[Symbol.iterator]();
    values.next();
    while (Atomics.load(made, 0) < 256) await turn();
    // Time for more, if there were any.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made[0]).toBe(256);
    values.return?.();
  });
});

test('a channel goes through a thread and a pool in one chain', async () => {
  const out = new Chan<number>();
  const run = runInThread(doubles, from([1, 2, 3]), output(out));
  const square = inline((n: number) => n * n);
  expect(await out.parallelPipe(2, square).collect()).toEqual([4, 16, 36]);
  await run;
});
