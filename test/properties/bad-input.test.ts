/** Whatever is passed where something else is due: a TypeError or a RangeError at once, and a channel that works on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as millrace from '../../src/index.js';
import { turns } from '../support/turns.js';

const { Chan, mix } = millrace;
const { merge, zip, zipLongest, concat, race } = millrace;
const combinators = { merge, zip, zipLongest, concat, race };

const never = (): never => {
  throw new Error('must not be asked');
};

/** Things that are nothing in particular, and things that do not like to be looked at. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Infinity,
    -Infinity,
    -1,
    -0,
    0,
    0.5,
    1.5,
    2 ** 53,
    1e21,
    5n,
    '',
    '5',
    true,
    false,
    Symbol('symbol'),
    Symbol.iterator,
    () => {},
    async () => {},
    function* () {},
    [],
    {},
    [undefined],
    [[]],
    new Map(),
    new Date(NaN),
    /x/,
    new Error('error'),
    Object.create(null),
  ),
  fc.constantFrom<unknown>(
    { poll: 5 },
    { offer: true },
    { throwIfAborted: null },
    { [Symbol.iterator]: 5 },
    { [Symbol.asyncIterator]: null },
    { getReader: 5 },
    // oxlint-disable-next-line unicorn/no-thenable -- what is no promise, though it has the name
    { then: 5 },
    { toString: never },
    { valueOf: never, toString: null },
    { [Symbol.toPrimitive]: never },
    { canAdd: () => true, canTake: () => true },
    Object.defineProperty({}, Symbol.toStringTag, { get: never }),
  ),
  fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true, withDate: true }),
);

const has = (it: unknown, ...names: PropertyKey[]): boolean =>
  it !== undefined &&
  it !== null &&
  names.some((name) => typeof (it as Record<PropertyKey, unknown>)[name] === 'function');

/** What is right where; everything else must be refused. */
const isFunction = (it: unknown): boolean => typeof it === 'function';
const isInteger = (least: number) => (it: unknown) => Number.isSafeInteger(it) && (it as number) >= least;
const isDuration = (it: unknown): boolean => typeof it === 'number' && !Number.isNaN(it);
const isSource = (it: unknown): boolean =>
  has(it, 'then', Symbol.iterator, Symbol.asyncIterator, 'getReader');
const isMissing = (it: unknown): boolean => it === undefined;
const nothing = (): boolean => false;
const or =
  (...all: ((it: unknown) => boolean)[]) =>
  (it: unknown) =>
    all.some((is) => is(it));

type Use = (bad: never, ch: InstanceType<typeof Chan<number>>) => unknown;
type Row = [name: string, isRight: (it: unknown) => boolean, use: Use];

const f = (): number => 1;

const CHANNELS: Row[] = [
  ['new Chan(…)', or(isMissing, isInteger(0)), (bad) => new Chan(bad)],
  [
    'new Chan(0, { name })',
    or(isMissing, (it) => typeof it === 'string'),
    (bad) => new Chan(0, { name: bad }),
  ],
  [
    'new Chan(0, { maxPending })',
    or(isMissing, isInteger(0), (it) => it === Infinity),
    (bad) => new Chan(0, { maxPending: bad }),
  ],
  ['put(1, { signal })', isMissing, (bad, ch) => ch.put(1, { signal: bad })],
  ['get({ signal })', isMissing, (bad, ch) => ch.get({ signal: bad })],
  ['putThen(1, …)', or(isMissing, isFunction), (bad, ch) => ch.putThen(1, bad)],
  ['getThen(…)', isFunction, (bad, ch) => ch.getThen(bad)],
  ['fixed(…)', isInteger(0), (bad) => millrace.fixed(bad)],
  ['sliding(…)', isInteger(1), (bad) => millrace.sliding(bad)],
  ['dropping(…)', isInteger(1), (bad) => millrace.dropping(bad)],
  ['sliding(1, { onDrop })', or(isMissing, isFunction), (bad) => millrace.sliding(1, { onDrop: bad })],
  ['dropping(1, { onDrop })', or(isMissing, isFunction), (bad) => millrace.dropping(1, { onDrop: bad })],
  ['weighted(…, f)', (it) => typeof it === 'number' && it > 0, (bad) => millrace.weighted(bad, f)],
  ['weighted(1, …)', isFunction, (bad) => millrace.weighted(1, bad)],
  ['select(…)', nothing, (bad) => millrace.select(bad)],
  ['select([…])', nothing, (bad) => millrace.select([bad])],
  ['select({ a: … })', nothing, (bad) => millrace.select({ a: bad })],
  ['select([[…, 1]])', nothing, (bad) => millrace.select([[bad, 1] as never])],
  ['select({ ch }, { signal })', isMissing, (bad, ch) => millrace.select({ ch }, { signal: bad })],
  ['selectThen({ ch }, …)', isFunction, (bad, ch) => millrace.selectThen({ ch }, bad)],
];

