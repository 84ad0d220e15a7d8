/**
 * Promises that are resolved from outside.
 *
 * Callers keep only the resolver, since the engine need not make a rejector that never escapes. To
 * reject, a caller resolves with a rejected promise.
 *
 * Each caller uses an executor of its own, a closure that stores the resolver where it is needed. A
 * shared executor that stored the resolver in a module variable would spare the closure, but V8
 * makes no closure where it inlines the executor, and a young object that old space points to costs
 * more (see `times` in fairness.ts).
 */

/** Resolves one promise. */
export type Resolve = (value: unknown) => void;

/** Whether a thing can be awaited. */
export function isPromise(thing: unknown): thing is PromiseLike<unknown> {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    typeof (thing as Partial<PromiseLike<unknown>>).then === 'function'
  );
}
