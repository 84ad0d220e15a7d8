/**
 * A channel of numbers or bytes in shared memory, for one thread that writes and one that reads.
 *
 * - `WRITTEN` and `READ` count elements, modulo 2^32; their difference is what lies there. The writer alone moves the one, the
 *   reader the other; an element is in its place before the count says so.
 * - Who finds nothing to do sleeps on a counter of wake-ups of its own. It reads that first, then says that it waits, then
 *   looks again, and only then sleeps, unless the counter has moved. Whoever makes something to do tells it by moving what is
 *   looked at first and then asking whether the other waits. Thus one of the two always sees the other: test/models/ring.pml
 *   has been through all the ways in which these steps can meet.
 * - Closing is one more thing that can be looked at. It may come from either side.
 * - Each side remembers how far the other was when it last looked, and looks again only when that leaves it nothing to do: what both write
 *   to costs most. For the same reason the counters lie apart, and nobody sleeps before some more looks.
 * - Every operation that gives a promise counts for fairness, see breath.ts: the other side may work while this thread's event loop
 *   stands still, and so a loop may never have to wait.
 */
import { spend } from '../../base/fairness.js';
import { hold } from '../../base/settle.js';
import { expect, expectInteger } from '../../base/errors.js';

/** What a ring carries: numbers one by one, or bytes by the piece. */
export type RingKind = 'numbers' | 'bytes';

/** What is sent to the other thread, by `postMessage` or as an argument, to make the same ring there. */
export interface RingHandle<K extends RingKind = 'numbers'> {
  /** What the ring carries. */
  readonly kind: K;
  /** The memory that both threads share. */
  readonly buffer: SharedArrayBuffer;
}

/** Options of {@link ring}. */
export interface RingOptions<K extends RingKind = 'numbers'> {
  /**
   * How many numbers or bytes it holds, an integer of at least 1; rounded up to a power of two.
   *
   * @defaultValue 1024
   */
  readonly capacity?: number | undefined;
  /** @defaultValue `'numbers'` */
  readonly kind?: K | undefined;
}

/** The type of what is put to and got from a ring. */
export type RingValue<K extends RingKind> = K extends 'numbers' ? number : Uint8Array;

// The places of the control words. What moves all the time shares no 128 bytes: a processor fetches so many at once, or half of it.
const WRITTEN = 0;
const READ = 32;
const CLOSED = 64;
/** For each side: whether it waits, and how often it was woken. */
const READER = 65;
const WRITER = 67;
/** The bytes before the elements. */
const CONTROL = 384;

/**
 * The pauses between looks before a side sleeps, in steps of an empty loop: from about 2 µs to 8 µs. In the first the other side gets ahead by
 * a few dozen values; all together they take less than it does to be woken.
 */
const SHORTEST = 4096;
const LONGEST = 16_384;

type Side = typeof READER | typeof WRITER;

interface AsyncAtomics {
  waitAsync?(
    words: Int32Array,
    at: number,
    value: number,
    ms?: number,
  ): { readonly async: boolean; readonly value: PromiseLike<string> | string };
}

/** Where there is no asynchronous wait, how often to look, in ms; and how long to keep the process alive where there is. */
const GLANCE = 1;
const LONG = 2 ** 30;

type Store = Float64Array | Uint8Array;

