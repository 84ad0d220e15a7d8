// Two copies of the built library in one program, as a bundle and a dependency may bring them.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Millrace from '../src/index.js';
import { rejection } from './support/outcome.js';

type Library = typeof Millrace;

let directory = '';
let ours: Library;
let theirs: Library;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  // Below node_modules, as installed: the runner takes such modules as they are.
  const copy = async (name: string): Promise<Library> => {
    const to = join(directory, 'node_modules', name);
    await cp(fileURLToPath(new URL('../dist', import.meta.url)), to, { recursive: true });
    return (await import(/* @vite-ignore */ pathToFileURL(join(to, 'index.js')).href)) as Library;
  };
  ours = await copy('ours');
  theirs = await copy('theirs');
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Lets all promise continuations run. */
const settled = async (): Promise<void> => ours.sleep(0);

/** The kinds of channels to read from, each with 1, 2, 3, made by their copy. */
const kinds: [string, () => Millrace.ReadChan<number>][] = [
  ['a buffered channel', () => new theirs.Chan<number>(3).add(1, 2, 3).close()],
  ['a rendezvous', () => new theirs.Chan<number>().add(1, 2, 3).close()],
  ['a range', () => theirs.fromRange(1, 4)],
  [
    'a chain',
    () =>
      theirs
        .fromRange(0, 4)
        .filter((n) => n > 0)
        .map((n) => n),
  ],
  ['a stage', () => theirs.fromRange(1, 4).buffer(2)],
  ['calls in flight', () => theirs.fromRange(1, 4).asyncPipe(2, async (n) => n)],
  [
    'an async source',
    () =>
      theirs.from(
        (async function* () {
          yield* [1, 2, 3];
        })(),
      ),
  ],
  [
    'a channel that is put to later',
    () => {
      const ch = new theirs.Chan<number>();
      void theirs.go(async () => {
        for (const n of [1, 2, 3]) {
          await theirs.nop();
          await ch.put(n);
        }
        ch.close();
      });
      return ch;
    },
  ],
];

test('the two copies are two', () => {
  expect(ours.Chan).not.toBe(theirs.Chan);
});

describe.each(kinds)('%s of another copy', (_, make) => {
  test('is a case of select, until its end', async () => {
    const got: unknown[] = [];
    const chan = make();
    const silent = new ours.Chan<number>();
    for (
      let r = await ours.select({ silent, chan });
      r.value !== undefined;
      r = await ours.select({ silent, chan })
    )
      got.push(r.value);
    expect(got).toEqual([1, 2, 3]);
    expect(silent.stats().waitingGets).toBe(0);
  });

  test('is an input of every combinator', async () => {
    expect(await ours.merge(make(), make()).reduce((a, b) => a + b)).toBe(12);
    expect(await ours.zip(make(), ours.fromRange(3)).collect()).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
    expect(await ours.fromRange(3).zipWith(make()).collect()).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(await ours.zipLongest(make(), ours.fromRange(1)).collect()).toEqual([
      [1, 0],
      [2, undefined],
      [3, undefined],
    ]);
    expect((await ours.combineLatest(make(), make()).collect()).at(-1)).toEqual([3, 3]);
    expect(await ours.concat(make(), make()).collect()).toEqual([1, 2, 3, 1, 2, 3]);
    expect(await ours.race(new ours.Chan<number>(), make()).collect()).toEqual([1, 2, 3]);
    expect(await ours.from([1]).switchMap(make).collect()).toEqual([1, 2, 3]);
  });

  test('is an input of a mix', async () => {
    const out = new ours.Chan<number>();
    ours.mix(out).add(make());
    expect(await out.collect(3)).toEqual([1, 2, 3]);
  });

  test('is given back by from, and can be derived from', async () => {
    const chan = make();
    expect(ours.from(chan)).toBe(chan);
    expect(
      await ours
        .from(make())
        .map((n) => 2 * n)
        .collect(),
    ).toEqual([2, 4, 6]);
  });

  test('is piped, dupped, published and distributed into channels of this one', async () => {
    expect(await make().pipe(new ours.Chan<number>(1)).collect()).toEqual([1, 2, 3]);
    const [a, b] = [new ours.Chan<number>(3), new ours.Chan<number>(3)];
    make().dup().tap(a);
    make()
      .pub((n) => n % 2)
      .sub(1, b);
    expect([await a.collect(), await b.collect()]).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
    const [c, d] = [new ours.Chan<number>(), new ours.Chan<number>()];
    make().distribute(c, d);
    expect(await ours.merge(c, d).reduce((x, y) => x + y)).toBe(6);
  });
});

