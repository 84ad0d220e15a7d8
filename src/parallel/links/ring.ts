/**
 * A channel of numbers or bytes in shared memory, for one thread that writes and one thread that
 * reads.
 *
 * - `WRITTEN` and `READ` count elements modulo 2^32, and their difference is the number of elements
 *   in the ring. Only the writer moves `WRITTEN`, and only the reader moves `READ`. The writer
 *   stores an element before it moves `WRITTEN`.
 * - A side that finds nothing to do sleeps on its own counter of wake-ups. It loads this counter,
 *   sets its waiting flag, looks again, and sleeps only if the counter has not moved. A side that
 *   publishes a change first stores the change, and then checks the waiting flag of the other side.
 *   So at least one of the two sides sees the other; test/models/ring.pml checks all interleavings
 *   of these steps.
 * - `CLOSED` is one more change that a look sees. Either side may publish it.
 * - Each side remembers the counter of the other side, and loads it again only when the remembered
 *   value leaves nothing to do, because memory that both sides write to costs most. For this
 *   reason, too, the counters lie apart, and a side looks several times before it sleeps.
 * - Every operation that returns a promise counts for fairness, see fairness.ts. The other side may
 *   work while the event loop of this thread does not turn, so a loop over a ring may never have to
 *   wait.
 */
import { spend } from '../../base/fairness.js';
import { hold } from '../../base/settle.js';
import { expect, expectInteger } from '../../base/errors.js';

import {
  type AsyncAtomics,
  CLOSED,
  CONTROL,
  GLANCE,
  LONG,
  LONGEST,
  READ,
  READER,
  type RingHandle,
  type RingKind,
  type RingOptions,
  type RingValue,
  SHORTEST,
  type Side,
  type Store,
  WRITER,
  WRITTEN,
  expectKind,
  lengthOf,
} from './ring-memory.js';

/**
 * One end of a channel of numbers or bytes in memory that two threads share. {@link ring} makes
 * one. At most one thread puts, and at most one thread gets.
 *
 * @example
 * ```ts
 * import { ring } from 'millrace/parallel';
 *
 * const numbers = ring({ capacity: 8 });
 * numbers.tryPut(1); // 1
 * numbers.tryPut(2); // 1
 * numbers.close();
 * [...numbers.values()]; // [1, 2]
 * ```
 */
export class Ring<K extends RingKind> implements AsyncIterable<RingValue<K>> {
  /** The handle that makes the other end on another thread; see {@link ring}. */
  readonly handle: RingHandle<K>;
  private readonly words: Int32Array;
  private readonly store: Store;
  private readonly mask: number;
  /** The counters of the other side as last loaded. The current counters are at least as far. */
  private written = 0;
  private read = 0;

  /** @internal */
  constructor(handle: RingHandle<K>) {
    this.handle = handle;
    const { kind, buffer } = handle;
    this.words = new Int32Array(buffer, 0, CONTROL / 4);
    this.store = kind === 'numbers' ? new Float64Array(buffer, CONTROL) : new Uint8Array(buffer, CONTROL);
    this.mask = this.store.length - 1;
  }

  /** How many numbers or bytes the ring can hold. */
  get capacity(): number {
    return this.store.length;
  }
  /** How many numbers or bytes are in the ring now. */
  get size(): number {
    return (Atomics.load(this.words, WRITTEN) - Atomics.load(this.words, READ)) >>> 0;
  }
  /** Whether the ring is closed, so that nothing more can be put. */
  get closed(): boolean {
    return Atomics.load(this.words, CLOSED) === 1;
  }

  // The writer's side.

  /**
   * Puts a number, or as many bytes as there is room for, without waiting.
   *
   * @param value - a number for a ring of numbers, or a Uint8Array for a ring of bytes.
   * @returns how many numbers or bytes were put; 0 if the ring is full or closed.
   * @throws TypeError if `value` does not fit the kind of the ring.
   */
  tryPut(value: RingValue<K>): number {
    return this.write(value, 0);
  }
  /**
   * Puts a number, or all bytes, and waits while the ring is full.
   *
   * @param value - a number for a ring of numbers, or a Uint8Array for a ring of bytes.
   * @returns a promise of `true`, or of `false` if the ring is closed. Some of the bytes may have
   * been put before the close. The promise rejects with a TypeError if `value` does not fit the
   * kind of the ring.
   */
  async put(value: RingValue<K>): Promise<boolean> {
    for (let done = 0; ; ) {
      if (this.closed) return spend() ? false : hold(false);
      done += this.write(value, done);
      if (done >= lengthOf(value)) return spend() ? true : hold(true);
      await this.later(WRITER);
    }
  }
  /**
   * Puts a number, or all bytes, and blocks this thread while the ring is full.
   *
   * @param value - a number for a ring of numbers, or a Uint8Array for a ring of bytes.
   * @returns `true`, or `false` if the ring is closed. Some of the bytes may have been put before
   * the close.
   * @throws TypeError if `value` does not fit the kind of the ring, or where a thread may not
   * block: the main thread of a browser.
   */
  putSync(value: RingValue<K>): boolean {
    for (let done = 0; ; ) {
      if (this.closed) return false;
      done += this.write(value, done);
      if (done >= lengthOf(value)) return true;
      this.block(WRITER);
    }
  }

