/**
 * A bare channel over a ring, written by hand: promises, a buffer, several readers and writers, a select. No closing,
 * no errors, no abort, no fairness to timers, no random choice: what these things cost is the distance to it.
 */
import { increment } from '../work.js';

class Queue {
  constructor(size) {
    this.items = new Array(size);
    this.mask = size - 1;
    this.head = 0;
    this.length = 0;
  }

  push(item) {
    if (this.length === this.items.length) this.grow();
    this.items[(this.head + this.length++) & this.mask] = item;
  }

  shift() {
    const item = this.items[this.head];
    this.items[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    this.length--;
    return item;
  }

  grow() {
    const { items, head, mask, length } = this;
    this.items = new Array(length * 2);
    for (let i = 0; i < length; i++) this.items[i] = items[(head + i) & mask];
    this.head = 0;
    this.mask = this.items.length - 1;
  }
}

const DONE = Promise.resolve(true);
let settle;
const executor = (resolve) => {
  settle = resolve;
};

/** A get or a select that waits; `done` once it has its value. */
class Waiter {
  constructor(resolve) {
    this.resolve = resolve;
    this.done = false;
  }
}

class Ring {
  constructor(capacity) {
    this.capacity = capacity;
    this.buffer = new Queue(Math.max(1, 2 ** Math.ceil(Math.log2(Math.max(1, capacity)))));
    this.gets = new Queue(4);
    this.puts = new Queue(4);
  }

  put(value) {
    while (this.gets.length > 0) {
      const get = this.gets.shift();
      if (get.done) continue;
      get.done = true;
      get.resolve(value);
      return DONE;
    }
    if (this.buffer.length < this.capacity) {
      this.buffer.push(value);
      return DONE;
    }
    const promise = new Promise(executor);
    this.puts.push({ value, resolve: settle });
    return promise;
  }

  /** The next value, or `undefined`. */
  poll() {
    if (this.buffer.length > 0) {
      const value = this.buffer.shift();
      if (this.puts.length > 0) {
        const put = this.puts.shift();
        this.buffer.push(put.value);
        put.resolve(true);
      }
      return value;
    }
    if (this.puts.length === 0) return undefined;
    const put = this.puts.shift();
    put.resolve(true);
    return put.value;
  }

  get() {
    const value = this.poll();
    if (value !== undefined) return Promise.resolve(value);
    const promise = new Promise(executor);
    this.gets.push(new Waiter(settle));
    return promise;
  }
}

let first = 0;

function select(rings) {
  const start = first++ % rings.length;
  for (let i = 0; i < rings.length; i++) {
    const value = rings[(start + i) % rings.length].poll();
    if (value !== undefined) return Promise.resolve(value);
  }
  const promise = new Promise(executor);
  const waiter = new Waiter(settle);
  for (const ring of rings) {
    const { gets } = ring;
    // Those that lost are swept out from the front.
    while (gets.length > 0 && gets.items[gets.head].done) gets.shift();
    gets.push(waiter);
  }
  return promise;
}

async function produce(ring, from, to) {
  for (let i = from; i < to; i++) await ring.put(i);
}

async function consume(ring, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await ring.get();
  return sum;
}

async function move(n, capacity) {
  const ring = new Ring(capacity);
  const sum = consume(ring, n);
  await produce(ring, 0, n);
  return sum;
}

export default {
  operations: {
    rendezvous: (n) => move(n, 0),
    buffer: move,
    async drain(n, capacity) {
      const ring = new Ring(capacity);
      const consumer = (async () => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += ring.poll() ?? (await ring.get());
        return sum;
      })();
      for (let i = 0; i < n; i++) {
        if (ring.buffer.length < capacity) void ring.put(i);
        else await ring.put(i);
      }
      return consumer;
    },
    async selectReady(n, cases) {
      const rings = Array.from({ length: cases }, () => new Ring(1));
      let sum = 0;
      for (let i = 0; i < n; i++) {
        await rings[i % cases].put(i);
        sum += await select(rings);
      }
      return sum;
    },
    async selectWaits(n, cases) {
      const rings = Array.from({ length: cases }, () => new Ring(0));
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const selected = select(rings);
        await rings[i % cases].put(i);
        sum += await selected;
      }
      return sum;
    },
    async fan(n, width) {
      const ring = new Ring(0);
      const share = n / width;
      const sums = Array.from({ length: width }, () => consume(ring, share));
      for (let i = 0; i < width; i++) void produce(ring, i * share, (i + 1) * share);
      return (await Promise.all(sums)).reduce((a, b) => a + b);
    },
    async daisy(n, built) {
      const pass = async (from, to) => to.put(increment(await from.get()));
      const last = new Ring(0);
      let left = last;
      for (let i = 0; i < n; i++) {
        const right = new Ring(0);
        void pass(right, left);
        left = right;
      }
      built();
      await left.put(0);
      return last.get();
    },
    async loop(isOpen, work) {
      const ring = new Ring(16);
      let values = 0;
      void (async () => {
        while (isOpen()) await ring.put(1);
        await ring.put(0);
      })();
      while ((await ring.get()) === 1) {
        work();
        values++;
      }
      return values;
    },
  },
  cannot: Object.fromEntries(
    ['range', 'stages', 'map', 'parallel', 'dup', 'pub'].map((name) => [name, 'a channel and nothing else']),
  ),
};