describe('a channel of another copy', () => {
  test('in a select that waits is served by a put, and forgotten when it loses', async () => {
    const [mine, other] = [new ours.Chan<string>(), new theirs.Chan<string>()];
    const first = ours.select({ mine, other });
    expect(other.stats().waitingGets).toBe(1);
    expect(other.tryPut('theirs')).toBe(true);
    expect(await first).toEqual({ key: 'other', value: 'theirs' });
    expect(mine.stats().waitingGets).toBe(0);
    const second = ours.select([mine, other]);
    mine.tryPut('ours');
    expect(await second).toMatchObject({ index: 0, value: 'ours' });
    expect(other.stats().waitingGets).toBe(0);
  });

  test('can be put to by a select, at once and later', async () => {
    const other = new theirs.Chan<string>();
    const sent = ours.select({ sent: [other, 'late'] });
    expect(other.stats().waitingPuts).toBe(1);
    expect([await other.get(), await sent]).toEqual(['late', { key: 'sent', value: true }]);
    const got = other.get();
    expect(await ours.select({ sent: [other, 'now'] })).toEqual({ key: 'sent', value: true });
    expect(await got).toBe('now');
  });

  test('meets selects of both copies without losing a value', async () => {
    const [a, b] = [new ours.Chan<number>(), new theirs.Chan<number>()];
    const got: number[] = [];
    const reads = ours.go(async () => {
      while (got.length < 200) {
        const r = await ours.select([a, b]);
        got.push(r.value as number);
      }
    });
    const writes = theirs.go(async () => {
      for (let n = 0; n < 200; n++)
        await theirs.select([
          [a, n],
          [b, n],
        ]);
    });
    await Promise.all([reads, writes]);
    expect(got).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect([a.stats().waitingGets, b.stats().waitingPuts]).toEqual([0, 0]);
  });

  test('takes what is piped, dupped, mixed, published and distributed into it', async () => {
    expect(await ours.fromRange(3).pipe(new theirs.Chan<number>()).collect()).toEqual([0, 1, 2]);
    const [tapped, mixed, subscribed, given] = Array.from({ length: 4 }, () => new theirs.Chan<number>());
    ours
      .fromRange(3)
      .dup()
      .tap(tapped as Millrace.Chan<number>);
    ours.mix(mixed as Millrace.Chan<number>).add(ours.fromRange(3));
    ours
      .fromRange(3)
      .pub(() => 0)
      .sub(0, subscribed as Millrace.Chan<number>);
    ours.fromRange(3).distribute(given as Millrace.Chan<number>);
    for (const chan of [tapped, mixed, subscribed, given]) expect(await chan?.collect(3)).toEqual([0, 1, 2]);
  });

  test('is the output of a coroutine', async () => {
    const out = new theirs.Chan<number>();
    ours.fromRange(3).asyncApply(async (input, output) => {
      for await (const n of input) await output.put(n);
    }, out);
    expect(await out.collect()).toEqual([0, 1, 2]);
  });

  test('hands its failure on', async () => {
    const lost = new Error('lost');
    const failed = (): Millrace.ReadChan<number> => new theirs.Chan<number>().close(lost).map((n) => n);
    for (const act of [
      () => ours.select({ failed: failed() }),
      () => ours.merge(failed()).get(),
      () => ours.zip(failed()).get(),
      () => ours.from(failed()).pipe(new ours.Chan<number>()).get(),
    ])
      expect(await rejection(act())).toEqual({ reason: lost });
  });

  test('that is derived is cancelled when what reads it is', async () => {
    const stage = theirs.fromRange().map((n) => n);
    const merged = ours.merge(stage);
    expect(await merged.get()).toBe(0);
    merged.cancel();
    expect(stage.closed).toBe(true);
  });

  test('can be waited for by a get with a signal, and withdrawn', async () => {
    const [chan, stop] = [new theirs.Chan<number>(), new AbortController()];
    const got = rejection(ours.merge(chan).get({ signal: stop.signal }));
    stop.abort('enough');
    expect(await got).toEqual({ reason: 'enough' });
    expect(chan.stats().waitingGets).toBe(0);
  });
});

