import fc from 'fast-check';
import { test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { dropping, fixed, promise, sliding, unbounded, weighted } from '../../src/channel/buffers.js';
import { commands, Observed } from '../support/chan-commands.js';
import { Latest, OwnQueue, Smallest } from '../support/custom-buffers.js';
import { type Carried, type Kind, NaiveChan } from '../support/naive-chan.js';

type Held = readonly Carried[];

const append = (held: Held, value: Carried): Held => [...held, value];
const oldest = (held: Held): Carried => held[0] as Carried; // Sound: called only when something is held.
const least = (held: Held): Carried =>
  held.reduce((best, value) => (Number(value) < Number(best) ? value : best), oldest(held));
const weight = (value: Carried): number => (typeof value === 'number' ? value % 4 : 1);
const total = (held: Held): number => held.reduce((sum: number, value) => sum + weight(value), 0);

/** First in, first out; puts wait while it is full. */
const queue = (capacity: number, make: Kind['make']): Kind => ({
  make,
  room: (held) => held.length < capacity,
  add: append,
  next: oldest,
});

const always = (make: Kind['make'], add: Kind['add']): Kind => ({
  make,
  room: () => true,
  add,
  next: oldest,
});

const KINDS: readonly (readonly [name: string, kind: Kind])[] = [
  ['a rendezvous', queue(0, () => undefined)],
  ['a fixed buffer of none', queue(0, () => fixed(0))],
  ['a fixed buffer of one', queue(1, () => 1)],
  ['a fixed buffer of three', queue(3, () => fixed(3))],
  ['an unbounded buffer', queue(Infinity, () => unbounded())],
  ['a custom queue of two', queue(2, () => new OwnQueue(2))],
  [
    'a sliding buffer',
    always(
      () => sliding(2),
      (held, value) => [...held, value].slice(-2),
    ),
  ],
  [
    'a dropping buffer',
    always(
      () => dropping(2),
      (held, value) => [...held, value].slice(0, 2),
    ),
  ],
  ['a weighted buffer', { ...queue(0, () => weighted(5, weight)), room: (held) => total(held) < 5 }],
  [
    'a promise channel',
    {
      ...always(
        () => promise(),
        (held, value) => (held.length === 0 ? [value] : held),
      ),
      keeps: true,
      isPromise: true,
    },
  ],
  [
    'a cell of the latest value',
    {
      ...always(
        () => new Latest(),
        (_, value) => [value],
      ),
      keeps: true,
    },
  ],
  ['a buffer that reorders', { ...queue(3, () => new Smallest(3)), next: least }],
];

const carried = fc.oneof(fc.nat(1000), fc.constantFrom<Carried>(0, '', false, null));

test.each(KINDS)('whatever is done to it, a channel of %s does what a naive one does', async (_, kind) => {
  await fc.assert(
    fc.asyncProperty(commands(carried), (all) =>
      fc.asyncModelRun(
        () => ({ model: new NaiveChan(kind), real: new Observed(new Chan<Carried>(kind.make())) }),
        all,
      ),
    ),
    { seed: 20, numRuns: 60 },
  );
});
