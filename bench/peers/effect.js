/** Version 4: its queues and streams, run by its own fibers. */
import { Effect, Fiber, PubSub, Queue, Stream } from 'effect';
import { add, afterTimer, atOnce, double, inOrder, increment, isKept } from '../work.js';

const run = (program) => Effect.runPromise(Effect.gen(program));
const fork = (program) => Effect.forkChild(Effect.gen(program));

function* produce(queue, from, to) {
  for (let i = from; i < to; i++) yield* Queue.offer(queue, i);
}

function* sum(queue, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += yield* Queue.take(queue);
  return total;
}

const move = (n, capacity) =>
  run(function* () {
    const queue = yield* Queue.bounded(capacity);
    yield* fork(() => produce(queue, 0, n));
    return yield* sum(queue, n);
  });

/** A queue that a fiber fills and ends. */
function* numbers(n) {
  const queue = yield* Queue.bounded(0);
  yield* fork(function* () {
    yield* produce(queue, 0, n);
    yield* Queue.end(queue);
  });
  return Stream.fromQueue(queue);
}

const sumOfStages = (source) =>
  source.pipe(
    Stream.map(increment),
    Stream.filter(isKept),
    Stream.map(double),
    Stream.runFold(() => 0, add),
  );

const list = (n, capacity) => Effect.all(Array.from({ length: n }, () => Queue.bounded(capacity)));

const selectOver = (queues) => {
  const takes = queues.map((queue) => Queue.take(queue));
  return Effect.raceAllFirst(takes);
};

export default {
  operations: {
    rendezvous: (n) => move(n, 0),
    buffer: move,
    drain: (n, capacity) =>
      run(function* () {
        const queue = yield* Queue.bounded(capacity);
        yield* fork(function* () {
          for (let i = 0; i < n; i++) if (!Queue.offerUnsafe(queue, i)) yield* Queue.offer(queue, i);
        });
        let total = 0;
        for (let taken = 0; taken < n; ) {
          const values = yield* Queue.takeAll(queue);
          taken += values.length;
          total = values.reduce(add, total);
        }
        return total;
      }),
    selectReady: (n, cases) =>
      run(function* () {
        const queues = yield* list(cases, 1);
        const select = selectOver(queues);
        let total = 0;
        for (let i = 0; i < n; i++) {
          yield* Queue.offer(queues[i % cases], i);
          total += yield* select;
        }
        return total;
      }),
    selectWaits: (n, cases) =>
      run(function* () {
        const queues = yield* list(cases, 0);
        const select = selectOver(queues);
        yield* fork(function* () {
          for (let i = 0; i < n; i++) yield* Queue.offer(queues[i % cases], i);
        });
        let total = 0;
        for (let i = 0; i < n; i++) total += yield* select;
        return total;
      }),
    fan: (n, width) =>
      run(function* () {
        const queue = yield* Queue.bounded(0);
        const share = n / width;
        const sums = [];
        for (let i = 0; i < width; i++) {
          sums.push(yield* fork(() => sum(queue, share)));
          yield* fork(() => produce(queue, i * share, (i + 1) * share));
        }
        return (yield* Fiber.joinAll(sums)).reduce(add);
      }),
    range: (n) => Effect.runPromise(sumOfStages(Stream.range(0, n - 1))),
    stages: (n) =>
      run(function* () {
        return yield* sumOfStages(yield* numbers(n));
      }),
    daisy: (n, built) =>
      run(function* () {
        const last = yield* Queue.bounded(1);
        let left = last;
        for (let i = 0; i < n; i++) {
          const from = yield* Queue.bounded(1);
          const to = left;
          yield* fork(function* () {
            yield* Queue.offer(to, increment(yield* Queue.take(from)));
          });
          left = from;
        }
        yield* Effect.yieldNow;
        built();
        yield* Effect.forkChild(Queue.offer(left, 0));
        return yield* Queue.take(last);
      }),
    map: async (n, how, size) => {
      const f = how === 'once' ? atOnce : afterTimer;
      const numbersTo = Array.from({ length: n }, (_, i) => i);
      const each = Effect.forEach(numbersTo, (i) => Effect.promise(() => f(i)), { concurrency: size });
      return (await Effect.runPromise(each)).reduce(inOrder, 0);
    },
    dup: (n, taps) =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const source = yield* PubSub.bounded(16);
            const sums = [];
            for (let i = 0; i < taps; i++) {
              const tap = yield* PubSub.subscribe(source);
              const each = fork(function* () {
                let total = 0;
                for (let taken = 0; taken < n; ) {
                  const values = yield* PubSub.takeAll(tap);
                  taken += values.length;
                  total = values.reduce(add, total);
                }
                return total;
              });
              sums.push(yield* each);
            }
            for (let i = 0; i < n; i++) yield* PubSub.publish(source, i);
            return (yield* Fiber.joinAll(sums)).reduce(add);
          }),
        ),
      ),
    pub: (n, topics) =>
      run(function* () {
        const source = yield* numbers(n);
        const sums = source.pipe(
          Stream.groupByKey((value) => value % topics),
          Stream.mapEffect(([, topic]) => Stream.runSum(topic), { concurrency: 'unbounded' }),
        );
        return yield* Stream.runSum(sums);
      }),
    loop: (isOpen, work) =>
      run(function* () {
        const queue = yield* Queue.bounded(16);
        yield* fork(function* () {
          while (isOpen()) yield* Queue.offer(queue, 1);
          yield* Queue.offer(queue, 0);
        });
        let values = 0;
        while ((yield* Queue.take(queue)) === 1) {
          work();
          values++;
        }
        return values;
      }),
  },
  notes: {
    selectWaits: 'two goroutines, so that some of its selects find a value that waits already',
    daisy: 'with buffers of 1: a chain of 1,000 queues without a buffer hangs in this release',
    dup: 'a buffer of 16 between publisher and subscribers, read in batches',
  },
  cannot: { parallel: 'its workers carry requests of your own protocol; it has no pool for functions' },
};
