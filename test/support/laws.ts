/** The laws that hold of every operator, as tests: `lawsOf` is called once for each. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, from, select } from '../../src/index.js';
import { countListeners } from './listeners.js';
import { rejection } from './outcome.js';
import { SOURCES } from './tracked.js';
import { turns } from './turns.js';

type Numbers = ReadChan<number>;

export interface Laws {
  /**
   * The operator on a channel. It calls `f` for each value if it calls a function at all. `signal`
   * is its option if it has one.
   */
  readonly of: (chan: Numbers, f: (n: number) => void, signal?: AbortSignal) => ReadChan<unknown>;
  /** What it gives of a list. */
  readonly model: (list: readonly number[]) => readonly unknown[];
  /** Whether the order of what it gives is open. */
  readonly unordered?: boolean;
  /** Whether it calls a function of the user. */
  readonly calls?: boolean;
  /** Whether it takes a signal. */
  readonly signal?: boolean;
  /** Whether it takes values before it is asked, and for good: then readers that give up are no matter of its own. */
  readonly eager?: boolean;
  /** Calls of it that are wrong. */
  readonly wrong: readonly ((chan: ReadChan<never>) => unknown)[];
}

const WHY = new Error('why');
const nothing = (): void => {};
const fail = (): never => {
  throw WHY;
};

const lists = fc.array(fc.integer({ min: -3, max: 6 }), { maxLength: 12 });

/** Every way for a list to come. */
const FED: readonly ((list: readonly number[]) => Numbers)[] = [
  (list) => from([...list]),
  (list) => new Chan<number>().add(...list).close(),
  (list) => new Chan<number>(3).add(...list).close(),
  (list) => {
    const ch = new Chan<number>();
    void (async () => {
      for (const n of list) await ch.put(n);
      ch.close();
    })();
    return ch;
  },
];

/** In one order, where the order is open. */
function sorted(values: readonly unknown[], laws: Laws): unknown[] {
  const copy = [...values];
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and this is a copy
  return laws.unordered === true ? copy.sort((a, b) => Number(a) - Number(b)) : copy;
}

/** What comes until the end or a failure. */
async function allOf(chan: ReadChan<unknown>): Promise<{ values: unknown[]; reason: unknown }> {
  const values: unknown[] = [];
  try {
    for await (const value of chan) values.push(value);
  } catch (reason) {
    return { values, reason };
  }
  return { values, reason: undefined };
}

type Given = (list: readonly number[]) => unknown[];

function lawsOfDemand(laws: Laws, given: Given): void {
  test('gets that are aborted and selects that lose take nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.array(fc.boolean(), { maxLength: 6 }), async (list, gives) => {
        const source = new Chan<number>();
        const chan = laws.of(source, nothing);
        const got: unknown[] = [];
        for (const aborts of gives) {
          const controller = new AbortController();
          const { signal } = controller;
          const won = new Chan<number>(1).add(1);
          if (aborts) {
            const late = chan.get({ signal });
            controller.abort(WHY);
            await late.catch(nothing);
          } else await select([won, chan], { priority: true });
        }
        const read = allOf(chan);
        for (const n of list) source.putThen(n);
        source.close();
        got.push(...(await read).values);
        expect(sorted(got, laws)).toEqual(given(list));
      }),
      { numRuns: 30 },
    );
  });

  test('it takes nothing before somebody asks', async () => {
    let taken = 0;
    laws.of(
      from([1, 2, 3]).tap(() => void taken++),
      nothing,
    );
    await turns();
    expect(taken).toBe(0);
  });
}

function lawsOfFunctions(laws: Laws, given: Given): void {
  test('a value whose reader gives up while it is made is for the next', async () => {
    const list = [2, 4, 6];
    const source = new Chan<number>();
    const controller = new AbortController();
    const chan = laws.of(source, () => controller.abort(WHY));
    const got: unknown[] = [];
    const first = chan.get({ signal: controller.signal });
    await turns();
    for (const n of list) source.putThen(n);
    source.close();
    await first.then((value) => got.push(value), nothing);
    got.push(...(await chan.collect()));
    expect(sorted(got, laws)).toEqual(given(list));
  });

  test.each(SOURCES)(
    'the failure of its function is that of its channel, and releases %s',
    async (_, make) => {
      const source = make();
      const { reason } = await allOf(laws.of(source.chan, fail));
      expect(reason).toBe(WHY);
      await turns(6);
      expect(source.released).toBe(true);
    },
  );
}

