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
  why: `Go has no topics: a loop over a table of channels does the work, and its goroutines need no promises. A topic of millrace is a
channel of its own, so that a slow subscriber of one topic need not hold up the others. rxjs and events.on call their
subscribers, or queue without bound.`,
  expected: sumTo,
};
