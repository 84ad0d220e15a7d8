/**
 * A channel over a `MessagePort`: one side sends what it takes from a channel, the other is a channel.
 *
 * - Values are sent only against credits. The reader gives `window` of them when somebody first asks, and more as values are
 *   taken: so at most `window` are on their way or wait there, and a slow reader holds the writer.
 * - What is ready goes in one message, up to `MOST` values.
 * - The end goes down with its cause, after the values; hanging up goes up with its reason. After either the port is closed, and
 *   no listener is left. If the other side is gone without a word, the reader fails and the writer's channel is cancelled.
 * - What comes in is data: nothing in it is called, or used as a key. What our other end cannot have sent, or cannot be read, ends
 *   both sides: values may have been in it.
 */
import { expect, expectInteger } from '../../base/errors.js';
import { PENDING, type Pending } from '../../channel/protocol.js';
import { Queue } from '../../base/queue.js';
import { Pump } from '../../pull/pump.js';
import { PullChan } from '../../pull/pull-chan.js';
import { type ReadChan, full } from '../../operators/complete.js';
import type { PortLike } from '../threads/platform.js';
import { forget, intact, transferOf, transfersOf } from '../threads/transfer.js';
import { type Wire, fromWire, toWire, withIndex } from '../threads/error-transport.js';

/** Values in one message. */
const MOST = 64;
/** Values on their way, and so messages, where nobody says otherwise. */
export const WINDOW = 128;

/** To the reader, and to the writer. */
type Down =
  | { readonly type: 'values'; readonly values: readonly unknown[] }
  | { readonly type: 'end'; readonly cause: Wire | undefined };
type Up =
  | { readonly type: 'credit'; readonly count: number }
  | { readonly type: 'cancel'; readonly reason: Wire | undefined };

/** One end of a port. */
class End<In, Out> {
  private readonly port: PortLike;
  private readonly received: (message: In) => void;
  private readonly gone: () => void;
  private readonly broken: (error: Error) => void;
  private over = false;
  private readonly onMessage = ({ data }: { data: unknown }): void => {
    if (!this.over && typeof data === 'object' && data !== null) this.received(data as In); // Sound: what it is made of is looked at.
  };
  private readonly onUnreadable = ({ data }: { data: unknown }): void => {
    if (!this.over) this.broken(unreadable(data));
  };
  private readonly onClose = (): void => {
    if (this.over) return;
    this.finish();
    this.gone();
  };

  /**
   * @param gone - the other side is no more.
   * @param broken - a message cannot be read, or makes no sense.
   */
  constructor(
    port: PortLike,
    received: (message: In) => void,
    gone: () => void,
    broken: (error: Error) => void,
  ) {
    this.port = port;
    this.received = received;
    this.gone = gone;
    this.broken = broken;
    // Sound: a port's events are what the listeners expect.
    port.addEventListener('message', this.onMessage as never);
    port.addEventListener('messageerror', this.onUnreadable as never);
    port.addEventListener('close', this.onClose as never);
    port.start?.();
    port.unref?.();
  }
  /** @throws what cannot be cloned. */
  post(message: Out, transfer: readonly object[] = []): void {
    if (!this.over) this.port.postMessage(message, intact(transfer) as never); // Sound: the platform checks it.
  }
  /** Whether it keeps the process alive. */
  hold(held: boolean): void {
    if (held) this.port.ref?.();
    else this.port.unref?.();
  }
  finish(): void {
    if (this.over) return;
    this.over = true;
    this.port.removeEventListener('message', this.onMessage as never);
    this.port.removeEventListener('messageerror', this.onUnreadable as never);
    this.port.removeEventListener('close', this.onClose as never);
    this.port.close();
  }
}

/** The other side ended without a word. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
}

const unreadable = (cause: unknown): Error =>
  new TypeError('A message came through the port that cannot be read', { cause });
const nonsense = (): Error => new TypeError('A message came through the port that makes no sense');
const gone = (): Error => new GoneError('The other side of the port is gone');

/** The writer's side. */
export class Sender<T> {
  private readonly chan: ReadChan<T>;
  private readonly end: End<Up, Down>;
  private readonly pump: Pump<T>;
  private credits = 0;
  /** Whether it takes nothing until there is credit. */
  private halted = true;
  private count = 0;
  private values: T[] = [];
  private scheduled = false;
  private over = false;

  /** @param ended - called when it is done, either way. */
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
      // What comes in the same go, also from others who were waiting, goes along.
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

  /** One of them cannot be cloned: those before it are sent, and it is the end. */
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

  /** The other side is known to take nothing more. */
  hangUp(reason: unknown): void {
    this.end.finish();
    this.hungUp(reason);
  }
  private hungUp(reason: unknown): void {
    // What has ended by itself leaves the stages above it as they are.
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
   * How many values may be on their way, or wait to be taken; an integer of at least 1.
   *
   * @defaultValue 128
   */
  readonly window?: number | undefined;
}

/** The reader's side. */
class Receiver<T> extends PullChan<T> {
  private readonly port: End<Down, Up>;
  private readonly window: number;
  private readonly values: Queue<T> = new Queue<T>();
  /** How many may come without more credit. */
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
      // More than it was asked for would be a flood.
      if (!Array.isArray(values) || values.includes(undefined) || (this.due -= values.length) < 0)
        return this.broke(nonsense());
      for (const value of message.values) this.values.push(value as T); // Sound: as its types say, on both sides.
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

  /** Gives credit when half of it is used up: not a message for each value. */
  private ask(): void {
    const count = this.window - this.due - this.values.length;
    if (this.finished !== undefined || count < this.window / 2) return;
    this.due += count;
    this.port.post({ type: 'credit', count });
  }

  // Somebody who waits keeps the process alive.
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
 * Sends the values of a channel through a port, to where {@link fromPort} reads them. Nothing is taken before somebody asks
 * there. From now on the channel and the port are this function's: when the channel ends or fails, so does the other side; when
 * the reader there hangs up, the channel is cancelled.
 *
 * Values are copied by structured cloning, see {@link transfer} for what is not. One that cannot be copied fails the other side,
 * and cancels the channel, with an error that has its `index`.
 *
 * @param chan - the channel to send.
 * @param port - one end of a `MessageChannel`, the other of which is given to `fromPort`.
 * @throws TypeError for what is no channel, or no port.
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

/** The same; settles when it is done, either way. */
export function sent<T>(chan: ReadChan<T>, port: PortLike): Promise<void> {
  return new Promise((resolve) => void new Sender(chan, port, resolve));
}

/**
 * What is sent through a port by {@link toPort}, as a channel. See there.
 *
 * @param port - the end that belongs to the one given to `toPort`.
 * @param options - see {@link FromPortOptions}.
 * @returns the channel. Cancelling it cancels the one on the other side.
 * @throws TypeError for what is no port; RangeError for a bad `window`.
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
