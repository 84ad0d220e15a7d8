/**
 * The safety net of the sources: when a source that is no longer reachable is collected, the
 * iterator or stream that it has opened is released.
 *
 * - The held value must not refer to its source, neither by a closure nor by a promise that has a
 *   callback of the source. Otherwise the source would never be collected.
 */
import { letGo } from '../base/letting-go.js';

/** What the net releases. `reader` is `undefined` while the net must not release it. */
export interface Held {
  reader: { cancel(reason: unknown): unknown } | undefined;
}

const net = new FinalizationRegistry<Held>((held) => letGo(() => held.reader?.cancel(undefined)));

/** Registers `source`: when `source` is collected, the net cancels `held.reader`. */
export function hold(source: object, held: Held): void {
  net.register(source, held, source);
}

/** Takes back a `hold`, because the reader has ended or was released. */
export function unhold(source: object): void {
  net.unregister(source);
}
