/** Trees of operators and combinators over sources of every kind: made up from a seed, written down as JavaScript, and what lists say of them. */
import * as millrace from '../../src/index.js';
import { Random, WITHOUT } from './random.js';

/** What a tree gives: lists that come interleaved, each in its order; and what it fails with behind them. */
export interface Expected {
  readonly parts: readonly (readonly number[])[];
  readonly fails?: string | undefined;
}

export interface Tree {
  readonly kind: string;
  readonly n: number;
  readonly list: readonly number[];
  readonly under: readonly Tree[];
}

interface Kind {
  readonly under: number;
  readonly text: (under: readonly string[], n: number, list: string) => string;
  /** Undefined where lists cannot say. */
  readonly of: (under: readonly Expected[], n: number, list: readonly number[]) => Expected | undefined;
}

/** What programs are written in besides the library. */
const HELPERS = `
const live = { on: true };
const tick = async (n) => { for (let i = n % 4; i > 0; i--) await null; if (n % 5 === 4) await nop(); };
const gen = function* (list) { yield* list; };
const agen = async function* (list) { for (const n of list) { await tick(Math.abs(n)); yield n; } };
const stream = (list) => new ReadableStream({ start(c) { for (const n of list) c.enqueue(n); c.close(); } });
const fed = (list, buffer) => { const ch = new Chan(buffer); go(async () => { for (const n of list) { await tick(Math.abs(n)); if (!(await ch.put(n))) return; } ch.close(); }); return ch; };
const tried = (list) => { const ch = new Chan(); go(async () => { for (const n of list) while (!ch.tryPut(n)) { if (ch.closed || !live.on) return; await nop(); } ch.close(); }); return ch; };
const called = (list) => { const ch = new Chan(1); for (const n of list) ch.putThen(n); return ch.close(); };
const chosen = (list) => { const ch = new Chan(); const never = new Chan(); go(async () => { for (const n of list) await select({ never, sent: [ch, n] }); ch.close(); }); return ch; };
const seeded = (list, cause) => new Chan().add(...list).close(cause);
const never = () => new Chan();
const pumped = (ch) => { const outs = [new Chan(), new Chan(1)]; ch.distribute(...outs); return merge(outs); };
const topics = (ch) => { const pub = ch.pub((n) => n & 1); return merge(pub.sub(0), pub.sub(1)); };
const desk = (...chans) => { const out = new Chan(); const d = mix(out); go(async () => { for (const ch of chans) d.add(ch); await Promise.all(chans.map((ch) => ch.join())); await nop(); await nop(); while (live.on) { if (chans.every((ch) => ch.drained)) break; await nop(); } out.close(); }); return out; };
`;

const one = (list: readonly number[], fails?: string): Expected => ({ parts: [list], fails });
const bag = (list: readonly number[]): Expected => ({ parts: list.map((n) => [n]) });

const source = (text: (list: string, n: number) => string): Kind => ({
  under: 0,
  text: (_, n, list) => text(list, n),
  of: (_u, _n, list) => one(list),
});
/** What is done to one list after the other; only where its order is known. */
const ordered = (
  text: (n: number) => string,
  of: (list: readonly number[], n: number) => readonly number[],
): Kind => ({
  under: 1,
  text: ([ch], n) => `${ch}${text(n)}`,
  of: ([ch], n) =>
    ch?.parts.length === 1 ? one(of(ch.parts[0] as readonly number[], n), ch.fails) : undefined,
});
/** The same for what is done to each value by itself. */
const each = (text: (n: number) => string, of: (n: number, k: number) => readonly number[]): Kind => ({
  under: 1,
  text: ([ch], n) => `${ch}${text(n)}`,
  of: ([ch], k) => ({
    parts: (ch as Expected).parts.map((list) => list.flatMap((n) => of(n, k))),
    fails: ch?.fails,
  }),
});
const same = (text: (ch: string, n: number) => string): Kind => ({
  under: 1,
  text: ([ch], n) => text(ch as string, n),
  of: ([ch]) => ch,
});
/** What ends before its source: then it does not fail with it. */
const cut = (
  text: (n: number) => string,
  count: (list: readonly number[], n: number) => number,
  /** How many values it reads to know that it has all. */
  reads: (at: number, n: number) => number,
): Kind => ({
  under: 1,
  text: ([ch], n) => `${ch}${text(n)}`,
  of: ([ch], n) => {
    if (ch?.parts.length !== 1) return undefined;
    const list = ch.parts[0] as readonly number[];
    const at = count(list, n);
    return one(list.slice(0, at), reads(at, n) <= list.length ? undefined : ch.fails);
  },
});

