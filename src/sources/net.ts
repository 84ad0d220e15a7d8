/**
 * The net below the sources: what a source has opened is released when the source is collected, as nothing can reach it any more.
 *
 * - What is held must not lead to its source: not by a closure, and not by a promise that has a callback of the source's.
 */
import { letGo } from '../base/letting-go.js';

/** What is to be released; no `reader` while that is not for the net. */
export interface Held {
  reader: { cancel(reason: unknown): unknown } | undefined;
}

const net = new FinalizationRegistry<Held>((held) => letGo(() => held.reader?.cancel(undefined)));

/** From now on the net holds what `source` has opened. */
export function hold(source: object, held: Held): void {
  net.register(source, held, source);
}

/** It has ended or was released. */
export function unhold(source: object): void {
  net.unregister(source);
}