/**
 * See {@link ring}.
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
  /** What is sent to the other thread. */
  readonly handle: RingHandle<K>;
  private readonly words: Int32Array;
  private readonly store: Store;
  private readonly mask: number;
  /** How far the other side was at least. */
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

  /** How many numbers or bytes it holds. */
  get capacity(): number {
    return this.store.length;
  }
  /** How many lie there now. */
  get size(): number {
    return (Atomics.load(this.words, WRITTEN) - Atomics.load(this.words, READ)) >>> 0;
  }
  /** Whether nothing more can be put. */
  get closed(): boolean {
    return Atomics.load(this.words, CLOSED) === 1;
  }

  // The writer's side.

  /**
   * Puts a number, or bytes: as many as there is room for.
   *
   * @param value - a number, or bytes, as `kind` says.
   * @returns how many were put; 0 if there is no room, or it is closed.
   */
  tryPut(value: RingValue<K>): number {
    return this.write(value, 0);
  }
  /**
   * Puts a number, or all the bytes; waits for room.
   *
   * @param value - a number, or bytes, as `kind` says.
   * @returns false if it is closed, perhaps after some of the bytes.
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
   * The same, and blocks this thread meanwhile.
   *
   * @param value - a number, or bytes, as `kind` says.
   * @throws TypeError where a thread may not block: the main thread of a browser.
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

  /** The next number, or the bytes that lie there; `undefined` if there is nothing. */
  tryGet(): RingValue<K> | undefined {
    const { words, store, mask } = this;
    const from = Atomics.load(words, READ);
    let count = (this.written - from) >>> 0;
    // All bytes are wanted. More than fits: another object has read here meanwhile.
    if (count === 0 || count > store.length || store instanceof Uint8Array) {
      this.written = Atomics.load(words, WRITTEN);
      count = (this.written - from) >>> 0;
      if (count === 0) return undefined;
    }
    if (store instanceof Float64Array) {
      const value = store[from & mask];
      this.move(READ, from + 1, WRITER);
      return value as RingValue<K>; // Sound: numbers are what such a ring holds.
    }
    const value = new Uint8Array(count);
    const at = from & mask;
    const first = Math.min(count, store.length - at);
    value.set(store.subarray(at, at + first));
    value.set(store.subarray(0, count - first), first);
    this.move(READ, from + count, WRITER);
    return value as RingValue<K>; // Sound: bytes are what such a ring holds.
  }
  /** The same, but waits for it; `undefined` when it is closed and nothing is left. */
  async get(): Promise<RingValue<K> | undefined> {
    let value: RingValue<K> | undefined;
    while ((value = this.tryGet()) === undefined) {
      // What was put before it was closed is still read.
      if (this.closed) {
        value = this.tryGet();
        break;
      }
      await this.later(READER);
    }
    return spend() ? value : hold(value);
  }
  /**
   * The same, and blocks this thread meanwhile.
   *
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
   * The values, for `for await`.
   *
   * @returns the values, until it is closed and empty.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<RingValue<K>, void, undefined> {
    for (let value = await this.get(); value !== undefined; value = await this.get()) yield value;
  }
  /** The values as a blocking iterable. */
  *values(): Generator<RingValue<K>, void, undefined> {
    for (let value = this.getSync(); value !== undefined; value = this.getSync()) yield value;
  }

  /** Nothing more can be put; what lies there can still be read. From either side. */
  close(): void {
    Atomics.store(this.words, CLOSED, 1);
    this.wake(READER);
    this.wake(WRITER);
  }

  // Inside.

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

  /** Publishes, and then wakes the other side if that waits. */
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
  /** Whether a side has something to do, or no longer anything to wait for. */
  private isReady(side: Side): boolean {
    return this.closed || (side === READER ? this.size > 0 : this.size < this.capacity);
  }

  /** Whether there is something to do soon. */
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
    // To wait for a promise of these keeps no process alive.
    const alive = setTimeout(() => {}, LONG);
    await value;
    clearTimeout(alive);
  }
}

function lengthOf(value: number | Uint8Array): number {
  return typeof value === 'number' ? 1 : value.length;
}

/**
 * A channel of numbers, or of bytes, in memory that two threads share: one writes, one reads, and no message is sent. Each has a
 * side of promises (`put`, `get`, `for await`) and one that blocks its thread (`putSync`, `getSync`, `values()`), for code
 * that cannot wait; they can be mixed.
 *
 * @param of - options; or the `handle` of a ring of another thread, to make its other end.
 * @throws RangeError for a bad capacity; TypeError for a bad kind, or where there is no `SharedArrayBuffer` (a page that
 * is not cross-origin isolated).
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
  // Sound: the default of K.
  const { capacity = 1024, kind = 'numbers' as K } = of;
  expectInteger('capacity', capacity, 1);
  expectKind(kind);
  const length = 2 ** Math.ceil(Math.log2(capacity));
  const buffer = new SharedArrayBuffer(CONTROL + length * (kind === 'numbers' ? 8 : 1));
  return new Ring<K>({ kind, buffer });
}

function expectKind(kind: unknown): void {
  expect(kind === 'numbers' || kind === 'bytes', 'kind', "'numbers' or 'bytes'", kind);
}
