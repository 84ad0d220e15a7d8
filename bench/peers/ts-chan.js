import { Chan, recv, Select } from 'ts-chan';
import { add, double, increment, isKept } from '../work.js';

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await ch.send(i);
}

async function sum(ch) {
  let total = 0;
  for (let next = await ch.recv(); !next.done; next = await ch.recv()) total += next.value;
  return total;
}

function numbers(n, capacity) {
  const ch = new Chan(capacity);
  void produce(ch, 0, n).then(() => ch.close());
  return ch;
}

function stage(from, each) {
  const to = new Chan();
  void (async () => {
    for (let next = await from.recv(); !next.done; next = await from.recv()) await each(next.value, to);
    to.close();
  })();
  return to;
}

/** One `Select`, used again and again, as its documentation advises. */
function selectOver(list) {
  const selection = new Select(list.map((ch) => recv(ch)));
  return async () => selection.recv(selection.cases[await selection.wait()]).value;
}

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n)),
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    async drain(n, capacity) {
      const ch = new Chan(capacity);
      void (async () => {
        for (let i = 0; i < n; i++) if (!ch.trySend(i)) await ch.send(i);
      })();
      let total = 0;
      for (let i = 0; i < n; i++) total += (ch.tryRecv() ?? (await ch.recv())).value;
      return total;
    },
    async selectReady(n, cases) {
      const list = Array.from({ length: cases }, () => new Chan(1));
      const select = selectOver(list);
      let total = 0;
      for (let i = 0; i < n; i++) {
        await list[i % cases].send(i);
        total += await select();
      }
      return total;
    },
    async selectWaits(n, cases) {
      const list = Array.from({ length: cases }, () => new Chan());
      const select = selectOver(list);
      let total = 0;
      for (let i = 0; i < n; i++) {
        const selected = select();
        await list[i % cases].send(i);
        total += await selected;
      }
      return total;
    },
    async fan(n, width) {
      const ch = new Chan();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      ch.close();
      return (await Promise.all(sums)).reduce(add);
    },
    stages(n) {
      const more = stage(numbers(n), (value, to) => to.send(increment(value)));
      const kept = stage(more, async (value, to) => isKept(value) && to.send(value));
      return sum(stage(kept, (value, to) => to.send(double(value))));
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.send(increment((await from.recv()).value));
      const last = new Chan();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Chan();
        void pass(right, left);
        left = right;
      }
      built();
      await left.send(0);
      return (await last.recv()).value;
    },
    async loop(isOpen, work) {
      const ch = new Chan(16);
      void (async () => {
        while (isOpen()) await ch.send(1);
        ch.close();
      })();
      let values = 0;
      while (!(await ch.recv()).done) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: {
    range: 'it has no operators',
    map: 'it has no concurrent map',
    dup: 'it has nothing to broadcast with',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
