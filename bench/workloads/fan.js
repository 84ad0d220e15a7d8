import { sumTo } from '../work.js';

export const fan = {
  name: 'fan',
  title: '100 producers, 100 consumers',
  what: 'A hundred goroutines put their share of the numbers into one channel without a buffer; a hundred take them.',
  operation: 'fan',
  args: [100],
  count: 300_000,
  step: 100,
  unit: 'ns a value',
  floor: 'ring',
  expected: sumTo,
  why: `With a hundred goroutines on each side somebody always waits, so every library comes close to what its promises cost. Go
needs no promises. On two processors Go pays for the lock of the channel, which the processors share.`,
  targets: [
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    { text: 'at most 1.3 times Go', against: 'go', atMost: 1.3 },
  ],
};