const OPERATORS: Row[] = [
  ...(
    ['map', 'filter', 'flatMap', 'takeWhile', 'dropWhile', 'groupBy', 'tap', 'catch', 'switchMap'] as const
  ).map((name): Row => [`${name}(…)`, isFunction, (bad, ch) => (ch[name] as (f: never) => unknown)(bad)]),
  ...(['scan', 'reduce', 'forEach', 'through', 'asyncApply', 'pub'] as const).map(
    (name): Row => [`${name}(…)`, isFunction, (bad, ch) => (ch[name] as (f: never) => unknown)(bad)],
  ),
  ['take(…)', isInteger(0), (bad, ch) => ch.take(bad)],
  ['drop(…)', isInteger(0), (bad, ch) => ch.drop(bad)],
  ['group(…)', isInteger(1), (bad, ch) => ch.group(bad)],
  ['collect(…)', or(isMissing, isInteger(0), (it) => it === Infinity), (bad, ch) => ch.collect(bad)],
  ['distinct(…)', or(isMissing, isFunction), (bad, ch) => ch.distinct(bad)],
  ['pipe(…)', nothing, (bad, ch) => ch.pipe(bad)],
  ['buffer(…)', or(isInteger(0), isMissing), (bad, ch) => ch.buffer(bad)],
  ['asyncApply(f, …)', isMissing, (bad, ch) => ch.asyncApply(f, bad)],
  ['asyncPipe(…, f)', isInteger(1), (bad, ch) => ch.asyncPipe(bad, f)],
  ['asyncPipe(1, …)', isFunction, (bad, ch) => ch.asyncPipe(1, bad)],
  [
    'asyncPipe(1, f, { onError })',
    or(isMissing, isFunction),
    (bad, ch) => ch.asyncPipe(1, f, { onError: bad }),
  ],
  ['asyncPipe(1, f, { key })', or(isMissing, isFunction), (bad, ch) => ch.asyncPipe(1, f, { key: bad })],
  ['asyncPipeUnordered(…, f)', isInteger(1), (bad, ch) => ch.asyncPipeUnordered(bad, f)],
  ['asyncPipeUnordered(1, …)', isFunction, (bad, ch) => ch.asyncPipeUnordered(1, bad)],
  ['parallelPipe(1, …)', nothing, (bad, ch) => ch.parallelPipe(1, bad)],
  ...(['debounce', 'throttle', 'sample', 'delay', 'timeoutEach'] as const).map(
    (name): Row => [`${name}(…)`, isDuration, (bad, ch) => ch[name](bad)],
  ),
  ['batch({ size })', or(isInteger(1)), (bad, ch) => ch.batch({ size: bad })],
  ['batch({ ms })', isDuration, (bad, ch) => ch.batch({ ms: bad })],
  ['zipWith(…)', nothing, (bad, ch) => ch.zipWith(bad)],
  ['distribute(…)', nothing, (bad, ch) => ch.distribute(bad)],
  ['dup().tap(…)', isMissing, (bad) => new Chan<number>().dup().tap(bad)],
  ['pub(f, { buffer })', or(isMissing, isFunction), (bad, ch) => ch.pub(f, { buffer: bad })],
  ['pub(f).sub(1, …)', isMissing, (bad) => new Chan<number>().pub(f).sub(1, bad)],
];

