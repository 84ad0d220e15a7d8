import { describe, expect, expectTypeOf, test } from 'vitest';
import { Chan, PENDING, type Pending, type Selectable, type Waiter, from } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { forms } from '../support/select-forms.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

/** A type of a user's own: a counting semaphore, whose permits are taken by select. */
class Semaphore implements Selectable<'permit'> {
  permits: number;
  readonly waiters = new Set<Waiter<'permit'>>();

  constructor(permits: number) {
    this.permits = permits;
  }
  release(): void {
    this.permits++;
    for (const waiter of this.waiters) {
      this.waiters.delete(waiter);
      if (waiter.commit('permit')) return void this.permits--;
    }
  }
  poll(): 'permit' | Pending {
    if (this.permits === 0) return PENDING;
    this.permits--;
    return 'permit';
  }
  park(waiter: Waiter<'permit'>): void {
    this.waiters.add(waiter);
  }
  unpark(waiter: Waiter<'permit'>): void {
    this.waiters.delete(waiter);
  }
}

/** A value that is set, ended or failed once; every select sees it from then on. */
class Settable<T> implements Selectable<T> {
  state: { readonly value: T | undefined } | { readonly error: unknown } | undefined;
  readonly waiters = new Set<Waiter<T>>();

  set(value: T | undefined): void {
    this.state = { value };
    for (const waiter of this.waiters) waiter.commit(value);
  }
  fail(error: unknown): void {
    this.state = { error };
    for (const waiter of this.waiters) waiter.fail(error);
  }
  poll(): T | undefined | Pending {
    if (this.state === undefined) return PENDING;
    if ('error' in this.state) throw this.state.error;
    return this.state.value;
  }
  park(waiter: Waiter<T>): void {
    this.waiters.add(waiter);
  }
  unpark(waiter: Waiter<T>): void {
    this.waiters.delete(waiter);
  }
}

