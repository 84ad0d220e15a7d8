/**
 * Observes what channels and goroutines do, at the moment they do it. For tools; the API is not
 * stable yet.
 *
 * @packageDocumentation
 */
import { type Observer, setObserver } from '../base/observe.js';

export type { Observer } from '../base/observe.js';

/**
 * Sets the observer, which receives every later event of the channels and goroutines of this
 * thread. A thread has at most one observer.
 *
 * @param observer - the new observer, or `undefined` for none.
 * @returns the previous observer, or `undefined` if there was none. A tool can pass events on to
 * it.
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