const before = (list: readonly number[], p: (n: number, i: number) => boolean): number => {
  const at = list.findIndex((n, i) => !p(n, i));
  return at < 0 ? list.length : at;
};
const chunks = (list: readonly number[], n: number): number[][] =>
  Array.from({ length: Math.ceil(list.length / n) }, (_, i) => list.slice(i * n, i * n + n));
const sum = (list: readonly number[]): number => list.reduce((a, b) => (a + b) | 0, 0);
const runs = (list: readonly number[]): number[] => {
  const all: number[][] = [];
  for (const n of list) {
    const last = all.at(-1);
    if (last !== undefined && last[0] === (n & 1)) last.push(n);
    else all.push([n & 1, n]);
  }
  return all.map(sum);
};
const whole = (under: readonly Expected[]): readonly (readonly number[])[] | undefined =>
  under.every(({ parts, fails }) => parts.length === 1 && fails === undefined)
    ? under.map(({ parts }) => parts[0] as readonly number[])
    : undefined;
const safe = (under: readonly Expected[]): boolean => under.every(({ fails }) => fails === undefined);

/** Ways to read a stage beside others, that change nothing. */
const BESIDE = [
  's',
  's.map((n) => n)',
  's.filter(() => true)',
  's.group(1).flatMap((list) => list)',
  's.drop(0)',
  's.scan((_, n) => n, 0)',
  's.buffer(1)',
  's.asyncPipe(1, (n) => n)',
  's.asyncPipe(2, async (n) => n)',
  's.flatMap((n) => [n])',
  'merge(s)',
  's.batch({ size: 1 }).flatMap((list) => list)',
  's.pipe(new Chan())',
  's.dup().tap()',
];
const beside = (n: number, i: number): string => BESIDE[(n * 7 + i * 5) % BESIDE.length] as string;

