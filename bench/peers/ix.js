/** Its sink has no bound: a write never waits. The producer gives way once a value, or all would be held in memory. */
import { AsyncSink } from 'ix/Ix.asynciterable';
import {
  filter as filterAsync,
  flatMap,
  groupBy,
  map as mapAsync,
  publish,
} from 'ix/Ix.asynciterable.operators';
import { range } from 'ix/Ix.iterable';
import { filter, map } from 'ix/Ix.iterable.operators';
import { add, double, increment, isKept } from '../work.js';

async function produce(sink, from, to) {
  for (let i = from; i < to; i++) {
    sink.write(i);
    await undefined;
  }
}

async function sum(source) {
  let total = 0;
  for await (const value of source) total += value;
  return total;
}

/** By hand, where several read from one sink. */
async function sumOf(sink, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += (await sink.next()).value;
  return total;
}

function numbers(n) {
  const sink = new AsyncSink();
  void produce(sink, 0, n).then(() => sink.end());
  return sink;
}

const unbounded = 'no bound: a write never waits, the producer only gives way';

export default {
  operations: {
    rendezvous: (n) => sumOf(numbers(n), n),
    buffer: (n) => sumOf(numbers(n), n),
    async fan(n, width) {
      const sink = new AsyncSink();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sumOf(sink, share));
      await Promise.all(sums.map((_, i) => produce(sink, i * share, (i + 1) * share)));
      return (await Promise.all(sums)).reduce(add);
    },
    /** Its operators on what is not asynchronous, as a range is. */
    range(n) {
      let total = 0;
      for (const value of range(0, n).pipe(map(increment), filter(isKept), map(double))) total += value;
      return total;
    },
    stages: (n) => sum(filterAsync(isKept)(mapAsync(increment)(numbers(n))).pipe(mapAsync(double))),
    async daisy(n, built) {
      const pass = async (from, to) => to.write(increment((await from.next()).value));
      const last = new AsyncSink();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new AsyncSink();
        void pass(right, left);
        left = right;
      }
      built();
      left.write(0);
      return (await last.next()).value;
    },
    async dup(n, taps) {
      const source = publish()(numbers(n));
      const sums = Array.from({ length: taps }, () => sum(source));
      return (await Promise.all(sums)).reduce(add);
    },
    pub: (n, topics) =>
      sum(
        flatMap(async (topic) => [await sum(topic)], topics)(groupBy((value) => value % topics)(numbers(n))),
      ),
    async loop(isOpen, work) {
      const sink = new AsyncSink();
      void (async () => {
        while (isOpen()) {
          sink.write(1);
          await undefined;
        }
        sink.end();
      })();
      let values = 0;
      for (let next = await sink.next(); !next.done; next = await sink.next()) {
        work();
        values++;
      }
      return values;
    },
  },
  less: Object.fromEntries(
    ['rendezvous', 'buffer', 'fan', 'stages', 'daisy', 'dup', 'pub', 'loop'].map((name) => [name, unbounded]),
  ),
  cannot: {
    drain: 'its sink has no operation that does not wait',
    selectReady: 'it has no select: race takes the first source to speak, and keeps it',
    selectWaits: 'it has no select: race takes the first source to speak, and keeps it',
    map: 'its concurrent flatMap does not keep the order',
    parallel: 'it has no worker threads',
  },
};
