/** The memory of a ring: what its words mean, and the types of its elements. */
import { expect } from '../../base/errors.js';

/** The elements of a ring: numbers, put and got one by one, or bytes, put and got in pieces. */
export type RingKind = 'numbers' | 'bytes';

/**
 * The shared part of a {@link Ring}. Send it to another thread, by `postMessage` or as an argument,
 * and call {@link ring} with it there to make the other end.
 */
export interface RingHandle<K extends RingKind = 'numbers'> {
  /** Whether the ring holds numbers or bytes. */
  readonly kind: K;
  /** The memory that both threads share. */
  readonly buffer: SharedArrayBuffer;
}

/** Options of {@link ring}. */
export interface RingOptions<K extends RingKind = 'numbers'> {
  /**
   * How many numbers or bytes the ring can hold; an integer of at least 1, rounded up to a power of
   * two.
   *
   * @defaultValue 1024
   */
  readonly capacity?: number | undefined;
  /**
   * Whether the ring holds `'numbers'` or `'bytes'`.
   *
   * @defaultValue `'numbers'`
   */
  readonly kind?: K | undefined;
}

/** The type of a value that is put to or got from a ring of kind `K`. */
export type RingValue<K extends RingKind> = K extends 'numbers' ? number : Uint8Array;

// The indices of the control words. Words that change all the time lie 128 bytes apart, because a
// processor fetches 64 or 128 bytes at once.
export const WRITTEN = 0;
export const READ = 32;
export const CLOSED = 64;
/** For each side, the index of its waiting flag; the next word is its counter of wake-ups. */
export const READER = 65;
export const WRITER = 67;
/** How many bytes lie before the elements. */
export const CONTROL = 384;

/**
 * The shortest and the longest pause between looks before a side sleeps, in steps of an empty loop:
 * about 2 µs and 8 µs. During the shortest pause the other side gets ahead by a few dozen values.
 * All pauses together take less time than a wake-up.
 */
export const SHORTEST = 4096;
export const LONGEST = 16_384;

export type Side = typeof READER | typeof WRITER;

export interface AsyncAtomics {
  waitAsync?(
    words: Int32Array,
    at: number,
    value: number,
    ms?: number,
  ): { readonly async: boolean; readonly value: PromiseLike<string> | string };
}

/**
 * The delay between looks where `Atomics.waitAsync` is missing, and the delay of the timer that
 * keeps the process alive during `Atomics.waitAsync`, both in ms.
 */
export const GLANCE = 1;
export const LONG: number = 2 ** 30;

export type Store = Float64Array | Uint8Array;

export function lengthOf(value: number | Uint8Array): number {
  return typeof value === 'number' ? 1 : value.length;
}

export function expectKind(kind: unknown): void {
  expect(kind === 'numbers' || kind === 'bytes', 'kind', "'numbers' or 'bytes'", kind);
}
