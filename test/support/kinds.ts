/** Every kind of buffer, for tests of what holds for all of them. */
import type { ChanBuffer } from '../../src/channel/buffer.js';
import type { Value } from '../../src/channel/protocol.js';
import { dropping, fixed, promise, sliding, unbounded, weighted } from '../../src/channel/buffers.js';
import { OwnQueue } from './custom-buffers.js';

interface Kind {
  readonly make: <T extends Value>() => number | ChanBuffer<T> | undefined;
  readonly capacity: number;
}

/** For `test.each`: a name that reads well after "through", and what it names. */
type Kinds = readonly (readonly [name: string, kind: Kind])[];

const one = (): number => 1;

/** Puts wait while they hold as many values as `capacity` says. */
export const WAITING: Kinds = [
  ['a rendezvous', { make: () => undefined, capacity: 0 }],
  ['a buffer of none', { make: () => fixed(0), capacity: 0 }],
  ['a buffer of one', { make: () => 1, capacity: 1 }],
  ['a buffer of three', { make: () => fixed(3), capacity: 3 }],
  ['a weighted buffer', { make: () => weighted(2, one), capacity: 2 }],
  ['a custom buffer', { make: <T extends Value>() => new OwnQueue<T>(2), capacity: 2 }],
];

/** Puts never wait, and up to `capacity` values nothing is dropped. */
export const NEVER_WAITING: Kinds = [
  ['a sliding buffer', { make: () => sliding(4), capacity: 4 }],
  ['a dropping buffer', { make: () => dropping(4), capacity: 4 }],
  ['an unbounded buffer', { make: () => unbounded(), capacity: Infinity }],
];

const PROMISE: Kinds = [['a promise channel', { make: () => promise(), capacity: 1 }]];

/** The kinds of which each value is taken once, in order: all but promise channels. */
export const QUEUES: Kinds = [...WAITING, ...NEVER_WAITING];

/** The kinds that hold at least one value without a get. */
export const HOLDING: Kinds = [...QUEUES.filter(([, { capacity }]) => capacity > 0), ...PROMISE];

export const ALL: Kinds = [...QUEUES, ...PROMISE];
