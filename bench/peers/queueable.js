/** Its channels have no bound, but a push is settled when its value is taken. */
import { Channel, Multicast } from 'queueable';
import { add, double, increment, isKept } from '../work.js';

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await ch.push(i);
}

async function sum(ch) {
  let total = 0;
  for (let next = await ch.next(); !next.done; next = await ch.next()) total += next.value;
  return total;
}

function numbers(n) {
  const ch = new Channel();
  void produce(ch, 0, n).then(() => ch.close());
  return ch;
}

function stage(from, each) {
  const to = new Channel();
  void (async () => {
    for (let next = await from.next(); !next.done; next = await from.next()) await each(next.value, to);
    to.close();
  })();
  return to;
}

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n)),
    async fan(n, width) {
      const ch = new Channel();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      ch.close();
      return (await Promise.all(sums)).reduce(add);
    },
    stages(n) {
      const more = stage(numbers(n), (value, to) => to.push(increment(value)));
      const kept = stage(more, (value, to) => isKept(value) && to.push(value));
      return sum(stage(kept, (value, to) => to.push(double(value))));
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.push(increment((await from.next()).value));
      const last = new Channel();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Channel();
        void pass(right, left);
        left = right;
      }
      built();
      void left.push(0);
      return (await last.next()).value;
    },
    async dup(n, taps) {
      const source = new Multicast();
      const sums = Array.from({ length: taps }, async () => {
        const tap = source[Symbol.asyncIterator]();
        let total = 0;
        for (let i = 0; i < n; i++) total += (await tap.next()).value;
        return total;
      });
      for (let i = 0; i < n; i++) {
        source.push(i);
        await undefined;
      }
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const ch = new Channel();
      void (async () => {
        while (isOpen()) await ch.push(1);
        ch.close();
      })();
      let values = 0;
      for (let next = await ch.next(); !next.done; next = await ch.next()) {
        work();
        values++;
      }
      return values;
    },
  },
  less: { dup: 'no back-pressure: a push does not wait, the producer only gives way' },
  notes: { loop: 'without a buffer' },
  cannot: {
    buffer: 'its buffer drops the oldest value when it is full, and a push never waits for room',
    drain: 'its buffer drops the oldest value when it is full, and a push never waits for room',
    selectReady: 'it has no select',
    selectWaits: 'it has no select',
    range: 'it has no operators',
    map: 'it has no concurrent map',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
