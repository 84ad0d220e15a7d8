import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { Chan, from, fromIter, go, type ReadChan, select, sliding, unbounded } from '../../src/index.js';
import { turns } from '../support/turns.js';

// Whatever operators are put in a row, over whatever kind of source, and however the result is read: it is what the same
// operators give on arrays.

type Numbers = ReadChan<number>;
/** One operator on channels and on arrays. */
interface Stage {
  readonly text: string;
  readonly on: (ch: Numbers) => Numbers;
  readonly of: (list: readonly number[]) => readonly number[];
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => (a + b) | 0, 0);
const mod = (n: number, k: number): number => ((n % k) + k) % k;

function chunks(list: readonly number[], n: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / n) }, (_, i) => list.slice(i * n, i * n + n));
}

/** Runs of one key, each as its key plus its values. */
function runs(list: readonly number[], key: (n: number) => number): number[] {
  const result: number[][] = [];
  list.forEach((n, i) => {
    if (i > 0 && Object.is(key(n), key(list[i - 1] as number))) result.at(-1)?.push(n);
    else result.push([key(n), n]);
  });
  return result.map(sum);
}

const before = (list: readonly number[], p: (n: number, i: number) => boolean): number => {
  const at = list.findIndex((n, i) => !p(n, i));
  return at < 0 ? list.length : at;
};

const of = (
  text: string,
  arg: fc.Arbitrary<number>,
  make: (k: number) => Omit<Stage, 'text'>,
): fc.Arbitrary<Stage> => arg.map((k) => ({ text: `${text}(${k})`, ...make(k) }));

const small = fc.nat(6);
const positive = fc.integer({ min: 1, max: 4 });
const bound = fc.integer({ min: -10, max: 10 });

const simple = fc.oneof(
  of('map', bound, (k) => ({
    on: (ch) => ch.map((n, i) => (n + k + i) | 0),
    of: (list) => list.map((n, i) => (n + k + i) | 0),
  })),
  of('filter', positive, (k) => ({
    on: (ch) => ch.filter((n, i) => mod(n + i, k + 1) !== 0),
    of: (list) => list.filter((n, i) => mod(n + i, k + 1) !== 0),
  })),
  of('flatMap', fc.nat(3), (k) => ({
    on: (ch) => ch.flatMap((n) => Array<number>(mod(n, k + 1)).fill(n)),
    of: (list) => list.flatMap((n) => Array<number>(mod(n, k + 1)).fill(n)),
  })),
  of('take', small, (k) => ({ on: (ch) => ch.take(k), of: (list) => list.slice(0, k) })),
  of('drop', small, (k) => ({ on: (ch) => ch.drop(k), of: (list) => list.slice(k) })),
  of('takeWhile', bound, (k) => ({
    on: (ch) => ch.takeWhile((n, i) => n < k + i),
    of: (list) =>
      list.slice(
        0,
        before(list, (n, i) => n < k + i),
      ),
  })),
  of('dropWhile', bound, (k) => ({
    on: (ch) => ch.dropWhile((n, i) => n < k + i),
    of: (list) => list.slice(before(list, (n, i) => n < k + i)),
  })),
  of('distinct', positive, (k) => ({
    on: (ch) => ch.distinct((n) => mod(n, k)),
    of: (list) => list.filter((n, i) => i === 0 || mod(n, k) !== mod(list[i - 1] as number, k)),
  })),
  of('group', positive, (k) => ({
    on: (ch) => ch.group(k).map(sum),
    of: (list) => chunks(list, k).map(sum),
  })),
  of('groupBy', positive, (k) => ({
    on: (ch) => ch.groupBy((n) => mod(n, k)).map(([key, values]) => sum([key, ...values])),
    of: (list) => runs(list, (n) => mod(n, k)),
  })),
  of('scan', bound, (k) => ({
    on: (ch) => ch.scan((a, n, i) => (a + n * i) | 0, k),
    of: (list) => list.map((_, at) => list.slice(0, at + 1).reduce((a, n, i) => (a + n * i) | 0, k)),
  })),
  of('scan without init', fc.constant(0), () => ({
    on: (ch) => ch.scan((a, n) => (a + n) | 0),
    of: (list) => list.map((_, at) => sum(list.slice(0, at + 1))),
  })),
  of('buffer', small, (k) => ({ on: (ch) => ch.buffer(k), of: (list) => list })),
  of('buffer without end', fc.constant(0), () => ({
    on: (ch) => ch.buffer(unbounded()),
    of: (list) => list,
  })),
  of('asyncPipe', positive, (k) => ({
    on: (ch) => ch.asyncPipe(k, async (n) => (mod(n, 3) === 0 ? undefined : (n * k) | 0)),
    of: (list) => list.filter((n) => mod(n, 3) !== 0).map((n) => (n * k) | 0),
  })),
  of('asyncPipe of what is there at once', positive, (k) => ({
    on: (ch) => ch.asyncPipe(k, (n) => [n, n], { flatten: true }),
    of: (list) => list.flatMap((n) => [n, n]),
  })),
);

