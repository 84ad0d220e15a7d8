/**
 * Letting go: the release of what a channel reads from. A hang-up (`cancel`) ends channels at once,
 * but a release, such as a generator's `finally` or a stream's `cancel`, may take time after that.
 *
 * - A hang-up reaches every upstream channel before it returns. A release that is not finished by
 *   then is a `Letting`, and is added to the list of the hang-up in progress (`gather`).
 * - An error of a release goes to the callers that wait for that release. If no caller waits, the
 *   error is uncaught.
 */
import { inTurn } from './settle.js';
import { surface } from './errors.js';
import { isPromise } from './promises.js';

/** One release that takes time, or has failed. */
export class Letting {
  /** Whether a caller waits for this release and receives its error. */
  heard = false;
  /** Resolves when the release is over; resolves to the error if `heard` is true. */
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

/** Calls `release`. An error of `release`, thrown or as a rejection, never reaches the caller. */
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

/**
 * Adds pending releases, also of an earlier hang-up, to the hang-up in progress if there is one.
 */
export function join(lettings: Iterable<Letting> | undefined): void {
  if (gathered !== undefined && lettings !== undefined) for (const one of lettings) gathered.add(one);
}

/** Calls `hangUp`. @returns the releases that `hangUp` left pending; `undefined` for none. */
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
 * Calls `hangUp`, and resolves when every release that `hangUp` started or found pending has
 * finished.
 *
 * @param hears - whether the promise rejects with errors of these releases. Otherwise the errors
 * are uncaught.
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
