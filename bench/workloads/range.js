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
  why: `rxjs, ix and we take a value through the whole chain before the next: a chain that is asked for two values computes two. Effect
computes a chunk of thousands, function by function, which costs less for each, and holds up timers for as long as the chunk
takes (see the timer lateness with work). Libraries that make every operator an async iterator, a stream or a goroutine
pay a promise or more for each value and operator.`,
  targets: [
    { text: "at most 0.7 times Effect's chunked Stream", against: 'effect', atMost: 0.7 },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
  ],
};
