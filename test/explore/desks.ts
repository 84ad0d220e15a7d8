/** Channels that feed channels of the user's: pipes, taps, subscribers, outs and desks, which close, leave and are toggled at any moment. */
import { expect } from 'vitest';
import {
  Chan,
  type ReadChan,
  combineLatest,
  from,
  merge,
  mix,
  select,
  sleep,
  unbounded,
  zip,
} from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { Ledger, expectSame, expectWithin, feed, read, someChan, soon } from './actors.js';
import type { Scenario, World } from './engine.js';
import { linger } from './parts.js';

/** What is left in a channel, when it has been closed. */
async function left(ch: Chan<number>, into: number[]): Promise<void> {
  await ch.forEach((value) => void into.push(value)).catch(() => {});
}

/** Every way to hand values on to one channel of the user's. */
const WAYS: Readonly<Record<string, (source: ReadChan<number>, out: Chan<number>) => void>> = {
  pipe: (source, out) => void source.pipe(out),
  'pipe of a chain': (source, out) => void source.map((n) => n).pipe(out),
  'a tap': (source, out) => void source.dup().tap(out),
  'a subscriber': (source, out) => void source.pub(() => 1).sub(1, out),
  'the only out': (source, out) => source.distribute(out),
  'a desk': (source, out) => void mix(out).add(source),
};

/** The output closes at any moment, which loses nothing; or it is cancelled, which loses what it held and what was on its way. */
const closes =
  (way: string, cancels: boolean): Scenario =>
  (world) => {
    const source = someChan(world);
    const isRendezvous = source.stats().capacity === 0;
    const out = someChan(world);
    const ledger = new Ledger();
    WAYS[way]?.(source, out);
    world.go('producer', async () => {
      await feed(world, source, ledger, 6);
      await linger(world, 4);
      source.close();
    });
    /** What was answered `true` when the output closed. */
    let before: readonly number[] = [];
    world.go('close', async () => {
      await linger(world, 12);
      before = ledger.accepted;
      if (cancels) out.cancel();
      else out.close();
    });
    const got: number[] = [];
    const rest: number[] = [];
    world.go('reader', async () => {
      await read(world, out, got);
      // Nobody else reads the source any more.
      await left(source, rest);
    });
    world.atRest(() => {
      const { accepted } = ledger;
      expectWithin([...got, ...rest], accepted, 'got, and left');
      if (way === 'a tap' || way === 'a subscriber') {
        // Without taps values are dropped; but not those that were on their way to it. A topic has a channel of its own.
        expect(got).toEqual(accepted.slice(0, got.length));
        const onTheWay = way === 'a tap' ? 0 : 1;
        if (!cancels && isRendezvous) expect(got.length + onTheWay).toBeGreaterThanOrEqual(before.length);
        return;
      }
      const lost = accepted.length - got.length - rest.length;
      if (cancels) expect(lost).toBeLessThanOrEqual(out.stats().dropped + 1);
      else expect([...got, ...rest]).toEqual(accepted);
    });
  };

/** A source that ends while its values are on their way: all of them arrive, and the failure behind them. */
const ends =
  (way: string): Scenario =>
  (world) => {
    const source = someChan(world);
    const out = someChan(world);
    const ledger = new Ledger();
    const cause = way === 'a desk' || world.below(2) === 0 ? undefined : 'planned cause';
    WAYS[way]?.(source, out);
    world.go('producer', async () => {
      await feed(world, source, ledger, 6);
      source.close(cause);
      // A desk stays open for other inputs.
      if (way === 'a desk') {
        await source.join();
        await linger(world, 3);
        out.close();
      }
    });
    const got: number[] = [];
    let end: { readonly error?: unknown } = {};
    world.go('reader', async () => {
      end = await read(world, out, got, true);
    });
    world.atRest(() => {
      expect(got).toEqual(ledger.accepted);
      expect(end.error).toBe(cause);
    });
  };

