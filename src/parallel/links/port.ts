/**
 * A channel over a `MessagePort`: the sender takes values from a channel and posts them, and the
 * receiver is a channel of these values.
 *
 * - Values are sent only against credits. The receiver grants `window` credits at the first get,
 *   and more as values are taken. So at most `window` values are on their way or wait in the
 *   receiver, and a slow reader holds the sender back.
 * - Values that are ready share a message, up to `MOST` values.
 * - The sender posts the end and its cause after the values; the receiver posts a cancel and its
 *   reason. Either message closes the port, and no listener is left. If the other side is gone
 *   without such a message, the receiver fails, and the sender cancels its channel.
 * - A message is data: nothing in it is called, or used as a key. A message that cannot be read, or
 *   that our other end cannot have sent, ends both sides, because values may have been in it.
 */
import { expect, expectInteger } from '../../base/errors.js';
import { PENDING, type Pending } from '../../channel/protocol.js';
import { Queue } from '../../base/queue.js';
import { Pump } from '../../pull/pump.js';
import { PullChan } from '../../pull/pull-chan.js';
import { type ReadChan, full } from '../../operators/complete.js';
import type { PortLike } from '../threads/platform.js';
import { forget, transferOf, transfersOf } from '../threads/transfer.js';
import { fromWire, toWire, withIndex } from '../threads/error-transport.js';
import { type Down, End, type Up, gone, nonsense } from './port-end.js';

/** The most values in one message. */
const MOST = 64;
/** The default of `window`, and so of the most messages on their way. */
export const WINDOW = 128;

/** The sender: takes values from a channel and posts them. */
export class Sender<T> {
  private readonly chan: ReadChan<T>;
  private readonly end: End<Up, Down>;
  private readonly pump: Pump<T>;
  private credits = 0;
  /** Whether the pump waits for credit. */
  private halted = true;
  private count = 0;
  private values: T[] = [];
  private scheduled = false;
  private over = false;

  /** @param ended - called once, when the channel has ended or the other side has hung up. */
  constructor(chan: ReadChan<T>, port: PortLike, ended: () => void) {
    expect(typeof (chan as Partial<ReadChan<T>> | null)?.poll === 'function', 'chan', 'a channel', chan);
    expectPort(port);
    this.chan = chan;
    this.ended = ended;
    this.end = new End<Up, Down>(
      port,
      (message) => this.received(message),
      () => this.hungUp(gone()),
      (error) => this.broke(error),
    );
    this.pump = new Pump<T>(
      chan,
      (value) => this.send(value),
      (cause) => this.finish(cause),
    );
  }
  private readonly ended: () => void;

  private received(message: Up): void {
    if (message.type === 'credit') {
      if (!Number.isSafeInteger(message.count) || message.count < 1) return this.broke(nonsense());
      this.credits += message.count;
      if (!this.halted || !(this.credits > 0)) return;
      this.halted = false;
      this.pump.resume();
    } else if (message.type === 'cancel') {
      this.end.finish();
      this.hungUp(message.reason === undefined ? undefined : fromWire(message.reason));
    }
  }

  private send(value: T): boolean {
    this.values.push(value);
    if (this.values.length >= MOST) this.flush();
    else if (!this.scheduled) {
      this.scheduled = true;
      // Values that the pump takes before this microtask, also from puts that were waiting, share
      // the message.
      queueMicrotask(() => {
        this.scheduled = false;
        this.flush();
      });
    }
    this.halted = --this.credits === 0;
    return !this.halted;
  }

  private flush(): void {
    const { values } = this;
    if (values.length === 0) return;
    this.values = [];
    try {
      this.end.post({ type: 'values', values }, transfersOf(values));
      for (const value of values) forget(value);
      this.count += values.length;
    } catch {
      this.singly(values);
    }
  }

  /** Sends the values before one that cannot be cloned. The error of that value ends both sides. */
  private singly(values: readonly T[]): void {
    for (const value of values) {
      try {
        this.end.post({ type: 'values', values: [value] }, transferOf(value));
        this.count++;
      } catch (cause) {
        const what = `Value ${this.count} cannot be sent through the port: ${(cause as Error).message}`;
        const error = withIndex(new TypeError(what, { cause }), this.count);
        return this.broke(error);
      }
    }
  }
  private broke(error: unknown): void {
    this.close(error);
    this.hungUp(error);
  }

  private finish(cause: unknown): void {
    this.flush();
    if (this.over) return;
    this.over = true;
    this.close(cause);
    this.ended();
  }
  private close(cause: unknown): void {
    this.end.post({ type: 'end', cause: cause === undefined ? undefined : toWire(cause) });
    this.end.finish();
  }

  /** Ends the sender: the other side is known to take nothing more. */
  hangUp(reason: unknown): void {
    this.end.finish();
    this.hungUp(reason);
  }
  private hungUp(reason: unknown): void {
    // A channel that has ended by itself is not cancelled, so the stages above it stay as they are.
    if (this.over) return;
    this.over = true;
    this.pump.stop(reason);
    this.chan.cancel(reason);
    this.ended();
  }
}

/** Options of {@link fromPort}. */
export interface FromPortOptions {
  /**
   * How many values may be on their way or wait to be taken; an integer of at least 1.
   *
   * @defaultValue 128
   */
  readonly window?: number | undefined;
}

