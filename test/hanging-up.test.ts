import { describe, expect, test } from 'vitest';
import {
  Chan,
  type ReadChan,
  combineLatest,
  concat,
  from,
  fromRange,
  merge,
  mix,
  race,
  tickTock,
  timeout,
  zip,
  zipLongest,
} from '../src/index.js';
import { rejection } from './support/outcome.js';
import { SOURCES, type Tracked } from './support/tracked.js';
import { turns } from './support/turns.js';

type Numbers = ReadChan<number>;
type Derive = (ch: Numbers) => ReadChan<unknown>;
type Fails = (ch: Numbers, f: () => never) => ReadChan<unknown>;
type Table<F> = readonly (readonly [name: string, derive: F])[];

const WHY = new Error('why');
const thrower = (): never => {
  throw WHY;
};
/** A channel that gives one value and then fails. */
const failing = (): ReadChan<number> => new Chan<number>(1).add(7).close(WHY);

function mixed(...chans: Numbers[]): Chan<number> {
  const out = new Chan<number>();
  const desk = mix(out);
  for (const chan of chans) desk.add(chan);
  return out;
}

function distributed(ch: Numbers): Chan<number> {
  const out = new Chan<number>();
  ch.distribute(out);
  return out;
}

function subscribed(ch: Numbers, topic: (n: number) => unknown): ReadChan<number> {
  const pub = ch.pub(topic);
  // A topic without subscribers is forgotten, and the source is read on: the reader of this one is all there is.
  const sub = pub.sub(0);
  if (sub instanceof Chan) sub.signal.addEventListener('abort', () => pub.close());
  return sub;
}

function tapped(ch: Numbers): ReadChan<number> {
  const dup = ch.dup();
  const tap = dup.tap(new Chan<number>());
  tap.signal.addEventListener('abort', () => dup.close());
  return tap;
}

const id = (n: number): number => n;

/** Every operator and combinator, as one that reads a channel. */
const OPERATORS: Table<Derive> = [
  ['map', (ch) => ch.map(id)],
  ['filter', (ch) => ch.filter(() => true)],
  ['flatMap', (ch) => ch.flatMap((n) => [n, n])],
  ['take', (ch) => ch.take(9)],
  ['drop', (ch) => ch.drop(1)],
  ['takeWhile', (ch) => ch.takeWhile(() => true)],
  ['dropWhile', (ch) => ch.dropWhile((n) => n < 2)],
  ['distinct', (ch) => ch.distinct()],
  ['group', (ch) => ch.group(2)],
  ['groupBy', (ch) => ch.groupBy((n) => n >> 1)],
  ['scan', (ch) => ch.scan((a, b) => a + b)],
  ['tap', (ch) => ch.tap(id)],
  ['catch', (ch) => ch.catch(() => -1)],
  ['a chain of four', (ch) => ch.map(id).group(1).map(String).filter(Boolean)],
  ['buffer', (ch) => ch.buffer(2)],
  ['buffer(0)', (ch) => ch.buffer(0)],
  [
    'asyncApply',
    (ch) =>
      ch.asyncApply<number>(async (input, output) => {
        for await (const n of input) await output.put(n);
      }),
  ],
  [
    'asyncApply into a channel',
    (ch) =>
      ch.asyncApply(async (input, output: Chan<number>) => {
        for await (const n of input) await output.put(n);
      }, new Chan<number>()),
  ],
  ['asyncPipe', (ch) => ch.asyncPipe(2, async (n) => n)],
  ['asyncPipeUnordered', (ch) => ch.asyncPipeUnordered(2, async (n) => n)],
  ['switchMap', (ch) => ch.switchMap((n) => from([n]))],
  ['zipWith', (ch) => ch.zipWith(fromRange())],
  ['batch', (ch) => ch.batch({ size: 2 })],
  ['debounce', (ch) => ch.debounce(60_000)],
  ['throttle', (ch) => ch.throttle(60_000)],
  ['sample', (ch) => ch.sample(60_000)],
  ['delay', (ch) => ch.delay(60_000)],
  ['timeoutEach', (ch) => ch.timeoutEach(60_000)],
  ['merge', (ch) => merge(ch, new Chan<number>())],
  ['zip', (ch) => zip(fromRange(), ch)],
  ['zipLongest', (ch) => zipLongest(ch, fromRange())],
  ['combineLatest', (ch) => combineLatest(ch, fromRange())],
  ['concat', (ch) => concat(ch, from([-1]))],
  ['race', (ch) => race(ch, new Chan<number>())],
  ['pipe', (ch) => ch.pipe(new Chan<number>())],
  ['dup', tapped],
  ['pub', (ch) => subscribed(ch, () => 0)],
  ['distribute', distributed],
  ['mix', (ch) => mixed(ch)],
];

