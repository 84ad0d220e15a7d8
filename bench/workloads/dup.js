import { sumTo } from '../work.js';

export const dup = {
  name: 'dup',
  title: 'Every value to 10 taps',
  what: 'Ten readers each get every number; the slowest sets the pace, where a peer has back-pressure.',
  operation: 'dup',
  args: [10],
  count: 30_000,
  unit: 'ns a value',
  floor: 'floor',
  why: `Node's streams have a buffer before each tap, so their taps seldom wait, and their writer calls all taps without a promise.
rxjs calls them without a buffer, and cannot wait.`,
  expected: (n) => 10 * sumTo(n),
};
