/**
 * `millrace/parallel` for a program in the page: its threads are workers of its worker. Loaded by the programs that import it.
 *
 * - A thread that works on something is told of, so that it is known whether anything can still happen.
 * - What a thread prints is shown like what the program prints.
 * - A thread is the worker of programs once more (runner.worker.ts), under the name of {@link THREAD}: so it needs only what is
 *   loaded already.
 */
import * as parallel from 'millrace/parallel';
import { THREAD } from './messages.js';
import type { PrintMessage } from './thread.js';

export interface Watcher {
  /** `thread` has begun something, or is done with all of it. */
  busy(thread: object, isBusy: boolean): void;
  print(values: readonly unknown[]): void;
}

type Sent = { readonly type: string };
type Received = Sent | parallel.Reply | PrintMessage;

/** A thread answers each of these once. */
const isAsked = ({ type }: Sent): boolean => type === 'run' || type === 'coroutine';
const isPrint = (message: Received): message is PrintMessage => message.type === 'print';
const isAnswer = (message: Received): boolean =>
  ('done' in message && message.done) || message.type === 'returned' || message.type === 'threw';

function thread(watcher: Watcher): Worker {
  const worker = new Worker(location.href, { type: 'module', name: THREAD });
  let open = 0;
  const count = (now: number): void => watcher.busy(worker, (open = now) > 0);
  worker.addEventListener('message', (event: MessageEvent<Received>) => {
    if (isPrint(event.data)) {
      event.stopImmediatePropagation();
      watcher.print(event.data.values);
    } else if (isAnswer(event.data)) count(open - 1);
  });
  return Object.assign(worker, {
    postMessage(message: Sent, transfer: Transferable[] = []): void {
      Worker.prototype.postMessage.call(worker, message, { transfer });
      if (isAsked(message)) count(open + 1);
    },
    terminate(): void {
      Worker.prototype.terminate.call(worker);
      count(0);
    },
  });
}

/** @returns what the program gets for `millrace/parallel`. */
export function threads(watcher: Watcher): object {
  parallel.useWorker(() => thread(watcher));
  return parallel;
}
