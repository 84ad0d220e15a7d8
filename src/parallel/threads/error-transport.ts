/**
 * Errors across threads.
 *
 * Structured cloning keeps the message, the stack and the cause of an error, but neither its class
 * nor an own `name` or `code`. So an error travels as a plain record, and the receiving side makes
 * an error of the record.
 *
 * - No function here throws, whatever was thrown: an error that cannot travel is replaced by an
 *   error that says so.
 * - A record from another thread is data: only the names in `CLASSES` become classes, and
 *   properties are defined, never assigned.
 */

/** A thrown value in the form that travels between threads. */
export type Wire =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error';
      readonly type: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly cause: Wire | undefined;
      readonly errors: readonly Wire[] | undefined;
      /**
       * The own enumerable properties with primitive values, such as `code`, `errno` and `path`.
       */
      readonly details: readonly (readonly [key: string, value: unknown])[];
    };

/** How deep causes may nest. An error may be its own cause, so the nesting needs a limit. */
const DEEPEST = 16;

const CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((one) => [
    one.name,
    one,
  ]),
);
const TAKEN = new Set(['name', 'message', 'stack', 'cause', 'errors', '__proto__']);

export function toWire(thrown: unknown): Wire {
  try {
    return pack(thrown, 0);
  } catch {
    return failure('An error that could not be read');
  }
}

function failure(message: string): Wire {
  return {
    kind: 'error',
    type: 'Error',
    message,
    stack: undefined,
    cause: undefined,
    errors: undefined,
    details: [],
  };
}

/**
 * An error with unchecked members: it may come from another realm, and a program may have altered
 * it.
 */
interface Thrown {
  readonly name: unknown;
  readonly message: unknown;
  readonly stack: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isError(thing: unknown): thing is Thrown {
  return thing instanceof Error || Object.prototype.toString.call(thing) === '[object Error]';
}

function pack(thrown: unknown, depth: number): Wire {
  if (!isError(thrown)) return packValue(thrown);
  if (depth === DEEPEST) return failure(String(thrown.message));
  const { cause, errors } = thrown;
  return {
    kind: 'error',
    type: typeOf(thrown),
    message: String(thrown.message),
    stack: typeof thrown.stack === 'string' ? thrown.stack : undefined,
    cause: cause === undefined ? undefined : pack(cause, depth + 1),
    errors: Array.isArray(errors) ? errors.map((one) => pack(one, depth + 1)) : undefined,
    details: Object.entries(thrown).filter(([key, value]) => !TAKEN.has(key) && isPlain(value)),
  };
}

/** The name that a program gave to the error, or else the name of its class. */
function typeOf(error: Thrown): string {
  const name = String(error.name);
  const type: unknown = error.constructor?.name;
  const plain = name === '' || CLASSES.has(name);
  return plain && typeof type === 'string' && type !== '' ? type : name;
}

function packValue(value: unknown): Wire {
  if (isPlain(value)) return { kind: 'value', value };
  try {
    return { kind: 'value', value: structuredClone(value) };
  } catch {
    return failure(`${describe(value)} was thrown, which cannot be sent to another thread`);
  }
}

function isPlain(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value);
}

function describe(value: unknown): string {
  return typeof value === 'symbol' ? value.toString() : `A value of type ${typeof value}`;
}

export function fromWire(wire: Wire): unknown {
  try {
    return unpack(wire);
  } catch {
    return new Error('An error that could not be read');
  }
}

function unpack(wire: Wire): unknown {
  if (wire.kind === 'value') return wire.value;
  const { type, message, stack, cause, errors, details } = wire;
  const options = cause === undefined ? undefined : { cause: unpack(cause) };
  const Class = CLASSES.get(type) ?? Error;
  const error =
    errors === undefined
      ? new Class(message, options)
      : new AggregateError(errors.map(unpack), message, options);
  define(error, 'stack', stack ?? `${type}: ${message}`);
  if (error.name !== type) define(error, 'name', type);
  for (const [key, value] of details) {
    Object.defineProperty(error, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return error;
}

function define(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, writable: true, configurable: true });
}

/**
 * Sets `index`, the index of the value that the error is about, on an extensible error without one.
 */
export function withIndex(error: unknown, index: number): unknown {
  if (isError(error) && Object.isExtensible(error) && !Object.hasOwn(error, 'index'))
    Object.assign(error, { index });
  return error;
}
