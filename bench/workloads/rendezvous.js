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
  targets: [
    { text: 'at most 1.15 times the floor', against: 'floor', atMost: 1.15 },
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    { text: 'level with Go on two processors, or ahead', against: 'go-2', atMost: 1.05 },
  ],
};
