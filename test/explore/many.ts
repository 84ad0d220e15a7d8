/** Every combinator of several channels, between generic goroutines, and below stages that drop values. */
import { expect } from 'vitest';
import {
  Chan,
  type ReadChan,
  combineLatest,
  concat,
  from,
  fromRange,
  merge,
  race,
  unbounded,
  zip,
  zipLongest,
} from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { Ledger, NOISE, expectSame, expectWithin, feed, read, someChan } from './actors.js';
import type { Scenario } from './engine.js';
import { ABOVE, BELOW, NOISY, pick } from './operators.js';
import { linger } from './parts.js';

type Numbers = ReadChan<number>;

/** What became of a run of a combinator. */
interface Outcome {
  /** What was accepted by each input, in order, … */
  readonly accepted: readonly (readonly number[])[];
  /** … and of that what was taken. */
  readonly taken: readonly (readonly number[])[];
  /** What its readers got: in their order if it was one. */
  readonly got: readonly (readonly unknown[])[];
  /** Whether it was read to its end. */
  readonly ended: boolean;
}

interface Combinator {
  readonly on: (inputs: readonly Numbers[]) => ReadChan<unknown>;
  readonly check: (outcome: Outcome) => void;
  /** Whether all that is accepted is read. */
  readonly whole?: boolean;
  /** Whether several can read it, with each value told from the others. */
  readonly shared?: boolean;
}

const together =
  ({ on, check, whole = false, shared = false }: Combinator, failing = false): Scenario =>
  (world) => {
    const sources = numbers(2 + world.below(2)).map(() => someChan(world));
    const ledgers = sources.map((_, i) => new Ledger(100 * i));
    // What reads ahead goes on when another input has ended everything.
    const stages = sources.map(() =>
      pick(world, whole && !failing ? ABOVE : ABOVE.filter(({ ahead }) => ahead !== true)),
    );
    const inputs = sources.map((source, i) => stages[i]?.on(source) as Numbers); // Sound: it passes on what is put.
    const below = pick(world, BELOW);
    const out = below.on(on(inputs));
    const hangsUp = world.below(4) === 0;
    const bad = failing ? world.below(sources.length) : -1;

    for (const [i, source] of sources.entries()) {
      const ledger = ledgers[i] as Ledger;
      world.go('producer', async () => {
        await feed(world, source, ledger, 1 + world.below(5), stages[i] === NOISY);
        await linger(world, 6);
        source.close(i === bad ? 'planned cause' : undefined);
      });
    }
    let cancelled = false;
    if (hangsUp) {
      world.go('hang up', async () => {
        await linger(world, 16);
        cancelled = !out.drained;
        out.cancel();
      });
    }
    const got: unknown[][] = [];
    const readers = numbers(shared ? 1 + world.below(2) : 1).map(async () => {
      const mine: unknown[] = [];
      got.push(mine);
      return read(world, out, mine, failing);
    });
    const rests: number[][] = [];
    let outcomes: readonly { readonly error?: unknown }[] = [];
    world.go('readers', async () => {
      outcomes = await Promise.all(readers);
      await Promise.all(
        sources.map(async (source: Chan<number>, i) => {
          const rest: number[] = [];
          rests[i] = rest;
          await source.forEach((value) => void rest.push(value)).catch(() => {});
        }),
      );
    });
    world.atRest(() => {
      const real = (list: readonly number[]): number[] => list.filter((value) => value !== NOISE);
      const accepted = ledgers.map((ledger) => real(ledger.accepted));
      const lefts = rests.map(real);
      const taken = accepted.map((list, i) => list.slice(0, list.length - (lefts[i] as number[]).length));
      for (const [i, list] of accepted.entries())
        expect([...(taken[i] as number[]), ...(lefts[i] as number[])], 'taken, and left').toEqual(list);
      const failed = outcomes.some(({ error }) => error !== undefined);
      if (!failing) expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
      if (whole && !cancelled && !failing) expect(lefts.flat(), 'left').toEqual([]);
      check({ accepted, taken, got, ended: !cancelled && !failed });
    });
  };

const COMBINATORS: Readonly<Record<string, Combinator>> = {
  merge: {
    on: (inputs) => merge(inputs),
    whole: true,
    shared: true,
    check({ accepted, taken, got, ended }) {
      if (ended) expectSame(got.flat(), accepted.flat(), 'readers got');
      for (const mine of got)
        for (const [i, list] of taken.entries())
          expectWithin(
            mine.filter((value) => Math.floor((value as number) / 100) === i),
            list,
            'a reader got of one input',
          );
      expect(new Set(got.flat()).size).toBe(got.flat().length);
    },
  },
  concat: {
    on: (inputs) => concat(inputs),
    whole: true,
    shared: true,
    check({ accepted, got, ended }) {
      const all = accepted.flat();
      for (const mine of got) expectWithin(mine, all, 'a reader got');
      if (ended) expectSame(got.flat(), all, 'readers got');
    },
  },
  zip: {
    on: (inputs) => zip(inputs),
    check({ accepted, taken, got, ended }) {
      const rows = got.flat();
      const count = Math.min(...accepted.map(({ length }) => length));
      const all = numbers(count).map((at) => accepted.map((list) => list[at]));
      if (ended) expect(rows).toEqual(all);
      else expect(rows).toEqual(all.slice(0, rows.length));
      for (const list of taken) expect(list.length - rows.length).toBeLessThanOrEqual(ended ? 1 : 5);
    },
  },
  zipLongest: {
    on: (inputs) => zipLongest(inputs),
    whole: true,
    check({ accepted, got, ended }) {
      const rows = got.flat();
      const count = Math.max(...accepted.map(({ length }) => length));
      const all = numbers(count).map((at) => accepted.map((list) => list[at]));
      if (ended) expect(rows).toEqual(all);
      else expect(rows).toEqual(all.slice(0, rows.length));
    },
  },
  combineLatest: {
    on: (inputs) => combineLatest(inputs),
    check: (outcome) => latest(outcome, false),
  },
  'combineLatest that begins at once': {
    on: (inputs) => combineLatest(inputs, { eager: true }),
    whole: true,
    check: (outcome) => latest(outcome, true),
  },
  race: {
    on: (inputs) => race(inputs),
    check({ accepted, got, ended }) {
      const all = got.flat();
      const winner = Math.floor((all[0] as number) / 100);
      // The values of one, from the first on.
      if (all.length > 0) {
        expectWithin(all, accepted[winner] as number[], 'got');
        if (ended) expect(all).toEqual(accepted[winner]);
      } else if (ended) expect(accepted.flat()).toEqual([]);
    },
  },
  'switchMap of other channels': {
    on: ([first, second]) =>
      (first as Numbers).switchMap((n) => (n % 100 === 0 ? (second as Numbers) : from([n]))),
    check({ accepted, got }) {
      expectWithin(
        got.flat().filter((value) => (value as number) >= 100),
        accepted[1] as number[],
        'of the second',
      );
    },
  },
};

