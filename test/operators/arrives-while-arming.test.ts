/** A stage that reads ahead from an input that has a value in the moment in which the stage comes to wait for it. */
import { describe, expect, test } from 'vitest';
import {
  Chan,
  combineLatest,
  concat,
  from,
  fromRange,
  merge,
  race,
  type ReadChan,
  zip,
} from '../../src/index.js';
import { turns } from '../support/turns.js';

type Combine = (a: ReadChan<number>, b: ReadChan<number>) => ReadChan<unknown>;
const COMBINE: readonly (readonly [name: string, combine: Combine])[] = [
  ['merge', (a, b) => merge(a, b)],
  ['race', (a, b) => race(a, b)],
  ['combineLatest', (a, b) => combineLatest(a, b, { eager: true })],
  [
    'zip',
    (a, b) =>
      zip(
        a,
        b.map((n) => n),
      ).map(([n]) => n),
  ],
  ['concat', (a, b) => concat(a, b)],
  ['switchMap', (a) => from([0]).switchMap(() => a)],
];
const READ: readonly (readonly [name: string, read: (of: ReadChan<unknown>) => ReadChan<unknown>])[] = [
  ['a buffer', (of) => of.buffer(1)],
  ['a large buffer', (of) => of.buffer(8)],
  ['asyncPipe with a synchronous function', (of) => of.asyncPipe(1, (value) => value ?? undefined)],
  ['asyncPipe, several at a time,', (of) => of.asyncPipe(3, (value) => value ?? undefined)],
  ['asyncPipeUnordered', (of) => of.asyncPipeUnordered(2, (value) => value ?? undefined)],
  ['a batch', (of) => of.batch({ size: 1, ms: 10 })],
  ['timeoutEach', (of) => of.timeoutEach(1e6)],
  ['a stage below a buffer', (of) => of.buffer(1).map((value) => value as number)],
  ['another merge', (of) => merge(of, new Chan<number>())],
  ['nothing', (of) => of],
];

/** Has nothing when it is first looked at, and a value right after. */
class Late extends Chan<number> {
  #looked = false;

  override poll(): ReturnType<Chan<number>['poll']> {
    const found = super.poll();
    if (!this.#looked) {
      this.#looked = true;
      this.add(1);
    }
    return found;
  }
}

describe.each(COMBINE)('what comes to %s while it begins to wait', (_, combine) => {
  test.each(READ)('reaches %s', async (__, read) => {
    // An input is chosen at random.
    for (let i = 0; i < 20; i++) {
      const got: unknown[] = [];
      const both = combine(new Late(4), new Late(4));
      void read(both)
        .get()
        .then((value) => got.push(value));
      await turns(1);
      expect(got).toHaveLength(1);
    }
  });
});

test('a buffer behind a merge of a filter that is slow to find something never hangs', async () => {
  const busy = (ms: number): void => {
    for (const start = performance.now(); performance.now() - start < ms; );
  };
  for (let round = 0; round < 60; round++) {
    const slow = fromRange().filter((n) => {
      if (n > round % 8) return true;
      busy(0.3);
      return false;
    });
    expect(await merge(slow).buffer(1).get()).toBeTypeOf('number');
  }
}, 5000);
