import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarm, now } from '../../src/base/clock.js';
import { numbers } from '../support/numbers.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('an alarm rings once, at its deadline and not before', () => {
  const rings: number[] = [];
  const start = now();
  new Alarm(() => rings.push(now() - start)).set(start + 100);
  vi.advanceTimersByTime(99);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rings).toEqual([100]);
  vi.advanceTimersByTime(1000);
  expect(rings).toHaveLength(1);
});

test('alarms ring in the order of their deadlines, those of one deadline in the order they were set', () => {
  const order: string[] = [];
  const start = now();
  const set = (name: string, ms: number): void => new Alarm(() => order.push(name)).set(start + ms);
  set('30', 30);
  set('10 first', 10);
  set('20', 20);
  set('10 second', 10);
  set('10 third', 10);
  set('past', -5);
  vi.advanceTimersByTime(100);
  expect(order).toEqual(['past', '10 first', '10 second', '10 third', '20', '30']);
});

test('one timer of the platform serves all alarms, and none is left when none is set', () => {
  const alarms = numbers(100).map(() => new Alarm(() => {}));
  for (const [i, alarm] of alarms.entries()) alarm.set(now() + 100 - i);
  expect(vi.getTimerCount()).toBe(1);
  for (const alarm of alarms) alarm.clear();
  expect(vi.getTimerCount()).toBe(0);
});

test('an alarm that is taken back does not ring, and taking it back again does no harm', () => {
  const rings: string[] = [];
  const start = now();
  const first = new Alarm(() => rings.push('first'));
  const second = new Alarm(() => rings.push('second'));
  first.clear();
  first.set(start + 10);
  second.set(start + 20);
  first.clear();
  first.clear();
  vi.advanceTimersByTime(100);
  expect(rings).toEqual(['second']);
});

test('an alarm that is set again moves', () => {
  const rings: number[] = [];
  const start = now();
  const alarm = new Alarm(() => rings.push(now() - start));
  alarm.set(start + 10);
  alarm.set(start + 30);
  vi.advanceTimersByTime(20);
  expect(rings).toEqual([]);
  alarm.set(start + 25);
  vi.advanceTimersByTime(100);
  expect(rings).toEqual([25]);
  alarm.set(start + 200);
  vi.advanceTimersByTime(100);
  expect(rings).toEqual([25, 200]);
});

test('an alarm may set and take back alarms while it rings, itself too', () => {
  const rings: string[] = [];
  const start = now();
  const never = new Alarm(() => rings.push('never'));
  const later = new Alarm(() => rings.push('later'));
  let again = 2;
  const first: Alarm = new Alarm(() => {
    rings.push('first');
    never.clear();
    later.set(start + 50);
    if (again-- > 0) first.set(now() + 10);
  });
  first.set(start + 10);
  never.set(start + 10);
  vi.advanceTimersByTime(100);
  expect(rings).toEqual(['first', 'first', 'first', 'later']);
});

test('a delay longer than the timers of the platform take is chained', () => {
  const set = vi.spyOn(globalThis, 'setTimeout');
  const longest = 2 ** 31 - 1;
  const year = 365 * 24 * 3600 * 1000;
  const rings: number[] = [];
  const start = now();
  new Alarm(() => rings.push(now() - start)).set(start + year);
  vi.advanceTimersByTime(year - 1);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rings).toEqual([year]);
  for (const [, ms] of set.mock.calls) expect(ms).toBeLessThanOrEqual(longest);
  expect(set.mock.calls.length).toBeGreaterThan(1);
});

test('an alarm for never does not ring, and can be taken back', () => {
  const rings: number[] = [];
  const alarm = new Alarm(() => rings.push(1));
  alarm.set(Infinity);
  vi.advanceTimersByTime(2 ** 33);
  expect(rings).toEqual([]);
  alarm.clear();
});

test('an alarm does not ring early though the timer of the platform does', () => {
  let time = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => time);
  const timers: { fire: () => void; ms: number | undefined }[] = [];
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((fire: () => void, ms?: number) => {
    timers.push({ fire, ms });
    return timers.length;
  }) as unknown as typeof setTimeout); // Sound: nothing but the two arguments and a token is used here.
  const rings: number[] = [];
  new Alarm(() => rings.push(time)).set(1010.25);
  expect(timers[0]?.ms).toBe(11);
  time = 1009.5;
  timers[0]?.fire();
  expect(rings).toEqual([]);
  expect(timers).toHaveLength(2);
  time = 1010.25;
  timers[1]?.fire();
  expect(rings).toEqual([1010.25]);
});

test('a thousand alarms, set and taken back at random, ring as a sorted list says', () => {
  const step = fc.record({
    at: fc.nat(50),
    drop: fc.boolean(),
    move: fc.option(fc.nat(50), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(1000), (steps, salt) => {
      const start = now();
      const rings: number[] = [];
      const expected: { at: number; order: number; i: number }[] = [];
      let order = 0;
      const alarms = steps.map((_, i) => new Alarm(() => rings.push(i)));
      for (const [i, { at }] of steps.entries()) alarms[i]?.set(start + at);
      // Taken back and moved in an order of its own.
      const shuffled = [...steps.entries()].map((entry, i) => [(i * 7919 + salt) % 61, entry] as const);
      for (const [i, { at }] of steps.entries()) expected.push({ at, order: order++, i });
      for (const [, [i, { drop, move }]] of shuffled) {
        const found = expected.findIndex((one) => one.i === i);
        if (drop) {
          alarms[i]?.clear();
          expected.splice(found, 1);
        } else if (move !== undefined) {
          alarms[i]?.set(start + move);
          expected[found] = { at: move, order: order++, i };
        }
      }
      vi.advanceTimersByTime(100);
      const list: number[] = [];
      while (expected.length > 0) {
        let least = 0;
        for (const [i, one] of expected.entries()) {
          const best = expected[least] as (typeof expected)[number];
          if (one.at < best.at || (one.at === best.at && one.order < best.order)) least = i;
        }
        list.push(...expected.splice(least, 1).map((one) => one.i));
      }
      expect(rings).toEqual(list);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

test('an alarm that is never to ring sets no timer, so that a process may end', () => {
  const alarm = new Alarm(() => {});
  alarm.set(Infinity);
  expect(vi.getTimerCount()).toBe(0);
  alarm.clear();
});