const stages = fc.oneof(
  { maxDepth: 2 },
  { weight: 6, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc.array(simple, { maxLength: 3 }).map((inner): Stage => {
      return {
        text: `through(${inner.map(({ text }) => text).join(' ')})`,
        on: (ch) => ch.through((input) => inner.reduce((last, { on }) => on(last), input)),
        of: (list) => inner.reduce((last, one) => one.of(last), list),
      };
    }),
  },
);

/** A channel that a goroutine feeds; it stops when nobody reads any more. */
function fed(ch: Chan<number>, list: readonly number[]): Chan<number> {
  void go(async () => {
    for (const [i, n] of list.entries()) {
      if (i % 3 === 2) await Promise.resolve();
      if (!(await ch.put(n))) return;
    }
    ch.close();
  });
  return ch;
}

const SOURCES: Record<string, (list: readonly number[]) => Numbers> = {
  'an array': (list) => from(list),
  'a generator': (list) =>
    fromIter(
      (function* (): Generator<number> {
        yield* list;
      })(),
    ),
  'an async generator': (list) =>
    from(
      (async function* (): AsyncGenerator<number> {
        yield* list;
      })(),
    ),
  'a rendezvous': (list) => fed(new Chan(), list),
  'a buffered channel': (list) => fed(new Chan(3), list),
  'a closed channel': (list) => new Chan<number>().add(...list).close(),
  'a sliding channel that is large enough': (list) => fed(new Chan(sliding(100)), list),
};

const READERS: Record<string, (ch: Numbers) => Promise<number[]>> = {
  collect: (ch) => ch.collect(),
  reduce: (ch) => ch.reduce<number[]>((all, n) => (all.push(n), all), []),
  'reduce with promises': (ch) => ch.reduce<number[]>(async (all, n) => all.concat(n), []),
  forEach: async (ch) => {
    const all: number[] = [];
    await ch.forEach((n) => void all.push(n));
    return all;
  },
  'for await': async (ch) => {
    const all: number[] = [];
    for await (const n of ch) all.push(n);
    return all;
  },
  get: async (ch) => {
    const all: number[] = [];
    for (let n = await ch.get(); n !== undefined; n = await ch.get()) all.push(n);
    return all;
  },
  getThen: (ch) =>
    new Promise((resolve, reject) => {
      const all: number[] = [];
      const next = (): void =>
        ch.getThen((n, error) => {
          if (error !== undefined) reject(error);
          else if (n === undefined) resolve(all);
          else {
            all.push(n);
            next();
          }
        });
      next();
    }),
  select: async (ch) => {
    const all: number[] = [];
    const never = new Chan<number>();
    for (;;) {
      const { key, value } = await select({ never, ch });
      if (key !== 'ch' || value === undefined) return all;
      all.push(value);
    }
  },
  'select with a default': async (ch) => {
    const all: number[] = [];
    for (;;) {
      const { key, value } = await select({ ch }, { default: 'none' });
      if (key === undefined) {
        const got = await ch.get();
        if (got === undefined) return all;
        all.push(got);
      } else if (value === undefined) return all;
      else all.push(value);
    }
  },
};

const lists = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 24 });
const pipelines = fc
  .array(stages, { maxLength: 7 })
  .map((all) => Object.assign(all, { toString: () => all.map(({ text }) => text).join(' ') }));

afterEach(() => void vi.restoreAllMocks());

test.each(Object.entries(READERS))(
  'a pipeline gives what it gives on arrays, read by %s',
  async (_, read) => {
    await fc.assert(
      fc.asyncProperty(
        lists,
        pipelines,
        fc.constantFrom(...Object.keys(SOURCES)),
        async (list, pipeline, of_) => {
          const source = (SOURCES[of_] as (list: readonly number[]) => Numbers)(list);
          const got = await read(pipeline.reduce((ch, { on }) => on(ch), source));
          source.cancel();
          expect(got).toEqual(pipeline.reduce((all, one) => one.of(all), list as readonly number[]));
        },
      ),
      { numRuns: 250 },
    );
  },
);

test('several readers of one pipeline, on a slow machine, get together what one alone would, each in order', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 0.2));
  await fc.assert(
    fc.asyncProperty(lists, pipelines, fc.integer({ min: 2, max: 4 }), async (list, pipeline, readers) => {
      const expected = pipeline.reduce((all, one) => one.of(all), list as readonly number[]);
      const ch = pipeline
        .reduce((last, { on }) => on(last), fed(new Chan(1), list) as Numbers)
        .map((n, i) => ({ n, i }));
      let all: { n: number; i: number }[][] | undefined;
      void Promise.all(Array.from({ length: readers }, () => ch.collect())).then((got) => (all = got));
      await turns(100);
      const whole: number[] = [];
      for (const got of all ?? []) {
        expect(got.slice(1).every(({ i }, at) => i > (got[at]?.i ?? i))).toBe(true);
        for (const { n, i } of got) whole[i] = n;
      }
      expect([all?.length, whole]).toEqual([readers, expected]);
    }),
    { numRuns: 500 },
  );
});