const REST: Row[] = [
  ...(['merge', 'zip', 'zipLongest', 'concat', 'race'] as const).map(
    (name): Row => [
      `${name}(ch, …)`,
      nothing,
      (bad, ch) => (combinators[name] as (...all: unknown[]) => unknown)(ch, bad),
    ],
  ),
  // What is last may be options: an object that is no channel.
  ['combineLatest(ch, …)', (it) => it === Object(it), (bad, ch) => millrace.combineLatest(ch, bad)],
  ['mix(…)', nothing, (bad) => mix(bad)],
  ['mix(ch).add(…)', nothing, (bad, ch) => mix(ch).add(bad)],
  ['mix(ch).toggle(…)', nothing, (bad, ch) => mix(ch).toggle(bad, {})],
  ['mix(ch).soloMode(…)', nothing, (bad, ch) => mix(ch).soloMode(bad)],
  ['from(…)', isSource, (bad) => millrace.from(bad)],
  ['fromIter(…)', (it) => has(it, Symbol.iterator), (bad) => millrace.fromIter(bad)],
  // Null is as good as nothing there.
  ['fromRange(…)', or(isMissing, (it) => it === null, isDuration), (bad) => millrace.fromRange(bad)],
  ['fromRange(0, 1, …)', or(isMissing, isDuration), (bad) => millrace.fromRange(0, 1, bad)],
  ['timeout(…)', isDuration, (bad) => millrace.timeout(bad)],
  ['tickTock(…)', isDuration, (bad) => millrace.tickTock(bad)],
  ['sleep(…)', isDuration, (bad) => millrace.sleep(bad)],
  ['sleep(1, { signal })', isMissing, (bad) => millrace.sleep(1, { signal: bad })],
  ['go(…)', isFunction, (bad) => millrace.go(bad)],
  ['run(…)', isFunction, (bad) => millrace.run(bad)],
  ['scope(…)', isFunction, (bad) => millrace.scope(bad)],
];

/** An outcome as text, whatever it is. */
function said(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : typeof error === 'string'
      ? error
      : typeof error;
}

/** What became of a use: its error, also of a promise; 'waits' of one that has not settled. */
async function errorOf(use: () => unknown): Promise<unknown> {
  let settled: unknown = 'waits';
  try {
    const result = use();
    if (!(result instanceof Promise)) return 'no error';
    void result.then(
      () => (settled = 'no error'),
      (error: unknown) => (settled = error),
    );
  } catch (error) {
    return error;
  }
  await turns();
  return settled;
}

describe.each([
  ['channels', CHANNELS],
  ['operators', OPERATORS],
  ['the rest', REST],
])('of %s', (_, rows) => {
  test.each(rows)('%s refuses what is of another kind', async (_name, isRight, use) => {
    await fc.assert(
      fc.asyncProperty(anything, async (bad) => {
        let right: boolean;
        try {
          right = isRight(bad);
        } catch {
          right = false;
        }
        fc.pre(!right);
        const ch = new Chan<number>(2);
        const error = await errorOf(() => use(bad as never, ch));
        if (!(error instanceof TypeError || error instanceof RangeError)) expect.unreachable(said(error));
        expect(error.message).not.toBe('must not be asked');
        // Nothing was done by halves.
        const before = ch.stats();
        expect([before.waitingGets, before.waitingPuts]).toEqual([0, 0]);
        ch.tryGet();
        expect(await ch.put(7)).toBe(true);
        expect(await ch.get()).toBe(7);
      }),
      { numRuns: 150 },
    );
  });
});

describe('undefined is no value:', () => {
  test.each<[string, (ch: InstanceType<typeof Chan<number>>) => unknown]>([
    ['put', (ch) => ch.put(undefined as never)],
    ['tryPut', (ch) => ch.tryPut(undefined as never)],
    ['putThen', (ch) => ch.putThen(undefined as never)],
    ['add', (ch) => ch.add(1, undefined as never)],
    ['select', (ch) => millrace.select([[ch, undefined as never]])],
  ])('%s refuses it and puts nothing', async (_, use) => {
    const ch = new Chan<number>(2);
    expect(await errorOf(() => use(ch))).toBeInstanceOf(TypeError);
    expect(ch.stats()).toMatchObject({ puts: 0, buffered: 0, waitingPuts: 0 });
  });
});

describe('a cause may be anything:', () => {
  test('readers get it as it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        anything.filter((it) => it !== undefined),
        async (cause) => {
          const ch = new Chan<number>(1).add(1).close(cause);
          expect(await ch.get()).toBe(1);
          expect(Object.is(await errorOf(() => ch.map(f).collect()), cause)).toBe(true);
        },
      ),
    );
  });
});
