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
  why: `The operators of rxjs, of Effect and ours are called, one after the other, when a value comes; only the goroutine before them
costs a hand-over. rxjs does not even hand over: its producer calls the operators itself and waits for nobody. Who has a
goroutine or a stream for each stage pays four hand-overs, Go too. Channels without a bound (ix, channel-ts) let the first
stages run ahead of the last, and moving the queues about then costs more than the work.`,
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
