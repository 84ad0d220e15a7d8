import { expect } from 'vitest';
import { seed } from '../../src/base/random.js';
import { Chan, select } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';
import { isPending } from '../support/outcome.js';

const behaviour = about('Select: which one');

/** Pearson's statistic for counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

behaviour(
  'of several that are ready each is chosen as often: a chi-square test finds no bias',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    seed(20_260_101);
    // The 0.999 quantiles of the distribution with one degree of freedom less than there are cases.
    for (const [size, bound] of [
      [2, 10.83],
      [4, 16.27],
      [8, 24.32],
    ] as const) {
      const cases = numbers(size).map(() => new Chan<number>().close());
      const counts = numbers(size).map(() => 0);
      for (let i = 0; i < size * 500; i++) {
        const { index } = await select(cases);
        counts[index] = (counts[index] ?? 0) + 1;
      }
      expect(chiSquare(counts)).toBeLessThan(bound);
    }
  },
);

behaviour(
  'puts that are ready are chosen as often as gets',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    seed(20_260_102);
    const counts = { got: 0, sent: 0 };
    const full = new Chan<number>(2001).add(...numbers(2001));
    const roomy = new Chan<number>(2001);
    for (let i = 0; i < 2000; i++) counts[(await select({ got: full, sent: [roomy, i] })).key]++;
    expect(chiSquare([counts.got, counts.sent])).toBeLessThan(10.83);
  },
);

behaviour(
  'no writer starves where two always have a value for one select',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    seed(20_260_103);
    const [a, b] = [new Chan<number>(1), new Chan<number>(1)];
    const write = async (ch: Chan<number>): Promise<void> => {
      while (await ch.put(1));
    };
    const writers = [write(a), write(b)];
    const counts = { a: 0, b: 0 };
    for (let i = 0; i < 1000; i++) counts[(await select({ a, b })).key]++;
    a.cancel();
    b.cancel();
    await Promise.all(writers);
    expect(Math.min(counts.a, counts.b)).toBeGreaterThan(250);
  },
);

behaviour(
  'with priority the first that is ready is chosen',
  {
    Go: 'has none (crossbeam-channel has: `select_biased!`)',
    'core.async': 'the same: `:priority true`',
    aiochan: 'the same: `priority=True`',
  },
  async () => {
    const closed = new Chan<number>().close();
    for (let i = 0; i < 100; i++) {
      const chosen = await select([new Chan<number>(), [closed, 1], closed, closed], { priority: true });
      expect(chosen.index).toBe(1);
    }
  },
);

behaviour(
  'a default is taken when nothing is ready, and only then',
  {
    Go: 'the same',
    'core.async': 'the same',
    aiochan: 'the same, but None is no default',
  },
  async () => {
    const [empty, full] = [new Chan<number>(), new Chan<number>(1).add(1)];
    expect(await select({ empty }, { default: undefined })).toMatchObject({
      key: undefined,
      value: undefined,
    });
    expect(await select({ empty, full }, { default: 0 })).toEqual({ key: 'full', value: 1 });
    expect(empty.stats().waitingGets).toBe(0);
  },
);

behaviour(
  'a default is not taken when somebody waits on the other side',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<string>();
    const put = ch.put('here');
    expect(await select({ ch }, { default: 'none' })).toEqual({ key: 'ch', value: 'here' });
    expect(await put).toBe(true);
    const got = ch.get();
    expect(await select({ sent: [ch, 'there'] }, { default: 'none' })).toEqual({ key: 'sent', value: true });
    expect(await got).toBe('there');
  },
);

behaviour(
  'the operands of a select are evaluated once, in order, those that are not chosen too',
  {
    Go: 'the same',
    'core.async': 'not promised',
    aiochan: 'the same: they are arguments',
  },
  async () => {
    const log: string[] = [];
    const [a, b, c] = [new Chan<number>(), new Chan<number>(1), new Chan<number>(1).add(5)];
    const note = <T>(name: string, operand: T): T => {
      log.push(name);
      return operand;
    };
    const chosen = await select(
      {
        get a() {
          return note('a', a);
        },
        get b() {
          return [note('b', b), note('value of b', 1)] as const;
        },
        get c() {
          return note('c', c);
        },
      },
      { priority: true },
    );
    expect(chosen.key).toBe('b');
    expect(log).toEqual(['a', 'b', 'value of b', 'c']);
  },
);

behaviour(
  'a select of one case is the same as that operation by itself',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const ch = new Chan<number>();
    const sent = select({ sent: [ch, 1] });
    expect(await isPending(sent)).toBe(true);
    expect(await select([ch])).toMatchObject({ index: 0, value: 1 });
    expect(await sent).toEqual({ key: 'sent', value: true });
  },
);

behaviour(
  'a select that waits can be given up, and has then taken nothing',
  {
    Go: 'has none: a case for a done channel does it',
    'core.async': 'has none: a port to stop it does it',
    aiochan: 'has none: an operation to stop it does it',
  },
  async () => {
    const ch = new Chan<number>();
    const controller = new AbortController();
    const chosen = select({ ch }, { signal: controller.signal });
    controller.abort('enough');
    await expect(chosen).rejects.toBe('enough');
    expect([ch.tryPut(1), ch.stats().waitingGets]).toEqual([undefined, 0]);
  },
);