/** Every operator that calls a function, which fails. */
const FUNCTIONS: Table<Fails> = [
  ['map', (ch, f) => ch.map(f)],
  ['map that gives nothing', (ch) => ch.map(() => undefined as never)],
  ['filter', (ch, f) => ch.filter(f)],
  ['flatMap', (ch, f) => ch.flatMap(f)],
  [
    'flatMap later',
    (ch, f) =>
      ch.flatMap(function* (n) {
        yield n;
        f();
      }),
  ],
  ['takeWhile', (ch, f) => ch.takeWhile(f)],
  ['dropWhile', (ch, f) => ch.dropWhile(f)],
  ['distinct', (ch, f) => ch.distinct(f)],
  ['groupBy', (ch, f) => ch.groupBy(f)],
  ['scan', (ch, f) => ch.scan(f)],
  ['tap', (ch, f) => ch.tap(f)],
  ['map below a map and a group', (ch, f) => ch.map(id).group(2).map(f)],
  ['map above a buffer', (ch, f) => ch.map(f).buffer(2)],
  ['asyncApply', (ch, f) => ch.asyncApply(async (input) => ((await input.get()) === undefined ? 0 : f()))],
  ['asyncPipe', (ch, f) => ch.asyncPipe(2, f)],
  ['asyncPipe later', (ch, f) => ch.asyncPipe(2, async () => f())],
  ['asyncPipeUnordered', (ch, f) => ch.asyncPipeUnordered(2, async () => f())],
  ['asyncPipe with a key', (ch, f) => ch.asyncPipe(2, id, { key: f })],
  ['asyncPipe flattened', (ch, f) => ch.asyncPipe(1, () => ({ [Symbol.iterator]: f }), { flatten: true })],
  ['switchMap', (ch, f) => ch.switchMap(f)],
  ['switchMap to no channel', (ch) => ch.switchMap(() => 5 as never)],
  ['switchMap to one that fails', (ch) => ch.switchMap(() => new Chan<number>().close(WHY))],
  ['timeoutEach', (ch) => zip(ch, new Chan<number>()).timeoutEach(1)],
  ['a buffer that refuses', (ch, f) => ch.buffer({ ...refusing, add: f })],
  ['pipe into a buffer that refuses', (ch, f) => ch.pipe(new Chan<number>({ ...refusing, add: f }))],
  ['pub', (ch, f) => subscribed(ch, f)],
];

const refusing = {
  size: 0,
  capacity: 1,
  canAdd: () => true,
  canTake: () => false,
  take: thrower,
};

/** Every combinator of two channels, the other of which fails. */
const COMBINATORS: Table<(ch: Numbers, other: Numbers) => ReadChan<unknown>> = [
  ['merge', (ch, other) => merge(ch, other)],
  ['zip', (ch, other) => zip(ch, other)],
  ['zipLongest', (ch, other) => zipLongest(ch, other)],
  ['zipWith', (ch, other) => ch.zipWith(other)],
  ['combineLatest', (ch, other) => combineLatest(ch, other)],
  ['concat', (ch, other) => concat(other, ch)],
  ['switchMap', (ch, other) => other.switchMap(() => ch)],
  ['mix', (ch, other) => mixed(ch, other)],
  ['merge of what is derived', (ch, other) => merge(ch.map(id).buffer(1), other.map(id))],
];

