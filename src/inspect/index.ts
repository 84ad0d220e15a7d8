/**
 * A look inside: what channels and goroutines do, as they do it. For tools; not stable yet.
 *
 * @packageDocumentation
 */
import { type Observer, setObserver } from '../base/observe.js';

export type { Observer } from '../base/observe.js';

/**
 * Tells an observer everything that channels and goroutines do from now on, in this thread. There is one at a time.
 *
 * @param observer - the one to tell, or `undefined` for nobody.
 * @returns the one that was told before, for a tool that passes on what it is told.
 * @example
 * ```ts
 * import { Chan } from 'millrace';
 * import { observe } from 'millrace/inspect';
 *
 * const log: string[] = [];
 * observe({
 *   made: () => log.push('made'),
 *   parked: (_chan, _waiter, value) => log.push(value === undefined ? 'a get waits' : 'a put waits'),
 *   left: () => log.push('left'),
 *   gave: (_chan, value) => log.push(`gave ${value}`),
 *   took: (_chan, value) => log.push(`took ${value}`),
 *   buffered: (_chan, value) => log.push(`buffered ${value}`),
 *   unbuffered: (_chan, value) => log.push(`unbuffered ${value}`),
 *   closed: () => log.push('closed'),
 *   cancelled: () => log.push('cancelled'),
 *   ran: (fn, args) => fn(...args),
 * });
 * const ch = new Chan<number>();
 * const got = ch.get();
 * await ch.put(1);
 * await got;
 * observe(undefined);
 * log; // ['made', 'a get waits', 'gave 1']
 * ```
 */
export function observe(observer: Observer | undefined): Observer | undefined {
  return setObserver(observer);
}