describe.each(forms)('%s over a type of one’s own', (_, select) => {
  test('takes what poll gives, without parking', async () => {
    const permits = new Semaphore(1);
    expect(await select({ permits, a: new Chan<number>() })).toEqual({ key: 'permits', value: 'permit' });
    expect(permits).toMatchObject({ permits: 0, waiters: new Set() });
  });

  test('takes what a parked waiter is committed with', async () => {
    const [permits, a] = [new Semaphore(0), new Chan<number>()];
    const selected = select([a, permits]);
    expect(await isPending(selected)).toBe(true);
    permits.release();
    const result = await selected;
    expect(result).toMatchObject({ index: 1, value: 'permit' });
    expect(result.chan).toBe(permits);
    expect(permits.permits).toBe(0);
    expect(a.stats().waitingGets).toBe(0);
  });

  test('unparks it when it loses', async () => {
    const [permits, a] = [new Semaphore(0), new Chan<number>()];
    const selected = select({ permits, a });
    expect(permits.waiters.size).toBe(1);
    a.tryPut(1);
    expect(permits.waiters.size).toBe(0);
    await selected;
    permits.release();
    expect(permits.permits).toBe(1);
  });

  test('unparks it when it is aborted', async () => {
    const [permits, controller] = [new Semaphore(0), new AbortController()];
    const selected = rejection(select({ permits }, { signal: controller.signal }));
    controller.abort('why');
    expect(permits.waiters.size).toBe(0);
    expect(await selected).toEqual({ reason: 'why' });
  });

  test('shares permits among selects, each of which gets one or none', async () => {
    const [permits, stop] = [new Semaphore(2), new Chan<number>()];
    const all = Array.from({ length: 6 }, () => select({ permits, stop }));
    permits.release();
    await turns();
    stop.close();
    const keys = (await Promise.all(all)).map((result) => result.key);
    expect(keys.filter((key) => key === 'permits')).toHaveLength(3);
    expect(permits).toMatchObject({ permits: 0, waiters: new Set() });
  });

  test('ends with undefined, polled or committed', async () => {
    const flag = new Settable<number>();
    const selected = select({ flag });
    flag.set(undefined);
    expect(await selected).toEqual({ key: 'flag', value: undefined });
    expect(await select({ flag })).toEqual({ key: 'flag', value: undefined });
  });

  test.each([[new Error('why')], [0], [undefined], [null]])(
    'rejects when it fails with %s',
    async (error) => {
      const [flag, a] = [new Settable<number>(), new Chan<number>()];
      const selected = rejection(select({ a, flag }));
      flag.fail(error);
      expect(await selected).toEqual({ reason: error });
      expect(await rejection(select({ a, flag }))).toEqual({ reason: error });
      expect(a.stats().waitingGets).toBe(0);
    },
  );

  test.each([[0], [false], [null], ['']])('carries %s', async (value) => {
    const flag = new Settable<unknown>();
    const selected = select({ flag });
    flag.set(value);
    expect(await selected).toEqual({ key: 'flag', value });
    expect(await select({ flag }, { default: 'none' })).toEqual({ key: 'flag', value });
  });

  test('may commit as it is parked', async () => {
    const a = new Chan<number>();
    const eager: Selectable<string> = {
      poll: () => PENDING,
      park: (waiter) => void waiter.commit('at once'),
      unpark: () => {},
    };
    expect(await select({ a, eager, b: a })).toEqual({ key: 'eager', value: 'at once' });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('may fail as it is parked', async () => {
    const a = new Chan<number>();
    const eager: Selectable<string> = {
      poll: () => PENDING,
      park: (waiter) => void waiter.fail('at once'),
      unpark: () => {},
    };
    expect(await rejection(select({ a, eager, b: a }))).toEqual({ reason: 'at once' });
    expect(a.stats().waitingGets).toBe(0);
  });

  test('that throws as it is parked rejects, and leaves no other case waiting', async () => {
    const a = new Chan<number>();
    let unparked = 0;
    const broken: Selectable<string> = {
      poll: () => PENDING,
      park: () => {
        throw new RangeError('cannot');
      },
      unpark: () => void unparked++,
    };
    expect((await rejection(select({ a, broken, b: a }))).reason).toEqual(new RangeError('cannot'));
    expect(a.stats().waitingGets).toBe(0);
    expect(unparked).toBe(0);
  });

  test('cannot commit after it has thrown as it was parked', async () => {
    let parked: Waiter<string> | undefined;
    const broken: Selectable<string> = {
      poll: () => PENDING,
      park: (waiter) => {
        parked = waiter;
        throw new RangeError('cannot');
      },
      unpark: () => {},
    };
    await rejection(select([broken]));
    expect([parked?.waiting, parked?.commit('late')]).toEqual([false, false]);
  });

  test('tells by commit whether the value was taken', async () => {
    const parked: Waiter<number>[] = [];
    const keeping: Selectable<number> = {
      poll: () => PENDING,
      park: (waiter) => void parked.push(waiter),
      unpark: () => {},
    };
    const selected = select({ one: keeping, two: keeping });
    const [one, two] = parked as [Waiter<number>, Waiter<number>];
    expect([one.waiting, two.waiting]).toEqual([true, true]);
    expect(two.commit(2)).toBe(true);
    expect([one.waiting, two.waiting]).toEqual([false, false]);
    expect([one.commit(1), two.commit(3), one.fail('late')]).toEqual([false, false, false]);
    expect(await selected).toEqual({ key: 'two', value: 2 });
  });

  test('that forgets to unpark does no harm: a waiter that lost takes nothing', async () => {
    const parked: Waiter<number>[] = [];
    const forgetful: Selectable<number> = {
      poll: () => PENDING,
      park: (waiter) => void parked.push(waiter),
      unpark: () => {},
    };
    const a = new Chan<number>(1);
    for (let i = 0; i < 3; i++) {
      const selected = select({ forgetful, a });
      a.tryPut(i);
      expect(await selected).toEqual({ key: 'a', value: i });
    }
    expect(parked.map((waiter) => waiter.commit(1))).toEqual([false, false, false]);
  });

  test('that keeps a waiter of a select that is over cannot settle a later one with it', async () => {
    const parked: Waiter<number>[] = [];
    const keeping: Selectable<number> = {
      poll: () => PENDING,
      park: (waiter) => void parked.push(waiter),
      unpark: () => {},
    };
    const a = new Chan<number>(1);
    for (let i = 0; i < 3; i++) {
      const selected = select({ keeping, a });
      expect(parked.slice(0, i).map((waiter) => waiter.commit(100))).toEqual(Array(i).fill(false));
      a.tryPut(i);
      expect(await selected).toEqual({ key: 'a', value: i });
    }
  });

  test('that throws as it is unparked: the error is an uncaught one, and the select goes on', async () => {
    const [a, later] = [new Chan<number>(), new Semaphore(0)];
    const broken: Selectable<string> = {
      poll: () => PENDING,
      park: () => {},
      unpark: () => {
        throw new RangeError('cannot forget');
      },
    };
    const results: unknown[] = [];
    const errors = await uncaught(async () => {
      const selected = select({ broken, a, later, again: broken });
      results.push(a.tryPut(1), await selected, later.waiters.size);
      const controller = new AbortController();
      const aborted = rejection(select({ broken, a }, { signal: controller.signal }));
      controller.abort('why');
      results.push(await aborted, a.stats().waitingGets);
    });
    expect(results).toEqual([true, { key: 'a', value: 1 }, 0, { reason: 'why' }, 0]);
    expect(errors).toEqual(Array.from({ length: 3 }, () => new RangeError('cannot forget')));
  });

  test('meets put cases of channels in one select', async () => {
    const [permits, out] = [new Semaphore(0), new Chan<number>()];
    const selected = select({ permits, sent: [out, 1] });
    expect(out.tryGet()).toBe(1);
    expect(await selected).toEqual({ key: 'sent', value: true });
    expect(permits.waiters.size).toBe(0);
  });
});

test('the waiter of a case is typed by what its Selectable gives', () => {
  expectTypeOf<Parameters<Semaphore['park']>[0]>().toEqualTypeOf<Waiter<'permit'>>();
  expectTypeOf<Waiter<string | number>>().toExtend<Waiter<string>>();
  expectTypeOf<Waiter<string>>().not.toExtend<Waiter<string | number>>();
});

test('a Selectable that is no channel is no source for from', () => {
  expect(() => from(new Semaphore(1) as never)).toThrow(TypeError);
});
