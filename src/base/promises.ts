/**
 * Promises that are resolved from outside.
 *
 * Only the resolver is kept: unless the rejector escapes, the engine need not make it. To reject, resolve with a rejection. The
 * resolver goes from a closure to where it is wanted. One executor for all that left it in a variable would spare that closure, but V8 makes
 * none where it inlines it, and a young object that something else old holds costs more, see breath.ts.
 */

/** Resolves one promise. */
export type Resolve = (value: unknown) => void;

/** Whether a thing is to be awaited. */
export function isPromise(thing: unknown): thing is PromiseLike<unknown> {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    typeof (thing as Partial<PromiseLike<unknown>>).then === 'function'
  );
}
