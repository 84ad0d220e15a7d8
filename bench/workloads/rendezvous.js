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
  why: `Go switches goroutines without promises. millrace costs more than the floor because a mailbox has no closing, no second
reader or writer, no buffer, and no gate that lets the event loop turn. The producers of channel-ts and ix never wait for the
reader, so a value that is already there needs no promise of its own and wakes nobody.`,
  targets: [
    { text: 'at most 1.15 times the floor', against: 'floor', atMost: 1.15 },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    { text: 'level with Go on two processors, or ahead', against: 'go-2', atMost: 1.05 },
  ],
};
