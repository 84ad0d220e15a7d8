import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chan, fromIter } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import {
  IDENTITY,
  type Numbers,
  type Stage,
  ahead,
  call,
  derive,
  held,
  inFlight,
  listOf,
  sized,
  sync,
  synchronous,
} from '../support/stages.js';
import { turns } from '../support/turns.js';

// A pipeline that is hung up, or fails, at any point. Whatever the point:
//
// - What was delivered is the values from the first on, in order; nothing was skipped.
// - A value taken and not delivered was named in the error, or was in flight: no more of those than the stages may hold.
// - What was not taken can still be read from the source, in order, where nobody waits any more.

const COUNT = 30;
const kinds = fc.constantFrom('waiting puts', 'a buffer', 'a goroutine');

/** A channel of the user's that gives the numbers, in one of several ways. */
function make(kind: string): Chan<number> {
  if (kind === 'waiting puts') return new Chan<number>().add(...numbers(COUNT));
  if (kind === 'a buffer') return new Chan<number>(COUNT).add(...numbers(COUNT));
  const ch = new Chan<number>();
  void (async () => {
    for (const n of numbers(COUNT)) if (!(await ch.put(n))) return;
  })();
  return ch;
}

/** The ways to leave after so many values. Each gives what was delivered. */
const LEAVES: Record<string, (ch: Numbers, after: number) => Promise<number[]>> = {
  'cancel between two gets': async (ch, after) => {
    const got: number[] = [];
    while (got.length < after) got.push((await ch.get()) as number);
    ch.cancel('enough');
    return got;
  },
  'a break out of consume': async (ch, after) => {
    const got: number[] = [];
    if (after === 0) ch.cancel();
    else for await (const n of ch.consume()) if (got.push(n) === after) break;
    return got;
  },
  'cancel in a callback': (ch, after) =>
    new Promise((resolve) => {
      const got: number[] = [];
      const next = (): void => {
        if (got.length < after) return ch.getThen((n) => (got.push(n as number), next()));
        ch.cancel();
        resolve(got);
      };
      next();
    }),
  'cancel in the function of a terminal': async (ch, after) => {
    const got: number[] = [];
    if (after === 0) ch.cancel();
    await ch.forEach((n) => {
      if (got.push(n) === after) ch.cancel();
    });
    return got;
  },
  'cancel while a get waits': async (ch, after) => {
    const got = await ch.collect(after);
    const last = ch.get();
    ch.cancel();
    const value = await last;
    return value === undefined ? got : [...got, value];
  },
  'an aborted get, and then cancel': async (ch, after) => {
    const got = await ch.collect(after);
    const controller = new AbortController();
    const last = ch.get({ signal: controller.signal }).catch(() => undefined);
    controller.abort('why');
    const value = await last;
    ch.cancel();
    return value === undefined ? got : [...got, value];
  },
};

/** What is left in a source is what was not taken, in order, and nobody waits there. */
async function expectRest(source: Chan<number>): Promise<void> {
  await turns();
  const { gets, waitingGets } = source.stats();
  expect(waitingGets).toBe(0);
  expect(await source.collect(COUNT - gets)).toEqual(numbers(COUNT).slice(gets));
  expect(source.closed).toBe(false);
}

test.each(Object.entries(LEAVES))(
  'a pipeline that is hung up by %s takes nothing more and loses nothing',
  async (_, leave) => {
    await fc.assert(
      fc.asyncProperty(
        kinds,
        listOf(fc.oneof(synchronous, ahead)),
        fc.nat(COUNT - 1),
        async (kind, stages, after) => {
          inFlight.clear();
          const source = make(kind);
          const ch = derive(source, [...stages, ...(stages.length === 0 ? [IDENTITY] : [])]);
          const delivered = await leave(ch, after);
          const { gets } = source.stats();
          expect(delivered).toEqual(numbers(delivered.length));
          expect(gets - delivered.length).toBeLessThanOrEqual(held(stages));
          expect([ch.closed, ch.drained, await ch.get()]).toEqual([true, true, undefined]);
          expect([...inFlight].filter((signal) => !signal.aborted)).toEqual([]);
          await expectRest(source);
          expect(source.stats().gets).toBe(COUNT);
        },
      ),
      { numRuns: 150 },
    );
  },
);

