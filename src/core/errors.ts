/** Every error class and every check of an argument, so that messages are uniform. */

/**
 * More operations wait on one side of a channel than its `maxPending` allows.
 *
 * @example
 * ```ts
 * const ch = new Chan<number>(0, { maxPending: 1 });
 * void ch.put(1); // waits
 * const error = await ch.put(2).catch((e: unknown) => e);
 * error instanceof ChanOverflowError; // true
 * ```
 */
export class ChanOverflowError extends Error {
  /** Always `'ChanOverflowError'`. */
  override readonly name = 'ChanOverflowError';
}

/**
 * No value came in the time that was given for one.
 *
 * @example
 * ```ts
 * const silent = new Chan<number>();
 * const error = await silent.timeoutEach(5).get().catch((e: unknown) => e);
 * error instanceof TimeoutError; // true
 * ```
 */
export class TimeoutError extends Error {
  /** Always `'TimeoutError'`. */
  override readonly name = 'TimeoutError';
}

/**
 * Makes an error that nobody can catch here an uncaught one, as if it had been thrown on its own: a callback
 * that throws must neither break the channel that called it nor go unseen.
 */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * The check of an argument: its error says what was expected and what came.
 *
 * @throws TypeError, or the class given, unless `ok`.
 */
export function expect(
  ok: boolean,
  name: string,
  should: string,
  got: unknown,
  Type: ErrorConstructor = TypeError,
): asserts ok {
  // An object is not asked for its text: that may be anything, and may throw.
  if (!ok)
    throw new Type(`Expected ${name} to be ${should}, got ${got === Object(got) ? typeof got : String(got)}`);
}

/** @throws RangeError unless `value` is an integer of at least `least`. */
export function expectInteger(name: string, value: unknown, least: number): void {
  expect(
    Number.isSafeInteger(value) && (value as number) >= least,
    name,
    `an integer of at least ${least}`,
    value,
    RangeError,
  );
}

/** An error as the cause of an end: `undefined` would say that there is none. */
export function causeOf(error: unknown): unknown {
  return error === undefined ? new Error('undefined was thrown') : error;
}

/** @throws TypeError unless `value` is a function. */
export function expectFunction(name: string, value: unknown): void {
  expect(typeof value === 'function', name, 'a function', value);
}

/** @throws TypeError for `undefined`, which no channel can carry: it means "closed, nothing left". */
export function expectValue(value: unknown): void {
  expect(value !== undefined, 'a value', 'other than undefined', value);
}

/** @throws TypeError unless `ms` is a number of milliseconds. Negative counts as 0, `Infinity` as never. */
export function expectDuration(name: string, ms: unknown): void {
  expect(typeof ms === 'number' && !Number.isNaN(ms), name, 'a number of milliseconds', ms);
}
