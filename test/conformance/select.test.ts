import { expect } from 'vitest';
import { Chan, select } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';

const behaviour = about('Select: at most one');
const idle = { waitingGets: 0, waitingPuts: 0 };

behaviour(
  'of puts and gets that are ready exactly one happens',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (let i = 0; i < 50; i++) {
      const [a, b] = [new Chan<number>(1).add(1), new Chan<number>(1).add(2)];
      const [c, d] = [new Chan<number>(1), new Chan<number>(1)];
      const { index } = await select([a, [c, 3], b, [d, 4]]);
      const happened = [
        a.tryGet() === undefined,
        c.tryGet() === 3,
        b.tryGet() === undefined,
        d.tryGet() === 4,
      ];
      expect(happened).toEqual([0, 1, 2, 3].map((n) => n === index));
    }
  },
);

behaviour(
  'of puts and gets that wait exactly one happens, and the others leave no waiter',
  {
    Go: 'the same',
    'core.async': 'the same; waiters are removed later',
    aiochan: 'the same; waiters are removed later',
  },
  async () => {
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const chosen = select({ a, b, sent: [c, 3] });
    expect(await isPending(chosen)).toBe(true);
    expect(await b.put(2)).toBe(true);
    expect(await chosen).toEqual({ key: 'b', value: 2 });
    for (const ch of [a, b, c]) expect(ch.stats()).toMatchObject(idle);
    expect([a.tryPut(1), c.tryGet()]).toEqual([undefined, undefined]);
  },
);

behaviour(
  'a put and a get on one channel in one select never meet each other',
  {
    Go: 'the same',
    'core.async': 'nothing in it prevents that they do',
    aiochan: 'nothing in it prevents that they do',
  },
  async () => {
    const ch = new Chan<number>();
    const chosen = select({ got: ch, sent: [ch, 1] });
    expect(await isPending(chosen)).toBe(true);
    expect(await ch.get()).toBe(1);
    expect(await chosen).toEqual({ key: 'sent', value: true });
  },
);

behaviour(
  'two selects that both put and get on one channel meet once',
  { Go: 'the same', 'core.async': 'not promised, as above', aiochan: 'not promised, as above' },
  async () => {
    for (let i = 0; i < 50; i++) {
      const ch = new Chan<number>();
      const [one, two] = await Promise.all([
        select({ got: ch, sent: [ch, 1] }),
        select({ got: ch, sent: [ch, 2] }),
      ]);
      expect(new Set([one.key, two.key])).toEqual(new Set(['got', 'sent']));
      expect(one.key === 'got' ? one.value : two.value).toBe(one.key === 'got' ? 2 : 1);
      expect(ch.stats()).toMatchObject({ ...idle, puts: 1, gets: 1 });
    }
  },
);

behaviour(
  'two selects that cross over two channels meet on one of them',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    for (let i = 0; i < 50; i++) {
      const [a, b] = [new Chan<number>(), new Chan<number>()];
      const [one, two] = await Promise.all([select([a, [b, 1]]), select([b, [a, 2]])]);
      expect(two.index).toBe(1 - one.index);
      expect(a.stats().puts + b.stats().puts).toBe(1);
      for (const ch of [a, b]) expect(ch.stats()).toMatchObject(idle);
    }
  },
);

behaviour(
  'a channel may stand in a select several times; one value is taken, or put',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>(2).add(1, 2);
    expect((await select([ch, ch, ch])).value).toBe(1);
    expect(ch.stats().buffered).toBe(1);
    const out = new Chan<number>();
    const got = out.get();
    const { index } = await select([
      [out, 0],
      [out, 1],
      [out, 2],
    ]);
    expect([await got, out.stats().puts, out.stats().waitingPuts]).toEqual([index, 1, 0]);
    const wait = new Chan<number>();
    const chosen = select([wait, wait]);
    expect([wait.tryPut(1), wait.tryPut(2), (await chosen).value]).toEqual([true, undefined, 1]);
  },
);

behaviour(
  'a select takes from a put that waits, and gives to a get that waits',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>();
    const put = ch.put('taken');
    expect(await select({ ch })).toEqual({ key: 'ch', value: 'taken' });
    expect(await put).toBe(true);
    const got = ch.get();
    expect(await select({ sent: [ch, 'given'] })).toEqual({ key: 'sent', value: true });
    expect(await got).toBe('given');
  },
);

behaviour(
  'a select that waits takes its turn among other operations that wait',
  { Go: 'the same in its runtime', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const [ch, other] = [new Chan<number>(), new Chan<number>()];
    const first = ch.get();
    const second = select({ ch, other });
    const third = ch.get();
    for (const n of [1, 2, 3]) expect(ch.tryPut(n)).toBe(true);
    expect([await first, (await second).value, await third]).toEqual([1, 2, 3]);
  },
);

behaviour(
  'a closed channel is ready in a select: a get gives the end, a put is refused',
  { Go: 'the same for a get; a put panics', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const closed = new Chan<number>().close();
    expect(await select({ closed })).toEqual({ key: 'closed', value: undefined });
    expect(await select({ sent: [closed, 1] })).toEqual({ key: 'sent', value: false });
  },
);

behaviour(
  'closing a channel wakes the selects that wait for a value of it',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const [ch, other] = [new Chan<number>(), new Chan<number>()];
    const chosen = numbers(5).map(() => select({ ch, other }));
    ch.close();
    expect(await Promise.all(chosen)).toEqual(chosen.map(() => ({ key: 'ch', value: undefined })));
    expect(other.stats()).toMatchObject(idle);
  },
);

behaviour(
  'a loop of selects leaves nothing behind on a channel that never fires',
  {
    Go: 'the same',
    'core.async': 'the same: what lost is removed at the next operation on that channel',
    aiochan: 'what lost is removed once 256 have gathered',
  },
  async () => {
    const [silent, busy] = [new Chan<number>(), new Chan<number>()];
    for (const n of numbers(5000)) {
      const chosen = select({ silent, busy });
      busy.tryPut(n);
      await chosen;
    }
    expect(silent.stats()).toMatchObject(idle);
    expect(silent.tryPut(1)).toBeUndefined();
  },
);

behaviour(
  'many selects over the same channels hand over every value once',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const chans = [new Chan<number>(), new Chan<number>(1), new Chan<number>(3)];
    const readers = numbers(30).map(async () => {
      const got: number[] = [];
      for (let i = 0; i < 10; i++) got.push((await select(chans)).value ?? -1);
      return got;
    });
    const writers = numbers(30).map(async (writer) => {
      for (const i of numbers(10)) await select(chans.map((ch) => [ch, writer * 10 + i] as const));
    });
    const got = (await Promise.all(readers)).flat();
    await Promise.all(writers);
    expect(got).toHaveLength(300);
    expect(new Set(got)).toEqual(new Set(numbers(300)));
  },
);