class Named extends Error {
  readonly value: number;
  constructor(value: number) {
    super(`failed at ${value}`);
    this.value = value;
  }
}

/** Stages that fail at a value. */
const failing = (at: number): fc.Arbitrary<Stage> => {
  const fail = (n: number): number => {
    if (n === at) throw new Named(n);
    return n;
  };
  return fc.oneof(
    sync('map', (ch) => ch.map(fail)),
    sync('filter', (ch) => ch.filter((n) => fail(n) === n)),
    sync('flatMap', (ch) => ch.flatMap((n) => [fail(n)])),
    sync('flatMap late', (ch) =>
      ch.flatMap(function* (n) {
        yield fail(n);
      }),
    ),
    sized('asyncPipe', (n) => ({
      derive: (ch) => ch.asyncPipe(n, async (value, context) => fail(await call(value, context))),
      holds: 2 * n,
    })),
  );
};

const failures = fc
  .nat(COUNT - 1)
  .chain((at) => fc.tuple(fc.constant(at), failing(at), listOf(fc.oneof(synchronous, ahead))));

test('a pipeline that fails delivers what came before, names the value, and loses no other than was in flight', async () => {
  await fc.assert(
    fc.asyncProperty(kinds, listOf(synchronous), failures, async (kind, above, [at, failure, below]) => {
      const source = make(kind);
      const stages = [...above, failure, ...below];
      const ch = derive(source, stages);
      const delivered: number[] = [];
      const error: unknown = await ch
        .forEach((n) => void delivered.push(n))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Named);
      expect(error).toMatchObject({ value: at });
      expect(delivered).toEqual(numbers(at));
      await expect(ch.get()).rejects.toBe(error);
      await turns();
      expect(source.stats().gets - at - 1).toBeLessThanOrEqual(failure.holds);
      await expectRest(source);
    }),
    { numRuns: 300 },
  );
});

test('a stage that reads ahead above one that failed takes nothing more', async () => {
  const source = new Chan<number>(4).add(0);
  const ch = source.buffer(2).map((n): number => {
    throw new Named(n);
  });
  await expect(ch.get()).rejects.toThrow('failed at 0');
  ch.cancel();
  await turns();
  expect(source.stats().waitingGets).toBe(0);
});

test('a source that fails at any point fails the pipeline after all that was put before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(COUNT),
      fc.constantFrom<unknown>(new Error('lost'), 0, null, '', false),
      listOf(fc.oneof(synchronous, ahead)),
      async (count, cause, stages) => {
        const source = new Chan<number>().add(...numbers(count)).close(cause);
        const delivered: number[] = [];
        const ended = derive(source, stages).forEach((n) => void delivered.push(n));
        await expect(ended).rejects.toBe(cause);
        expect(delivered).toEqual(numbers(count));
      },
    ),
    { numRuns: 200 },
  );
});

test('a source that is cancelled is released, and the pipeline ends after what was in flight', async () => {
  await fc.assert(
    fc.asyncProperty(
      listOf(fc.oneof(synchronous, ahead)),
      fc.nat(COUNT - 1),
      fc.boolean(),
      async (stages, after, hungUp) => {
        let [taken, released] = [0, false];
        const source = fromIter(
          (function* (): Generator<number> {
            try {
              for (;;) yield taken++;
            } finally {
              released = true;
            }
          })(),
        );
        const ch = derive(source, [IDENTITY, ...stages]);
        const delivered = await ch.collect(after);
        if (hungUp) ch.cancel();
        expect([released, source.closed]).toEqual(hungUp ? [taken > 0, true] : [false, false]);
        source.cancel('enough');
        expect(released).toBe(taken > 0);
        delivered.push(...(await ch.collect()));
        expect(delivered).toEqual(numbers(delivered.length));
        expect(taken - after).toBeLessThanOrEqual(held(stages));
        if (!hungUp) expect(delivered).toHaveLength(taken);
      },
    ),
    { numRuns: 200 },
  );
});
