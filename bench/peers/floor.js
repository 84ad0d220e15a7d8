/** The least that the work can cost: nothing but promises, loops and messages, and nothing but this one case. */
import { Worker } from 'node:worker_threads';
import { atOnce, afterTimer, double, inOrder, increment, isKept } from '../work.js';

function nobody() {}

/** One slot between one writer that awaits each value and one reader: two awaits and one promise a value. */
async function mailbox(n, take) {
  const sent = Promise.resolve(true);
  let wake = nobody;
  const executor = (resolve) => {
    wake = resolve;
  };
  const reader = (async () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = take(sum, await new Promise(executor));
    return sum;
  })();
  for (let i = 0; i < n; i++) {
    wake(i);
    await sent;
  }
  return reader;
}

const add = (sum, value) => sum + value;

function addStages(sum, value) {
  const more = increment(value);
  return isKept(more) ? sum + double(more) : sum;
}

/** Two jobs under way in each of some workers: one that runs and one that waits for it. */
const AHEAD = 2;
let workers;

function parallel(n, microseconds, threads) {
  workers ??= Array.from({ length: threads }, () => new Worker(new URL('../jobs/bare.js', import.meta.url)));
  return new Promise((resolve, reject) => {
    const results = new Array(n);
    let given = 0;
    let done = 0;
    const give = (worker) => {
      if (given < n) worker.postMessage([given++, microseconds]);
    };
    for (const worker of workers) {
      worker.removeAllListeners();
      worker.on('error', reject);
      worker.on('message', ([index, result]) => {
        results[index] = result;
        give(worker);
        if (++done === n) resolve(results.reduce(inOrder, 0));
      });
      for (let i = 0; i < AHEAD; i++) give(worker);
    }
  });
}

export default {
  operations: {
    rendezvous: (n) => mailbox(n, add),
    buffer: (n) => mailbox(n, add),
    drain: (n) => mailbox(n, add),
    stages: (n) => mailbox(n, addStages),
    async loop(isOpen, work) {
      let values = 0;
      for (; isOpen(); values++) {
        await undefined;
        work();
      }
      return values;
    },
    range(n) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum = addStages(sum, i);
      return sum;
    },
    async daisy(n, built) {
      let put;
      let left = new Promise((resolve) => (put = resolve));
      const pass = async (from) => increment(await from);
      for (let i = 0; i < n; i++) left = pass(left);
      built();
      put(0);
      return left;
    },
    async map(n, how, size) {
      const f = how === 'once' ? atOnce : afterTimer;
      const window = new Array(size);
      let sum = 0;
      for (let i = 0; i < n + size; i++) {
        if (i >= size) sum = inOrder(sum, await window[i % size]);
        if (i < n) window[i % size] = f(i);
      }
      return sum;
    },
    parallel,
    /** Ten mailboxes, given to in turn. */
    async dup(n, taps) {
      const wakes = new Array(taps).fill(nobody);
      const readers = wakes.map(async (_, tap) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += await new Promise((resolve) => (wakes[tap] = resolve));
        return sum;
      });
      for (let i = 0; i < n; i++) {
        for (const wake of wakes) wake(i);
        await undefined;
      }
      return (await Promise.all(readers)).reduce(add);
    },
    async pub(n, topics) {
      const wakes = new Array(topics).fill(nobody);
      const readers = wakes.map(async (_, topic) => {
        let sum = 0;
        for (let i = topic; i < n; i += topics)
          sum += await new Promise((resolve) => (wakes[topic] = resolve));
        return sum;
      });
      for (let i = 0; i < n; i++) {
        wakes[i % topics](i);
        await undefined;
      }
      return (await Promise.all(readers)).reduce(add);
    },
  },
  cannot: {
    selectReady: 'a mailbox is only one: see the ring channel',
    selectWaits: 'a mailbox is only one: see the ring channel',
    fan: 'a mailbox has one reader: see the ring channel',
  },
};
