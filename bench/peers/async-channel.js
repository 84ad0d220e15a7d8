import asyncChannel from 'async-channel';
import { add, double, increment, isKept } from '../work.js';

const { BaseChannel, Channel, ChannelClosedError } = asyncChannel;

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await ch.push(i);
}

/** A get of a closed channel rejects. */
async function sum(ch) {
  let total = 0;
  try {
    for (;;) total += await ch.get();
  } catch (error) {
    if (error instanceof ChannelClosedError) return total;
    throw error;
  }
}

function numbers(n, capacity, kind = BaseChannel) {
  const ch = new kind(capacity);
  void produce(ch, 0, n).then(() => ch.close());
  return ch;
}

async function sumOfStages(source) {
  let total = 0;
  await source
    .map(increment)
    .filter(isKept)
    .map(double)
    .forEach((value) => (total += value));
  return total;
}

function* naturals(n) {
  for (let i = 0; i < n; i++) yield i;
}

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n)),
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    async fan(n, width) {
      const ch = new BaseChannel();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      ch.close();
      return (await Promise.all(sums)).reduce(add);
    },
    range: (n) => sumOfStages(Channel.from(naturals(n))),
    stages: (n) => sumOfStages(numbers(n, 0, Channel)),
    async daisy(n, built) {
      const pass = async (from, to) => to.push(increment(await from.get()));
      const last = new BaseChannel();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new BaseChannel();
        void pass(right, left);
        left = right;
      }
      built();
      await left.push(0);
      return last.get();
    },
    async loop(isOpen, work) {
      const ch = new BaseChannel(16);
      void (async () => {
        while (isOpen()) await ch.push(1);
        await ch.push(0);
      })();
      let values = 0;
      while ((await ch.get()) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: {
    drain: 'it has no operation that does not wait',
    selectReady: 'it has no select',
    selectWaits: 'it has no select',
    map: 'its concurrent map does not keep the order',
    dup: 'it has nothing to broadcast with',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
