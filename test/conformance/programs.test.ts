import { expect } from 'vitest';
import { exp, geometric, multiply, polynomial } from '../../examples/power-series.js';
import { primes } from '../../examples/prime-sieve.js';
import { textOf } from '../../examples/rational.js';
import { Chan, type ReadChan, type WriteChan, go, select } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { numbers } from '../support/numbers.js';

const behaviour = about('Classic programs');
const written = { Go: 'the same', 'core.async': 'can be written', aiochan: 'can be written' };

behaviour(
  'channels travel through channels: a request carries the channel of its answer',
  { Go: 'the same', 'core.async': 'the same', aiochan: 'the same' },
  async () => {
    const requests = new Chan<readonly [question: number, answer: WriteChan<number>]>();
    const server = go(async () => {
      for await (const [question, answer] of requests) await answer.put(question * 2);
    });
    const clients = numbers(20).map(async (n) => {
      const answer = new Chan<number>();
      await requests.put([n, answer]);
      return answer.get();
    });
    expect(await Promise.all(clients)).toEqual(numbers(20).map((n) => n * 2));
    requests.close();
    await server;
  },
);

behaviour('the prime sieve: a filter for every prime found', written, async () => {
  const found = primes();
  expect(await found.collect(25)).toEqual([
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
  ]);
  found.cancel();
});

behaviour('the power series: products and exponentials of endless channels', written, async () => {
  const square = multiply(geometric(1), geometric(1));
  expect((await square.collect(8)).map(textOf)).toEqual(numbers(8).map((n) => String(n + 1)));
  const e = exp(polynomial(0, 1));
  expect((await e.collect(6)).map(textOf)).toEqual(['1', '1', '1/2', '1/6', '1/24', '1/120']);
});

behaviour(
  'a chain of 10,000 tasks, each of which adds one to what its neighbour sends',
  written,
  async () => {
    const leftmost = new Chan<number>();
    let right = leftmost;
    for (let i = 0; i < 10_000; i++) {
      const [to, of] = [right, new Chan<number>()];
      void go(async () => to.put(((await of.get()) ?? NaN) + 1));
      right = of;
    }
    void right.put(0);
    expect(await leftmost.get()).toBe(10_000);
  },
);

behaviour(
  'many writers and many readers: the sum of what is read is that of what is put',
  written,
  async () => {
    for (const size of [0, 1, 10]) {
      const ch = new Chan<number>(size);
      const readers = numbers(7).map(() => go(() => ch.reduce((sum, n) => sum + n, 0)));
      const writers = numbers(5).map((w) =>
        go(async () => {
          for (const n of numbers(200)) await ch.put(w * 200 + n);
        }),
      );
      await Promise.all(writers);
      ch.close();
      const sums = await Promise.all(readers);
      expect(sums.reduce((total, sum) => total + sum, 0)).toBe((999 * 1000) / 2);
    }
  },
);

behaviour(
  'a ring in which all select, both to pass a token on and to take the next, loses and doubles none',
  { ...written, Go: 'can be written' },
  async () => {
    const ring = numbers(5).map(() => new Chan<number>());
    const [done, stop] = [new Chan<number>(3), new Chan<never>()];
    const node = async (from: ReadChan<number>, to: WriteChan<number>): Promise<void> => {
      const held: number[] = [];
      for (;;) {
        const [hops] = held;
        const chosen = await select({ from, passed: hops !== undefined && [to, hops + 1], stop });
        if (chosen.key === 'stop') return;
        if (chosen.key === 'passed') held.shift();
        else if ((chosen.value as number) < 100) held.push(chosen.value as number);
        else await done.put(chosen.value as number);
      }
    };
    const at = (i: number): Chan<number> => ring[i % 5] as Chan<number>; // Sound: there are five.
    const nodes = numbers(5).map((i) => go(node, at(i), at(i + 1)));
    for (const i of [0, 0, 2]) await at(i).put(0);
    expect(await done.collect(3)).toEqual([100, 100, 100]);
    stop.close();
    await Promise.all(nodes);
    for (const ch of [...ring, stop]) expect(ch.stats()).toMatchObject({ waitingGets: 0, waitingPuts: 0 });
  },
);

behaviour(
  'a writer that selects among four readers for each value gives each value to one of them',
  written,
  async () => {
    const outs = numbers(4).map(() => new Chan<number>());
    const all = new Chan<number>();
    for (const out of outs) out.pipe(all, { close: false });
    void go(async () => {
      for (const n of numbers(1000)) await select(outs.map((out) => [out, n] as const));
      for (const out of outs) out.close();
    });
    const got = await all.collect(1000);
    expect(new Set(got)).toEqual(new Set(numbers(1000)));
    expect(all.stats()).toMatchObject({ buffered: 0, waitingPuts: 0 });
  },
);

behaviour('a buffer of n is a semaphore: no more than n are inside', written, async () => {
  const places = new Chan<true>(3);
  let [inside, most] = [0, 0];
  const visitors = numbers(20).map(async () => {
    await places.put(true);
    most = Math.max(most, ++inside);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    inside--;
    await places.get();
  });
  await Promise.all(visitors);
  expect([inside, most]).toEqual([0, 3]);
});

behaviour('two goroutines play ping-pong over two channels, turn by turn', written, async () => {
  const [ping, pong] = [new Chan<number>(), new Chan<number>()];
  const log: string[] = [];
  const play = async (name: string, from: ReadChan<number>, to: Chan<number>): Promise<void> => {
    for await (const n of from) {
      log.push(`${name} ${n}`);
      if (n === 9) return void to.close();
      await to.put(n + 1);
    }
  };
  const players = [play('ping', ping, pong), play('pong', pong, ping)];
  await ping.put(0);
  await Promise.race(players);
  ping.close();
  await Promise.all(players);
  expect(log).toEqual(numbers(10).map((n) => `${n % 2 === 0 ? 'ping' : 'pong'} ${n}`));
});
