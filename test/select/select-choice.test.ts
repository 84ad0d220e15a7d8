import { describe, expect, test } from 'vitest';
import { seed } from '../../src/base/random.js';
import { Chan, type ReadChan, select, selectThen, timeout } from '../../src/index.js';
import { turns } from '../support/turns.js';

/** Pearson's statistic for counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** What `times` selects over these cases choose, by index. */
async function choices(cases: readonly (ReadChan<number> | undefined)[], times: number): Promise<number[]> {
  const counts = cases.map(() => 0);
  for (let i = 0; i < times; i++) {
    const { index } = await select(cases);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

const closed = (): Chan<number> => new Chan<number>().close();

describe('of several ready cases one is taken at random, uniformly', () => {
  // The bounds are the 0.999 quantiles of the chi-square distribution.
  test.each([
    [2, 10.83],
    [3, 13.82],
    [5, 18.47],
    [8, 24.32],
    [70, 111.1],
  ])('of %i', async (size, bound) => {
    seed(20_240_601 + size);
    expect(chiSquare(await choices(Array.from({ length: size }, closed), size * 500))).toBeLessThan(bound);
  });

  test('however many of them are ready, and whichever', async () => {
    seed(7);
    const cases = [new Chan<number>(), closed(), undefined, closed(), new Chan<number>(), closed()];
    const counts = await choices(cases, 3000);
    expect([counts[0], counts[2], counts[4]]).toEqual([0, 0, 0]);
    expect(chiSquare([counts[1] ?? 0, counts[3] ?? 0, counts[5] ?? 0])).toBeLessThan(13.82);
  });

  test('whatever was chosen before: pairs of choices are uniform too', async () => {
    seed(11);
    const cases = [closed(), closed(), closed()];
    const counts = Array.from({ length: 9 }, () => 0);
    let before = 0;
    for (let i = 0; i < 4500; i++) {
      const { index } = await select(cases);
      const pair = before * 3 + index;
      counts[pair] = (counts[pair] ?? 0) + 1;
      before = index;
    }
    expect(chiSquare(counts)).toBeLessThan(26.12);
  });

  test('gets and puts alike', async () => {
    seed(13);
    const counts = { got: 0, sent: 0 };
    for (let i = 0; i < 2000; i++) {
      const { key } = await select({ got: closed(), sent: [closed(), 1] });
      counts[key]++;
    }
    expect(chiSquare(Object.values(counts))).toBeLessThan(10.83);
  });

  test('by the promise-free form as well', async () => {
    seed(17);
    const counts = [0, 0, 0, 0];
    const cases: ReadChan<number>[] = [closed(), closed(), closed(), closed()];
    for (let i = 0; i < 2000; i++) {
      selectThen(cases, (result) => {
        if (result !== undefined) counts[result.index] = (counts[result.index] ?? 0) + 1;
      });
    }
    await turns();
    expect(counts.reduce((a, b) => a + b)).toBe(2000);
    expect(chiSquare(counts)).toBeLessThan(16.27);
  });

  test('a seed replays the choices', async () => {
    const cases = Array.from({ length: 6 }, closed);
    const chosen = async (): Promise<number[]> => {
      const list: number[] = [];
      for (let i = 0; i < 40; i++) list.push((await select(cases)).index);
      return list;
    };
    seed(1);
    const first = await chosen();
    seed(2);
    expect(await chosen()).not.toEqual(first);
    seed(1);
    expect(await chosen()).toEqual(first);
  });
});

describe('a loop of selects lets timers through', () => {
  /** More rounds than any machine needs until a timer of 1 ms is late by far. */
  const ROUNDS = 2_000_000;

  async function roundsUntilTimer(step: () => Promise<unknown>): Promise<number> {
    const alarm = { rung: false };
    setTimeout(() => (alarm.rung = true), 1);
    let rounds = 0;
    while (!alarm.rung && rounds++ < ROUNDS) await step();
    return rounds;
  }

  test('that take their default', async () => {
    const silent = new Chan<number>();
    expect(await roundsUntilTimer(() => select({ silent }, { default: 0 }))).toBeLessThan(ROUNDS);
  });

  test('that are ready', async () => {
    const done = closed();
    expect(await roundsUntilTimer(() => select([done, [done, 1]]))).toBeLessThan(ROUNDS);
  });

  test('that reject', async () => {
    const failed = new Chan<number>().close('cause');
    const step = (): Promise<unknown> => select([failed]).catch(() => undefined);
    expect(await roundsUntilTimer(step)).toBeLessThan(ROUNDS);
  });

  test('that wait for each other', async () => {
    const [ping, pong] = [new Chan<number>(), new Chan<number>()];
    const state = { over: false };
    const other = (async () => {
      while (!state.over) {
        await select([ping]);
        await select([[pong, 1]]);
      }
    })();
    const rounds = await roundsUntilTimer(async () => {
      await select([[ping, 1]]);
      await select([pong]);
    });
    state.over = true;
    ping.close();
    pong.close();
    await other;
    expect(rounds).toBeLessThan(ROUNDS);
  });

  test('whose callbacks select again', async () => {
    const done = closed();
    let rounds = 0;
    let rung = false;
    setTimeout(() => (rung = true), 1);
    await new Promise<void>((resolve) => {
      const again = (): void => {
        if (rung || rounds++ >= ROUNDS) resolve();
        else selectThen([done], again);
      };
      again();
    });
    expect(rounds).toBeLessThan(ROUNDS);
  });

  test('and a timeout among the cases comes, though another is always ready', async () => {
    const [done, late] = [closed(), timeout(1)];
    let rounds = 0;
    while (rounds++ < ROUNDS && (await select({ late, done }, { priority: true })).key !== 'late');
    expect(rounds).toBeLessThan(ROUNDS);
  });
});
