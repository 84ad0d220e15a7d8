import { from, fromRange, sleep } from 'millrace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chat } from '../../examples/chat.js';
import { dine } from '../../examples/dining-philosophers.js';
import { primes } from '../../examples/prime-sieve.js';
import { evenly, inBursts } from '../../examples/rate-limiter.js';
import { type Work, asTheyCome, byHand, inOrder } from '../../examples/worker-pool.js';
import { pass, stopTime } from '../support/fake-time.js';
import { inTime, resumeTime } from './in-time.js';

// Examples of which each is small; time passes only when we say so.

beforeEach(stopTime);
afterEach(resumeTime);

describe('dining philosophers', () => {
  test.each([2, 3, 5, 8])(
    'of %i, no two neighbours eat at once, and everybody eats all meals',
    async (seats) => {
      let state = seats;
      const moments = dine(seats, 10, () => (state = (state * 7) % 11));
      const meals = Array.from({ length: seats }, () => 0);
      const eating = new Set<number>();
      let most = 0;
      await inTime(
        moments.forEach(({ seat, does }) => {
          if (does === 'thinks') return eating.delete(seat);
          for (const neighbour of [seat + 1, seat + seats - 1])
            expect(eating).not.toContain(neighbour % seats);
          meals[seat] = (meals[seat] ?? 0) + 1;
          most = Math.max(most, eating.add(seat).size);
          return true;
        }),
      );
      expect(meals).toEqual(meals.map(() => 10));
      expect(most).toBeLessThanOrEqual(Math.floor(seats / 2));
      expect(most).toBeGreaterThanOrEqual(Math.min(2, Math.floor(seats / 2)));
    },
  );

  test('though all reach for their forks at the same time, nobody waits for ever', async () => {
    const moments = await inTime(dine(5, 3, () => 1).collect());
    expect(moments.filter(({ does }) => does === 'eats')).toHaveLength(15);
  });
});

describe('the prime sieve', () => {
  test('gives the first 300 primes', async () => {
    const expected: number[] = [];
    for (let n = 2; expected.length < 300; n++) {
      if (!expected.some((prime) => n % prime === 0)) expected.push(n);
    }
    expect(await primes().collect(300)).toEqual(expected);
  });

  test('goes no further than it is asked to', async () => {
    const found = primes();
    expect(found.stats().puts).toBe(0);
    expect(await found.take(3).collect()).toEqual([2, 3, 5]);
    expect(await found.get()).toBe(7);
    found.cancel();
    expect(await found.get()).toBeUndefined();
  });
});

describe('the rate limiter', () => {
  /** Calls back with the time since it was made. */
  function clock(): { times: number[]; note: () => void } {
    const began = performance.now();
    const times: number[] = [];
    return { times, note: () => times.push(performance.now() - began) };
  }

  test('evenly: lets a request pass at every tick', async () => {
    const { times, note } = clock();
    const requests = evenly(fromRange(5), 100).tap(note);
    expect(await inTime(requests.collect())).toEqual([0, 1, 2, 3, 4]);
    expect(times).toEqual([100, 200, 300, 400, 500]);
  });

  test('in bursts: lets a burst pass at the start, and then one at every tick', async () => {
    const { times, note } = clock();
    await inTime(inBursts(fromRange(6), 100, 3).forEach(note));
    expect(times).toEqual([0, 0, 0, 100, 200, 300]);
  });

  test('in bursts: a pause is saved up for the next burst, but not more than one', async () => {
    const { times, note } = clock();
    const requests = inBursts(fromRange(), 100, 3).tap(note);
    await inTime(requests.collect(3));
    await pass(250);
    await inTime(requests.collect(3));
    await pass(10_000);
    await inTime(requests.collect(4));
    expect(times).toEqual([0, 0, 0, 250, 250, 300, 10_300, 10_300, 10_300, 10_400]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the worker pool', () => {
  /** Work that takes as many milliseconds as its job says. */
  function workshop(): { most: number; work: Work<number, string> } {
    let working = 0;
    const shop = {
      most: 0,
      async work(job: number): Promise<string> {
        shop.most = Math.max(shop.most, ++working);
        await sleep(job);
        working--;
        return `job of ${job} ms`;
      },
    };
    return shop;
  }
  const jobs = [90, 10, 50, 30, 70, 20];

  const handMade = ['by hand', byHand] as const;
  const operators = ['as they come', asTheyCome] as const;

  test.each([handMade, operators])('%s: the results come as they are done', async (_, pool) => {
    const shop = workshop();
    const began = performance.now();
    const results = await inTime(pool(3, from(jobs), shop.work));
    // The worker of 10 goes on with 30 and 70, that of 50 with 20.
    expect(results).toEqual([10, 30, 50, 20, 90, 70].map((ms) => `job of ${ms} ms`));
    expect(performance.now() - began).toBe(110);
    expect(shop.most).toBe(3);
  });

  test('in order: the results come in the order of the jobs, and the work takes no longer', async () => {
    const shop = workshop();
    const began = performance.now();
    const results = await inTime(inOrder(3, from(jobs), shop.work));
    expect(results).toEqual(jobs.map((ms) => `job of ${ms} ms`));
    expect(performance.now() - began).toBe(110);
    expect(shop.most).toBe(3);
  });

  test.each([handMade, operators, ['in order', inOrder] as const])(
    '%s: a job that fails fails the pool',
    async (_, pool) => {
      const work = async (job: number): Promise<number> => {
        await sleep(job);
        if (job === 30) throw new Error('dropped it');
        return job;
      };
      await expect(inTime(pool(2, from(jobs), work))).rejects.toThrow('dropped it');
    },
  );
});

describe('the chat', () => {
  const texts = (messages: { text: string }[]): string[] => messages.map(({ text }) => text);

  test('everybody in a room hears what is said there, and nothing else', async () => {
    const chat = new Chat();
    const [ann, joe, sue] = [chat.join('garden'), chat.join('garden'), chat.join('kitchen')];
    await chat.say('garden', 'Ann', 'hello');
    await chat.say('kitchen', 'Sue', 'soup?');
    await chat.say('attic', 'Tom', 'anybody?');
    await chat.say('garden', 'Joe', 'hi');
    chat.end();
    expect(texts(await ann.collect())).toEqual(['hello', 'hi']);
    expect(texts(await joe.collect())).toEqual(['hello', 'hi']);
    expect(await sue.collect()).toEqual([{ room: 'kitchen', by: 'Sue', text: 'soup?' }]);
  });

  test('one who joins hears what is said from then on, one who leaves no more', async () => {
    const chat = new Chat();
    const early = chat.join('garden');
    await chat.say('garden', 'Ann', 'one');
    expect(texts(await early.collect(1))).toEqual(['one']);
    const late = chat.join('garden');
    early.cancel();
    await chat.say('garden', 'Ann', 'two');
    chat.end();
    expect(await early.collect()).toEqual([]);
    expect(texts(await late.collect())).toEqual(['two']);
  });

  test('one who sleeps holds up nobody, and misses the oldest messages', async () => {
    const chat = new Chat();
    const sleeper = chat.join('garden', 3);
    const listener = chat.join('garden', 100);
    for (let i = 0; i < 50; i++) await chat.say('garden', 'Ann', String(i));
    chat.end();
    expect(await listener.collect()).toHaveLength(50);
    expect(texts(await sleeper.collect())).toEqual(['47', '48', '49']);
  });
});
