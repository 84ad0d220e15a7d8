import { ReadableStream } from 'node:stream/web';
import { describe, expect, test } from 'vitest';
import { from } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

/** A stream of 0, 1, 2 … without reading ahead, that writes down what is asked of it. */
function counted(end = Infinity): { stream: ReadableStream<number>; calls: unknown[] } {
  const calls: unknown[] = [];
  let n = 0;
  const stream = new ReadableStream<number>(
    {
      pull(controller) {
        calls.push('pull');
        if (n < end) controller.enqueue(n++);
        else controller.close();
      },
      cancel: (reason: unknown) => void calls.push(['cancel', reason]),
    },
    { highWaterMark: 0 },
  );
  return { stream, calls };
}

describe('from a web stream', () => {
  test('gives its values in order, then ends', async () => {
    const ch = from(counted(3).stream);
    expect(await ch.collect()).toEqual([0, 1, 2]);
    expect(ch.closed).toBe(true);
  });

  test('pulls nothing and leaves it unlocked before somebody asks', async () => {
    const { stream, calls } = counted();
    const ch = from(stream);
    await turns();
    expect([calls, stream.locked]).toEqual([[], false]);
    expect(await ch.get()).toBe(0);
    await turns();
    expect(calls).toEqual(['pull']);
  });

  test('cancels it with the reason when it is cancelled', async () => {
    const { stream, calls } = counted();
    const ch = from(stream);
    await ch.get();
    ch.cancel('enough');
    expect(calls).toEqual(['pull', ['cancel', 'enough']]);
    expect(await ch.get()).toBeUndefined();
  });

  test('cancels it when a loop over consume is left', async () => {
    const { stream, calls } = counted();
    for await (const value of from(stream).consume()) if (value === 1) break;
    expect(calls).toEqual(['pull', 'pull', ['cancel', undefined]]);
  });

  test('cancels it though nobody ever asked for a value', async () => {
    const { stream, calls } = counted();
    from(stream).cancel('unread');
    await turns();
    expect(calls).toEqual([['cancel', 'unread']]);
  });

  test('cancels it when it carries undefined, and rejects with a TypeError', async () => {
    const calls: unknown[] = [];
    const stream = new ReadableStream<number>({
      start: (controller) => controller.enqueue(undefined as never),
      cancel: (reason: unknown) => void calls.push(reason),
    });
    expect((await rejection(from(stream).get())).reason).toBeInstanceOf(TypeError);
    expect(calls).toEqual([expect.any(TypeError)]);
  });

  test('is closed with the error of a stream that fails', async () => {
    const stream = new ReadableStream<number>(
      {
        start(controller) {
          controller.enqueue(1);
        },
        pull(controller) {
          controller.error(new RangeError('failed'));
        },
      },
      { highWaterMark: 1 },
    );
    const ch = from(stream);
    expect(await ch.get()).toBe(1);
    expect(await rejection(ch.get())).toEqual({ reason: new RangeError('failed') });
  });

  test('is closed with a TypeError when the stream is another’s already', async () => {
    const { stream } = counted();
    stream.getReader();
    expect((await rejection(from(stream).get())).reason).toBeInstanceOf(TypeError);
  });

  test('unlocks it at its end, when it fails, and when it is cancelled', async () => {
    const ended = counted(1).stream;
    await from(ended).collect();
    const failed = new ReadableStream<number>({ pull: (controller) => controller.error(new Error('no')) });
    await rejection(from(failed).collect());
    const cancelled = counted().stream;
    const ch = from(cancelled);
    await ch.get();
    const waiting = counted().stream;
    const other = from(waiting);
    void other.get();
    ch.cancel();
    other.cancel();
    const unread = counted().stream;
    from(unread).cancel();
    expect([ended, failed, cancelled, waiting, unread].map(({ locked }) => locked)).toEqual(
      Array(5).fill(false),
    );
    expect(await cancelled.getReader().read()).toEqual({ done: true, value: undefined });
  });

  test('cancelled, leaves a stream alone that is another’s, and says nothing', async () => {
    const { stream, calls } = counted();
    const reader = stream.getReader();
    expect(await uncaught(() => from(stream).cancel())).toEqual([]);
    expect(calls).toEqual([]);
    expect((await reader.read()).value).toBe(0);
  });

  test('cancelled after the stream has failed, does not tell its error again', async () => {
    let fail = (): void => {};
    const stream = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(0);
        fail = () => controller.error(new Error('lost'));
      },
    });
    const ch = from(stream);
    await ch.get();
    fail();
    expect(await uncaught(() => ch.cancel())).toEqual([]);
    expect(await uncaught(() => from(stream).cancel())).toEqual([]);
  });

  test('an error of its cancel is an uncaught one', async () => {
    const stream = new ReadableStream<number>({
      pull: (controller) => controller.enqueue(0),
      cancel: () => Promise.reject(new Error('cannot')),
    });
    const ch = from(stream);
    await ch.get();
    expect(await uncaught(() => ch.cancel())).toEqual([new Error('cannot')]);
  });
});
