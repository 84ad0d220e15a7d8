/** What Node has of the web's streams. A write waits until its chunk is read, the `ready` of a writer until there is room. */
import { add, double, increment, isKept } from '../work.js';

async function produce(writer, from, to) {
  for (let i = from; i < to; i++) await writer.write(i);
}

async function sum(reader) {
  let total = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) total += next.value;
  return total;
}

function pair(capacity) {
  const { readable, writable } = new TransformStream(
    {},
    { highWaterMark: Math.max(1, capacity) },
    { highWaterMark: 0 },
  );
  return { readable, writer: writable.getWriter() };
}

function numbers(n) {
  const { readable, writer } = pair(0);
  void produce(writer, 0, n).then(() => writer.close());
  return readable;
}

const stage = (transform) => new TransformStream({ transform });

const sumOfStages = (source) =>
  sum(
    source
      .pipeThrough(stage((value, to) => to.enqueue(increment(value))))
      .pipeThrough(stage((value, to) => void (isKept(value) && to.enqueue(value))))
      .pipeThrough(stage((value, to) => to.enqueue(double(value))))
      .getReader(),
  );

export default {
  operations: {
    rendezvous: (n) => sum(numbers(n).getReader()),
    async buffer(n, capacity) {
      const { readable, writer } = pair(capacity);
      void (async () => {
        for (let i = 0; i < n; i++) {
          await writer.ready;
          void writer.write(i);
        }
        void writer.close();
      })();
      return sum(readable.getReader());
    },
    async fan(n, width) {
      const { readable, writer } = pair(0);
      const reader = readable.getReader();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(reader));
      await Promise.all(sums.map((_, i) => produce(writer, i * share, (i + 1) * share)));
      void writer.close();
      return (await Promise.all(sums)).reduce(add);
    },
    range(n) {
      let i = 0;
      const source = new ReadableStream({
        pull(to) {
          if (i < n) to.enqueue(i++);
          else to.close();
        },
      });
      return sumOfStages(source);
    },
    stages: (n) => sumOfStages(numbers(n)),
    async daisy(n, built) {
      const pass = async (from, to) => to.write(increment((await from.read()).value));
      const last = pair(0);
      let left = last.writer;
      for (let i = 0; i < n; i++) {
        const right = pair(0);
        void pass(right.readable.getReader(), left);
        left = right.writer;
      }
      built();
      void left.write(0);
      return (await last.readable.getReader().read()).value;
    },
    async dup(n, taps) {
      const sums = [];
      let rest = numbers(n);
      for (let i = 1; i < taps; i++) {
        const [tap, others] = rest.tee();
        sums.push(sum(tap.getReader()));
        rest = others;
      }
      sums.push(sum(rest.getReader()));
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const { readable, writer } = pair(16);
      void (async () => {
        while (isOpen()) {
          await writer.ready;
          void writer.write(1);
        }
        void writer.close();
      })();
      const reader = readable.getReader();
      let values = 0;
      while (!(await reader.read()).done) {
        work();
        values++;
      }
      return values;
    },
  },
  less: { dup: 'by nine tees, whose faster branch may run ahead without bound' },
  cannot: {
    drain: 'they have no operation that does not wait',
    selectReady: 'they have no select',
    selectWaits: 'they have no select',
    map: 'they have no concurrent map',
    pub: 'they have no topics',
    parallel: 'they have no worker threads',
  },
};
