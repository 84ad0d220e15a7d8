/** Every source, through every combinator and operator, read in every way: a timer of 5 ms is late by at most 20. */
import { afterAll, describe, expect, test } from 'vitest';
import {
  Chan,
  PENDING,
  type ReadChan,
  type Waiter,
  combineLatest,
  concat,
  from,
  fromIter,
  fromRange,
  go,
  merge,
  promise,
  race,
  scope,
  select,
  sleep,
  zip,
} from '../src/index.js';
import { lateness } from './support/lateness.js';

const LATE = 20;

type Source = () => ReadChan<number>;

async function* ones(): AsyncGenerator<number> {
  for (;;) yield 1;
}

function* iterated(): Generator<number> {
  for (;;) yield 1;
}

/** A channel that is kept full, by one who waits. */
function fed(size: number): ReadChan<number> {
  const ch = new Chan<number>(size);
  void (async () => {
    while (await ch.put(1));
  })();
  open.push(ch);
  return ch;
}
const open: ReadChan<unknown>[] = [];
afterAll(() => {
  for (const ch of open) ch.cancel();
});

/** Endless; a stream that gives its chunks at once. */
const stream = (): ReadableStream<number> =>
  new ReadableStream<number>({ pull: (controller) => controller.enqueue(1) }, { highWaterMark: 16 });

function endlessly(this: { push(value: number): unknown }): void {
  this.push(1);
}

/** Node's streams, where there are some: this file also runs in a browser. */
const { Readable } =
  (globalThis.process as NodeJS.Process | undefined)?.getBuiltinModule?.('node:stream') ?? {};

/** Each gives values without end whenever it is asked. */
const ENDLESS: Readonly<Record<string, Source>> = {
  'a range': () => fromRange(),
  'an iterator': () => fromIter(iterated()),
  'an async generator': () => from(ones()),
  'a web stream': () => from(stream()),
  ...(Readable === undefined
    ? {}
    : { 'a stream of Node': () => from<number>(new Readable({ objectMode: true, read: endlessly })) }),
  'a channel that is kept full': () => fed(16),
  'a rendezvous channel': () => fed(0),
};

/** What stands between. */
const BETWEEN: Readonly<Record<string, (source: Source) => ReadChan<unknown>>> = {
  nothing: (source) => source(),
  map: (source) => source().map((n) => n + 1),
  group: (source) => source().group(2),
  merge: (source) => merge(source(), source()),
  zip: (source) => zip(source(), source()),
  combineLatest: (source) => combineLatest(source(), source()),
  concat: (source) => concat(source(), source()),
  race: (source) => race(source(), source()),
  'switchMap, whose channels are fresh': (source) => source().switchMap((n) => from([n])),
  buffer: (source) => source().buffer(8),
  'asyncPipe, whose calls resolve at once': (source) => source().asyncPipe(4, async (n) => n),
  pipe: (source) => source().pipe(new Chan<number>()),
};

/** Who asks, and never waits for anything else. */
const READERS: Readonly<Record<string, (ch: ReadChan<unknown>, more: () => boolean) => Promise<unknown>>> = {
  'for await': async (ch, more) => {
    for await (const _ of ch) if (!more()) break;
  },
  get: async (ch, more) => {
    while (more()) await ch.get();
  },
  getThen: (ch, more) =>
    new Promise<void>((resolve) => {
      const next = (): void => (more() ? ch.getThen(next) : resolve());
      next();
    }),
  'collect(3)': async (ch, more) => {
    while (more()) await ch.collect(3);
  },
  select: async (ch, more) => {
    const never = new Chan<number>();
    while (more()) await select({ ch, never });
  },
  'forEach with an async function': (ch, more) => ended(more, (f) => ch.forEach(async () => f())),
  'reduce with an async function': (ch, more) => ended(more, (f) => ch.reduce(async () => f(), 0)),
  'selects that are aborted soon': async (ch, more) => {
    while (more()) {
      const controller = new AbortController();
      const { signal } = controller;
      const selected = select({ ch }, { signal }).catch(() => {});
      await Promise.resolve();
      controller.abort();
      await selected;
    }
  },
};

/** A terminal that fails when there is enough. */
async function ended(more: () => boolean, run: (f: () => number) => Promise<unknown>): Promise<void> {
  const enough = new Error('enough');
  const f = (): number => {
    if (!more()) throw enough;
    return 1;
  };
  await run(f).catch((error: unknown) => {
    if (error !== enough) throw error;
  });
}

describe.each(Object.entries(ENDLESS))('timers get their turn while %s', (_source, source) => {
  describe.each(Object.entries(BETWEEN))('through %s', (_between, through) => {
    test.each(Object.entries(READERS))('is read by %s', async (_, read) => {
      const late = await lateness(async (more) => {
        const ch = through(source);
        await read(ch, more);
        ch.cancel();
      });
      expect(late).toBeLessThanOrEqual(LATE);
    });
  });
});

