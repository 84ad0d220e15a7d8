import { createReadStream } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, from, fromRange, merge, promise, scope } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { SOURCES } from '../support/tracked.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

type Numbers = ReadChan<number>;

/** What is between the source and the loop. */
const BETWEEN: readonly (readonly [string, (ch: Numbers) => Numbers])[] = [
  ['nothing', (ch) => ch],
  ['a chain', (ch) => ch.map((n) => n).filter(() => true)],
  ['stages', (ch) => ch.asyncPipe(2, async (n) => n).buffer(2)],
  ['a merge', (ch) => merge(ch, new Chan<number>())],
];

/** The ways in which a loop is left. */
const WAYS: readonly (readonly [string, (ch: Numbers) => Promise<void>])[] = [
  ['break', (ch) => reading(ch, () => true)],
  [
    'a throw',
    async (ch) => {
      const { reason } = await rejection(
        reading(ch, () => {
          throw new Error('left');
        }),
      );
      expect(reason).toEqual(new Error('left'));
    },
  ],
  ['its natural end', (ch) => reading(ch.take(3), () => false)],
];

async function reading(ch: Numbers, leave: (n: number) => boolean): Promise<void> {
  for await (const n of ch.consume()) if (leave(n)) break;
}

describe.each(SOURCES)('a loop over consume of %s', (_, make) => {
  describe.each(BETWEEN)('through %s', (_between, derive) => {
    test.each(WAYS)('left by %s has released it when it goes on', async (_way, leave) => {
      const tracked = make();
      await leave(derive(tracked.chan));
      expect([tracked.released, tracked.chan.closed, tracked.locked]).toEqual([true, true, false]);
    });

    test('that is left throws the error of what it has released', async () => {
      const error = new Error('cannot let go');
      const seen = await uncaught(async () => {
        for (const limit of [1, 3]) {
          const chan = derive(make(error).chan).take(2);
          expect(await rejection(reading(chan, (n) => n === limit - 1))).toEqual({ reason: error });
        }
      });
      expect(seen).toEqual([]);
    });
  });

  test('of a channel that it is piped into has released it', async () => {
    const tracked = make();
    await reading(tracked.chan.pipe(new Chan<number>()), () => true);
    expect([tracked.released, tracked.chan.closed, tracked.locked]).toEqual([true, true, false]);
  });

  test('that fails has released it when it throws; an error of that is an uncaught one', async () => {
    const failed = new Error('failed');
    const error = new Error('cannot let go');
    const tracked = make(error);
    const seen = await uncaught(async () => {
      const chan = tracked.chan.map((n) => {
        if (n === 2) throw failed;
        return n;
      });
      expect(await rejection(reading(chan, () => false))).toEqual({ reason: failed });
      expect(tracked.released).toBe(true);
    });
    expect(seen).toEqual([error]);
  });

  test('waits for what somebody else has cancelled', async () => {
    const tracked = make();
    const chan = tracked.chan.map((n) => n);
    await reading(chan, (n) => {
      if (n === 1) chan.cancel();
      return false;
    });
    expect(tracked.released).toBe(true);
  });

  test('is no different from a block with await using', async () => {
    const tracked = make();
    {
      await using chan = tracked.chan.map((n) => n);
      expect(await chan.get()).toBe(0);
      expect(tracked.released).toBe(false);
    }
    expect(tracked.released).toBe(true);
    const error = new Error('cannot let go');
    const other = make(error).chan;
    await other.get();
    expect(await rejection(other[Symbol.asyncDispose]())).toEqual({ reason: error });
  });

  test('is no different from a block with using, but for waiting', async () => {
    const tracked = make();
    {
      using chan = tracked.chan.map((n) => n);
      expect(await chan.get()).toBe(0);
    }
    expect(tracked.chan.closed).toBe(true);
    await turns(8);
    expect(tracked.released).toBe(true);
  });
});

test('several that cannot let go are one AggregateError', async () => {
  const stream = (name: string): Numbers =>
    from(
      new ReadableStream<number>({
        pull: (controller) => controller.enqueue(1),
        cancel: () => Promise.reject(new Error(name)),
      }),
    );
  const { reason } = await rejection(reading(merge(stream('a'), stream('b')), () => true));
  expect(reason).toBeInstanceOf(AggregateError);
  expect((reason as AggregateError).errors).toEqual([new Error('a'), new Error('b')]);
});

test('a loop over consume of a channel of the user’s cancels it, at its natural end too', async () => {
  const own = new Chan<number>(3).add(1, 2, 3);
  await reading(own, (n) => n === 2);
  expect([own.drained, own.stats().buffered]).toEqual([true, 0]);
  const once = new Chan<number>(promise()).add(1);
  await reading(once, () => false);
  expect(once.closed).toBe(true);
});

test('a stream of Node’s is closed when the loop is left, a function fails, or nothing was read', async () => {
  const open = (): AsyncIterable<Uint8Array> & { readonly destroyed: boolean } =>
    createReadStream(new URL(import.meta.url), { highWaterMark: 16 });
  const left = open();
  for await (const _ of from(left).map(String).consume()) break;
  expect(left.destroyed).toBe(true);
  const failed = open();
  await expect(
    from(failed)
      .map(String)
      .forEach(() => {
        throw new Error('failed');
      }),
  ).rejects.toThrow('failed');
  await turns();
  expect(failed.destroyed).toBe(true);
  const unread = open();
  from(unread).map(String).cancel();
  expect(unread.destroyed).toBe(true);
});

test('a channel of every kind can be disposed of', async () => {
  for (const make of [
    () => new Chan<number>(),
    () => fromRange(),
    () => fromRange().map((n) => n),
    () => fromRange().buffer(1),
    () => merge(fromRange()),
  ]) {
    const [one, other] = [make(), make()];
    one[Symbol.dispose]();
    await other[Symbol.asyncDispose]();
    expect([one.closed, other.closed]).toEqual([true, true]);
  }
});

test('a scope that is disposed of ends early, without an error', async () => {
  const log: string[] = [];
  await scope(async (s) => {
    await using inner = s;
    const ch = inner.chan<number>();
    void s.go(async () => {
      log.push(`got ${await ch.get()}`);
      await turns();
      log.push('ended');
    });
    await turns();
  });
  expect(log).toEqual(['got undefined', 'ended']);
});
