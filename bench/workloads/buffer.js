import { sumTo } from '../work.js';

const common = { operation: 'buffer', unit: 'ns a value', floor: 'floor', expected: sumTo };

const AWAIT = `A goroutine of Go goes on while there is room or a value. In JavaScript every await gives way, even if its promise is
settled, and two awaits are nearly all that a value costs here. The drained buffer awaits only where it is full or
empty. channel-ts and ix have no bound.`;

export const buffer1 = {
  ...common,
  name: 'buffer-1',
  title: 'Buffer of 1',
  what: 'One goroutine awaits a put for each number, another a get; the channel holds one value.',
  args: [1],
  why: AWAIT,
  count: 300_000,
};

export const buffer1024 = {
  ...common,
  name: 'buffer-1024',
  title: 'Buffer of 1,024',
  what: 'One goroutine awaits a put for each number, another a get; the channel holds 1,024 values.',
  args: [1024],
  why: AWAIT,
  count: 300_000,
  targets: [{ text: 'a put/get loop at most 1.1 times the floor', against: 'floor', atMost: 1.1 }],
};

export const drain1024 = {
  ...common,
  name: 'drain-1024',
  title: 'Buffer of 1,024, drained',
  what: `The same work in the fastest way a peer has: batches, or waiting only where the buffer is full or empty.
The sum is the same, and so is the back-pressure.`,
  why: `Who does not await what is ready leaves promises behind, and is in Go's league. Effect hands its reader all that the buffer
holds as one array; we hand over value by value, so that the reader can stop after any, and count them, so that the
event loop gets its turn by time and not by number. The ring does neither.`,
  operation: 'drain',
  args: [1024],
  count: 1_000_000,
  targets: [
    { text: 'level with Go, or ahead', against: 'go', atMost: 1.05 },
    { text: 'about 0.35 times the floor', against: 'floor', atMost: 0.35 },
  ],
};
