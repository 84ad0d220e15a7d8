/** What is moved to another thread instead of copied. */
import { expect } from '../../base/errors.js';

const lists = new WeakMap<object, readonly object[]>();

/**
 * Marks what of a value is to be moved, not copied, when it goes to another thread: an input, a result, an argument. What was moved
 * can no longer be used on this side. The mark holds until the value has gone.
 *
 * @param value - an object.
 * @param list - the `ArrayBuffer`s, `MessagePort`s … in it that are moved.
 * @returns `value`.
 * @throws TypeError for what is no object, or no list.
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

/** What is to be moved of a value. */
export function transferOf(value: unknown): readonly object[] {
  return (typeof value === 'object' && value !== null && lists.get(value)) || NOTHING;
}

/** What is to be moved of some values. */
export function transfersOf(values: readonly unknown[]): readonly object[] {
  const all: object[] = [];
  for (const value of values) for (const one of transferOf(value)) all.push(one);
  return all;
}

/**
 * Checks what is to be moved. Node 20 sends a buffer that has moved already, and the other side cannot read the message.
 *
 * @returns `list`.
 * @throws DataCloneError for a list that holds such a buffer.
 */
export function intact(list: readonly object[]): readonly object[] {
  for (const one of list) {
    if (isDetached(one))
      throw new DOMException('an ArrayBuffer in it has been moved already', 'DataCloneError');
  }
  return list;
}

function isDetached(thing: object): boolean {
  // A buffer of another realm is a buffer too.
  if (Object.prototype.toString.call(thing) !== '[object ArrayBuffer]') return false;
  const buffer = thing as ArrayBuffer;
  if (buffer.byteLength > 0) return false;
  try {
    // Node 20 has no `detached`.
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}

/**
 * A value has gone. Lists often hold the very value they are about, and V8 keeps what a WeakMap holds through its young collections:
 * every value moved would live until an old one.
 */
export function forget(value: unknown): void {
  if (typeof value === 'object' && value !== null) lists.delete(value);
}
