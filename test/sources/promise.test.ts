import { describe, expect, test } from 'vitest';
import { Chan, from, select } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

/** A promise that counts who subscribes to it, and is settled by hand. */
class Counted<T> implements PromiseLike<T> {
  subscriptions = 0;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;
  readonly #promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  // oxlint-disable-next-line unicorn/no-thenable -- the subject
  then<A = T, B = never>(
    done?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.subscriptions++;
    return this.#promise.then(done, failed);
  }
}

describe('from a promise', () => {
  test('gives its value to every get, for ever', async () => {
    const ch = from(Promise.resolve('done'));
    expect([await ch.get(), await ch.get(), await ch.get()]).toEqual(['done', 'done', 'done']);
    expect(await select({ ch })).toEqual({ key: 'ch', value: 'done' });
    expect(ch.tryGet()).toBe('done');
  });

  test.each([[0], [null], [false], ['']])('carries %s', async (value) => {
    const ch = from(Promise.resolve(value));
    expect([await ch.get(), await ch.get()]).toEqual([value, value]);
  });

  test('gives its value to all who waited', async () => {
    const promise = new Counted<number>();
    const ch = from(promise);
    const gets = [ch.get(), ch.get(), select({ ch }).then(({ value }) => value)];
    expect(ch.stats()).toMatchObject({ state: 'gets-waiting', waitingGets: 3 });
    promise.resolve(7);
    expect(await Promise.all(gets)).toEqual([7, 7, 7]);
    expect(ch.stats()).toMatchObject({ state: 'closed', waitingGets: 0 });
  });

  test('as a sequence is a sequence of one value', async () => {
    const ch = from(Promise.resolve(1));
    expect(await ch.collect()).toEqual([1]);
    const seen: number[] = [];
    for await (const value of ch) seen.push(value);
    expect(seen).toEqual([1]);
  });

  test('is not subscribed to before somebody asks', async () => {
    const promise = new Counted<number>();
    const ch = from(promise);
    await turns();
    expect([promise.subscriptions, ch.closed, ch.drained]).toEqual([0, false, false]);
    expect(ch.tryGet()).toBeUndefined();
    expect(promise.subscriptions).toBe(1);
  });

  test('is subscribed to once, over many selects that lose', async () => {
    const promise = new Counted<number>();
    const ch = from(promise);
    const tick = new Chan<number>();
    for (let i = 0; i < 1000; i++) {
      const selected = select({ ch, tick });
      tick.tryPut(i);
      await selected;
    }
    expect(promise.subscriptions).toBe(1);
    expect(ch.stats().waitingGets).toBe(0);
    promise.resolve(1);
    expect(await ch.get()).toBe(1);
  });

  test('is subscribed to once, over many channels made from it', async () => {
    const promise = new Counted<number>();
    const tick = new Chan<number>();
    for (let i = 0; i < 1000; i++) {
      const selected = select({ promise: from(promise), tick });
      tick.tryPut(i);
      await selected;
    }
    const last = from(promise).get();
    expect(promise.subscriptions).toBe(1);
    promise.resolve(1);
    expect(await last).toBe(1);
    expect(await from(promise).get()).toBe(1);
    expect(promise.subscriptions).toBe(1);
  });

  test.each([[new Error('failed')], [0], [null], [false]])(
    'a rejection with %s becomes its cause',
    async (error) => {
      const promise = new Counted<number>();
      const ch = from(promise);
      const waiting = [rejection(ch.get()), rejection(select({ ch }))];
      promise.reject(error);
      expect(await Promise.all(waiting)).toEqual([{ reason: error }, { reason: error }]);
      expect(await rejection(ch.get())).toEqual({ reason: error });
      expect(await rejection(from(promise).get())).toEqual({ reason: error });
      expect(ch.closed).toBe(true);
    },
  );

  test('a rejection with undefined becomes an error that says so', async () => {
    const promise = new Counted<number>();
    const got = rejection(from(promise).get());
    promise.reject(undefined);
    expect((await got).reason).toBeInstanceOf(Error);
  });

  test('of undefined just closes', async () => {
    const ch = from(Promise.resolve(undefined));
    expect(await ch.get()).toBeUndefined();
    expect([ch.closed, ch.drained]).toEqual([true, true]);
    expect(await ch.collect()).toEqual([]);
  });

  test('joins when it has settled, whether or not anybody reads it', async () => {
    const promise = new Counted<number>();
    const ch = from(promise);
    const joined = Promise.all([ch.join(), ch.join()]);
    expect(await isPending(joined)).toBe(true);
    promise.resolve(1);
    await joined;
    await ch.join();
    expect([ch.closed, await ch.get()]).toEqual([true, 1]);
  });

  test('joins when it has been rejected', async () => {
    const promise = new Counted<number>();
    const joined = from(promise).join();
    promise.reject(new Error('failed'));
    expect(await isPending(joined)).toBe(false);
    expect(await joined).toBeUndefined();
  });

  test('goes on joining after a reader was aborted', async () => {
    const [promise, controller] = [new Counted<number>(), new AbortController()];
    const ch = from(promise);
    const joined = ch.join();
    const got = rejection(ch.get({ signal: controller.signal }));
    controller.abort('why');
    await got;
    promise.resolve(1);
    await joined;
    expect(await ch.get()).toBe(1);
  });

  test('cancelled gives undefined, and leaves other channels of its promise alone', async () => {
    const promise = new Counted<number>();
    const [one, other] = [from(promise), from(promise)];
    const gets = [one.get(), other.get()];
    one.cancel();
    expect(await gets[0]).toBeUndefined();
    promise.resolve(1);
    expect(await gets[1]).toBe(1);
    expect(await one.get()).toBeUndefined();
  });

  test('takes a thenable that answers at once', async () => {
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable -- the subject
      then: (resolve: (value: number) => void) => resolve(5),
    };
    const ch = from(thenable as PromiseLike<number>);
    expect(await ch.get()).toBe(5);
    await from(thenable as PromiseLike<number>).join();
  });

  test('a then that throws becomes its cause', async () => {
    const broken = {
      // oxlint-disable-next-line unicorn/no-thenable -- the subject
      then: () => {
        throw new RangeError('broken');
      },
    };
    const ch = from(broken as never as PromiseLike<number>);
    expect(await rejection(ch.get())).toEqual({ reason: new RangeError('broken') });
  });
});
