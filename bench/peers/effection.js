/** Its queues and channels have no bound. The producer gives way once a value, or all would be held in memory. */
import { createChannel, createQueue, run, spawn, until } from 'effection';
import { add, increment } from '../work.js';

const RESOLVED = Promise.resolve();
const giveWay = () => until(RESOLVED);

function* produce(queue, from, to) {
  for (let i = from; i < to; i++) {
    queue.add(i);
    yield* giveWay();
  }
}

function* sum(queue, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += (yield* queue.next()).value;
  return total;
}

const move = (n) =>
  run(function* () {
    const queue = createQueue();
    yield* spawn(() => produce(queue, 0, n));
    return yield* sum(queue, n);
  });

const unbounded = 'no bound: adding never waits, the producer only gives way';

export default {
  operations: {
    rendezvous: move,
    buffer: move,
    fan: (n, width) =>
      run(function* () {
        const queue = createQueue();
        const share = n / width;
        const sums = [];
        for (let i = 0; i < width; i++) {
          sums.push(yield* spawn(() => sum(queue, share)));
          yield* spawn(() => produce(queue, i * share, (i + 1) * share));
        }
        let total = 0;
        for (const each of sums) total += yield* each;
        return total;
      }),
    daisy: (n, built) =>
      run(function* () {
        const pass = function* (from, to) {
          to.add(increment((yield* from.next()).value));
        };
        const last = createQueue();
        let left = last;
        for (let i = 0; i < n; i++) {
          const from = createQueue();
          const to = left;
          yield* spawn(() => pass(from, to));
          left = from;
        }
        yield* giveWay();
        built();
        left.add(0);
        return (yield* last.next()).value;
      }),
    dup: (n, taps) =>
      run(function* () {
        const source = createChannel();
        const sums = [];
        for (let i = 0; i < taps; i++) {
          const tap = yield* source;
          const each = yield* spawn(function* () {
            let total = 0;
            for (let taken = 0; taken < n; taken++) total += (yield* tap.next()).value;
            return total;
          });
          sums.push(each);
        }
        for (let i = 0; i < n; i++) {
          yield* source.send(i);
          yield* giveWay();
        }
        const totals = [];
        for (const each of sums) totals.push(yield* each);
        return totals.reduce(add);
      }),
    loop: (isOpen, work) =>
      run(function* () {
        const queue = createQueue();
        yield* spawn(function* () {
          while (isOpen()) {
            queue.add(1);
            yield* giveWay();
          }
          queue.close();
        });
        let values = 0;
        for (let next = yield* queue.next(); !next.done; next = yield* queue.next()) {
          work();
          values++;
        }
        return values;
      }),
  },
  less: Object.fromEntries(
    ['rendezvous', 'buffer', 'fan', 'daisy', 'dup', 'loop'].map((name) => [name, unbounded]),
  ),
  cannot: {
    drain: 'it has no operation that does not wait',
    selectReady: 'its race halts the losers; it has no select over queues',
    selectWaits: 'its race halts the losers; it has no select over queues',
    range: 'its operators are another package',
    stages: 'its operators are another package',
    map: 'it has no concurrent map',
    pub: 'it has no topics',
    parallel: 'its workers each run one program; it has no pool',
  },
};
