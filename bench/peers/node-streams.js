/** Node's own streams, of objects. Each has a buffer on both sides, so a rendezvous is not to be had. */
import { once } from 'node:events';
import { PassThrough, pipeline, Readable, Transform, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { add, afterTimer, atOnce, double, inOrder, increment, isKept } from '../work.js';

async function produce(stream, from, to) {
  for (let i = from; i < to; i++) if (!stream.write(i)) await once(stream, 'drain');
}

async function sum(stream) {
  let total = 0;
  for await (const value of stream) total += value;
  return total;
}

function numbers(n, highWaterMark) {
  const stream = new PassThrough({ objectMode: true, highWaterMark });
  void produce(stream, 0, n).then(() => stream.end());
  return stream;
}

function* naturals(n) {
  for (let i = 0; i < n; i++) yield i;
}

const stage = (transform) => new Transform({ objectMode: true, transform });

function sumOfStages(source) {
  const more = stage((value, _, done) => done(null, increment(value)));
  const kept = stage((value, _, done) => (isKept(value) ? done(null, value) : done()));
  const doubled = stage((value, _, done) => done(null, double(value)));
  return sum(pipeline(source, more, kept, doubled, () => {}));
}

/** A sink that sums what it is given. */
async function totalOf(source) {
  let total = 0;
  const sink = new Writable({
    objectMode: true,
    write(value, _, done) {
      total += value;
      done();
    },
  });
  source.pipe(sink);
  await finished(sink);
  return total;
}

export default {
  operations: {
    buffer: (n, capacity) => sum(numbers(n, capacity)),
    drain(n, capacity) {
      const stream = numbers(n, capacity);
      let total = 0;
      stream.on('data', (value) => (total += value));
      return finished(stream).then(() => total);
    },
    range: (n) => sumOfStages(Readable.from(naturals(n))),
    stages: (n) => sumOfStages(numbers(n, 1)),
    map: (n, how, size) =>
      Readable.from(naturals(n))
        .map(how === 'once' ? atOnce : afterTimer, { concurrency: size })
        .reduce(inOrder, 0),
    async dup(n, taps) {
      const source = numbers(n);
      const sums = Array.from({ length: taps }, () => totalOf(source));
      return (await Promise.all(sums)).reduce(add);
    },
    async loop(isOpen, work) {
      const stream = new PassThrough({ objectMode: true, highWaterMark: 16 });
      void (async () => {
        while (isOpen()) if (!stream.write(1)) await once(stream, 'drain');
        stream.end();
      })();
      let values = 0;
      for await (const _ of stream) {
        work();
        values++;
      }
      return values;
    },
  },
  notes: {
    drain: 'in flowing mode',
    dup: 'by pipe, with a buffer of 16 before each tap',
    stages: 'a buffer of 1 on each side of the first stage',
  },
  cannot: {
    rendezvous: 'they buffer at least one value on each side',
    fan: 'they have one reader, and a drain event wakes all writers',
    daisy: 'they buffer at least one value on each side, and a stream is no channel to wait on',
    selectReady: 'they have no select',
    selectWaits: 'they have no select',
    pub: 'they have no topics',
    parallel: 'they have no worker threads',
  },
};
