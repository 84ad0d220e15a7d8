/** Observables push: what calls `next` cannot be made to wait. */
import { filter, groupBy, lastValueFrom, map, mergeMap, range, reduce, Subject } from 'rxjs';
import { add, double, increment, isKept } from '../work.js';

const pushes = 'an observable pushes: a producer cannot wait for its consumer';

async function produce(subject, n) {
  for (let i = 0; i < n; i++) {
    subject.next(i);
    await undefined;
  }
  subject.complete();
}

const unbounded = 'no back-pressure: subscribers are called, the producer only gives way';

export default {
  operations: {
    range: (n) =>
      lastValueFrom(range(0, n).pipe(map(increment), filter(isKept), map(double), reduce(add, 0))),
    async stages(n) {
      const source = new Subject();
      const result = lastValueFrom(source.pipe(map(increment), filter(isKept), map(double), reduce(add, 0)));
      await produce(source, n);
      return result;
    },
    async dup(n, taps) {
      const source = new Subject();
      const sums = Array.from({ length: taps }, () => lastValueFrom(source.pipe(reduce(add, 0))));
      await produce(source, n);
      return (await Promise.all(sums)).reduce(add);
    },
    async pub(n, topics) {
      const source = new Subject();
      const sums = lastValueFrom(
        source.pipe(
          groupBy((value) => value % topics),
          mergeMap((topic) => topic.pipe(reduce(add, 0))),
          reduce(add, 0),
        ),
      );
      await produce(source, n);
      return sums;
    },
  },
  less: { stages: unbounded, dup: unbounded, pub: unbounded },
  cannot: {
    rendezvous: pushes,
    buffer: pushes,
    drain: pushes,
    fan: pushes,
    loop: pushes,
    selectReady: 'it has no select: race takes the first observable to speak, and keeps it',
    selectWaits: 'it has no select: race takes the first observable to speak, and keeps it',
    daisy: pushes,
    map: 'its concurrent mergeMap does not keep the order',
    parallel: 'it has no worker threads',
  },
};