/** Stages of which nothing ever comes: the reader waits, and they go on. */
const NOTHING: Readonly<Record<string, (source: ReadChan<number>) => ReadChan<unknown>>> = {
  filter: (ch) => ch.filter(() => false),
  'filter behind a buffer': (ch) => ch.buffer(4).filter(() => false),
  'filter before a buffer': (ch) => ch.filter(() => false).buffer(4),
  'flatMap of nothing': (ch) => ch.flatMap(() => []),
  dropWhile: (ch) => ch.dropWhile(() => true),
  'asyncPipe of nothing': (ch) => ch.asyncPipe(4, async () => undefined),
  'asyncPipeUnordered of nothing': (ch) => ch.asyncPipeUnordered(4, async () => undefined),
  'asyncPipe of empty lists': (ch) => ch.asyncPipe(4, async () => [] as number[], { flatten: true }),
  'asyncPipe before a filter': (ch) => ch.asyncPipe(4, async (n) => n).filter(() => false),
  'switchMap to nothing': (ch) => ch.switchMap(() => from<number>([])),
  'merge before a filter': (ch) => merge(ch, fromRange()).filter(() => false),
};

describe.each(Object.entries(ENDLESS))('timers get their turn while %s is taken', (_source, source) => {
  test.each(Object.entries(NOTHING))('and nothing comes of it by %s', async (_, stage) => {
    const late = await lateness(async (more) => {
      const ch = stage(source().tap(() => void (more() || ch.cancel())));
      await ch.get();
    });
    expect(late).toBeLessThanOrEqual(LATE);
  });

  test('by a dup without taps', async () => {
    const late = await lateness(
      (more) =>
        new Promise<void>((resolve) => {
          const copies = source()
            .tap(() => {
              if (more()) return;
              copies.close();
              resolve();
            })
            .dup();
        }),
    );
    expect(late).toBeLessThanOrEqual(LATE);
  });
});

/** Fresh things in each round: nothing of one is left to count with the next. */
const FRESH: Readonly<Record<string, () => Promise<unknown>>> = {
  'a get of a fresh promise': () => from(Promise.resolve(1)).get(),
  'a fresh promise in a select': () => select({ one: from(Promise.resolve(1)), never: new Chan() }),
  'a collect of an empty channel': () => new Chan().close().collect(),
  'a collect of none': () => new Chan().collect(0),
  'a collect of a failed channel': () =>
    new Chan()
      .close('broken')
      .collect()
      .catch(() => {}),
  'a forEach of an empty channel': () => new Chan().close().forEach(() => {}),
  'a reduce of an empty channel': () => new Chan<number>().close().reduce((a) => a, 0),
  'a collect of a promise channel': () => new Chan<number>(promise()).add(1).collect(),
  'a join of a channel that is closed later': async () => {
    const ch = new Chan();
    const joined = ch.join();
    ch.close();
    await joined;
  },
  'a join of a fresh closed channel': () => new Chan().close().join(),
  'a put and a cancel': async () => {
    const ch = new Chan<number>();
    const put = ch.put(1);
    ch.cancel();
    await put;
  },
  'a get that is aborted': () => aborted((signal) => new Chan().get({ signal })),
  'a put that is aborted': () => aborted((signal) => new Chan<number>().put(1, { signal })),
  'a select that is aborted': () => aborted((signal) => select([new Chan()], { signal })),
  'a select of a signal': () => aborted((signal) => select([new Chan(), signal])),
  'a selectable that commits when it is parked': () =>
    select([
      {
        poll: () => PENDING,
        park: (waiter: Waiter<number>) => void waiter.commit(1),
        unpark: () => {},
      },
    ]),
  'a goroutine that returns at once': () => go(() => 1),
  'an empty scope': () => scope(() => {}),
  'a sleep that is aborted already': () => sleep(1000, { signal: AbortSignal.abort() }).catch(() => {}),
  'a sleep that is aborted': () => aborted((signal) => sleep(1000, { signal })),
  'a channel at the end of an await using block': async () => {
    await using _ = new Chan();
  },
  'a step of an iteration that is left': async () => {
    for await (const _ of fromRange(3).consume()) break;
  },
};

async function aborted(wait: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const waiting = wait(controller.signal).catch(() => {});
  controller.abort();
  await waiting;
}

test.each(Object.entries(FRESH))('timers get their turn during a loop of %s', async (_, round) => {
  const late = await lateness(async (more) => {
    while (more()) await round();
  });
  expect(late).toBeLessThanOrEqual(LATE);
});
