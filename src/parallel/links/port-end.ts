/** One end of a `MessagePort`: its messages, its listeners and its errors. */
import { intact } from '../threads/transfer.js';
import type { PortLike } from '../threads/platform.js';
import type { Wire } from '../threads/error-transport.js';

/** The messages to the receiver (`Down`) and to the sender (`Up`). */
export type Down =
  | { readonly type: 'values'; readonly values: readonly unknown[] }
  | { readonly type: 'end'; readonly cause: Wire | undefined };
export type Up =
  | { readonly type: 'credit'; readonly count: number }
  | { readonly type: 'cancel'; readonly reason: Wire | undefined };

/** One end of a port. */
export class End<In, Out> {
  private readonly port: PortLike;
  private readonly received: (message: In) => void;
  private readonly gone: () => void;
  private readonly broken: (error: Error) => void;
  private over = false;
  private readonly onMessage = ({ data }: { data: unknown }): void => {
    // Sound: `received` checks every member that it uses.
    if (!this.over && typeof data === 'object' && data !== null) this.received(data as In);
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
   * @param gone - called when the port has closed before this end has finished.
   * @param broken - called with an error when a message cannot be read.
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
    // Sound: the listeners take the events that a port emits.
    port.addEventListener('message', this.onMessage as never);
    port.addEventListener('messageerror', this.onUnreadable as never);
    port.addEventListener('close', this.onClose as never);
    port.start?.();
    port.unref?.();
  }
  /** @throws DataCloneError if `message` cannot be cloned. */
  post(message: Out, transfer: readonly object[] = []): void {
    // Sound: the platform checks the list at runtime.
    if (!this.over) this.port.postMessage(message, intact(transfer) as never);
  }
  /** Lets the port keep the process alive, or not. */
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

/** The error of a channel whose port closed without an `end` or `cancel` message. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
}

const unreadable = (cause: unknown): Error =>
  new TypeError('A message came through the port that cannot be read', { cause });
export const nonsense = (): Error => new TypeError('A message came through the port that makes no sense');
export const gone = (): Error => new GoneError('The other side of the port is gone');
