/** Every method of a channel that derives one obeys the laws of test/support/laws.ts. */
import { expect, test } from 'vitest';
import { Chan, ReadChan, from } from '../../src/index.js';
import { type Laws, lawsOf } from '../support/laws.js';

type Numbers = ReadChan<number>;

const no = (value: unknown): never => value as never;
const isEven = (n: number): boolean => n % 2 === 0;
const chunks = (list: readonly number[], n: number): number[][] =>
  Array.from({ length: Math.ceil(list.length / n) }, (_, i) => list.slice(i * n, i * n + n));
const before = (list: readonly number[], p: (n: number) => boolean): number => {
  const at = list.findIndex((n) => !p(n));
  return at < 0 ? list.length : at;
};
const same = (list: readonly number[]): readonly number[] => list;
/** Lists of neighbours of one kind, with the kind. */
const groups = (list: readonly number[]): [boolean, number[]][] => {
  const all: [boolean, number[]][] = [];
  for (const n of list) {
    const last = all.at(-1);
    if (last !== undefined && last[0] === isEven(n)) last[1].push(n);
    else all.push([isEven(n), [n]]);
  }
  return all;
};
const options = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

const LAWS: Readonly<Record<string, Laws>> = {
  map: {
    of: (ch, f) => ch.map((n) => (f(n), n + 1)),
    model: (list) => list.map((n) => n + 1),
    calls: true,
    wrong: [(ch) => ch.map(no(5)), (ch) => ch.map(no(undefined))],
  },
  filter: {
    of: (ch, f) => ch.filter((n) => (f(n), isEven(n))),
    model: (list) => list.filter(isEven),
    calls: true,
    wrong: [(ch) => ch.filter(no(null))],
  },
  flatMap: {
    of: (ch, f) => ch.flatMap((n) => (f(n), isEven(n) ? [n, n] : [])),
    model: (list) => list.flatMap((n) => (isEven(n) ? [n, n] : [])),
    calls: true,
    wrong: [(ch) => ch.flatMap(no([]))],
  },
  take: {
    of: (ch) => ch.take(3),
    model: (list) => list.slice(0, 3),
    wrong: [(ch) => ch.take(-1), (ch) => ch.take(1.5), (ch) => ch.take(no('1'))],
  },
  drop: {
    of: (ch) => ch.drop(2),
    model: (list) => list.slice(2),
    wrong: [(ch) => ch.drop(-1), (ch) => ch.drop(Number.NaN)],
  },
  takeWhile: {
    of: (ch, f) => ch.takeWhile((n) => (f(n), n < 5)),
    model: (list) =>
      list.slice(
        0,
        before(list, (n) => n < 5),
      ),
    calls: true,
    wrong: [(ch) => ch.takeWhile(no(5))],
  },
  dropWhile: {
    of: (ch, f) => ch.dropWhile((n) => (f(n), n < 2)),
    model: (list) => list.slice(before(list, (n) => n < 2)),
    calls: true,
    wrong: [(ch) => ch.dropWhile(no({}))],
  },
  distinct: {
    of: (ch, f) => ch.distinct((n) => (f(n), isEven(n))),
    model: (list) => groups(list).map(([, [n]]) => n),
    calls: true,
    wrong: [(ch) => ch.distinct(no('key'))],
  },
  group: {
    of: (ch) => ch.group(2),
    model: (list) => chunks(list, 2),
    wrong: [(ch) => ch.group(0), (ch) => ch.group(no('2'))],
  },
  groupBy: {
    of: (ch, f) => ch.groupBy((n) => (f(n), isEven(n))),
    model: groups,
    calls: true,
    wrong: [(ch) => ch.groupBy(no(5))],
  },
  scan: {
    of: (ch, f) => ch.scan((sum, n) => (f(n), sum + n), 1),
    model: (list) => list.map((_, i) => list.slice(0, i + 1).reduce((a, b) => a + b, 1)),
    calls: true,
    wrong: [(ch) => ch.scan(no(5), 0)],
  },
  tap: { of: (ch, f) => ch.tap(f), model: same, calls: true, wrong: [(ch) => ch.tap(no(5))] },
  // The function of `catch` is called once the source fails: test/operators/operators.test.ts.
  catch: {
    of: (ch) =>
      ch.catch((error) => {
        throw error;
      }),
    model: same,
    wrong: [(ch) => ch.catch(no(5))],
  },
  batch: {
    of: (ch, _, signal) => ch.batch({ size: 3, ...options(signal) }),
    model: (list) => chunks(list, 3),
    signal: true,
    wrong: [
      (ch) => ch.batch({ size: 0 }),
      (ch) => ch.batch({ size: 2, ms: no('soon') }),
      (ch) => ch.batch(no({})),
    ],
  },
  // Operators of time. Their own tests say what each leaves out and when. Here the time is so long
  // that it never passes, or 1 ms.
  debounce: {
    of: (ch, _, signal) => ch.debounce(60_000, options(signal)),
    model: (list) => list.slice(-1),
    signal: true,
    wrong: [(ch) => ch.debounce(Number.NaN), (ch) => ch.debounce(no('soon'))],
  },
  throttle: {
    of: (ch, _, signal) => ch.throttle(60_000, options(signal)),
    model: (list) => list.slice(0, 1),
    signal: true,
    wrong: [(ch) => ch.throttle(Number.NaN)],
  },
  sample: {
    of: (ch, _, signal) => ch.sample(60_000, options(signal)),
    model: (list) => list.slice(-1),
    signal: true,
    wrong: [(ch) => ch.sample(Number.NaN)],
  },
  delay: {
    of: (ch, _, signal) => ch.delay(1, options(signal)),
    model: same,
    signal: true,
    wrong: [(ch) => ch.delay(Number.NaN)],
  },
  timeoutEach: {
    of: (ch, _, signal) => ch.timeoutEach(60_000, options(signal)),
    model: same,
    signal: true,
    wrong: [(ch) => ch.timeoutEach(Number.NaN)],
  },
  buffer: {
    of: (ch, _, signal) => ch.buffer(2, options(signal)),
    model: same,
    signal: true,
    wrong: [(ch) => ch.buffer(-1), (ch) => ch.buffer(no({}))],
  },
  asyncApply: {
    of: (ch, f) =>
      ch.asyncApply<number>(async (input, output) => {
        for await (const n of input) {
          f(n);
          if (!(await output.put(n + 1))) return;
        }
      }),
    model: (list) => list.map((n) => n + 1),
    calls: true,
    eager: true,
    wrong: [(ch) => ch.asyncApply(no(5)), (ch) => ch.asyncApply(async () => {}, no(5))],
  },
  asyncPipe: {
    of: (ch, f, signal) => ch.asyncPipe(3, async (n) => (f(n), isEven(n) ? n : undefined), options(signal)),
    model: (list) => list.filter(isEven),
    calls: true,
    signal: true,
    wrong: [(ch) => ch.asyncPipe(0, async () => 1), (ch) => ch.asyncPipe(1, no(5))],
  },
  asyncPipeUnordered: {
    of: (ch, f, signal) => ch.asyncPipeUnordered(3, async (n) => (f(n), n), options(signal)),
    model: same,
    unordered: true,
    calls: true,
    signal: true,
    wrong: [(ch) => ch.asyncPipeUnordered(-1, async () => 1), (ch) => ch.asyncPipeUnordered(1, no(5))],
  },
  through: {
    of: (ch, f) => ch.through((input) => input.map((n) => (f(n), n))),
    model: same,
    calls: true,
    wrong: [(ch) => ch.through(no(5))],
  },
  switchMap: {
    // Each inner channel gives its value before the next is taken, since all are there at once.
    of: (ch, f) => ch.flatMap((n) => [n]).switchMap((n) => (f(n), from([n]))),
    model: same,
    calls: true,
    wrong: [(ch) => ch.switchMap(no(5))],
  },
  zipWith: {
    of: (ch) => ch.zipWith(from([10, 20, 30])),
    model: (list) => list.slice(0, 3).map((n, i) => [n, 10 * (i + 1)]),
    wrong: [(ch) => ch.zipWith(no(5))],
  },
  pipe: {
    of: (ch, _, signal) => ch.pipe(new Chan<number>(), options(signal)),
    model: same,
    signal: true,
    eager: true,
    wrong: [(ch) => ch.pipe(no(5))],
  },
};

for (const [name, laws] of Object.entries(LAWS)) lawsOf(name, laws);

/** Methods of a channel that derive none, or several, with where their tests are. */
const OTHERS: Readonly<Record<string, string>> = {
  get: 'test/channel',
  tryGet: 'test/channel',
  getThen: 'test/channel',
  consume: 'test/channel/consume.test.ts',
  toString: 'test/base/printed.test.ts',
  collect: 'test/operators/terminals',
  reduce: 'test/operators/terminals',
  forEach: 'test/operators/terminals',
  dup: 'test/operators/dup.test.ts',
  pub: 'test/operators/pub.test.ts',
  distribute: 'test/operators/distribute.test.ts',
  parallelPipe: 'test/parallel',
  parallelPipeUnordered: 'test/parallel',
};
/** What only other parts of the library call. */
const INTERNAL = ['constructor', 'millrace', 'isOwned', 'queue', 'later', 'drain', 'keep', 'gather'];

test('every method of a channel has laws, or tests of its own', () => {
  const methods = Object.getOwnPropertyNames(ReadChan.prototype as Numbers);
  expect(new Set(methods)).toEqual(new Set([...Object.keys(LAWS), ...Object.keys(OTHERS), ...INTERNAL]));
});