  // The reader's side.

  /**
   * Gets the next number, or all bytes in the ring, without waiting.
   *
   * @returns the number or the bytes; `undefined` if the ring is empty.
   */
  tryGet(): RingValue<K> | undefined {
    const { words, store, mask } = this;
    const from = Atomics.load(words, READ);
    let count = (this.written - from) >>> 0;
    // Load `WRITTEN` again for bytes, because all of them are wanted, and for an impossible count,
    // which means that another `Ring` of this memory has read meanwhile.
    if (count === 0 || count > store.length || store instanceof Uint8Array) {
      this.written = Atomics.load(words, WRITTEN);
      count = (this.written - from) >>> 0;
      if (count === 0) return undefined;
    }
    if (store instanceof Float64Array) {
      const value = store[from & mask];
      this.move(READ, from + 1, WRITER);
      return value as RingValue<K>; // Sound: the store of a ring of numbers is a Float64Array.
    }
    const value = new Uint8Array(count);
    const at = from & mask;
    const first = Math.min(count, store.length - at);
    value.set(store.subarray(at, at + first));
    value.set(store.subarray(0, count - first), first);
    this.move(READ, from + count, WRITER);
    return value as RingValue<K>; // Sound: the store of a ring of bytes is a Uint8Array.
  }
  /**
   * Gets the next number, or all bytes in the ring, and waits while the ring is empty.
   *
   * @returns a promise of the number or the bytes; of `undefined` when the ring is closed and
   * empty.
   */
  async get(): Promise<RingValue<K> | undefined> {
    let value: RingValue<K> | undefined;
    while ((value = this.tryGet()) === undefined) {
      // The writer may have put a value between `tryGet` and the close.
      if (this.closed) {
        value = this.tryGet();
        break;
      }
      await this.later(READER);
    }
    return spend() ? value : hold(value);
  }
  /**
   * Gets the next number, or all bytes in the ring, and blocks this thread while the ring is empty.
   *
   * @returns the number or the bytes; `undefined` when the ring is closed and empty.
   * @throws TypeError where a thread may not block: the main thread of a browser.
   */
  getSync(): RingValue<K> | undefined {
    for (;;) {
      const value = this.tryGet();
      if (value !== undefined) return value;
      if (this.closed) return this.tryGet();
      this.block(READER);
    }
  }
  /**
   * Iterates the values, for `for await`, and waits while the ring is empty.
   *
   * @returns the values, until the ring is closed and empty.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<RingValue<K>, void, undefined> {
    for (let value = await this.get(); value !== undefined; value = await this.get()) yield value;
  }
  /**
   * Iterates the values, for synchronous code, and blocks this thread while the ring is empty.
   *
   * @returns the values, until the ring is closed and empty.
   * @throws TypeError, from the iterator, where a thread may not block: the main thread of a
   * browser.
   */
  *values(): Generator<RingValue<K>, void, undefined> {
    for (let value = this.getSync(); value !== undefined; value = this.getSync()) yield value;
  }

  /**
   * Closes the ring, from either side. Nothing more can be put; values in the ring can still be
   * got.
   */
  close(): void {
    Atomics.store(this.words, CLOSED, 1);
    this.wake(READER);
    this.wake(WRITER);
  }

  private write(value: RingValue<K>, done: number): number {
    const { words, store, mask } = this;
    if (this.closed) return 0;
    const to = Atomics.load(words, WRITTEN);
    let room = store.length - ((to - this.read) >>> 0);
    if (room <= 0 || store instanceof Uint8Array) {
      this.read = Atomics.load(words, READ);
      room = store.length - ((to - this.read) >>> 0);
      if (room === 0) return 0;
    }
    if (store instanceof Float64Array) {
      expect(typeof value === 'number', 'a value', 'a number', value);
      store[to & mask] = value;
      this.move(WRITTEN, to + 1, READER);
      return 1;
    }
    expect(value instanceof Uint8Array, 'a value', 'a Uint8Array', value);
    const count = Math.min(room, value.length - done);
    const at = to & mask;
    const first = Math.min(count, store.length - at);
    store.set(value.subarray(done, done + first), at);
    store.set(value.subarray(done + first, done + count), 0);
    this.move(WRITTEN, to + count, READER);
    return count;
  }

