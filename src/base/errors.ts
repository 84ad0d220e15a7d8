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
  if (!ok) throw blame(new Type(`Expected ${name} to be ${should}, got ${textOf(got)}`));
}

/** An object is not asked for its text: that may be anything, and may throw. */
function textOf(thing: unknown): string {
  return thing === Object(thing) ? typeof thing : String(thing);
}

/** Takes the library's frames off the top of a stack, so that the user's call comes first. In a bundle all frames look alike: they stay. */
function blame<E extends Error>(error: E): E {
  const [head, ...frames] = String(error.stack).split(/\n(?= +at )/);
  const library = /[^ (]*(?=base.errors\.[jt]s)/.exec(frames[0] ?? '')?.[0];
  const first = library === undefined ? 0 : frames.findIndex((frame) => !frame.includes(library));
  if (first > 0) error.stack = [head, ...frames.slice(first)].join('\n');
  return error;
}

/** The error of `undefined` in a value's place: no channel can carry it, as it means "closed, nothing left". */
export function noValue(what: string, remedy: string): TypeError {
  return blame(new TypeError(`${what}: ${remedy}`));
}

/** The same, of a put. */
export function noPut(method: string, where: string): TypeError {
  return noValue(
    `${method} was given undefined${where}`,
    'to end the channel, use close(); for nothing, put null',
  );
}

/** The error of one more that would wait. */
export function overflow(message: string): ChanOverflowError {
  return blame(new ChanOverflowError(message));
}

/** What to do instead of giving `undefined` among other values. */
export const LEAVE_OUT = 'to leave a value out, do not yield it; for nothing, yield null';

/** The iterator of what a user's function returned. @throws TypeError for what is not iterable. */
export function iteratorOf(operator: string, thing: unknown): Iterator<unknown> {
  const iterable = thing as Partial<Iterable<unknown>> | null | undefined;
  const ok = typeof iterable?.[Symbol.iterator] === 'function';
  expect(ok, `the result of ${operator}'s function`, 'iterable', thing);
  return (iterable as Iterable<unknown>)[Symbol.iterator](); // Sound: just looked at.
}

/** Which value it was, and of which channel. */
export function atIndex(index: number, name?: string): string {
  return ` (index ${index})${on(name)}`;
}

/** A value in a message, in short. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : textOf(value);
  return text.length > 50 ? `${text.slice(0, 50)}…` : text;
}

/** Which channel, if it has a name. */
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

/** An error as the cause of an end: `undefined` would say that there is none. */
export function causeOf(error: unknown): unknown {
  return error === undefined ? new Error('undefined was thrown') : error;
}

/** @throws TypeError unless `value` is a function. */
export function expectFunction(name: string, value: unknown): void {
  expect(typeof value === 'function', name, 'a function', value);
}

/** @throws TypeError unless `ms` is a number of milliseconds. Negative counts as 0, `Infinity` as never. */
export function expectDuration(name: string, ms: unknown): void {
  expect(typeof ms === 'number' && !Number.isNaN(ms), name, 'a number of milliseconds', ms);
}