describe('a buffer of another copy', () => {
  test('drops and tells as its own copy would, also when its channel is cancelled', () => {
    const dropped: number[] = [];
    const chan = new ours.Chan<number>(theirs.sliding(2, { onDrop: (n) => dropped.push(n) }));
    chan.add(1, 2, 3);
    chan.cancel();
    expect(dropped).toEqual([1, 2, 3]);
  });

  test('of a promise channel is read as a sequence of one', async () => {
    const chan = new ours.Chan<number>(theirs.promise()).add(1);
    expect(await chan.collect()).toEqual([1]);
    expect(await ours.from([7]).buffer(theirs.promise<number>()).collect()).toEqual([7]);
  });

  test('of no values makes a rendezvous', async () => {
    const chan = new ours.Chan<number>(theirs.fixed(0));
    const put = chan.put(1);
    expect([await chan.get(), await put]).toEqual([1, true]);
  });

  test('belongs to one channel', () => {
    const buffer = theirs.fixed<number>(1);
    expect(new ours.Chan(buffer).stats().capacity).toBe(1);
    expect(() => new ours.Chan(buffer)).toThrow(TypeError);
    expect(() => new theirs.Chan(buffer)).toThrow(TypeError);
  });
});

test('a selectable made with the PENDING of another copy is one', async () => {
  const waiters = new Set<Millrace.Waiter<'up'>>();
  const flag: Millrace.Selectable<'up'> = {
    poll: () => theirs.PENDING,
    park: (waiter) => void waiters.add(waiter),
    unpark: (waiter) => void waiters.delete(waiter),
  };
  const first = ours.select({ flag });
  await settled();
  for (const waiter of waiters) waiter.commit('up');
  expect(await first).toEqual({ key: 'flag', value: 'up' });
});

describe('a channel of a copy with another protocol is refused', () => {
  /** As the next version may be. */
  const later = (): Millrace.Chan<number> =>
    Object.defineProperties(new theirs.Chan<number>(), {
      millrace: { value: 2 },
      poll: { value: () => Symbol.for('millrace.pending.2') },
      offer: { value: () => Symbol.for('millrace.pending.2') },
    });
  const message = /^Expected what another copy of millrace made to be of protocol 1, got 2$/;

  test('by combinators, outputs and from', () => {
    for (const act of [
      () => ours.merge(later()),
      () => ours.from(later()),
      () => ours.mix(later()),
      () => ours.mix(new ours.Chan<number>()).add(later()),
      () => ours.fromRange().pipe(later()),
      () => ours.fromRange().distribute(later()),
    ])
      expect(act).toThrow(message);
  });

  test('by select, to get from and to put to', async () => {
    await expect(ours.select({ later: later() })).rejects.toThrow(message);
    await expect(ours.select({ sent: [later(), 1] })).rejects.toThrow(message);
  });

  test('but any symbol is a value', async () => {
    for (const value of [Symbol('mine'), Symbol.for('mine')])
      expect(await ours.select([new ours.Chan<symbol>(1).add(value)])).toMatchObject({ value });
  });
});

test('busy loops of two copies let timers through', async () => {
  const fired: number[] = [];
  const timer = setInterval(() => fired.push(1), 1);
  const chan = new theirs.Chan<number>(1);
  for (let n = 0; fired.length < 3; n++) {
    void chan.put(n);
    await ours.select({ chan });
  }
  clearInterval(timer);
  expect(fired.length).toBe(3);
});
