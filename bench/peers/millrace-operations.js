/** The work, done with millrace; `lib` is the build to use. */
import { add, afterTimer, atOnce, double, inOrder, increment, isKept } from '../work.js';

export function operationsOf({ Chan, fromRange, select }) {
  async function produce(out, from, to) {
    for (let i = from; i < to; i++) await out.put(i);
  }

  async function sum(input) {
    let total = 0;
    for (let value = await input.get(); value !== undefined; value = await input.get()) total += value;
    return total;
  }

  /** A channel that a goroutine fills and closes. */
  function numbers(n, capacity) {
    const ch = new Chan(capacity);
    void produce(ch, 0, n).then(() => ch.close());
    return ch;
  }

  const channels = (n, capacity) => Array.from({ length: n }, () => new Chan(capacity));

  return {
    rendezvous: (n) => sum(numbers(n)),
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    drain(n, capacity) {
      const ch = new Chan(capacity);
      void (async () => {
        // What tryPut could not do at once is awaited.
        for (let i = 0; i < n; i++) if (ch.tryPut(i) === undefined) await ch.put(i);
        ch.close();
      })();
      return ch.reduce(add, 0);
    },
    async selectReady(n, cases) {
      const list = channels(cases, 1);
      let total = 0;
      for (let i = 0; i < n; i++) {
        await list[i % cases].put(i);
        total += (await select(list)).value;
      }
      return total;
    },
    async selectWaits(n, cases) {
      const list = channels(cases);
      let total = 0;
      for (let i = 0; i < n; i++) {
        const selected = select(list);
        await list[i % cases].put(i);
        total += (await selected).value;
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
    range: (n) => fromRange(n).map(increment).filter(isKept).map(double).reduce(add, 0),
    stages: (n) => numbers(n).map(increment).filter(isKept).map(double).reduce(add, 0),
    async daisy(n, built) {
      const pass = async (from, to) => to.put(increment(await from.get()));
      const last = new Chan();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Chan();
        void pass(right, left);
        left = right;
      }
      built();
      await left.put(0);
      return last.get();
    },
    map: (n, how, size) =>
      fromRange(n)
        .asyncPipe(size, how === 'once' ? atOnce : afterTimer)
        .reduce(inOrder, 0),
    async dup(n, taps) {
      const source = numbers(n).dup();
      const sums = Array.from({ length: taps }, () => source.tap().reduce(add, 0));
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const source = numbers(n).pub((value) => value % topics);
      const sums = Array.from({ length: topics }, (_, topic) => source.sub(topic).reduce(add, 0));
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const ch = new Chan(16);
      void (async () => {
        while (isOpen()) await ch.put(1);
        ch.close();
      })();
      let values = 0;
      for (let value = await ch.get(); value !== undefined; value = await ch.get()) {
        work();
        values++;
      }
      return values;
    },
  };
}
