/** Every operator over one channel, between generic goroutines: what it must give for the values that were accepted. */
import { expect } from 'vitest';
import {
  Chan,
  type ReadChan,
  dropping,
  from,
  merge,
  promise,
  sliding,
  unbounded,
  weighted,
} from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { numbers } from '../support/numbers.js';
import { Ledger, NOISE, expectSame, expectWithin, feed, read, someChan, soon } from './actors.js';
import type { Scenario, World } from './engine.js';
import { linger } from './parts.js';

type Numbers = ReadChan<number>;

/** A stage that changes nothing, above or below an operator. */
export interface Pass {
  readonly on: (ch: ReadChan<unknown>) => ReadChan<unknown>;
  /** How many values it may have taken and not delivered. */
  readonly holds: number;
  /** Whether it goes on reading when who reads it has ended. */
  readonly ahead?: boolean;
}

const NONE: Pass = { on: (ch) => ch, holds: 0 };
const MAPS: Pass = { on: (ch) => ch.map((value) => value as {}), holds: 0 };
/** Drops what is noise: only above it noise is put. */
export const NOISY: Pass = { on: (ch) => ch.filter((value) => value !== NOISE), holds: 0 };
const BUFFERS: Pass = { on: (ch) => ch.buffer(1), holds: 1, ahead: true };
const MERGES: Pass = { on: (ch) => merge(ch), holds: 0 };
const CALLS: Pass = { on: (ch) => ch.asyncPipe(1, (value) => value as {}), holds: 2, ahead: true };

export const ABOVE: readonly Pass[] = [NONE, MAPS, NOISY, NOISY, MERGES, BUFFERS, CALLS];
export const BELOW: readonly Pass[] = [NONE, NONE, MAPS, MERGES, BUFFERS, CALLS];
export const pick = <T>(world: World, list: readonly T[]): T => list[world.below(list.length)] as T; // Sound: it is not empty.

type Check = (values: readonly number[], got: readonly unknown[], ended: boolean, failed: boolean) => void;

interface Operator {
  readonly on: (ch: Numbers, world: World) => ReadChan<unknown>;
  /** What it gives for these values; `ended`: there are no more. */
  readonly gives: (values: readonly number[], ended: boolean) => readonly unknown[];
  /** How many values it may have taken and not delivered. */
  readonly holds?: number;
  /** Whether it gives them in any order. */
  readonly anyOrder?: boolean;
  /** How many of the values it reads, where it ends before they do. */
  readonly reads?: (values: readonly number[]) => number;
  /** What it fails with after what it gives. */
  readonly fails?: string;
  /** Whether it catches what its source fails with; the value it gives instead. */
  readonly catches?: number;
  /** In place of a comparison: `got` is everything that readers got, in their order if there was one reader. */
  readonly check?: Check;
}

const CAUSE = 'planned cause';

