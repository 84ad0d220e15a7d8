/** Its goroutines are generators. */
import csp from 'js-csp';
import { add, afterTimer, atOnce, double, inOrder, increment, isKept } from '../work.js';

const { CLOSED, alts, chan, go, operations, put, take, poll, offer, NO_VALUE } = csp;

/** A goroutine as a promise. */
const result = (generator, args) => new Promise((resolve) => csp.takeAsync(go(generator, args), resolve));

function* produce(ch, from, to) {
  for (let i = from; i < to; i++) yield put(ch, i);
  return true;
}

function* sum(ch) {
  let total = 0;
  for (let value = yield take(ch); value !== CLOSED; value = yield take(ch)) total += value;
  return total;
}

function numbers(n, capacity) {
  const ch = chan(capacity);
  go(function* () {
    yield* produce(ch, 0, n);
    ch.close();
  });
  return ch;
}

/** A goroutine between two channels: its own `mapFrom` throws in this release. */
function stage(from, each) {
  const to = chan();
  go(function* () {
    for (let value = yield take(from); value !== CLOSED; value = yield take(from)) yield put(to, each(value));
    to.close();
  });
  return to;
}

const list = (n, capacity) => Array.from({ length: n }, () => chan(capacity));

export default {
  operations: {
    rendezvous: (n) => result(sum, [numbers(n)]),
    buffer: (n, capacity) => result(sum, [numbers(n, capacity)]),
    drain(n, capacity) {
      const ch = chan(capacity);
      go(function* () {
        for (let i = 0; i < n; i++) if (!offer(ch, i)) yield put(ch, i);
      });
      return result(function* () {
        let total = 0;
        for (let i = 0; i < n; i++) {
          const value = poll(ch);
          total += value === NO_VALUE ? yield take(ch) : value;
        }
        return total;
      });
    },
    selectReady: (n, cases) =>
      result(function* () {
        const channels = list(cases, 1);
        let total = 0;
        for (let i = 0; i < n; i++) {
          yield put(channels[i % cases], i);
          total += (yield alts(channels)).value;
        }
        return total;
      }),
    selectWaits: (n, cases) =>
      result(function* () {
        const channels = list(cases);
        go(function* () {
          for (let i = 0; i < n; i++) yield put(channels[i % cases], i);
        });
        let total = 0;
        for (let i = 0; i < n; i++) total += (yield alts(channels)).value;
        return total;
      }),
    async fan(n, width) {
      const ch = chan();
      const share = n / width;
      const sums = Array.from({ length: width }, () => result(sum, [ch]));
      await Promise.all(sums.map((_, i) => result(produce, [ch, i * share, (i + 1) * share])));
      ch.close();
      return (await Promise.all(sums)).reduce(add);
    },
    stages: (n) => {
      const kept = operations.filterFrom(isKept, stage(numbers(n), increment));
      return result(sum, [stage(kept, double)]);
    },
    daisy: (n, built) =>
      result(function* () {
        const pass = function* (from, to) {
          yield put(to, increment(yield take(from)));
        };
        const last = chan();
        let left = last;
        for (let i = 0; i < n; i++) {
          const right = chan();
          go(pass, [right, left]);
          left = right;
        }
        // Its goroutines start in a queue of tasks.
        yield csp.timeout(0);
        built();
        yield put(left, 0);
        return yield take(last);
      }),
    map(n, how, size) {
      const f = how === 'once' ? atOnce : afterTimer;
      const give = async (value, to) => {
        csp.putAsync(to, await f(value));
        to.close();
      };
      const out = operations.pipelineAsync(size, chan(), give, numbers(n));
      return result(function* () {
        let total = 0;
        for (let value = yield take(out); value !== CLOSED; value = yield take(out))
          total = inOrder(total, value);
        return total;
      });
    },
    async dup(n, taps) {
      const source = operations.mult(numbers(n));
      const sums = Array.from({ length: taps }, () => {
        const tap = chan();
        operations.mult.tap(source, tap);
        return result(sum, [tap]);
      });
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const source = operations.pub(numbers(n), (value) => String(value % topics));
      const sums = Array.from({ length: topics }, (_, topic) => {
        const sub = chan();
        operations.pub.sub(source, String(topic), sub);
        return result(sum, [sub]);
      });
      return (await Promise.all(sums)).reduce(add);
    },
    loop: (isOpen, work) =>
      result(function* () {
        const ch = chan(16);
        go(function* () {
          while (isOpen()) yield put(ch, 1);
          ch.close();
        });
        let values = 0;
        while ((yield take(ch)) === 1) {
          work();
          values++;
        }
        return values;
      }),
  },
  notes: { selectWaits: 'two goroutines, so that some of its selects find a value that waits already' },
  cannot: {
    range: 'it reads an array into a channel, but has no range',
    parallel: 'it has no worker threads',
  },
};
