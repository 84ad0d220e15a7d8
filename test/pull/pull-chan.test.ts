import { describe, expect, test } from 'vitest';
import { PENDING } from '../../src/channel/protocol.js';
import { FALSY } from '../support/falsy.js';
import { numbers } from '../support/numbers.js';
import { Called, Pushed } from '../support/sources.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

test('a source is asked for nothing before somebody asks it, and for one value at a time', async () => {
  const source = new Pushed<number>();
  source.push(1, 2, 3);
  expect(source.log).not.toContain('produce');
  expect(await source.get()).toBe(1);
  expect(source.log.filter((entry) => entry === 'produce')).toHaveLength(1);
  expect(source.tryGet()).toBe(2);
  expect(source.log.filter((entry) => entry === 'produce')).toHaveLength(2);
});

test('a source gives its values in order, in every form of get', async () => {
  let n = 0;
  const source = new Called(() => n++);
  const seen: unknown[] = [await source.get(), source.tryGet()];
  source.getThen((value) => seen.push(value));
  await turns();
  seen.push((await source[Symbol.asyncIterator]().next()).value, ...(await source.collect(2)));
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a source gives falsy values and null like any other', async () => {
  const source = new Pushed<unknown>();
  source.push(...FALSY);
  expect(await source.collect(FALSY.length)).toEqual(FALSY);
  const outcome = follow(...FALSY.map(() => source.get()));
  source.push(...FALSY);
  await turns();
  expect(outcome()).toEqual(FALSY.map(fulfilled));
});

test('gets that wait are served in the order in which they were called', async () => {
  const source = new Pushed<number>();
  const order: unknown[] = [];
  void source.get().then((value) => order.push(value));
  source.getThen((value) => order.push(value));
  const outcome = follow(source.get(), source.get({ signal: new AbortController().signal }), source.get());
  expect(source.stats()).toMatchObject({ state: 'gets-waiting', waitingGets: 5 });
  source.push(1, 2, 3);
  await turns();
  expect(new Set(order)).toEqual(new Set([1, 2]));
  expect(outcome()).toEqual([fulfilled(3), pending, pending]);
  source.push(4, 5, 6);
  await turns();
  expect(outcome()).toEqual([fulfilled(3), fulfilled(4), fulfilled(5)]);
  expect(source.tryGet()).toBe(6);
});

test('a get does not overtake one that waits', () => {
  const source = new Pushed<number>();
  source.getThen(() => {});
  expect(source.tryGet()).toBeUndefined();
  source.values.push(1, 2);
  expect(source.tryGet()).toBeUndefined();
  source.push();
  expect(source.tryGet()).toBe(2);
});

describe('a source is armed exactly while somebody waits:', () => {
  test('for a value', () => {
    const source = new Pushed<number>();
    expect(source.armed).toBe(false);
    source.tryGet();
    expect(source.armed).toBe(false);
    source.getThen(() => {});
    source.getThen(() => {});
    expect(source.armed).toBe(true);
    source.push(1);
    expect(source.armed).toBe(true);
    source.push(2);
    expect(source.armed).toBe(false);
  });

  test('and not for one that waits for its end', async () => {
    const source = new Pushed<number>();
    const outcome = follow(source.join());
    expect([source.armed, source.log]).toEqual([false, []]);
    source.fail(undefined);
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined)]);
  });

  test('not for gets that were given up', async () => {
    const controller = new AbortController();
    const source = new Pushed<number>();
    const outcome = follow(
      source.get({ signal: controller.signal }),
      source.get({ signal: controller.signal }),
    );
    expect(source.armed).toBe(true);
    controller.abort('gone');
    expect(source.armed).toBe(false);
    expect(source.stats().waitingGets).toBe(0);
    await turns();
    expect(outcome()).toEqual([rejected('gone'), rejected('gone')]);
    source.push(1);
    expect(source.tryGet()).toBe(1);
  });

  test('not for one who serves in vain', () => {
    const source = new Pushed<number>();
    source.push();
    expect(source.armed).toBe(false);
    expect(source.log).not.toContain('produce');
  });
});

test('100,000 gets may wait on a source', async () => {
  const source = new Pushed<number>();
  const gets = numbers(100_000).map(() => source.get());
  for (const n of numbers(100_000)) source.push(n);
  const received = await Promise.all(gets);
  expect(received.every((value, i) => value === i)).toBe(true);
});

test('callbacks on a source may nest 100,000 deep without overflowing the stack', async () => {
  let n = 0;
  const source = new Called(() => n++);
  await new Promise<void>((resolve) => {
    const step = (value: number | undefined): void => (value === 100_000 ? resolve() : source.getThen(step));
    source.getThen(step);
  });
  expect(n).toBe(100_001);
});

test('what a source counts is told by its stats', () => {
  const source = new Pushed<number>();
  expect(source.stats()).toMatchObject({
    name: undefined,
    state: 'flowing',
    buffered: 0,
    gets: 0,
    waitingPuts: 0,
  });
  source.push(1, 2);
  source.tryGet();
  source.tryGet();
  source.getThen(() => {});
  expect(source.stats()).toMatchObject({ state: 'gets-waiting', gets: 2, waitingGets: 1 });
  source.cancel();
  expect(source.stats()).toMatchObject({ state: 'closed', gets: 2, waitingGets: 0 });
});

test('a source that has nothing yet is pending, and not at its end', async () => {
  const source = new Called(() => PENDING);
  const outcome = follow(source.get());
  expect(source.tryGet()).toBeUndefined();
  await turns();
  expect(outcome()).toEqual([pending]);
  expect([source.closed, source.drained]).toEqual([false, false]);
});
