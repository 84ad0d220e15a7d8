import { sumOfStages } from '../work.js';

export const stages = {
  name: 'stages',
  title: 'Three stages from a goroutine',
  what: `A goroutine puts the numbers, one at a time, into a channel without a buffer; map, filter and map lie between
it and the goroutine that sums them: operators where a peer has them, else a goroutine and a channel for each.
The floor is a mailbox whose reader calls the three functions.`,
  operation: 'stages',
  args: [],
  count: 200_000,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumOfStages,
  targets: [
    {
      text: 'at most 1.2 times the rendezvous alone',
      against: { workload: 'rendezvous', peer: 'millrace' },
      atMost: 1.2,
    },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    { text: "less than half of Go's", against: 'go', atMost: 0.5 },
  ],
};
