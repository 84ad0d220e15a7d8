/**
 * Promises, and those that are resolved from outside, without a closure for each: one executor for all leaves the resolver here.
 *
 * It does not keep the rejector: unless that escapes, the engine need not make it. To reject, resolve with a rejection.
 */

/** Resolves one promise. */
export type Resolve = (value: unknown) => void;

let last: Resolve;
const executor = (resolve: (value: never) => void): void => {
  last = resolve as Resolve; // Sound: each is called with what its own promise is for.
};

/** A pending promise; {@link resolver} is its resolver until the next is made. */
export function deferred<T>(): Promise<T> {
  return new Promise<T>(executor);
}

export function resolver(): Resolve {
  return last;
}

/** Whether a thing is to be awaited. */
export function isPromise(thing: unknown): thing is PromiseLike<unknown> {
  return (
    typeof thing === 'object' &&
    thing !== null &&
    typeof (thing as Partial<PromiseLike<unknown>>).then === 'function'
  );
}