/** The receiver: a channel of the values that the sender posts. */
class Receiver<T> extends PullChan<T> {
  private readonly port: End<Down, Up>;
  private readonly window: number;
  private readonly values: Queue<T> = new Queue<T>();
  /** The credit that the sender has not used: how many values may still arrive. */
  private due = 0;
  private finished: { readonly cause: unknown } | undefined;

  constructor(port: PortLike, window: number) {
    super();
    this.window = window;
    this.port = new End<Down, Up>(
      port,
      (message) => this.received(message),
      () => this.finish(gone()),
      (error) => this.broke(error),
    );
  }

  private received(message: Down): void {
    if (message.type === 'values') {
      const { values } = message as { readonly values: unknown };
      // More values than the credit would bypass back-pressure.
      if (!Array.isArray(values) || values.includes(undefined) || (this.due -= values.length) < 0)
        return this.broke(nonsense());
      // Sound: both sides agree on the type of the values.
      for (const value of message.values) this.values.push(value as T);
      this.serve();
    } else if (message.type === 'end') {
      this.port.finish();
      this.finish(message.cause === undefined ? undefined : fromWire(message.cause));
    }
  }

  private broke(error: unknown): void {
    this.port.post({ type: 'cancel', reason: toWire(error) });
    this.port.finish();
    this.finish(error);
  }
  private finish(cause: unknown): void {
    this.finished = { cause };
    this.serve();
  }

  protected produce(): T | undefined | Pending {
    if (this.values.length > 0) {
      const value = this.values.shift();
      this.ask();
      return value;
    }
    if (this.finished === undefined) {
      this.ask();
      return PENDING;
    }
    if (this.finished.cause !== undefined) throw this.finished.cause;
    return undefined;
  }

  /** Grants credit when half of the window is used up, so that not every value costs a message. */
  private ask(): void {
    const count = this.window - this.due - this.values.length;
    if (this.finished !== undefined || count < this.window / 2) return;
    this.due += count;
    this.port.post({ type: 'credit', count });
  }

  // A waiting get keeps the process alive.
  protected override arm(): void {
    this.port.hold(true);
  }
  protected override disarm(): void {
    this.port.hold(false);
  }

  protected override release(reason: unknown): void {
    this.port.post({ type: 'cancel', reason: reason === undefined ? undefined : toWire(reason) });
    this.port.finish();
    while (this.values.length > 0) this.values.shift();
  }
}

function expectPort(port: unknown): void {
  const { postMessage, addEventListener, removeEventListener, close } = (port ?? {}) as Partial<PortLike>;
  const ok = [postMessage, addEventListener, removeEventListener, close].every(
    (one) => typeof one === 'function',
  );
  expect(ok, 'port', 'a MessagePort', port);
}

/**
 * Sends the values of a channel through a port; {@link fromPort} reads them at the other end. No
 * value is taken before the other end asks for one. From now on `toPort` owns the channel and the
 * port: when `chan` ends or fails, the channel at the other end ends or fails; when the channel at
 * the other end is cancelled, `chan` is cancelled.
 *
 * Values are copied by structured cloning; see {@link transfer} for moving objects. A value that
 * cannot be cloned fails the other end, and cancels `chan`, with an error that has the `index` of
 * the value.
 *
 * @param chan - the channel to send.
 * @param port - one end of a `MessageChannel`; the other end is given to `fromPort`.
 * @throws TypeError if `chan` is not a channel, or `port` is not a port.
 * @example
 * ```ts
 * import { Chan } from 'millrace';
 * import { fromPort, toPort } from 'millrace/parallel';
 *
 * const { port1, port2 } = new MessageChannel(); // one of them would go to a worker
 * const numbers = new Chan<number>();
 * toPort(numbers, port1);
 * const received = fromPort<number>(port2);
 * numbers.add(1, 2).close();
 * await received.collect(); // [1, 2]
 * ```
 */
export function toPort<T>(chan: ReadChan<T>, port: PortLike): void {
  void new Sender(chan, port, () => {});
}

/**
 * Sends a channel as `toPort` does; settles when the channel has ended or the other side has hung
 * up.
 */
export function sent<T>(chan: ReadChan<T>, port: PortLike): Promise<void> {
  return new Promise((resolve) => void new Sender(chan, port, resolve));
}

/**
 * Makes a channel of the values that {@link toPort} sends through a port. The channel ends or fails
 * with the channel at the other end, and fails if the other end is gone. Values are requested when
 * the channel is first read.
 *
 * @param port - one end of a `MessageChannel`; the other end is given to `toPort`.
 * @param options - see {@link FromPortOptions}.
 * @returns the channel. Cancelling it cancels the channel at the other end.
 * @throws TypeError if `port` is not a port; RangeError if `window` is not an integer of at least
 * 1.
 * @example
 * ```ts
 * import { fromRange } from 'millrace';
 * import { fromPort, toPort } from 'millrace/parallel';
 *
 * const { port1, port2 } = new MessageChannel();
 * toPort(fromRange(1000), port1);
 * const received = fromPort<number>(port2, { window: 8 }); // at most 8 are on their way
 * await received.collect(3); // [0, 1, 2]
 * received.cancel(); // on both sides
 * ```
 */
export function fromPort<T>(port: PortLike, options: FromPortOptions = {}): ReadChan<T> {
  const { window = WINDOW } = options;
  expectPort(port);
  expectInteger('window', window, 1);
  return full(new Receiver<T>(port, window));
}
