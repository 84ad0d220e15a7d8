import pMap from 'p-map';
import { afterTimer, atOnce, inOrder } from '../work.js';

function* naturals(n) {
  for (let i = 0; i < n; i++) yield i;
}

export default {
  operations: {
    map: async (n, how, size) =>
      (await pMap(naturals(n), how === 'once' ? atOnce : afterTimer, { concurrency: size })).reduce(
        inOrder,
        0,
      ),
  },
  cannot: Object.fromEntries(
    'rendezvous buffer drain fan range stages daisy loop selectReady selectWaits dup pub parallel'
      .split(' ')
      .map((name) => [name, 'it is a concurrent map and nothing else']),
  ),
};
