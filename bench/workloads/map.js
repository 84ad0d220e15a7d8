import { sumInOrder } from '../work.js';

export const mapOnce = {
  name: 'map-once',
  title: 'Ordered map, 16 at a time, resolving at once',
  what: `An async function is called for each number, at most sixteen calls at a time, and the results come in the
order of the numbers. The function resolves at once. The floor is a window of promises.`,
  operation: 'map',
  why: 'The floor calls sixteen, waits for the oldest, calls the next: no errors, no end that may come early, nobody who hangs up.',
  args: ['once', 16],
  count: 200_000,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumInOrder,
  targets: [{ text: 'at most half of p-map', against: 'p-map', atMost: 0.5 }],
};

export const mapTimers = {
  name: 'map-timers',
  title: 'Ordered map, 16 at a time, timers of 1 ms',
  what: 'The same where each call takes a timer of 1 ms: here nobody can be faster than the timers.',
  operation: 'map',
  why: "The timers decide. Go's timers are finer than Node's, whose millisecond is a little more than one.",
  args: ['timers', 16],
  count: 1600,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumInOrder,
};
