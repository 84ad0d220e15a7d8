/** The objects that are moved to another thread instead of copied. */
import { expect } from '../../base/errors.js';

const lists = new WeakMap<object, readonly object[]>();

/**
 * Marks the objects in a value that are moved, not copied, when the value goes to another thread as
 * an input, a result or an argument. A moved object can no longer be used on this side. The mark
 * holds until the value has been sent.
 *
 * @param value - the object to send.
 * @param list - the objects in `value` to move: `ArrayBuffer`s, `MessagePort`s and other
 * transferable objects.
 * @returns `value`.
 * @throws TypeError if `value` is not an object, or `list` is not an array.
 * @example
 * ```ts
 * import { from } from 'millrace';
 * import { inline, transfer } from 'millrace/parallel';
 *
 * const sum = inline((bytes: Uint8Array) => bytes.reduce((total, byte) => total + byte, 0));
 * const bytes = new Uint8Array([1, 2, 3]);
 * await from([transfer(bytes, [bytes.buffer])]).parallelPipe(1, sum).collect(); // [6]
 * bytes.length; // 0: it has gone
 * ```
 */
export function transfer<T extends object>(value: T, list: readonly object[]): T {
  expect(Object(value) === value, 'value', 'an object', value);
  expect(Array.isArray(list), 'list', 'a list of what is moved', list);
  lists.set(value, list);
  return value;
}

const NOTHING: readonly object[] = [];

/** The objects in `value` that are marked to be moved. */
export function transferOf(value: unknown): readonly object[] {
  return (typeof value === 'object' && value !== null && lists.get(value)) || NOTHING;
}

/** The objects in all of `values` that are marked to be moved. */
export function transfersOf(values: readonly unknown[]): readonly object[] {
  const all: object[] = [];
  for (const value of values) for (const one of transferOf(value)) all.push(one);
  return all;
}

/**
 * Checks that no buffer in `list` has been moved before. Node 20 sends a moved buffer without an
 * error, and the receiver cannot read the message.
 *
 * @returns `list`.
 * @throws DataCloneError if `list` holds a buffer that has been moved.
 */
export function intact(list: readonly object[]): readonly object[] {
  for (const one of list) {
    if (isDetached(one))
      throw new DOMException('an ArrayBuffer in it has been moved already', 'DataCloneError');
  }
  return list;
}

function isDetached(thing: object): boolean {
  // `instanceof` would miss a buffer of another realm.
  if (Object.prototype.toString.call(thing) !== '[object ArrayBuffer]') return false;
  const buffer = thing as ArrayBuffer;
  if (buffer.byteLength > 0) return false;
  try {
    // Node 20 has no `detached`; making a view of a moved buffer throws.
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}

/**
 * Removes the mark of a value that has been sent. A list often contains the marked value itself,
 * and V8's young collections treat the entries of a WeakMap as alive. Without this, every moved
 * value would live until an old-space collection.
 */
export function forget(value: unknown): void {
  if (typeof value === 'object' && value !== null) lists.delete(value);
}
