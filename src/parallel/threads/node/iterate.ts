/** The thread that runs the task of `toIterable`; see block.ts. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { isPromise } from '../../../base/promises.js';
import { keyOf, load } from '../load.js';
import { enter } from '../nesting.js';
// oxlint-disable-next-line import/no-unassigned-import -- it tells where this thread comes from
import './born.js';
import type { TaskSpec } from '../messages.js';
import { forget, intact, transferOf, transfersOf } from '../transfer.js';
import { type Wire, toWire } from '../error-transport.js';

/** The `workerData` of the supervisor. */
export interface Supervised {
  readonly task: TaskSpec;
  readonly args: readonly unknown[];
  readonly events: Int32Array;
  readonly values: MessagePort;
  readonly news: MessagePort;
  readonly window: number;
}

/** A message to the blocked side. */
export type Given =
  | { readonly type: 'values'; readonly values: readonly unknown[] }
  | { readonly type: 'end' }
  | { readonly type: 'threw'; readonly error: Wire };

/** The most values in one message, and how long values may wait for more values, in ms. */
const MOST = 64;
const LATEST = 0.5;

const { task, args, events, values: port, window } = workerData as Omit<Supervised, 'news'>;

/** How many more values the blocked side wants, and whether it has stopped reading. */
const demand = { credits: window, cancelled: false };
let heard: (() => void) | undefined;
port.on('message', ({ type, count }: { type: string; count: number }) => {
  if (type === 'cancel') demand.cancelled = true;
  else demand.credits += count;
  heard?.();
});

function post(given: Given, transfer: readonly object[] = []): void {
  port.postMessage(given, intact(transfer) as never); // Sound: Node checks the list at runtime.
  Atomics.add(events, 0, 1);
  Atomics.notify(events, 0);
}

let held: unknown[] = [];
let since = performance.now();
function flush(): void {
  if (held.length > 0) {
    const values = held;
    held = [];
    try {
      post({ type: 'values', values }, transfersOf(values));
    } catch {
      // One of the values cannot be cloned. The values before that value are sent, and posting that
      // value fails the task.
      for (const value of values) post({ type: 'values', values: [value] }, transferOf(value));
    }
    for (const value of values) forget(value);
  }
  since = performance.now();
}
process.on('exit', flush);

type Steps = Iterator<unknown> | AsyncIterator<unknown>;

function stepsOf(values: unknown): Steps {
  const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync } = values as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  const steps = async?.call(values) ?? sync?.call(values);
  if (steps === undefined) throw new TypeError('Expected the task to return an iterable');
  return steps;
}

async function iterate(): Promise<void> {
  const f = await load(task);
  // The task counts as running while its result is iterated, so it may start threads.
  enter(keyOf(task));
  const steps = stepsOf(await f(...args));
  while (!demand.cancelled) {
    let step = steps.next();
    if (isPromise(step)) {
      flush();
      step = await step;
    }
    if (step.done === true) return;
    held.push(step.value);
    demand.credits--;
    if (held.length >= MOST || demand.credits === 0 || performance.now() - since >= LATEST) flush();
    while (demand.credits === 0 && !demand.cancelled) await new Promise<void>((resolve) => (heard = resolve));
  }
  await steps.return?.();
}

try {
  await iterate();
  flush();
  post({ type: 'end' });
} catch (error) {
  flush();
  post({ type: 'threw', error: toWire(error) });
}
port.close();
