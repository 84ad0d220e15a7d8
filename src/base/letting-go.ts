/**
 * Letting go: a hang-up ends channels at once, but a generator's `finally` or a stream's `cancel` may take time after that.
 *
 * - A hang-up goes all the way up before it returns. A release that is not done by then is a `Letting`, and is added to the list of the
 *   hang-up that is going on (`gather`).
 * - An error of a release goes to those who wait for it. Without any it is an uncaught one.
 */
import { inTurn } from './settle.js';
import { surface } from './errors.js';
import { isPromise } from './promises.js';

/** One release that takes time, or has failed. */
export class Letting {
  /** Whether its error has somebody who waits for it. */
  heard = false;
  /** Settles when it is over; with the error, if that is heard. */
  readonly done: Promise<{ readonly error: unknown } | undefined>;

  constructor(result: PromiseLike<unknown>) {
    this.done = Promise.resolve(result).then(
      () => undefined,
      (error: unknown) => {
        if (this.heard) return { error };
        surface(error);
        return undefined;
      },
    );
  }
}

let gathered: Set<Letting> | undefined;

/** Calls what releases something; its error, thrown or as a rejection, is no error of the caller's. */
export function letGo(release: () => unknown): void {
  let pending: PromiseLike<unknown> | undefined;
  try {
    const result = release();
    if (isPromise(result)) pending = result;
  } catch (error) {
    pending = Promise.reject(error);
  }
  if (pending !== undefined) join([new Letting(pending)]);
}

/** Adds to the hang-up that is going on what an earlier one has to wait for. */
export function join(lettings: Iterable<Letting> | undefined): void {
  if (gathered !== undefined && lettings !== undefined) for (const one of lettings) gathered.add(one);
}

/** Hangs up. @returns what is to be waited for; `undefined` for nothing. */
export function gather(hangUp: () => void): Iterable<Letting> | undefined {
  const outer = gathered;
  const own = (gathered = new Set<Letting>());
  try {
    hangUp();
  } finally {
    gathered = outer;
  }
  if (own.size === 0) return undefined;
  join(own);
  return own;
}

/**
 * Hangs up, and settles when what that released has let go.
 *
 * @param hears - whether it throws the errors of that; else they are uncaught ones.
 */
export async function waitFor(hangUp: () => void, hears = true): Promise<void> {
  const lettings = [...(gather(hangUp) ?? [])];
  if (lettings.length === 0) return inTurn();
  if (hears) for (const one of lettings) one.heard = true;
  const errors = (await Promise.all(lettings.map(({ done }) => done))).flatMap((failed) =>
    failed === undefined ? [] : [failed.error],
  );
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} sources failed to let go`);
}
