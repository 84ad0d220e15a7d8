import { expect, test } from 'vitest';
import { type Settle, Waiter, WaiterList, type Withdrawable } from '../../src/channel/waiters.js';
import { numbers } from '../support/numbers.js';

/** A place to wait in, and what the owners of its waiters were told. */
function place(): { list: WaiterList; told: unknown[]; wait: (owner: unknown) => Waiter<unknown> } {
  const list = new WaiterList();
  const told: unknown[] = [];
  const source: Withdrawable = { unpark: (waiter) => list.remove(waiter) };
  const settle: Settle = (waiter, value, failed) => told.push([waiter.owner, value, failed]);
  const wait = (owner: unknown): Waiter<unknown> => {
    const waiter = new Waiter<unknown>(source, settle, owner);
    list.push(waiter);
    return waiter;
  };
  return { list, told, wait };
}

const drain = (list: WaiterList): unknown[] => numbers(list.length).map(() => list.shift()?.owner);

test('a list gives its waiters in the order in which they came', () => {
  const { list, wait } = place();
  expect(list.shift()).toBeNull();
  for (const n of numbers(5)) wait(n);
  expect([list.length, list.head?.owner]).toEqual([5, 0]);
  expect(drain(list)).toEqual([0, 1, 2, 3, 4]);
  expect([list.length, list.head, list.shift()]).toEqual([0, null, null]);
});

test('any waiter leaves the list, and the others keep their order', () => {
  for (const gone of numbers(5)) {
    const { list, wait } = place();
    const waiters = numbers(5).map(wait);
    list.remove(waiters[gone] as Waiter<unknown>);
    expect(list.length).toBe(4);
    wait(5);
    expect(drain(list)).toEqual([...numbers(5).filter((n) => n !== gone), 5]);
  }
});

test('a list of one can be emptied and filled again', () => {
  const { list, wait } = place();
  for (const n of numbers(3)) {
    list.remove(wait(n));
    expect([list.length, list.head]).toEqual([0, null]);
  }
  wait(3);
  expect(drain(list)).toEqual([3]);
});

test('a waiter that was taken out of a list is no longer waiting', () => {
  const { list, wait } = place();
  const waiter = wait('a');
  expect(waiter.waiting).toBe(true);
  expect(list.shift()).toBe(waiter);
  expect(waiter.waiting).toBe(false);
});

test('a waiter commits or fails once, and says whether it did', () => {
  const { told, wait } = place();
  const good = wait('good');
  expect([good.commit(1), good.commit(2), good.fail('late')]).toEqual([true, false, false]);
  const bad = wait('bad');
  expect([bad.fail('error'), bad.fail('again'), bad.commit(1)]).toEqual([true, false, false]);
  const ended = wait('ended');
  expect(ended.commit(undefined)).toBe(true);
  expect(told).toEqual([
    ['good', 1, false],
    ['bad', 'error', true],
    ['ended', undefined, false],
  ]);
});

test('a waiter is no longer waiting when its owner is told', () => {
  const seen: boolean[] = [];
  const settle: Settle = (waiter) => seen.push(waiter.waiting);
  const source: Withdrawable = { unpark: () => {} };
  new Waiter<number>(source, settle, null).commit(1);
  new Waiter<number>(source, settle, null).fail('error');
  expect(seen).toEqual([false, false]);
});

test('a waiter that is withdrawn leaves its list, and its owner is told nothing', () => {
  const { list, told, wait } = place();
  const first = wait('first');
  wait('second');
  first.withdraw();
  first.withdraw();
  expect(first.waiting).toBe(false);
  expect(first.commit(1)).toBe(false);
  expect(drain(list)).toEqual(['second']);
  expect(told).toEqual([]);
});

test('a waiter whose signal fires leaves its list, and fails with the reason', () => {
  const { list, told, wait } = place();
  const waiter = wait('a');
  waiter.aborted(0);
  expect([list.length, waiter.waiting]).toEqual([0, false]);
  expect(told).toEqual([['a', 0, true]]);
});

test('of a select, committing one waiter withdraws its siblings before anybody is told', () => {
  const { list, told } = place();
  const siblings: Waiter<unknown>[] = [];
  const owner = { withdraw: () => siblings.forEach((one) => one.withdraw()) };
  const source: Withdrawable = { unpark: (waiter) => list.remove(waiter) };
  const settle: Settle = (waiter, value) => told.push([waiter.index, value, list.length]);
  for (const index of numbers(3)) {
    const waiter = new Waiter<unknown>(source, settle, owner);
    waiter.index = index;
    siblings.push(waiter);
    list.push(waiter);
  }
  expect(list.shift()).toBe(siblings[0]);
  expect(list.length).toBe(0);
  expect(siblings.map((one) => one.waiting)).toEqual([false, false, false]);
  siblings[0]?.settle(siblings[0], 'value', false);
  expect(told).toEqual([[0, 'value', 0]]);
});
