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
  expected: (n) => 10 * sumTo(n),
};