/** Every stage that takes a signal. */
const SIGNALLED: Table<(ch: Numbers, signal: AbortSignal) => ReadChan<unknown>> = [
  ['buffer', (ch, signal) => ch.buffer(2, { signal })],
  ['buffer(0)', (ch, signal) => ch.buffer(0, { signal })],
  ['asyncPipe', (ch, signal) => ch.asyncPipe(2, async (n) => n, { signal })],
  ['asyncPipeUnordered', (ch, signal) => ch.asyncPipeUnordered(2, async (n) => n, { signal })],
  ['switchMap', (ch, signal) => ch.switchMap((n) => from([n]), { signal })],
  ['batch', (ch, signal) => ch.batch({ size: 2, signal })],
  ['debounce', (ch, signal) => ch.debounce(60_000, { signal })],
  ['throttle', (ch, signal) => ch.throttle(60_000, { signal })],
  ['sample', (ch, signal) => ch.sample(60_000, { signal })],
  ['delay', (ch, signal) => ch.delay(60_000, { signal })],
  ['timeoutEach', (ch, signal) => ch.timeoutEach(60_000, { signal })],
  ['pipe', (ch, signal) => ch.pipe(new Chan<number>(), { signal })],
];

/** Every terminal that fails or is told to stop. */
const TERMINALS: Table<(ch: Numbers) => Promise<unknown>> = [
  ['forEach', (ch) => ch.forEach(thrower)],
  ['forEach later', (ch) => ch.forEach(async () => thrower())],
  ['reduce', (ch) => ch.reduce(thrower)],
  ['reduce later', (ch) => ch.reduce(async () => thrower(), 0)],
];

/** What a terminal reads: the source itself, and what is derived from it. */
const DIRECTLY: readonly ((ch: Numbers) => Numbers)[] = [
  (ch) => ch,
  (ch) => ch.map(id),
  (ch) => ch.buffer(1),
];

/** Reads as much as there is until it fails, or ends. */
async function readToEnd(ch: ReadChan<unknown>): Promise<void> {
  for (let n = 0; n < 99; n++) if ((await ch.get()) === undefined) return;
  throw new Error('It does not end');
}

async function expectReleased(tracked: Tracked): Promise<void> {
  await turns(8);
  expect([tracked.released, tracked.chan.closed, tracked.locked]).toEqual([true, true, false]);
}

