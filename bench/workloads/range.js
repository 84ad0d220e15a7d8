import { sumOfStages } from '../work.js';

export const range = {
  name: 'range',
  title: 'Three operators from a range',
  what: 'The numbers from 0 go through map, filter and map, and are summed. The floor is a loop.',
  operation: 'range',
  args: [],
  count: 1_000_000,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumOfStages,
  targets: [
    { text: "at most 0.7 times Effect's chunked Stream", against: 'effect', atMost: 0.7 },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
  ],
};
