import { FixedBuffer, Repeater } from '@repeaterjs/repeater';
import { add, double, increment, isKept } from '../work.js';

const numbers = (n, capacity) =>
  new Repeater(
    async (push, stop) => {
      for (let i = 0; i < n; i++) await push(i);
      stop();
    },
    capacity === undefined ? undefined : new FixedBuffer(capacity),
  );

async function sum(repeater) {
  let total = 0;
  for (let next = await repeater.next(); !next.done; next = await repeater.next()) total += next.value;
  return total;
}

const stage = (from, each) =>
  new Repeater(async (push, stop) => {
    for await (const value of from) await each(value, push);
    stop();
  });

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n)),
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    async fan(n, width) {
      const share = n / width;
      const repeater = new Repeater(async (push, stop) => {
        await Promise.all(
          Array.from({ length: width }, async (_, at) => {
            for (let i = at * share; i < (at + 1) * share; i++) await push(i);
          }),
        );
        stop();
      });
      const sums = await Promise.all(Array.from({ length: width }, () => sum(repeater)));
      return sums.reduce(add);
    },
    stages(n) {
      const more = stage(numbers(n), (value, push) => push(increment(value)));
      const kept = stage(more, (value, push) => isKept(value) && push(value));
      return sum(stage(kept, (value, push) => push(double(value))));
    },
    async daisy(n, built) {
      let start;
      const link = (before) =>
        new Repeater(async (push, stop) => {
          await push(increment((await before).value));
          stop();
        });
      let left = new Promise((resolve) => (start = resolve));
      for (let i = 0; i < n; i++) left = link(left).next();
      built();
      start({ value: 0 });
      return (await left).value;
    },
    async loop(isOpen, work) {
      const repeater = new Repeater(async (push, stop) => {
        while (isOpen()) await push(1);
        stop();
      }, new FixedBuffer(16));
      let values = 0;
      for (let next = await repeater.next(); !next.done; next = await repeater.next()) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: {
    drain: 'it has no operation that does not wait',
    selectReady: 'its race ends with the first that settles; a loser cannot be asked again',
    selectWaits: 'its race ends with the first that settles; a loser cannot be asked again',
    range: 'it has no operators',
    map: 'it has no concurrent map',
    dup: 'it has nothing to broadcast with',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