/** Rows whose members only go forward, one at a time once each has begun; the last is of the last values. */
function latest({ accepted, got, ended }: Outcome, eager: boolean): void {
  const rows = got.flat() as (number | undefined)[][];
  const place = (i: number, value: number | undefined): number =>
    value === undefined ? -1 : (accepted[i] as number[]).indexOf(value);
  const steps = rows.map((row) => row.map((value, i) => place(i, value)));
  for (const [at, row] of steps.entries()) {
    const before = at === 0 ? (eager ? row.map(() => -1) : undefined) : steps[at - 1];
    if (before === undefined) continue;
    const moved = row.filter((to, i) => to !== before[i]);
    expect(moved, `row ${at}: one has moved`).toHaveLength(1);
    for (const [i, to] of row.entries()) expect(to - (before[i] as number)).toBeLessThanOrEqual(1);
  }
  if (!ended) return;
  const begins = accepted.every(({ length }) => length > 0);
  if (begins) expect(rows.at(-1), 'the last row').toEqual(accepted.map((list) => list.at(-1)));
  else if (!eager) expect(rows).toEqual([]);
}

/** Readers of a combinator that serve themselves. */
const READERS: readonly ((ch: ReadChan<unknown>) => ReadChan<unknown>)[] = [
  (ch) => ch,
  (ch) => ch.map((value) => value as {}),
  (ch) => ch.buffer(1),
  (ch) => ch.buffer(unbounded()),
  (ch) => ch.asyncPipe(2, (value) => value as {}),
  (ch) => ch.asyncPipe(1, (value) => value as {}),
  (ch) => ch.asyncPipe(2, async (value) => value as {}),
  (ch) => ch.asyncPipeUnordered(1, (value) => value as {}),
  (ch) => ch.batch({ size: 1 }).flatMap((values) => values as {}[]),
  (ch) => ch.delay(1),
  (ch) => ch.timeoutEach(Infinity),
  (ch) => merge(ch),
  (ch) => concat(ch),
  (ch) => ch.pipe(new Chan(1)),
  (ch) => ch.dup().tap(),
];

/** A combinator over stages that drop most of what is there at once: they look for a value in several turns. */
const overDropping =
  (on: (ch: Numbers) => ReadChan<unknown>): Scenario =>
  (world) => {
    const list = numbers(5).flatMap((n) => Array<number>(world.below(4)).fill(NOISE).concat(n));
    const source = world.below(2) === 0 ? from(list) : new Chan<number>(unbounded()).add(...list).close();
    const drops = [
      (ch: Numbers) => ch.filter((n) => n !== NOISE),
      (ch: Numbers) => ch.flatMap((n) => (n === NOISE ? [] : [n])),
      (ch: Numbers) => ch.asyncPipe(2, (n) => (n === NOISE ? undefined : n)),
      (ch: Numbers) => ch.drop(0).filter((n) => n !== NOISE),
    ];
    const combined = on(pick(world, drops)(source));
    const out = pick(world, READERS)(combined);
    world.go('reader', async () => expect(await out.collect()).toEqual(numbers(5)));
  };

const SINGLE: Readonly<Record<string, (ch: Numbers) => ReadChan<unknown>>> = {
  merge: (ch) => merge(ch, from([])),
  concat: (ch) => concat(from<number>([]), ch),
  zip: (ch) => zip(ch, fromRange()).map(([n]) => n),
  zipLongest: (ch) => zipLongest(ch).map(([n]) => n as number),
  combineLatest: (ch) => combineLatest(ch).map(([n]) => n),
  race: (ch) => race(ch, new Chan<number>()),
  switchMap: (ch) => from([0]).switchMap(() => ch),
};

export const MANY: Readonly<Record<string, Scenario>> = Object.fromEntries([
  ...Object.entries(COMBINATORS).flatMap(([name, one]) => [
    [`several channels are read through ${name}`, together(one)] as const,
    [`one of several channels fails that are read through ${name}`, together(one, true)] as const,
  ]),
  ...Object.entries(SINGLE).map(
    ([name, on]) => [`a stage that drops values is read through ${name}`, overDropping(on)] as const,
  ),
]);
