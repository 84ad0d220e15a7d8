import { describe, expect, test } from 'vitest';
import { type ReadChan, from } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { Stepped } from '../support/stepped.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

describe('a channel of an async iterable that is cancelled', () => {
  test('returns the iterator when it is cancelled, also while a step is under way', async () => {
    const source = new Stepped();
    const ch = from(source);
    const got = ch.get();
    ch.cancel();
    expect(source.calls).toEqual(['iterator', 'next', 'return']);
    expect(await got).toBeUndefined();
    source.give(1);
    await turns();
    expect(await ch.get()).toBeUndefined();
    ch.cancel();
    expect(source.calls).toEqual(['iterator', 'next', 'return']);
  });

  test('ignores how a step ends that was under way when it was cancelled', async () => {
    const source = new Stepped();
    const ch = from(source);
    const got = ch.get();
    ch.cancel();
    source.fail(new Error('late'));
    expect(await got).toBeUndefined();
    await turns();
    expect(await ch.get()).toBeUndefined();
  });

  test('does not return an iterator that has ended, nor open one of which nothing was asked', async () => {
    const ended = new Stepped();
    const ch = from(ended);
    const got = ch.get();
    ended.end();
    await got;
    ch.cancel();
    expect(ended.calls).toEqual(['iterator', 'next']);
    const unasked = new Stepped();
    from(unasked).cancel();
    expect(unasked.calls).toEqual([]);
  });

  test('cancelled by its own next is cancelled', async () => {
    let returned = 0;
    const ch: ReadChan<number> = from<number>({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          ch.cancel();
          return Promise.resolve({ done: false, value: 1 });
        },
        return: () => {
          returned++;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    });
    expect(await ch.get()).toBeUndefined();
    expect(returned).toBe(1);
  });

  test('an aborted signal is seen though it was the iterator that aborted it', async () => {
    const controller = new AbortController();
    const ch = from<number>({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          controller.abort('why');
          return new Promise(() => {});
        },
      }),
    });
    const got = rejection(ch.get({ signal: controller.signal }));
    expect(await isPending(got)).toBe(false);
    expect(await got).toEqual({ reason: 'why' });
  });

  test('an error of return, thrown or rejected, is an uncaught one', async () => {
    for (const how of [
      () => Promise.reject(new Error('cannot return')),
      thrower(new Error('cannot return')),
    ]) {
      const ch = from<number>({
        [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: how }),
      });
      const got = ch.get();
      expect(await uncaught(() => ch.cancel())).toEqual([new Error('cannot return')]);
      expect(await got).toBeUndefined();
    }
  });

  test('works with an iterator that has no return, and one whose return gives no promise', async () => {
    for (const own of [undefined, () => 5 as never]) {
      const ch = from<number>({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: 1 }),
          ...(own === undefined ? {} : { return: own }),
        }),
      });
      expect(await ch.get()).toBe(1);
      ch.cancel();
      expect(await ch.get()).toBeUndefined();
    }
  });
});

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}
