/**
 * The blocked side of `toIterable`.
 *
 * Three threads take part: this one, which blocks; the one that runs the task; and between them a supervisor, which runs no code
 * of the user's, since a blocked thread hears of no other's death.
 *
 * - The shared counter goes up with every message to this side, after it was posted: so one that came is never slept through.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { TaskSpec } from '../messages.js';
import { intact, transferOf } from '../transfer.js';
import { fromWire } from '../error-transport.js';
import { type Death, workerError } from '../worker-error.js';
import { bear } from './born.js';
import { UP, execArgv } from './flags.js';
import type { Given, Supervised } from './iterate.js';

/** How long, in ms, the supervisor may take to start. Where its file is missing, as in most bundles, it does not. */
const PATIENCE = 30_000;
const FILE = fileURLToPath(import.meta.url).replace(/[^/\\]*$/, 'supervisor.js');
const NOT_STARTED: Death = {
  why: 'error',
  what: 'of toIterable() did not start. In a bundle it cannot: leave millrace out of the bundle',
};

/** How many values may be made ahead. */
const WINDOW = 256;

export function* block(task: TaskSpec, args: readonly unknown[]): Generator<unknown, void, undefined> {
  const events = new Int32Array(new SharedArrayBuffer(8));
  const { port1: values, port2 } = new MessageChannel();
  const { port1: news, port2: toNews } = new MessageChannel();
  const workerData: Supervised = { task, args, events, values: port2, news: toNews, window: WINDOW };
  const transferList = [port2, toNews, ...intact(args.flatMap((arg) => transferOf(arg)))] as MessagePort[]; // Sound: Node checks them.
  // Webpack makes nonsense of an import in an object literal here.
  const options = { execArgv, workerData, transferList };
  const supervisor = bear(() => new Worker(new URL('./supervisor.js', import.meta.url), options));
  supervisor.unref();
  supervisor.on('error', () => {});
  try {
    const patience = existsSync(FILE) ? PATIENCE : PATIENCE / 10;
    if (Atomics.wait(events, UP, 0, patience) === 'timed-out') throw workerError(NOT_STARTED, []);
    for (;;) {
      const given = next(events, values, news);
      if (given.type === 'end') return;
      if (given.type === 'threw') throw fromWire(given.error);
      yield* given.values;
      values.postMessage({ type: 'credit', count: given.values.length });
    }
  } finally {
    // It lets the task's own `finally` run, and ends the thread.
    values.postMessage({ type: 'cancel' });
    supervisor.postMessage('end');
    // Until it has ended, so that nothing that the task has printed is lost.
    supervisor.ref();
    values.close();
    news.close();
  }
}

/** Blocks until there is a message. */
function next(events: Int32Array, values: MessagePort, news: MessagePort): Given {
  for (;;) {
    const seen = Atomics.load(events, 0);
    // In this order: what a thread sent before it died comes first.
    const death = (received(news) as Death | undefined) ?? died.get(values);
    const given = received(values) as Given | undefined;
    if (death !== undefined && given === undefined) throw workerError(death, []);
    if (death !== undefined) died.set(values, death);
    if (given !== undefined) return given;
    Atomics.wait(events, 0, seen);
  }
}

/** Of those that are not yet read to their end. */
const died = new WeakMap<MessagePort, Death>();

function received(port: MessagePort): unknown {
  return receiveMessageOnPort(port)?.message as unknown;
}
