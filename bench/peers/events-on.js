/** `events.on` of Node: an event has no bound. The producer gives way once a value, or all would be held in memory. */
import { EventEmitter, on } from 'node:events';
import { add, double, increment, isKept } from '../work.js';

async function produce(emitter, from, to, nameOf = () => 'value') {
  for (let i = from; i < to; i++) {
    emitter.emit(nameOf(i), i);
    await undefined;
  }
}

const valuesOf = (emitter, name = 'value') => on(emitter, name, { close: ['close'] });

async function sum(values) {
  let total = 0;
  for (let next = await values.next(); !next.done; next = await values.next()) total += next.value[0];
  return total;
}

async function move(n) {
  const emitter = new EventEmitter();
  const total = sum(valuesOf(emitter));
  await produce(emitter, 0, n);
  emitter.emit('close');
  return total;
}

const unbounded = 'no bound: emitting never waits, the producer only gives way';

export default {
  operations: {
    rendezvous: move,
    buffer: move,
    async fan(n, width) {
      const emitter = new EventEmitter();
      const values = valuesOf(emitter);
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(values));
      await Promise.all(sums.map((_, i) => produce(emitter, i * share, (i + 1) * share)));
      emitter.emit('close');
      return (await Promise.all(sums)).reduce(add);
    },
    async stages(n) {
      const emitter = new EventEmitter();
      const total = (async () => {
        let sumSoFar = 0;
        for await (const [value] of valuesOf(emitter)) {
          const more = increment(value);
          if (isKept(more)) sumSoFar += double(more);
        }
        return sumSoFar;
      })();
      await produce(emitter, 0, n);
      emitter.emit('close');
      return total;
    },
    async dup(n, taps) {
      const emitter = new EventEmitter();
      const sums = Array.from({ length: taps }, () => sum(valuesOf(emitter)));
      await produce(emitter, 0, n);
      emitter.emit('close');
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const emitter = new EventEmitter().setMaxListeners(topics * 2);
      const nameOf = (value) => `topic ${value % topics}`;
      const sums = Array.from({ length: topics }, (_, topic) => sum(valuesOf(emitter, nameOf(topic))));
      await produce(emitter, 0, n, nameOf);
      emitter.emit('close');
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const emitter = new EventEmitter();
      const source = valuesOf(emitter);
      void (async () => {
        while (isOpen()) {
          emitter.emit('value', 1);
          await undefined;
        }
        emitter.emit('close');
      })();
      let values = 0;
      while (!(await source.next()).done) {
        work();
        values++;
      }
      return values;
    },
  },
  less: Object.fromEntries(
    ['rendezvous', 'buffer', 'fan', 'stages', 'dup', 'pub', 'loop'].map((name) => [name, unbounded]),
  ),
  cannot: {
    drain: 'it has no operation that does not wait',
    selectReady: 'it has no select',
    selectWaits: 'it has no select',
    range: 'it has no operators',
    daisy: 'an emitter keeps no value for a goroutine that comes later',
    map: 'it has no concurrent map',
    parallel: 'it has no worker threads',
  },
};
