/** Its channels have no bound: a send never waits. The producer gives way once a value, or all would be held in memory. */
import channelTs from 'channel-ts';
import { add, double, increment, isKept } from '../work.js';

const { MultiReceiverChannel, SimpleChannel, TryReceivedKind } = channelTs;

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) {
    ch.send(i);
    await undefined;
  }
}

async function sum(ch, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += await ch.receive();
  return total;
}

function numbers(n) {
  const ch = new SimpleChannel();
  void produce(ch, 0, n);
  return ch;
}

const move = (n) => sum(numbers(n), n);

function stage(n, from, each) {
  const to = new SimpleChannel();
  void (async () => {
    for (let i = 0; i < n; i++) each(await from.receive(), to);
    to.close();
  })();
  return to;
}

const unbounded = 'no bound: a send never waits, the producer only gives way';

export default {
  operations: {
    rendezvous: move,
    buffer: move,
    async drain(n, capacity) {
      const ch = new SimpleChannel();
      void (async () => {
        for (let i = 0; i < n; i++) {
          ch.send(i);
          if (i % capacity === 0) await undefined;
        }
      })();
      let total = 0;
      for (let i = 0; i < n; i++) {
        const tried = ch.tryReceive();
        total += tried.kind === TryReceivedKind.value ? tried.value : await ch.receive();
      }
      return total;
    },
    async fan(n, width) {
      const ch = new SimpleChannel();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch, share));
      await Promise.all(sums.map((_, i) => produce(ch, i * share, (i + 1) * share)));
      return (await Promise.all(sums)).reduce(add);
    },
    async stages(n) {
      const more = stage(n, numbers(n), (value, to) => to.send(increment(value)));
      const kept = stage(n, more, (value, to) => isKept(value) && to.send(value));
      let total = 0;
      for await (const value of kept) total += double(value);
      return total;
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.send(increment(await from.receive()));
      const last = new SimpleChannel();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new SimpleChannel();
        void pass(right, left);
        left = right;
      }
      built();
      left.send(0);
      return last.receive();
    },
    async dup(n, taps) {
      const source = new MultiReceiverChannel();
      const sums = Array.from({ length: taps }, () => sum(source.receiver(), n));
      await produce(source, 0, n);
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const ch = new SimpleChannel();
      void (async () => {
        while (isOpen()) {
          ch.send(1);
          await undefined;
        }
        ch.send(0);
      })();
      let values = 0;
      while ((await ch.receive()) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  less: Object.fromEntries(
    ['rendezvous', 'buffer', 'drain', 'fan', 'stages', 'daisy', 'dup', 'loop'].map((name) => [
      name,
      unbounded,
    ]),
  ),
  cannot: {
    selectReady: 'it has no select',
    selectWaits: 'it has no select',
    range: 'it has no operators',
    map: 'it has no concurrent map',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