const tapped: Scenario = (world) => {
  const source = someChan(world);
  const ledger = new Ledger();
  const dup = source.dup();
  const stays = [dup.tap(), dup.tap(someChan(world))];
  const leaves = [dup.tap(), dup.tap(someChan(world)), dup.tap(someChan(world))] as Chan<number>[];
  world.go('producer', async () => {
    await feed(world, source, ledger, 7);
    source.close();
  });
  const gots = [...stays, ...leaves].map((tap): number[] => {
    const got: number[] = [];
    world.go('tap', () => read(world, tap, got));
    return got;
  });
  for (const [i, tap] of leaves.entries()) {
    world.go('leaves', async () => {
      await linger(world, 16);
      if (i === 0) tap.cancel();
      else if (i === 1) tap.close();
      else {
        dup.untap(tap);
        tap.close();
      }
    });
  }
  world.atRest(() => {
    const { accepted } = ledger;
    for (const got of gots.slice(0, 2)) expect(got, 'a tap that stays').toEqual(accepted);
    for (const got of gots.slice(2)) expect(got, 'a tap that leaves').toEqual(accepted.slice(0, got.length));
  });
};

const subscribed: Scenario = (world) => {
  const source = someChan(world);
  const ledger = new Ledger();
  const pub = source.pub((n) => n % 2, { buffer: () => world.below(3) });
  const [odd, even] = [pub.sub(1), pub.sub(0, someChan(world))];
  const leaves = pub.sub(0);
  world.go('producer', async () => {
    await feed(world, source, ledger, 8);
    source.close();
  });
  const gots = [odd, even, leaves].map((sub): number[] => {
    const got: number[] = [];
    world.go('subscriber', () => read(world, sub, got));
    return got;
  });
  world.go('leaves', async () => {
    await linger(world, 16);
    if (world.below(2) === 0) pub.unsub(0, leaves);
    else leaves.cancel();
  });
  world.atRest(() => {
    const { accepted } = ledger;
    const evens = accepted.filter((n) => n % 2 === 0);
    expect(gots[0]).toEqual(accepted.filter((n) => n % 2 === 1));
    expect(gots[1]).toEqual(evens);
    expect(gots[2]).toEqual(evens.slice(0, gots[2]?.length));
  });
};

const distributed =
  (cancels: boolean): Scenario =>
  (world) => {
    const source = someChan(world);
    const ledger = new Ledger();
    const outs = numbers(3).map(() => someChan(world));
    source.distribute(...outs);
    world.go('producer', async () => {
      await feed(world, source, ledger, 8);
      source.close();
    });
    const got: number[][] = outs.map(() => []);
    const rest: number[] = [];
    const closers = outs.slice(1).map(async (out) => {
      await linger(world, 14);
      if (cancels) out.cancel();
      else out.close();
    });
    world.go('closers', () => Promise.all(closers));
    world.go('readers', async () => {
      const all = outs.map((out, i) => read(world, out, got[i] as number[]));
      if (world.below(2) === 0) {
        await linger(world, 14);
        outs[0]?.close();
      }
      await Promise.all(all);
      await left(source, rest);
    });
    world.atRest(() => {
      const { accepted } = ledger;
      const dropped = outs.reduce((sum, out) => sum + out.stats().dropped, 0);
      const all = [...got.flat(), ...rest];
      expect(new Set(all).size).toBe(all.length);
      // What waited for the last that was cancelled can go nowhere else.
      expect(accepted.length - all.length).toBeGreaterThanOrEqual(dropped);
      expect(accepted.length - all.length).toBeLessThanOrEqual(dropped + (cancels ? 1 : 0));
      expectWithin(rest, accepted, 'left');
    });
  };

/** Inputs are paused, added and removed: each value that was accepted is heard, or is there still. */
const paused: Scenario = (world) => {
  const inputs = numbers(3).map(() => someChan(world));
  const ledgers = inputs.map((_, i) => new Ledger(100 * i));
  const out = someChan(world);
  const desk = mix(out);
  for (const [i, input] of inputs.entries()) {
    world.go('producer', () => feed(world, input, ledgers[i] as Ledger, 5));
    if (world.below(2) === 0) desk.add(input);
  }
  const got: number[] = [];
  const rests = inputs.map((): number[] => []);
  const toggled = (async () => {
    for (let i = 0; i < 8; i++) {
      await soon(world);
      const input = inputs[world.below(3)] as Chan<number>;
      if (world.below(3) === 0) desk.remove(input);
      else desk.toggle(input, { pause: world.below(2) === 0 });
    }
    for (const input of inputs) {
      await soon(world);
      desk.remove(input);
      input.close();
    }
    await linger(world, 4);
    // What is on its way to it may still be read.
    out.close();
  })();
  world.go('toggles', () => toggled);
  world.go('reader', () => read(world, out, got));
  world.go('rest', async () => {
    await toggled;
    await Promise.all(inputs.map((input, i) => left(input, rests[i] as number[])));
  });
  world.atRest(() => {
    for (const [i, ledger] of ledgers.entries()) {
      const heard = got.filter((value) => Math.floor(value / 100) === i);
      expect([...heard, ...(rests[i] as number[])], `of input ${i}`).toEqual(ledger.accepted);
    }
  });
};