const KINDS: Readonly<Record<string, Kind>> = {
  array: source((list) => `from(${list})`),
  generator: source((list) => `fromIter(gen(${list}))`),
  agenerator: source((list) => `from(agen(${list}))`),
  stream: source((list) => `from(stream(${list}))`),
  fed: source((list, n) => `fed(${list}, ${n % 3})`),
  tried: source((list) => `tried(${list})`),
  called: source((list) => `called(${list})`),
  chosen: source((list) => `chosen(${list})`),
  seeded: source((list) => `seeded(${list})`),
  range: {
    under: 0,
    text: (_, n) => `fromRange(${n})`,
    of: (_, n) => one(Array.from({ length: n }, (_v, i) => i)),
  },
  promise: {
    under: 0,
    text: (_, n) =>
      n % 2 === 0 ? `from(Promise.resolve(${n})).buffer(1)` : `merge(from(Promise.resolve(${n})))`,
    of: (_, n) => one([n]),
  },
  failing: {
    under: 0,
    text: (_, _n, list) => `seeded(${list}, 'cause')`,
    of: (_, _n, list) => one(list, 'cause'),
  },

  map: each(
    (n) => `.map((n) => (n * 3 + ${n}) | 0)`,
    (n, k) => [(n * 3 + k) | 0],
  ),
  indexed: ordered(
    (n) => `.map((n, i) => (n + i * ${n}) | 0)`,
    (list, k) => list.map((n, i) => (n + i * k) | 0),
  ),
  filter: each(
    (n) => `.filter((n) => n % ${n + 2} !== 0)`,
    (n, k) => (n % (k + 2) === 0 ? [] : [n]),
  ),
  dropping: each(
    (n) => `.filter((n) => (n * n) % ${n + 3} === 1)`,
    (n, k) => ((n * n) % (k + 3) === 1 ? [n] : []),
  ),
  flatMap: each(
    (n) => `.flatMap((n) => Array(Math.abs(n) % ${n + 1}).fill(n))`,
    (n, k) => Array<number>(Math.abs(n) % (k + 1)).fill(n),
  ),
  flatGen: each(
    (n) => `.flatMap((n) => gen([n, ${n}]))`,
    (n, k) => [n, k],
  ),
  take: cut(
    (n) => `.take(${n})`,
    (list, n) => Math.min(n, list.length),
    (_, n) => n,
  ),
  takeWhile: cut(
    (n) => `.takeWhile((n) => n < ${n})`,
    (list, k) => before(list, (n) => n < k),
    (at) => at + 1,
  ),
  drop: ordered(
    (n) => `.drop(${n})`,
    (list, n) => list.slice(n),
  ),
  dropWhile: ordered(
    (n) => `.dropWhile((n) => n < ${n})`,
    (list, k) => list.slice(before(list, (n) => n < k)),
  ),
  distinct: ordered(
    () => '.distinct((n) => n & 1)',
    (list) => list.filter((n, i) => i === 0 || (n & 1) !== ((list[i - 1] as number) & 1)),
  ),
  group: ordered(
    (n) => `.group(${n + 1}).map((list) => list.reduce((a, b) => (a + b) | 0))`,
    (list, n) => chunks(list, n + 1).map(sum),
  ),
  groupBy: ordered(
    () => '.groupBy((n) => n & 1).map(([key, list]) => list.reduce((a, b) => (a + b) | 0, key))',
    runs,
  ),
  scan: ordered(
    (n) => `.scan((a, n) => (a * 2 + n) | 0, ${n})`,
    (list, k) => list.map((_, i) => list.slice(0, i + 1).reduce((a, n) => (a * 2 + n) | 0, k)),
  ),
  scanFirst: ordered(
    () => '.scan((a, n) => (a * 2 + n) | 0)',
    (list) => list.map((_, i) => list.slice(0, i + 1).reduce((a, n) => (a * 2 + n) | 0)),
  ),
  batch: ordered(
    (n) => `.batch({ size: ${n + 1} }).map((list) => list.reduce((a, b) => (a + b) | 0))`,
    (list, n) => chunks(list, n + 1).map(sum),
  ),
  batchTime: same((ch) => `${ch}.batch({ ms: 1 }).flatMap((list) => list)`),
  delay: same((ch, n) => `${ch}.delay(${n % 2})`),
  timeoutEach: same((ch) => `${ch}.timeoutEach(Infinity)`),
  tap: same((ch) => `${ch}.tap(() => {})`),
  through: same((ch) => `${ch}.through((s) => s.map((n) => n))`),
  buffer: same((ch, n) => `${ch}.buffer(${n})`),
  unbounded: same((ch) => `${ch}.buffer(unbounded())`),
  weighted: same((ch, n) => `${ch}.buffer(weighted(${n + 1}, () => 1))`),
  pipe: same((ch, n) => `${ch}.pipe(new Chan(${n}))`),
  tapped: same((ch) => `${ch}.dup().tap()`),
  applied: same(
    (ch) =>
      `${ch}.asyncApply(async (input, output) => { for await (const n of input) await output.put(n); })`,
  ),
  calls: each(
    (n) => `.asyncPipe(${n + 1}, (n) => n + 1)`,
    (n) => [n + 1],
  ),
  laterCalls: each(
    (n) => `.asyncPipe(${n + 1}, async (n) => { await tick(Math.abs(n)); return n + 1; })`,
    (n) => [n + 1],
  ),
  someCalls: each(
    (n) => `.asyncPipe(${n + 1}, (n) => (n % 2 === 0 ? undefined : n))`,
    (n) => (n % 2 === 0 ? [] : [n]),
  ),
  laterSome: each(
    (n) => `.asyncPipe(${n + 1}, async (n) => (n % 2 === 0 ? undefined : n))`,
    (n) => (n % 2 === 0 ? [] : [n]),
  ),
  flatCalls: each(
    (n) => `.asyncPipe(${n + 1}, (n) => gen([n, n + 1]), { flatten: true })`,
    (n) => [n, n + 1],
  ),
  keyed: each(
    (n) => `.asyncPipe(${n + 1}, async (n) => { await tick(Math.abs(n)); return n; }, { key: (n) => n & 1 })`,
    (n) => [n],
  ),
  mended: each(
    (n) =>
      `.asyncPipe(${n + 1}, (n) => { if (n % 3 === 0) throw 'bad'; return n; }, { onError: (_, n) => n + 1 })`,
    (n) => [n % 3 === 0 ? n + 1 : n],
  ),
  unordered: {
    under: 1,
    text: ([ch], n) =>
      `${ch}.asyncPipeUnordered(${n + 1}, async (n) => { await tick(Math.abs(n)); return n; })`,
    of: ([ch]) => (ch?.fails === undefined ? bag(ch?.parts.flat() ?? []) : undefined),
  },
  throws: {
    under: 1,
    text: ([ch], n) => `${ch}.map((n) => { if (n === ${n}) throw 'thrown'; return n; })`,
    of: ([ch], k) => {
      if (ch?.parts.length !== 1) return undefined;
      const list = ch.parts[0] as readonly number[];
      const at = list.indexOf(k);
      return at < 0 ? ch : one(list.slice(0, at), 'thrown');
    },
  },
  throwsLater: {
    under: 1,
    text: ([ch], n) =>
      `${ch}.asyncPipe(2, async (n) => { await tick(Math.abs(n)); if (n === ${n}) throw 'thrown'; return n; })`,
    of: ([ch], k) => {
      if (ch?.parts.length !== 1) return undefined;
      const list = ch.parts[0] as readonly number[];
      const at = list.indexOf(k);
      return at < 0 ? ch : one(list.slice(0, at), 'thrown');
    },
  },
  caught: {
    under: 1,
    text: ([ch]) => `${ch}.catch(() => 77)`,
    of: ([ch]) => (ch?.fails === undefined ? ch : one([...(ch.parts[0] as readonly number[]), 77])),
  },

  merge: {
    under: 2,
    text: (under) => `merge(${under.join(', ')})`,
    of: (under) => (safe(under) ? { parts: under.flatMap(({ parts }) => parts) } : undefined),
  },
  desk: {
    under: 2,
    text: (under) => `desk(${under.map((ch) => `${ch}.buffer(1)`).join(', ')})`,
    of: (under) => (safe(under) ? { parts: under.flatMap(({ parts }) => parts) } : undefined),
  },
  concat: {
    under: 2,
    text: (under) => `concat(${under.join(', ')})`,
    of: ([first, second]) =>
      first?.parts.length === 1 && second?.parts.length === 1
        ? first.fails === undefined
          ? one([...(first.parts[0] as number[]), ...(second.parts[0] as number[])], second.fails)
          : first
        : undefined,
  },
  zip: {
    under: 2,
    text: (under) => `zip(${under.join(', ')}).map(([a, b]) => (a * 31 + b) | 0)`,
    of: (under) => {
      const [a, b] = whole(under) ?? [];
      if (a === undefined || b === undefined) return undefined;
      return one(a.slice(0, b.length).map((n, i) => (n * 31 + (b[i] as number)) | 0));
    },
  },
  zipLongest: {
    under: 2,
    text: (under) => `zipLongest(${under.join(', ')}).map(([a = 5, b = 7]) => (a * 31 + b) | 0)`,
    of: (under) => {
      const [a, b] = whole(under) ?? [];
      if (a === undefined || b === undefined) return undefined;
      return one(
        Array.from({ length: Math.max(a.length, b.length) }, (_, i) => ((a[i] ?? 5) * 31 + (b[i] ?? 7)) | 0),
      );
    },
  },
  zipWith: {
    under: 2,
    text: ([a, b]) => `${a}.zipWith(${b}).map(([a, b]) => (a * 31 + b) | 0)`,
    of: (under) => {
      const [a, b] = whole(under) ?? [];
      if (a === undefined || b === undefined) return undefined;
      return one(a.slice(0, b.length).map((n, i) => (n * 31 + (b[i] as number)) | 0));
    },
  },
  latest: same((ch) => `combineLatest(${ch}).map(([n]) => n)`),
  latestOf: same((ch) => `combineLatest([${ch}, from([])], { eager: true }).map(([n]) => n)`),
  race: {
    under: 1,
    text: ([ch]) => `race(never(), ${ch})`,
    of: ([ch]) => (ch?.fails === undefined && ch?.parts.some(({ length }) => length > 0) ? ch : undefined),
  },
  switched: same((ch) => `from([0]).switchMap(() => ${ch})`),
  distributed: {
    under: 1,
    text: ([ch]) => `pumped(${ch})`,
    of: ([ch]) => (ch?.fails === undefined ? bag(ch?.parts.flat() ?? []) : undefined),
  },
  topics: {
    under: 1,
    text: ([ch]) => `topics(${ch})`,
    of: ([ch]) => {
      if (ch?.parts.length !== 1 || ch.fails !== undefined) return undefined;
      const list = ch.parts[0] as readonly number[];
      return { parts: [0, 1].map((topic) => list.filter((n) => (n & 1) === topic)) };
    },
  },
  shared: {
    under: 1,
    text: ([ch], n) => `((s) => merge(${beside(n, 0)}, ${beside(n, 1)}, ${beside(n, 3)}))(${ch})`,
    of: ([ch]) => (ch?.fails === undefined ? bag(ch?.parts.flat() ?? []) : undefined),
  },
  sharedTwice: {
    under: 1,
    text: ([ch], n) => `((s) => merge(${beside(n, 2)}, ${beside(n, 7)}))(${ch})`,
    of: ([ch]) => (ch?.fails === undefined ? bag(ch?.parts.flat() ?? []) : undefined),
  },
  split: same((ch, n) => `((s) => concat(s.take(${n}), s))(${ch})`),
  splitGroup: {
    under: 1,
    text: ([ch], n) =>
      `((s) => concat(s.take(${n}).group(2).flatMap((list) => list), s.map((n) => n)))(${ch})`,
    of: ([ch]) => ch,
  },
};

