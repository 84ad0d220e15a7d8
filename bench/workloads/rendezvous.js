import { sumTo } from '../work.js';

export const rendezvous = {
  name: 'rendezvous',
  title: 'Rendezvous',
  what: 'One goroutine puts the numbers from 0, one at a time, into a channel without a buffer; another takes them.',
  operation: 'rendezvous',
  args: [],
  count: 300_000,
  unit: 'ns a value',
  floor: 'floor',
  expected: sumTo,
  why: `What lies between the floor and us is what a mailbox has not: closing, several readers and writers, a buffer that might be
there, and the gate that lets the event loop turn. channel-ts and ix are not at a rendezvous: their producer never waits for
the reader, so a value that already lies there needs no promise of its own and wakes nobody. Go switches goroutines without promises.`,
  targets: [
    { text: 'at most 1.15 times the floor', against: 'floor', atMost: 1.15 },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    { text: 'level with Go on two processors, or ahead', against: 'go-2', atMost: 1.05 },
  ],
};
