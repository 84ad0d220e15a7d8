/**
 * The channels that were given a name, for the report of a deadlock.
 *
 * They are held weakly. References to those that are gone are swept out whenever their number has doubled.
 */
import type { ChanStats } from '../read-chan.js';

/** A channel, as far as the report needs it. */
interface Named {
  stats(): ChanStats;
}

const FEW = 64;
let named: WeakRef<Named>[] = [];
let most = FEW;

/** Remembers a channel that has a name. */
export function remember(chan: Named): void {
  if (named.length >= most) {
    named = named.filter((ref) => ref.deref() !== undefined);
    most = Math.max(FEW, 2 * named.length);
  }
  named.push(new WeakRef(chan));
}

/** A line for each side of a channel with a name where operations wait. */
export function waits(): string[] {
  return named.flatMap((ref) => {
    const stats = ref.deref()?.stats();
    if (stats === undefined) return [];
    const line = (count: number, what: string): string[] =>
      count === 0 ? [] : [`${count} ${what}${count === 1 ? ' waits' : 's wait'} on '${stats.name}'`];
    return [...line(stats.waitingGets, 'get'), ...line(stats.waitingPuts, 'put')];
  });
}