/** `joined`: somebody waits for the end of the source, or of a stage on the way. */
const through =
  (operator: Operator, joined = false): Scenario =>
  (world) => {
    const { holds = 0, reads, fails, catches, check } = operator;
    const source = someChan(world);
    const ledger = new Ledger();
    // What reads ahead goes on when the operator has ended by itself.
    const above = pick(
      world,
      reads === undefined && fails === undefined ? ABOVE : ABOVE.filter((one) => !one.ahead),
    );
    const below = check === undefined ? pick(world, BELOW) : NONE;
    const input = above.on(source) as Numbers; // Sound: it passes on what is put.
    const out = below.on(operator.on(input, world));
    const failing = world.below(4) === 0;
    const hangsUp = !joined && world.below(4) === 0;
    const readers = check === undefined ? 1 + world.below(2) : 1;

    world.go('producers', async () => {
      const feeds = numbers(1 + world.below(2)).map(() => feed(world, source, ledger, 4, above === NOISY));
      if (world.below(5) === 0) {
        await linger(world, 20);
        source.close(failing ? CAUSE : undefined);
      }
      await Promise.all(feeds);
      await linger(world, 3);
      source.close(failing ? CAUSE : undefined);
    });

    const got: unknown[][] = [];
    const ends = numbers(readers).map(async () => {
      const mine: unknown[] = [];
      got.push(mine);
      return read(world, out, mine, failing || fails !== undefined);
    });
    let cancelled = false;
    if (hangsUp) {
      world.go('hang up', async () => {
        await linger(world, 16);
        cancelled = !out.drained;
        out.cancel();
      });
    }
    if (joined) {
      world.go('join', async () => {
        await soon(world);
        await pick<ReadChan<unknown>>(world, [source, input, out]).join();
      });
    }
    const rest: number[] = [];
    let outcomes: readonly { readonly error?: unknown }[] = [];
    world.go('readers', async () => {
      outcomes = await Promise.all(ends);
      // What was not taken can still be read.
      await source
        .forEach((value) => void (value !== NOISE && rest.push(value)))
        .catch((error: unknown) => {
          expect(error).toBe(CAUSE);
        });
    });
    const gives = (values: readonly number[]): readonly unknown[] => operator.gives(values, true);

    world.atRest(() => {
      const values = ledger.accepted.filter((value) => value !== NOISE);
      const flat = got.flat();
      if (check !== undefined) return check(values, flat, !cancelled, failing);
      const stops = reads !== undefined && values.length >= reads(values);
      if (!cancelled) {
        const error = fails !== undefined && gives(values).length < values.length ? new Error(fails) : CAUSE;
        const failed = error !== CAUSE || (failing && !stops && catches === undefined);
        for (const end of outcomes) expect(end).toEqual(failed ? { error } : {});
      }
      const caught = failing && catches !== undefined ? [catches] : [];
      const all = [...gives(values), ...caught];
      for (const mine of got) if (operator.anyOrder !== true) expectWithin(mine, all, 'a reader got');
      if (!cancelled) expectSame(flat, all, 'readers got');
      // Everything that was accepted was taken, or is there still.
      const taken = values.slice(0, values.length - rest.length);
      expect([...taken, ...rest], 'taken, and left').toEqual(values);
      let needed = taken.length;
      const given = (count: number): number => operator.gives(values.slice(0, count), false).length;
      while (needed > 0 && given(needed) > flat.length) needed--;
      if (reads !== undefined) needed = Math.min(needed, reads(values));
      if (fails !== undefined) needed = Math.min(needed, gives(values).length + 1);
      const slack = holds + above.holds + below.holds + (hangsUp ? 2 : 0);
      if (operator.anyOrder !== true)
        expect(taken.length - needed, 'taken, and never delivered').toBeLessThanOrEqual(slack);
    });
  };

const same = (values: readonly number[]): readonly unknown[] => values;

const groups = (values: readonly number[], n: number, ended: boolean): number[][] => {
  const all: number[][] = [];
  for (let i = 0; i + (ended ? 1 : n) <= values.length; i += n) all.push(values.slice(i, i + n));
  return all;
};

const runs = (values: readonly number[], ended: boolean): unknown[] => {
  const all: [number, number[]][] = [];
  for (const value of values) {
    const last = all.at(-1);
    if (last !== undefined && last[0] === value >> 1) last[1].push(value);
    else all.push([value >> 1, [value]]);
  }
  return ended ? all : all.slice(0, -1);
};

/** Waits for a random while. */
const dawdling =
  (world: World) =>
  async (value: number): Promise<number> => {
    await soon(world);
    return value;
  };

/** Values that time may leave out: those that come are in order, without the one that must. */
const some =
  (must: 'the first' | 'the last'): Check =>
  (values, got, ended) => {
    expectWithin(got, values, 'got');
    if (!ended || values.length === 0) return;
    if (must === 'the last') expect(got.at(-1)).toBe(values.at(-1));
    if (must === 'the first') expect(got[0]).toBe(values[0]);
  };

const MS = 10;

