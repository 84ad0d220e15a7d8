/**
 * It is published as TypeScript sources with assertions that its users' builds take out (`unassert`); here esbuild does
 * both. Its channels are of its own promises, which call back at once where they can.
 */
import { build } from 'esbuild';
import { add, double, increment, isKept } from '../work.js';

const { outputFiles } = await build({
  stdin: {
    contents: "export { Channel } from 'spica/channel';",
    resolveDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  },
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  pure: ['assert'],
  minifySyntax: true,
  logLevel: 'silent',
});
const { Channel } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

async function produce(ch, from, to) {
  for (let i = from; i < to; i++) await ch.put(i);
}

/** A close rejects what waits and forgets what is buffered, so readers count. */
async function sum(ch, n) {
  let total = 0;
  for (let i = 0; i < n; i++) total += await ch.take();
  return total;
}

function move(n, capacity) {
  const ch = new Channel(capacity);
  void produce(ch, 0, n);
  return sum(ch, n);
}

function stage(n, from, each) {
  const to = new Channel();
  void (async () => {
    for (let i = 0; i < n; i++) await each(await from.take(), to);
  })();
  return to;
}

export default {
  operations: {
    rendezvous: (n) => move(n, 0),
    buffer: move,
    async fan(n, width) {
      const ch = new Channel();
      const share = n / width;
      const sums = Array.from({ length: width }, () => sum(ch, share));
      for (let i = 0; i < width; i++) void produce(ch, i * share, (i + 1) * share);
      return (await Promise.all(sums)).reduce(add);
    },
    stages(n) {
      const source = new Channel();
      void produce(source, 0, n);
      const more = stage(n, source, (value, to) => to.put(increment(value)));
      const kept = stage(n, more, (value, to) => isKept(value) && to.put(value));
      const count = n - Math.floor(n / 3);
      return sum(
        stage(count, kept, (value, to) => to.put(double(value))),
        count,
      );
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.put(increment(await from.take()));
      const last = new Channel();
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Channel();
        void pass(right, left);
        left = right;
      }
      built();
      void left.put(0);
      return last.take();
    },
    async loop(isOpen, work) {
      const ch = new Channel(16);
      void (async () => {
        while (isOpen()) await ch.put(1);
        await ch.put(0);
      })();
      let values = 0;
      while ((await ch.take()) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: {
    drain: 'it has no operation that does not wait',
    selectReady: 'it has no select',
    selectWaits: 'it has no select',
    range: 'it has no operators',
    map: 'it has no concurrent map',
    dup: 'it has nothing to broadcast with',
    pub: 'it has no topics',
    parallel: 'it has no worker threads',
  },
};