/** What is put at once is heard as the desk was set at that moment. */
const muted: Scenario = (world) => {
  const inputs = numbers(3).map(() => new Chan<number>());
  const out = new Chan<number>(unbounded());
  const desk = mix(out);
  const states = inputs.map(() => ({ mute: false, pause: false }));
  for (const input of inputs) desk.add(input);
  const heard: number[] = [];
  let next = 0;
  world.go('toggles', async () => {
    for (let i = 0; i < 24; i++) {
      if (world.below(3) === 0) await soon(world);
      const at = world.below(3);
      const state = states[at] as { mute: boolean; pause: boolean };
      const input = inputs[at] as Chan<number>;
      if (world.below(2) === 0) {
        Object.assign(state, { mute: world.below(2) === 0, pause: world.below(3) === 0 });
        desk.toggle(input, state);
      } else {
        const value = next++;
        const ok = input.tryPut(value);
        if (state.pause) expect(ok, 'a paused input takes nothing').toBeUndefined();
        if (ok === true && !state.mute) heard.push(value);
      }
    }
    await linger(world, 20);
    for (const input of inputs) desk.remove(input);
    await linger(world, 4);
    out.close();
  });
  const got: number[] = [];
  world.go('reader', () => read(world, out, got));
  world.atRest(() => expectSame(got, heard, 'heard'));
};

/** An input that is removed right after it took a value. */
const removed: Scenario = (world) => {
  const out = new Chan<number>(unbounded());
  const always = new Chan<number>();
  const desk = mix(out).add(always);
  const taken: number[] = [];
  world.go('churn', async () => {
    for (let i = 0; i < 12; i++) {
      const ch = new Chan<number>();
      desk.add(ch);
      if (always.tryPut(1000 + i) === true) taken.push(1000 + i);
      if (ch.tryPut(i) === true) taken.push(i);
      desk.remove(ch);
      expect(ch.tryPut(-1), 'removed').toBeUndefined();
      if (world.below(4) === 0) await soon(world);
    }
    await linger(world, 20);
    desk.remove(always);
    out.close();
  });
  const got: number[] = [];
  world.go('reader', () => read(world, out, got));
  world.atRest(() => expectSame(got, taken, 'heard'));
};

/** The input of a coroutine that writes to a channel of the user's. */
const applied: Scenario = (world) => {
  const source = someChan(world);
  const out = someChan(world);
  const ledger = new Ledger();
  source.asyncApply(async (input, output: Chan<number>) => {
    for await (const n of input) if (!(await output.put(n))) return;
  }, out);
  world.go('producer', async () => {
    await feed(world, source, ledger, 6);
    source.close();
  });
  const got: number[] = [];
  const rest: number[] = [];
  world.go('hang up', async () => {
    await linger(world, 20);
    if (world.below(2) === 0) out.cancel();
  });
  world.go('reader', async () => {
    await read(world, out, got);
    await left(source, rest);
  });
  world.atRest(() => {
    const { accepted } = ledger;
    expectWithin([...got, ...rest], accepted, 'got, and left');
    expect(accepted.length - got.length - rest.length).toBeLessThanOrEqual(out.stats().dropped + 2);
  });
};