const NAMES = Object.keys(KINDS).filter((name) => !WITHOUT.has(name));
const LEAVES = NAMES.filter((name) => KINDS[name]?.under === 0);
const INNER = NAMES.filter((name) => KINDS[name]?.under !== 0);

export function expectedOf({ kind, n, list, under }: Tree): Expected | undefined {
  const below = under.map(expectedOf);
  if (below.includes(undefined)) return undefined;
  return KINDS[kind]?.of(below as Expected[], n, list);
}
function textOf({ kind, n, list, under }: Tree): string {
  return KINDS[kind]?.text(under.map(textOf), n, JSON.stringify(list)) ?? '';
}

function makeTree(random: Random, depth: number): Tree {
  if (depth <= 0 || random.once(8)) {
    const list = Array.from({ length: random.below(9) }, () => random.below(19) - 6);
    return { kind: random.pick(LEAVES), n: random.below(6), list, under: [] };
  }
  for (;;) {
    const kind = random.pick(INNER);
    const under = Array.from({ length: KINDS[kind]?.under ?? 1 }, () =>
      makeTree(random, depth - 1 - random.below(2)),
    );
    const tree: Tree = { kind, n: random.below(5), list: [], under };
    if (expectedOf(tree) !== undefined) return tree;
  }
}

/** How a tree is read: what each gives is a list of what each reader got, and an error. */
const READERS: Readonly<Record<string, string>> = {
  collect: 'async (ch) => [await ch.collect()]',
  reduce: 'async (ch) => [await ch.reduce((all, n) => (all.push(n), all), [])]',
  forEach: 'async (ch, all) => { await ch.forEach((n) => void all.push(n)); return [all]; }',
  forEachLater:
    'async (ch, all) => { await ch.forEach(async (n) => { await tick(Math.abs(n)); all.push(n); }); return [all]; }',
  iterate: 'async (ch, all) => { for await (const n of ch) all.push(n); return [all]; }',
  consume: 'async (ch, all) => { for await (const n of ch.consume()) all.push(n); return [all]; }',
  get: 'async (ch, all) => { for (let n; (n = await ch.get()) !== undefined; ) all.push(n); return [all]; }',
  getThen:
    'async (ch, all) => { await new Promise((resolve, reject) => { const next = () => ch.getThen((n, error) => { if (error !== undefined) reject(error); else if (n === undefined) resolve(); else { all.push(n); next(); } }); next(); }); return [all]; }',
  select:
    'async (ch, all) => { const never = new Chan(); for (;;) { const { value } = await select({ never, ch }); if (value === undefined) return [all]; all.push(value); } }',
  tryGet:
    'async (ch, all) => { for (;;) { const n = ch.tryGet(); if (n !== undefined) { all.push(n); continue; } const late = await ch.get(); if (late === undefined) return [all]; all.push(late); } }',
  aborted:
    "async (ch, all) => { for (let i = 0; ; i++) { const stop = new AbortController(); const got = ch.get({ signal: stop.signal }).catch((error) => { if (error !== 'stop') throw error; return null; }); tick(i).then(() => stop.abort('stop')); const n = await got; if (n === undefined) return [all]; if (n !== null) all.push(n); else await nop(); } }",
  losing:
    'async (ch, all) => { for (let i = 0; ; i++) { const lost = new Chan(1); tick(i).then(() => lost.tryPut(1)); const { key, value } = await select({ lost, ch }); if (key === "lost") await nop(); else if (value === undefined) return [all]; else all.push(value); } }',
  piped: 'async (ch, all) => { for await (const n of ch.pipe(new Chan(2))) all.push(n); return [all]; }',
  several:
    'async (ch) => Promise.all([0, 1, 2].map(async (i) => { const all = []; if (i === 2) await ch.forEach((n) => void all.push(n)); else for (let n; (n = await ch.get()) !== undefined; ) { all.push(n); if (i === 1) await tick(n); } return all; }))',
  joined:
    'async (ch, all) => { const over = ch.join(); await ch.forEach((n) => void all.push(n)); await over; return [all]; }',
};