function lawsOfSignals(laws: Laws): void {
  test('its signal ends it with the reason, and then has no listener', async () => {
    const controller = new AbortController();
    const count = countListeners(controller.signal);
    const source = new Chan<number>();
    const aborted = laws.of(source, nothing, controller.signal);
    const get = rejection(aborted.get());
    await turns();
    controller.abort(WHY);
    expect((await get).reason).toBe(WHY);
    expect((await rejection(aborted.get())).reason).toBe(WHY);
    expect([count.now, source.closed]).toEqual([0, false]);
  });

  test('its own end leaves no listener on its signal', async () => {
    const controller = new AbortController();
    const count = countListeners(controller.signal);
    await laws.of(from([1, 2, 3]), nothing, controller.signal).collect();
    expect([count.added > 0, count.now]).toEqual([true, 0]);
  });
}

export function lawsOf(name: string, laws: Laws): void {
  const given: Given = (list) => sorted(laws.model(list), laws);

  describe(`the laws of ${name}`, () => {
    test('it gives what the model of lists gives, from whatever the values come', async () => {
      await fc.assert(
        fc.asyncProperty(lists, fc.constantFrom(...FED), async (list, feed) => {
          const values = await laws.of(feed(list), nothing).collect();
          expect(sorted(values, laws)).toEqual(given(list));
        }),
        { numRuns: 60 },
      );
    });

    test('several readers share what it gives: together they have each value once', async () => {
      await fc.assert(
        fc.asyncProperty(lists, fc.constantFrom(...FED), async (list, feed) => {
          const chan = laws.of(feed(list), nothing);
          const got: unknown[] = [];
          const read = async (): Promise<void> => {
            for await (const value of chan) got.push(value);
          };
          await Promise.all([read(), read(), read()]);
          expect(got).toHaveLength(given(list).length);
          expect(got).toEqual(expect.arrayContaining(given(list)));
        }),
        { numRuns: 40 },
      );
    });

    test.each(laws.wrong.map((call, i) => [i + 1, call] as const))(
      'wrong call %d is an error at once, and takes nothing',
      async (_, call) => {
        const source = new Chan<number>(2).add(1, 2);
        expect(() => call(source as ReadChan<unknown> as ReadChan<never>)).toThrow(
          expect.toSatisfy((error: unknown) => error instanceof TypeError || error instanceof RangeError),
        );
        await turns();
        expect(source.stats().buffered).toBe(2);
        expect(source.closed).toBe(false);
      },
    );

    test('the failure of its source comes behind the values before it', async () => {
      const { values, reason } = await allOf(laws.of(new Chan<number>(2).add(1, 2).close(WHY), nothing));
      expect(reason).toBe(WHY);
      const whole = given([1, 2]);
      // What is not whole when the source fails is left out.
      expect(whole).toEqual(expect.arrayContaining(values));
    });

    test.each(SOURCES)('its cancel releases %s', async (_, make) => {
      const source = make();
      const chan = laws.of(source.chan, nothing);
      const first = chan.get();
      await turns();
      chan.cancel();
      await first.catch(nothing);
      await turns(6);
      expect([source.released, source.locked, chan.closed]).toEqual([true, false, true]);
    });

    test('its cancel leaves the channel of a user open, and no get waits there', async () => {
      const source = new Chan<number>();
      const chan = laws.of(source, nothing);
      const first = chan.get();
      await turns();
      chan.cancel();
      await first.catch(nothing);
      await turns();
      expect([source.closed, source.stats().waitingGets]).toEqual([false, 0]);
    });

    if (laws.eager !== true) lawsOfDemand(laws, given);
    if (laws.calls === true) lawsOfFunctions(laws, given);
    if (laws.signal === true) lawsOfSignals(laws);
  });
}
