/** Goroutines are generators run by `co`, its dependency; every put and take goes through `setImmediate`. */
import coreAsync from 'core-async';
import { add, double, increment, isKept } from '../work.js';

const {
  Channel,
  co,
  utils: { alts, PubSub },
  transducer: { compose, filter, map },
} = coreAsync;

function* produce(ch, from, to) {
  for (let i = from; i < to; i++) yield ch.put(i);
}

/** A closed channel forgets what waits, so readers count. */
function* sum(ch, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += yield ch.take();
  return total;
}

function numbers(n, ...options) {
  const ch = new Channel(...options);
  void co(produce, ch, 0, n);
  return ch;
}

/** Publishing does not wait; the publisher gives way. */
async function publish(source, n, topicOf) {
  for (let i = 0; i < n; i++) {
    source.pub(topicOf(i), i);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const unbounded = 'no back-pressure: publishing does not wait, the publisher only gives way';

export default {
  operations: {
    rendezvous: (n) => co(sum, numbers(n), n),
    buffer: (n, capacity) => co(sum, numbers(n, capacity), n),
    selectReady: (n, cases) =>
      co(function* () {
        const list = Array.from({ length: cases }, () => new Channel(1));
        let total = 0;
        for (let i = 0; i < n; i++) {
          yield list[i % cases].put(i);
          total += (yield alts(list))[0];
        }
        return total;
      }),
    async fan(n, width) {
      const ch = new Channel();
      const share = n / width;
      const sums = Array.from({ length: width }, () => co(sum, ch, share));
      for (let i = 0; i < width; i++) void co(produce, ch, i * share, (i + 1) * share);
      return (await Promise.all(sums)).reduce(add);
    },
    /** Its transducers, composed on the channel. */
    stages(n) {
      const kept = Array.from({ length: n }, (_, i) => i).filter((i) => isKept(increment(i))).length;
      return co(sum, numbers(n, compose(map(increment), filter(isKept), map(double))), kept);
    },
    async daisy(n, built) {
      const pass = function* (from, to) {
        yield to.put(increment(yield from.take()));
      };
      const last = new Channel();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Channel();
        void co(pass, right, left);
        left = right;
      }
      built();
      void left.put(0);
      return last.take();
    },
    async dup(n, taps) {
      const source = new PubSub();
      const sums = Array.from({ length: taps }, () => {
        const tap = new Channel();
        source.sub('all', tap);
        return co(sum, tap, n);
      });
      await publish(source, n, () => 'all');
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const source = new PubSub();
      const sums = Array.from({ length: topics }, (_, topic) => {
        const sub = new Channel();
        source.sub(String(topic), sub);
        return co(sum, sub, n / topics);
      });
      await publish(source, n, (value) => String(value % topics));
      return (await Promise.all(sums)).reduce(add);
    },
    loop: (isOpen, work) =>
      co(function* () {
        const ch = new Channel(16);
        void co(function* () {
          while (isOpen()) yield ch.put(1);
          yield ch.put(2);
        });
        let values = 0;
        while ((yield ch.take()) === 1) {
          work();
          values++;
        }
        return values;
      }),
  },
  less: { dup: unbounded, pub: unbounded },
  cannot: {
    drain: 'its put and take without waiting work only where the other side waits already',
    range: 'it has no range',
    map: 'it has no concurrent map',
    parallel: 'it has no worker threads',
  },
};