describe.each(SOURCES)('%s', (_, make) => {
  test.each(OPERATORS)('is released when what %s made of it is cancelled', async (_name, derive) => {
    const tracked = make();
    const ch = derive(tracked.chan);
    const got = ch.get();
    await turns();
    ch.cancel(WHY);
    await got;
    await expectReleased(tracked);
  });

  test.each(FUNCTIONS)('is released when a function of %s fails', async (_name, derive) => {
    const tracked = make();
    const ch = derive(tracked.chan, thrower);
    expect((await rejection(readToEnd(ch))).reason).toBeInstanceOf(Error);
    expect((await rejection(ch.get())).reason).not.toEqual(new Error('It does not end'));
    await expectReleased(tracked);
  });

  test.each(FUNCTIONS)(
    'is released when a function of %s fails whose error is caught',
    async (_name, derive) => {
      const tracked = make();
      const ch = derive(tracked.chan, thrower).catch(() => -1);
      await readToEnd(ch);
      await expectReleased(tracked);
    },
  );

  test.each(COMBINATORS)('is released when the other input of %s fails', async (_name, combine) => {
    const tracked = make();
    // Read, so that there is something to release.
    await tracked.chan.get();
    await expect(readToEnd(combine(tracked.chan, failing()))).rejects.toBe(WHY);
    await expectReleased(tracked);
  });

  test.each(SIGNALLED)('is released when the signal of %s is aborted', async (_name, derive) => {
    const tracked = make();
    const controller = new AbortController();
    const ch = derive(tracked.chan, controller.signal);
    const got = ch.get().catch(() => undefined);
    await turns();
    controller.abort(WHY);
    await got;
    expect((await rejection(readToEnd(ch))).reason).toBe(WHY);
    await expectReleased(tracked);
  });

  test.each(TERMINALS)('is released when %s fails', async (_name, read) => {
    for (const derive of DIRECTLY) {
      const tracked = make();
      await expect(read(derive(tracked.chan))).rejects.toBe(WHY);
      await expectReleased(tracked);
    }
  });

  test('is left as it is by what has come to its end by itself', async () => {
    const tracked = make();
    const { chan } = tracked;
    expect(await chan.take(1).collect()).toEqual([0]);
    expect(await chan.takeWhile((n) => n < 2).collect()).toEqual([1]);
    expect(await zip(from(['a']), chan).collect()).toEqual([['a', 3]]);
    expect(await chan.collect(1)).toEqual([4]);
    expect(await race(chan, new Chan<number>()).get()).toBe(5);
    expect(
      await chan
        .asyncApply<number>(async (input, output) => void (await output.put((await input.get()) ?? 0)))
        .collect(),
    ).toEqual([6]);
    await turns();
    expect([tracked.released, chan.closed]).toEqual([false, false]);
    expect(await chan.get()).toBe(7);
  });

  test('is released, after what was derived has ended by itself, when that is cancelled', async () => {
    const tracked = make();
    const two = tracked.chan.map(id).take(2);
    expect(await two.collect()).toEqual([0, 1]);
    two.cancel();
    await expectReleased(tracked);
  });

  test('is released when it has lost a race', async () => {
    const tracked = make();
    await tracked.chan.get();
    const never = tracked.chan.filter((n) => n < 0).map(id);
    expect(await race(from(['first']), never).get()).toBe('first');
    await expectReleased(tracked);
  });

  test('is released, with the branches beside it, when one of two is cancelled', async () => {
    const tracked = make();
    const [a, b] = [tracked.chan.map(id), tracked.chan.map(id)];
    expect(await Promise.all([a.get(), b.get()])).toEqual([0, 1]);
    a.cancel();
    await expectReleased(tracked);
    expect(await b.get()).toBeUndefined();
  });
});

describe('a channel of the user’s', () => {
  test.each(OPERATORS)('stays open when what %s made of it is cancelled', async (_, derive) => {
    const own = new Chan<number>();
    const ch = derive(own);
    const got = ch.get();
    await turns();
    ch.cancel(WHY);
    await got;
    await turns();
    expect([own.closed, own.stats().waitingGets]).toEqual([false, 0]);
  });

  test.each(FUNCTIONS)('stays open when a function of %s fails', async (name, derive) => {
    const own = new Chan<number>(9).add(1, 2, 3);
    const ch = derive(own, thrower);
    expect((await rejection(readToEnd(ch))).reason, name).toBeInstanceOf(Error);
    expect([own.closed, own.stats().waitingGets]).toEqual([false, 0]);
  });

  test.each(COMBINATORS.filter(([name]) => name !== 'switchMap'))(
    'stays open when the other input of %s fails',
    async (_, combine) => {
      const own = new Chan<number>(9).add(1, 2, 3);
      await expect(readToEnd(combine(own, failing()))).rejects.toBe(WHY);
      expect([own.closed, own.stats().waitingGets]).toEqual([false, 0]);
    },
  );
});

test.each<readonly [string, () => ReadChan<unknown>]>([
  ['a range', () => fromRange()],
  ['a timeout', () => timeout(60_000)],
  ['a ticker', () => tickTock(60_000)],
  ['a promise', () => from(new Promise<number>(() => {}))],
])('%s is cancelled with what is derived from it', async (_, make) => {
  const source = make();
  source.map((n) => n as never).cancel();
  expect(source.closed).toBe(true);
  const other = make();
  merge(new Chan<number>(), other).cancel();
  expect(other.closed).toBe(true);
});

test('a cancel goes up once, however often it is repeated and however many ways lead up', async () => {
  let ch: Numbers = fromRange();
  for (let level = 0; level < 40; level++) {
    const above = ch;
    ch = merge(above.map(id), above.map(id));
  }
  await ch.get();
  ch.cancel();
  ch.cancel();
  expect(await ch.get()).toBeUndefined();
});