/** Those that lose what they read before a failure. */
const LOSING = new Set(['collect', 'reduce', 'several']);

export interface TreeProgram {
  readonly seed: number;
  readonly tree: Tree;
  readonly reader: string;
  readonly slow: boolean;
}
export function makeTreeProgram(seed: number): TreeProgram {
  const random = new Random(seed);
  const slow = random.once(2);
  const tree = makeTree(random, 1 + random.below(6));
  const readers = Object.keys(READERS).filter(
    (name) => !WITHOUT.has(name) && (expectedOf(tree)?.fails === undefined || !LOSING.has(name)),
  );
  return { seed, tree, reader: random.pick(readers), slow };
}

const SLOW = '{ let now = 0; performance.now = () => (now += 0.2); } // a slow machine';

/** The program as text, which runs by itself. */
export function programText({ seed, tree, reader, slow }: TreeProgram): string {
  const names = Object.keys(millrace)
    .filter((name) => /^[a-z]/.test(name) || name === 'Chan')
    .join(', ');
  return [
    `// seed ${seed}: gives ${JSON.stringify(expectedOf(tree))}`,
    `import { ${names} } from 'millrace';`,
    HELPERS.trim(),
    slow ? SLOW : '',
    `const ch = ${textOf(tree)};`,
    `const read = ${READERS[reader]};`,
    'console.log(await read(ch, []));',
  ].join('\n');
}

