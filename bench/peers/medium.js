import medium from 'medium';
import { add, double, increment, isKept } from '../work.js';

const { chan, close, CLOSED, put, take, any } = medium;

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await put(ch, i);
}

async function sum(ch) {
  let total = 0;
  for (let value = await take(ch); value !== CLOSED; value = await take(ch)) total += value;
  return total;
}

function numbers(n, capacity) {
  const ch = chan(capacity);
  void produce(ch, 0, n).then(() => close(ch));
  return ch;
}

/** A goroutine between two channels. */
function stage(from, each) {
  const to = chan();
  void (async () => {
    for (let value = await take(from); value !== CLOSED; value = await take(from)) await each(value, to);
    close(to);
  })();
  return to;
}

/** Its close forgets what is still buffered, so readers count. */
async function sumOf(ch, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += await take(ch);
  return total;
}

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n)),
    async buffer(n, capacity) {
      const ch = chan(capacity);
      void produce(ch, 0, n);
      return sumOf(ch, n);
    },
    async selectReady(n, cases) {
      const list = Array.from({ length: cases }, () => chan(1));
      let total = 0;
      for (let i = 0; i < n; i++) {
        await put(list[i % cases], i);
        total += (await any(...list))[0];
      }
      return total;
    },
    async selectWaits(n, cases) {
      const list = Array.from({ length: cases }, () => chan());
      let total = 0;
      for (let i = 0; i < n; i++) {
        const selected = any(...list);
        await put(list[i % cases], i);
        total += (await selected)[0];
      }
      return total;
    },
    async fan(n, width) {
      const ch = chan();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      close(ch);
      return (await Promise.all(sums)).reduce(add);
    },
    stages: (n) => {
      const more = stage(numbers(n), (value, to) => put(to, increment(value)));
      const kept = stage(more, (value, to) => isKept(value) && put(to, value));
      return sum(stage(kept, (value, to) => put(to, double(value))));
    },
    async daisy(n, built) {
      const pass = async (from, to) => put(to, increment(await take(from)));
      const last = chan();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = chan();
        void pass(right, left);
        left = right;
      }
      built();
      await put(left, 0);
      return take(last);
    },
    async loop(isOpen, work) {
      const ch = chan(16);
      void (async () => {
        while (isOpen()) await put(ch, 1);
        await put(ch, 0);
      })();
      let values = 0;
      while ((await take(ch)) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: {
    drain: 'it has no operation that does not wait',
    range: 'it has no operators',
    map: 'it has no concurrent map',
    dup: 'it has nothing to broadcast with',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