const OPERATORS: Readonly<Record<string, Operator>> = {
  map: { on: (ch) => ch.map((n) => n * 10), gives: (all) => all.map((n) => n * 10) },
  filter: { on: (ch) => ch.filter((n) => n % 2 === 0), gives: (all) => all.filter((n) => n % 2 === 0) },
  flatMap: {
    on: (ch) => ch.flatMap((n) => numbers(n % 3).map((i) => n * 10 + i)),
    gives: (all) => all.flatMap((n) => numbers(n % 3).map((i) => n * 10 + i)),
    holds: 1,
  },
  take: { on: (ch) => ch.take(3), gives: (all) => all.slice(0, 3), reads: () => 3 },
  drop: { on: (ch) => ch.drop(2), gives: (all) => all.slice(2) },
  takeWhile: {
    on: (ch) => ch.takeWhile((n) => n < 3),
    gives: (all) => all.filter((n) => n < 3),
    // Each value is above those before it.
    reads: (all) => (all.some((n) => n >= 3) ? all.filter((n) => n < 3).length + 1 : Infinity),
  },
  dropWhile: { on: (ch) => ch.dropWhile((n) => n < 3), gives: (all) => all.filter((n) => n >= 3) },
  distinct: {
    on: (ch) => ch.distinct((n) => n >> 1),
    gives: (all) => all.filter((n, i) => i === 0 || n >> 1 !== (all[i - 1] as number) >> 1),
  },
  group: { on: (ch) => ch.group(2), gives: (all, ended) => groups(all, 2, ended), holds: 1 },
  groupBy: { on: (ch) => ch.groupBy((n) => n >> 1), gives: runs, holds: 2 },
  scan: {
    on: (ch) => ch.scan((total, n) => total + n, 0),
    gives: (all) => all.map((_, i) => all.slice(0, i + 1).reduce((a, b) => a + b, 0)),
  },
  tap: { on: (ch) => ch.tap(() => {}), gives: same },
  catch: { on: (ch) => ch.catch(() => 1000), gives: same, catches: 1000 },
  'a map that fails': {
    on: (ch) =>
      ch.map((n) => {
        if (n >= 3) throw new Error('planned');
        return n;
      }),
    gives: (all) => all.filter((n) => n < 3),
    fails: 'planned',
  },
  buffer: { on: (ch) => ch.buffer(2), gives: same, holds: 2 },
  'buffer of none': { on: (ch) => ch.buffer(0), gives: same },
  'buffer without end': { on: (ch) => ch.buffer(unbounded()), gives: same, holds: Infinity },
  'buffer by weight': { on: (ch) => ch.buffer(weighted(2, () => 1)), gives: same, holds: 2 },
  'buffer of a kind of its own': { on: (ch) => ch.buffer(new OwnQueue<number>(2)), gives: same, holds: 2 },
  'buffer that slides': { on: (ch) => ch.buffer(sliding(2)), gives: same, check: some('the last') },
  'buffer that drops': { on: (ch) => ch.buffer(dropping(2)), gives: same, check: some('the first') },
  'buffer of the first value': {
    on: (ch) => ch.buffer(promise<number>()).take(3),
    gives: same,
    check: (values, got, ended) => {
      const first = values.slice(0, 1);
      expect(got.filter((value) => value !== first[0])).toEqual([]);
      if (ended) expect(got).toEqual(first);
    },
  },
  asyncApply: {
    on: (ch) =>
      ch.asyncApply<number>(async (input, output) => {
        for await (const n of input) if (!(await output.put(n))) return;
      }),
    gives: same,
    holds: 2,
  },
  'asyncPipe of functions': { on: (ch) => ch.asyncPipe(2, (n) => n), gives: same, holds: 4 },
  'asyncPipe of promises': { on: (ch, world) => ch.asyncPipe(2, dawdling(world)), gives: same, holds: 4 },
  'asyncPipe that leaves values out': {
    on: (ch) => ch.asyncPipe(2, (n) => (n % 2 === 0 ? n : undefined)),
    gives: (all) => all.filter((n) => n % 2 === 0),
    holds: 4,
  },
  'asyncPipe that flattens': {
    on: (ch) => ch.asyncPipe(2, async (n) => [n, n], { flatten: true }),
    gives: (all) => all.flatMap((n) => [n, n]),
    holds: 5,
  },
  'asyncPipe by key': {
    on: (ch, world) => ch.asyncPipe(3, dawdling(world), { key: (n) => n % 2 }),
    gives: same,
    holds: 6,
  },
  'asyncPipe that fails': {
    on: (ch, world) =>
      ch.asyncPipe(2, async (n) => {
        await soon(world);
        if (n >= 3) throw new Error('planned');
        return n;
      }),
    gives: (all) => all.filter((n) => n < 3),
    fails: 'planned',
    holds: 4,
  },
  'asyncPipeUnordered of functions': {
    on: (ch) => ch.asyncPipeUnordered(2, (n) => n),
    gives: same,
    anyOrder: true,
    holds: 4,
  },
  'asyncPipeUnordered of promises': {
    on: (ch, world) => ch.asyncPipeUnordered(2, dawdling(world)),
    gives: same,
    anyOrder: true,
    holds: 4,
  },
  'asyncPipeUnordered that flattens': {
    on: (ch, world) =>
      ch.asyncPipeUnordered(2, async (n) => [await dawdling(world)(n), n], { flatten: true }),
    gives: (all) => all.flatMap((n) => [n, n]),
    anyOrder: true,
    holds: 5,
  },
  'asyncPipeUnordered by key': {
    on: (ch, world) => ch.asyncPipeUnordered(3, dawdling(world), { key: (n) => n % 2 }),
    gives: same,
    anyOrder: true,
    holds: 6,
  },
  debounce: { on: (ch) => ch.debounce(MS), gives: same, check: some('the last') },
  throttle: { on: (ch) => ch.throttle(MS), gives: same, check: some('the first') },
  sample: { on: (ch) => ch.sample(MS), gives: same, check: some('the last') },
  'batch by size': {
    on: (ch) => ch.batch({ size: 2 }),
    gives: (all, ended) => groups(all, 2, ended),
    holds: 2,
  },
  'batch by time': {
    on: (ch) => ch.batch({ ms: MS, size: 3 }),
    gives: same,
    check: (values, got, ended) => {
      const flat = (got as number[][]).flat();
      expect(flat).toEqual(values.slice(0, flat.length));
      expect((got as number[][]).filter(({ length }) => length === 0 || length > 3)).toEqual([]);
      if (ended) expect(flat).toEqual(values);
    },
  },
  delay: { on: (ch) => ch.delay(MS), gives: same, holds: 1024 },
  timeoutEach: {
    on: (ch) => ch.timeoutEach(MS),
    gives: same,
    // It fails when nothing came for a while: what came before that was given.
    check: (values, got) => expect(got).toEqual(values.slice(0, got.length)),
  },
  'timeoutEach without a limit': { on: (ch) => ch.timeoutEach(Infinity), gives: same, holds: 1 },
  through: { on: (ch) => ch.through((input) => input.drop(0).map((n) => n)), gives: same },
  switchMap: {
    on: (ch) => ch.switchMap((n) => from([n, n])),
    gives: same,
    check: (values, got, ended, failed) => {
      // Of each value nothing, or one or two of its channel's; of the last both.
      const all = values.flatMap((n) => [n, n]);
      expectWithin(got, all, 'got');
      // A failure of the source ends what is under way.
      if (ended && !failed) expect(got.slice(-2)).toEqual(all.slice(-2));
    },
  },
  'switchMap of channels that wait': {
    on: (ch) =>
      ch.switchMap((n) => {
        const inner = new Chan<number>(1).add(n);
        return inner.close();
      }),
    gives: same,
    check: (values, got, ended, failed) => {
      expectWithin(got, values, 'got');
      if (ended && !failed) expect(got.at(-1)).toBe(values.at(-1));
    },
  },
};

const JOINED: readonly string[] = [
  'map',
  'filter',
  'flatMap',
  'group',
  'buffer',
  'asyncPipe of promises',
  'delay',
];

export const THROUGH: Readonly<Record<string, Scenario>> = Object.fromEntries([
  ...Object.entries(OPERATORS).map(([name, one]) => [`values run through ${name}`, through(one)] as const),
  ...JOINED.map(
    (name) =>
      [
        `somebody joins a stage while values run through ${name}`,
        through(OPERATORS[name] as Operator, true), // Sound: all are there.
      ] as const,
  ),
]);
