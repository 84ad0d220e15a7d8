import PQueue from 'p-queue';
import { afterTimer, atOnce, inOrder } from '../work.js';

export default {
  operations: {
    async map(n, how, size) {
      const f = how === 'once' ? atOnce : afterTimer;
      const queue = new PQueue({ concurrency: size });
      const results = await queue.addAll(Array.from({ length: n }, (_, i) => () => f(i)));
      return results.reduce(inOrder, 0);
    },
  },
  cannot: Object.fromEntries(
    'rendezvous buffer drain fan range stages daisy loop selectReady selectWaits dup pub parallel'
      .split(' ')
      .map((name) => [name, 'it is a queue of tasks and nothing else']),
  ),
};