  /** Publishes a counter, and then wakes the other side if it waits. */
  private move(count: typeof WRITTEN | typeof READ, value: number, other: Side): void {
    Atomics.store(this.words, count, value);
    if (Atomics.load(this.words, other) === 1) this.wake(other);
  }
  private wake(side: Side): void {
    const { words } = this;
    Atomics.store(words, side, 0);
    Atomics.add(words, side + 1, 1);
    Atomics.notify(words, side + 1);
  }
  /**
   * Whether a side can go on: it has an element to read or room to write, or the ring is closed.
   */
  private isReady(side: Side): boolean {
    return this.closed || (side === READER ? this.size > 0 : this.size < this.capacity);
  }

  /** Whether a side can go on soon: looks several times, with growing pauses. */
  private comes(side: Side): boolean {
    for (let pause = SHORTEST; pause <= LONGEST; pause *= 2) {
      for (let step = 0; step < pause; step++);
      if (this.isReady(side)) return true;
    }
    return false;
  }
  private block(side: Side): void {
    const { words } = this;
    if (this.comes(side)) return;
    const seen = Atomics.load(words, side + 1);
    Atomics.store(words, side, 1);
    if (!this.isReady(side)) Atomics.wait(words, side + 1, seen);
  }
  private async later(side: Side): Promise<void> {
    const { words } = this;
    if (this.comes(side)) return;
    const seen = Atomics.load(words, side + 1);
    Atomics.store(words, side, 1);
    if (this.isReady(side)) return;
    const atomics = Atomics as AsyncAtomics;
    if (atomics.waitAsync === undefined) return new Promise((resolve) => setTimeout(resolve, GLANCE));
    const { async, value } = atomics.waitAsync(words, side + 1, seen);
    if (!async) return;
    // A promise of `Atomics.waitAsync` keeps no process alive.
    const alive = setTimeout(() => {}, LONG);
    await value;
    clearTimeout(alive);
  }
}

/**
 * Makes a channel of numbers or bytes in memory that two threads share: one thread writes, one
 * thread reads, and no message is sent. Each end has methods that return promises (`put`, `get`,
 * `for await`), and methods that block the thread (`putSync`, `getSync`, `values()`) for code that
 * cannot await. Both kinds of methods can be mixed.
 *
 * @param of - options; or the `handle` of a ring of another thread, to make the other end of that
 * ring.
 * @returns one end of the ring.
 * @throws RangeError if `capacity` is not an integer of at least 1; TypeError if `kind` is unknown,
 * if the `buffer` of a handle is not the memory of a ring, or where there is no `SharedArrayBuffer`
 * (a page that is not cross-origin isolated).
 * @example
 * ```ts
 * import { ring } from 'millrace/parallel';
 *
 * const numbers = ring({ capacity: 64 });
 * const bytes = ring({ capacity: 64, kind: 'bytes' });
 * await numbers.put(0.5); // true
 * await numbers.get(); // 0.5
 * bytes.putSync(new Uint8Array([1, 2])); // true
 * bytes.getSync()?.length; // 2
 * numbers.handle.kind; // 'numbers': goes to another thread, where ring(handle) is the other end
 * ```
 */
export function ring<K extends RingKind = 'numbers'>(of: RingOptions<K> | RingHandle<K> = {}): Ring<K> {
  expect(typeof SharedArrayBuffer !== 'undefined', 'this', 'a place with SharedArrayBuffer', 'one without');
  if ('buffer' in of) {
    const { buffer } = of;
    const isRing = buffer instanceof SharedArrayBuffer && buffer.byteLength > CONTROL;
    expect(isRing, 'buffer', 'the shared memory of a ring', buffer);
    expectKind(of.kind);
    return new Ring<K>(of);
  }
  // Sound: K is `'numbers'` where `kind` is not given.
  const { capacity = 1024, kind = 'numbers' as K } = of;
  expectInteger('capacity', capacity, 1);
  expectKind(kind);
  const length = 2 ** Math.ceil(Math.log2(capacity));
  const buffer = new SharedArrayBuffer(CONTROL + length * (kind === 'numbers' ? 8 : 1));
  return new Ring<K>({ kind, buffer });
}
