import { sumTo } from '../work.js';

export const pub = {
  name: 'pub',
  title: 'Publishing under 100 topics',
  what: 'Each number goes to the one of a hundred subscribers that asked for its topic, its last two digits.',
  operation: 'pub',
  args: [100],
  count: 100_000,
  step: 100,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumTo,
};