/** Aborts a get, or lets a select lose, in the midst of the function that makes its value. */
const midway: Scenario = (world) => {
  const source = someChan(world);
  const ledger = new Ledger();
  let disturb = (): void => {};
  const stage = source.map((n) => {
    if (world.below(2) === 0) disturb();
    return n;
  });
  const child = world.below(2) === 0 ? stage.map((n) => n) : stage.group(1).flatMap((list) => list);
  world.go('producer', async () => {
    await feed(world, source, ledger, 8);
    source.close();
  });
  const got: number[] = [];
  world.go('child', () => read(world, child, got));
  world.go('disturbed', async () => {
    // It gives up after a while: what it did not get is for the child.
    for (let rounds = world.below(6); rounds > 0; rounds--) {
      const controller = new AbortController();
      const lost = new Chan<number>(1);
      const bySignal = world.below(2) === 0;
      disturb = () => (bySignal ? controller.abort('aborted') : void lost.tryPut(0));
      const r = await select({ stage, lost }, { signal: controller.signal }).catch((error: unknown) => {
        if (error !== 'aborted') throw error;
        return undefined;
      });
      if (r?.key !== 'stage') continue;
      if (r.value === undefined) return;
      got.push(r.value);
    }
  });
  world.atRest(() => expectSame(got, ledger.accepted, 'got'));
};

/** An iterator is done with while its `next` waits: that takes nothing any more. */
const returned: Scenario = (world) => {
  const source = new Chan<number>();
  const chain = [source, source.map((n) => n), merge(source), source.take(9), zip(source).map(([n]) => n)][
    world.below(5)
  ] as ReadChan<number>; // Sound: there are five.
  world.go('iterator', async () => {
    const iterator = chain[Symbol.asyncIterator]();
    const [next, after] = [iterator.next(), iterator.next()];
    await soon(world);
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(source.tryPut(1), 'nobody takes it').toBeUndefined();
    expect([await next, await after].map(({ done }) => done)).toEqual([true, true]);
    const put = source.put(2);
    expect(await chain.get()).toBe(2);
    expect(await put).toBe(true);
  });
};

/** Selects with several puts of one channel wait when it is closed: who joins it is told when nothing is left. */
const joined: Scenario = (world) => {
  const ch = someChan(world);
  const ledger = new Ledger();
  let closed = false;
  for (const _ of numbers(2)) {
    world.go('select', async () => {
      for (let i = 0; i < 3; i++) {
        const [one, two] = [ledger.begin(), ledger.begin()];
        const r = await select(
          [
            [ch, one.value],
            [ch, two.value],
          ],
          { priority: world.below(2) === 0 },
        );
        if (!(r.index === 0 ? one : two).done(r.value)) return;
      }
    });
  }
  world.go('close', async () => {
    await linger(world, 8);
    ch.close();
    closed = true;
  });
  world.go('join', async () => {
    await soon(world);
    await ch.join();
    expect([closed, ch.drained, ch.stats().buffered, ch.stats().waitingPuts]).toEqual([true, true, 0, 0]);
  });
  const got: number[] = [];
  world.go('reader', () => read(world, ch, got));
  world.atRest(() => expectSame(got, ledger.accepted, 'got'));
};

/** Nobody asks for a while: what was due then is given to who asks next. */
const due =
  (derive: (ch: ReadChan<number>) => ReadChan<number>): Scenario =>
  (world) => {
    const source = new Chan<number>(unbounded());
    const out = derive(source);
    const got: number[] = [];
    const isDue: number[] = [];
    world.go('reader', async () => {
      for (let i = 0; i < 4; i++) {
        const other = new Chan<number>(1);
        // It waits, so that the value is read as it comes; then it loses, and time passes.
        const first = select({ out, other }, { priority: true });
        await linger(world, 3);
        const before = source.stats().gets;
        source.tryPut(i);
        const isRead = source.stats().gets > before;
        await soon(world);
        other.tryPut(0);
        const r = await first;
        if (r.key === 'out') got.push(r.value as number);
        await sleep(25);
        if (isRead) isDue.push(i);
      }
      source.tryPut(99);
      source.close();
      await read(world, out, got);
    });
    world.atRest(() => {
      expectWithin(got, [0, 1, 2, 3, 99], 'got');
      expect(
        isDue.filter((value) => !got.includes(value)),
        'due, and not given',
      ).toEqual([]);
      expect(got.at(-1)).toBe(99);
    });
  };

/** A fast input goes on while a silent one holds up nobody. */
const newest: Scenario = (world) => {
  const [fast, silent] = [new Chan<number>(world.below(2)), new Chan<number>()];
  const rows = combineLatest(fast, silent);
  world.go('producers', async () => {
    for (const value of numbers(4)) expect(await fast.put(value)).toBe(true);
    await linger(world, 2);
    expect(await silent.put(1000)).toBe(true);
    fast.close();
    silent.close();
  });
  world.go('reader', async () => {
    expect((await rows.get())?.[1]).toBe(1000);
    const rest = await rows.collect();
    for (const row of rest) expect(row).toEqual([3, 1000]);
  });
};

