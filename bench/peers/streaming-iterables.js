import { filter, map, parallelMap, pipeline, reduce } from 'streaming-iterables';
import { add, afterTimer, atOnce, double, inOrder, increment, isKept } from '../work.js';

const channels = 'it works on iterables; it has no channels';

function* naturals(n) {
  for (let i = 0; i < n; i++) yield i;
}

async function* produced(n) {
  for (let i = 0; i < n; i++) yield i;
}

const sumOfStages = (source) =>
  pipeline(() => source, map(increment), filter(isKept), map(double), reduce(add, 0));

export default {
  operations: {
    range: (n) => sumOfStages(naturals(n)),
    stages: (n) => sumOfStages(produced(n)),
    map: (n, how, size) =>
      reduce(inOrder, 0, parallelMap(size, how === 'once' ? atOnce : afterTimer, naturals(n))),
  },
  less: { stages: 'the goroutine is an async generator, read by the operators: no channel' },
  cannot: Object.fromEntries(
    ['rendezvous', 'buffer', 'drain', 'fan', 'daisy', 'loop', 'selectReady', 'selectWaits', 'dup', 'pub']
      .map((name) => [name, channels])
      .concat([['parallel', 'it has no worker threads']]),
  ),
};
