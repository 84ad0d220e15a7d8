/**
 * The blocked side of `toIterable`.
 *
 * Three threads take part: this thread, which blocks; the thread that runs the task; and a
 * supervisor between them. A blocked thread receives no event when another thread dies, so the
 * supervisor, which runs no user code, reports the death.
 *
 * - The shared counter goes up after each message to this side is posted, so this side never sleeps
 *   while a message is unread.
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

/**
 * How long the supervisor may take to start, in ms. If its file is missing, as in most bundles, it
 * never starts, so a tenth of this time is enough.
 */
const PATIENCE = 30_000;
const FILE = fileURLToPath(import.meta.url).replace(/[^/\\]*$/, 'supervisor.js');
const NOT_STARTED: Death = {
  why: 'error',
  what: 'of toIterable() did not start. In a bundle it cannot: leave millrace out of the bundle',
};

/** How many values the task may yield ahead of the reader. */
const WINDOW = 256;

export function* block(task: TaskSpec, args: readonly unknown[]): Generator<unknown, void, undefined> {
  const events = new Int32Array(new SharedArrayBuffer(8));
  const { port1: values, port2 } = new MessageChannel();
  const { port1: news, port2: toNews } = new MessageChannel();
  const workerData: Supervised = { task, args, events, values: port2, news: toNews, window: WINDOW };
  // Sound: Node checks at runtime that these objects can be transferred.
  const transferList = [port2, toNews, ...intact(args.flatMap((arg) => transferOf(arg)))] as MessagePort[];
  // Webpack breaks an imported binding in an object literal inside `new Worker(…)`.
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
    // `cancel` lets the `finally` blocks of the task run, and ends its thread.
    values.postMessage({ type: 'cancel' });
    supervisor.postMessage('end');
    // Keep the process alive until the supervisor has ended, so that no output of the task is lost.
    supervisor.ref();
    values.close();
    news.close();
  }
}

/** Blocks until there is a message. */
function next(events: Int32Array, values: MessagePort, news: MessagePort): Given {
  for (;;) {
    const seen = Atomics.load(events, 0);
    // Read `news` first: once a death is known, every value that the thread sent is in `values`.
    const death = (received(news) as Death | undefined) ?? died.get(values);
    const given = received(values) as Given | undefined;
    if (death !== undefined && given === undefined) throw workerError(death, []);
    if (death !== undefined) died.set(values, death);
    if (given !== undefined) return given;
    Atomics.wait(events, 0, seen);
  }
}

/** The deaths of threads, by the ports that still hold values of these threads. */
const died = new WeakMap<MessagePort, Death>();

function received(port: MessagePort): unknown {
  return receiveMessageOnPort(port)?.message as unknown;
}