const firstIsNewest: Scenario = (world) => {
  const [fast, silent] = [new Chan<number>(), new Chan<number>()];
  const rows = combineLatest(fast, silent);
  world.go('reader', async () => expect(await rows.get()).toEqual([2, 1000]));
  world.go('producers', async () => {
    expect(await fast.put(1)).toBe(true);
    expect(await fast.put(2)).toBe(true);
    expect(await silent.put(1000)).toBe(true);
  });
};

/** Failures that lie right behind a value of a row, or beside an input that is silent. */
const failsAtOnce =
  (on: (a: Chan<number>, b: Chan<number>) => ReadChan<unknown>, values: number): Scenario =>
  (world) => {
    const [bad, silent] = [new Chan<number>(world.below(3)), new Chan<number>()];
    const out = on(bad, silent);
    world.go('bad', async () => {
      for (let i = 0; i < values; i++) await bad.put(i);
      bad.close('planned cause');
    });
    world.go('reader', async () => {
      await expect(out.get()).rejects.toBe('planned cause');
      silent.cancel();
    });
  };

/** Several read a source of another kind, and hang up: it is read by nobody then. */
const sources =
  (make: (world: World) => ReadChan<number>): Scenario =>
  (world) => {
    const source = make(world);
    const chain = world.below(2) === 0 ? source : source.map((n) => n).filter(() => true);
    const got: number[][] = [];
    for (const _ of numbers(2)) {
      const mine: number[] = [];
      got.push(mine);
      world.go('reader', () => read(world, chain, mine));
    }
    let cancelled = false;
    if (world.below(3) === 0) {
      world.go('hang up', async () => {
        await linger(world, 10);
        cancelled = !chain.drained;
        chain.cancel();
      });
    }
    world.atRest(() => {
      const all = got.flat();
      for (const mine of got) expectWithin(mine, numbers(8), 'a reader got');
      expect(new Set(all).size).toBe(all.length);
      if (!cancelled) expectSame(all, numbers(8), 'readers got');
    });
  };

export const DESKS: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    Object.keys(WAYS).flatMap((way) => [
      [`values go on through ${way}, whose output closes`, closes(way, false)] as const,
      [`values go on through ${way}, whose output is cancelled`, closes(way, true)] as const,
      [`values go on through ${way}, whose source ends`, ends(way)] as const,
    ]),
  ),
  'taps close, are cancelled and leave': tapped,
  'subscribers of several topics leave': subscribed,
  'several outs close': distributed(false),
  'several outs are cancelled': distributed(true),
  'inputs of a desk are paused, removed and added': paused,
  'inputs of a desk are muted and paused while values are tried': muted,
  'inputs of a desk are removed right after they were tried': removed,
  'the output of a coroutine is cancelled': applied,
  'a get in the middle of a chain is given up while its value is made': midway,
  'an iterator returns while its next waits': returned,
  'selects with two puts wait on a channel that is closed and joined': joined,
  'nobody asks debounce while its value comes due': due((ch) => ch.debounce(10)),
  'nobody asks sample while its value comes due': due((ch) => ch.sample(10)),
  'an input of combineLatest is silent': newest,
  'an input of combineLatest goes ahead before the other begins': firstIsNewest,
  'an input of combineLatest fails beside one that is silent': failsAtOnce((a, b) => combineLatest(a, b), 2),
  'an input of zip fails right behind its value': failsAtOnce((a, b) => from([0]).zipWith(a, b), 1),
  'an iterator is read by several': sources(() => from(numbers(8))),
  'an async iterator is read by several': sources((world) =>
    from(
      (async function* (): AsyncGenerator<number> {
        for (const n of numbers(8)) {
          await soon(world);
          yield n;
        }
      })(),
    ),
  ),
  'a stream is read by several': sources(() =>
    from(
      new ReadableStream<number>({
        start(controller) {
          for (const n of numbers(8)) controller.enqueue(n);
          controller.close();
        },
      }),
    ),
  ),
};
