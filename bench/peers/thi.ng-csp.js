/** A write settles when its value has been read, in a buffer too; only `offer` does not wait. */
import { channel, mult, PubSub, select } from '@thi.ng/csp';
import { add, double, increment, isKept } from '../work.js';

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await ch.write(i);
}

async function sum(ch) {
  let total = 0;
  for (let value = await ch.read(); value !== undefined; value = await ch.read()) total += value;
  return total;
}

function numbers(n, capacity) {
  const ch = channel(capacity);
  void produce(ch, 0, n).then(() => ch.close());
  return ch;
}

function stage(from, each) {
  const to = channel();
  void (async () => {
    for (let value = await from.read(); value !== undefined; value = await from.read()) await each(value, to);
    to.close();
  })();
  return to;
}

const waits = 'a write waits until its value is read, whatever the buffer';

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n, 1)),
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    async drain(n, capacity) {
      const ch = channel(capacity);
      void (async () => {
        for (let i = 0; i < n; i++) if (!ch.offer(i)) await ch.write(i);
      })();
      let total = 0;
      for (let i = 0; i < n; i++) total += ch.poll() ?? (await ch.read());
      return total;
    },
    async selectReady(n, cases) {
      const list = Array.from({ length: cases }, () => channel(1));
      let total = 0;
      for (let i = 0; i < n; i++) {
        list[i % cases].offer(i);
        total += (await select(...list))[0];
      }
      return total;
    },
    async selectWaits(n, cases) {
      const list = Array.from({ length: cases }, () => channel(1));
      let total = 0;
      for (let i = 0; i < n; i++) {
        const selected = select(...list);
        await list[i % cases].write(i);
        total += (await selected)[0];
      }
      return total;
    },
    async fan(n, width) {
      const ch = channel(1);
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      ch.close();
      return (await Promise.all(sums)).reduce(add);
    },
    stages(n) {
      const more = stage(numbers(n, 1), (value, to) => to.write(increment(value)));
      const kept = stage(more, (value, to) => isKept(value) && to.write(value));
      return sum(stage(kept, (value, to) => to.write(double(value))));
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.write(increment(await from.read()));
      const last = channel(1);
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = channel(1);
        void pass(right, left);
        left = right;
      }
      built();
      await left.write(0);
      return last.read();
    },
    async dup(n, taps) {
      const source = mult(numbers(n, 1));
      const sums = Array.from({ length: taps }, () => sum(source.subscribe()));
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const source = new PubSub(numbers(n, 1), (value) => value % topics);
      const sums = Array.from({ length: topics }, (_, topic) => sum(source.subscribeTopic(topic)));
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const ch = channel(16);
      void (async () => {
        while (isOpen()) await ch.write(1);
        ch.close();
      })();
      let values = 0;
      while ((await ch.read()) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  notes: { buffer: waits, loop: waits },
  cannot: {
    range: 'it has no operators: its transducers are another package',
    map: 'it has no concurrent map',
    parallel: 'it has no worker threads',
  },
};