/** Runs it. @returns what its readers got, and what they failed with. */
export function runTree({ tree, reader }: TreeProgram): Promise<{ got: number[][]; error: unknown }> {
  const names = Object.keys(millrace);
  // oxlint-disable-next-line typescript/no-implied-eval -- what is run is the text that a failure prints
  const make = new Function(
    ...names,
    `${HELPERS}
    const all = [];
    const read = ${READERS[reader]};
    const ch = ${textOf(tree)};
    return read(ch, all).then((got) => ({ got, error: undefined }), (error) => ({ got: [all], error })).finally(() => { live.on = false; });`,
  ) as (...values: unknown[]) => Promise<{ got: number[][]; error: unknown }>;
  return make(...names.map((name) => (millrace as Record<string, unknown>)[name]));
}

/** Trees that are a little smaller. */
export function* smaller(tree: Tree): Generator<Tree> {
  yield* tree.under;
  for (const [i, one_] of tree.under.entries()) {
    for (const less of smaller(one_))
      yield { ...tree, under: tree.under.map((other, at) => (at === i ? less : other)) };
  }
  for (const i of tree.list.keys()) yield { ...tree, list: tree.list.filter((_, at) => at !== i) };
  if (tree.under.length === 0 && tree.kind !== 'array' && tree.kind !== 'failing')
    yield { ...tree, kind: 'array', list: KINDS[tree.kind]?.of([], tree.n, tree.list)?.parts[0] ?? [] };
}
