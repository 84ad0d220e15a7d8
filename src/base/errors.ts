/** Every error class and every argument check of the library, so that messages are uniform. */

/**
 * The error of a put that would have to wait while `maxPending` puts already wait on the channel.
 * The error of a get that would have to wait while `maxPending` gets already wait. The operation is
 * not queued.
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
 * The error of a channel made by `timeoutEach` on which no value came within the given time.
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
 * Throws `error` in a microtask of its own, so that `error` becomes an uncaught error. A user
 * callback that throws must neither break the channel that called it nor go unnoticed.
 */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * Checks an argument. The error's message states the expected value and the actual value.
 *
 * @throws `Type`, by default TypeError, unless `ok` is true.
 */
export function expect(
  ok: boolean,
  name: string,
  should: string,
  got: unknown,
  Type: ErrorConstructor = TypeError,
): asserts ok {
  if (!ok) throw blame(new Type(`Expected ${name} to be ${should}, got ${textOf(got)}`));
}

/** Shows an object only as its `typeof`: the object's own `toString` is user code and may throw. */
function textOf(thing: unknown): string {
  return thing === Object(thing) ? typeof thing : String(thing);
}

/**
 * Removes the library's frames from the top of a stack, so that the user's call comes first. In a
 * bundle no frame names a file of the library, so no frame is removed.
 */
function blame<E extends Error>(error: E): E {
  const [head, ...frames] = String(error.stack).split(/\n(?= +at )/);
  const library = /[^ (]*(?=base.errors\.[jt]s)/.exec(frames[0] ?? '')?.[0];
  const first = library === undefined ? 0 : frames.findIndex((frame) => !frame.includes(library));
  if (first > 0) error.stack = [head, ...frames.slice(first)].join('\n');
  return error;
}

/**
 * The error for `undefined` in place of a value. No channel can carry `undefined`, because
 * `undefined` means "closed, nothing left".
 */
export function noValue(what: string, remedy: string): TypeError {
  return blame(new TypeError(`${what}: ${remedy}`));
}

/** The error of a put that was given `undefined`. */
export function noPut(method: string, where: string): TypeError {
  return noValue(
    `${method} was given undefined${where}`,
    'to end the channel, use close(); for nothing, put null',
  );
}

/** The error of an operation that would exceed `maxPending`. */
export function overflow(message: string): ChanOverflowError {
  return blame(new ChanOverflowError(message));
}

/** The remedy for a sequence that contains `undefined`, in the message of {@link noValue}. */
export const LEAVE_OUT = 'to leave a value out, do not yield it; for nothing, yield null';

/** The iterator of a user function's result. @throws TypeError if the result is not iterable. */
export function iteratorOf(operator: string, thing: unknown): Iterator<unknown> {
  const iterable = thing as Partial<Iterable<unknown>> | null | undefined;
  const ok = typeof iterable?.[Symbol.iterator] === 'function';
  expect(ok, `the result of ${operator}'s function`, 'iterable', thing);
  return (iterable as Iterable<unknown>)[Symbol.iterator](); // Sound: `expect` would have thrown.
}

/** A part of a message: the value's index, and the channel's name if the channel has one. */
export function atIndex(index: number, name?: string): string {
  return ` (index ${index})${on(name)}`;
}

/** A value as text for a message, cut after 50 characters. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : textOf(value);
  return text.length > 50 ? `${text.slice(0, 50)}…` : text;
}

/** A part of a message: the channel's name, or nothing for a channel without a name. */
export function on(name: string | undefined): string {
  return name === undefined ? '' : ` on '${name}'`;
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

/**
 * The cause to end a channel with. A cause of `undefined` means "no error", so a thrown `undefined`
 * is replaced by an Error.
 */
export function causeOf(error: unknown): unknown {
  return error === undefined ? new Error('undefined was thrown') : error;
}

/** @throws TypeError unless `value` is a function. */
export function expectFunction(name: string, value: unknown): void {
  expect(typeof value === 'function', name, 'a function', value);
}

/**
 * Checks a duration. A negative number counts as 0, and `Infinity` means never.
 *
 * @throws TypeError unless `ms` is a number of milliseconds.
 */
export function expectDuration(name: string, ms: unknown): void {
  expect(typeof ms === 'number' && !Number.isNaN(ms), name, 'a number of milliseconds', ms);
}
