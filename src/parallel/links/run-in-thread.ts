/**
 * A coroutine on a thread of its own, with channels in and out.
 *
 * - The thread lives as long as the coroutine. It keeps the process alive.
 * - However it ends, every channel it was given ends too: its outputs with the cause, and what it read from is cancelled. That is
 *   so before the promise settles: later nothing can be put that nobody will read.
 * - An error that an output is told of need not be handled once more.
 */
import { breathe } from '../../base/turn.js';
import { Alarm, now } from '../../base/clock.js';
import type { Task } from '../../operators/parallel.js';
import { Pump } from '../../pull/pump.js';
import { Outlet, expectOut } from '../../pull/outlet.js';
import type { ReadChan } from '../../operators/complete.js';
import type { WriteChan } from '../../channel/write-chan.js';
import type { Argument, Outcome, Ready } from '../threads/messages.js';
import type { PortLike } from '../threads/platform.js';
import { GoneError, Sender, WINDOW, fromPort } from './port.js';
import { START } from '../pool/pool-thread.js';
import { spawn } from '../threads/spawn.js';
import { specOf } from '../pool/task.js';
import { transferOf } from '../threads/transfer.js';
import { fromWire } from '../threads/error-transport.js';
import { type Death, workerError } from '../threads/worker-error.js';

/** A channel that another thread writes to; see {@link output}. */
export class Output<in T> {
  /** @internal */
  readonly chan: WriteChan<T>;

  /** @internal */
  constructor(chan: WriteChan<T>) {
    this.chan = chan;
  }
}

/** What {@link runInThread} is given for the parameters of a coroutine: for one that it writes to an {@link output}. */
export type ThreadArgs<A extends readonly unknown[]> = {
  [K in keyof A]: A[K] extends ReadChan<unknown>
    ? A[K] extends WriteChan<never>
      ? never
      : A[K]
    : A[K] extends WriteChan<infer T>
      ? Output<T>
      : A[K];
};

/** The promise of what a coroutine returns. */
export interface ThreadRun<R> extends Promise<R> {
  /**
   * Ends the thread, whatever it is doing; the promise rejects with a {@link WorkerError}, unless it is settled.
   *
   * @example
   * ```ts
   * import { inline, runInThread } from 'millrace/parallel';
   *
   * const run = runInThread(inline(() => { for (;;); }));
   * const outcome = run.catch((error: Error) => error.name);
   * await run.terminate();
   * await outcome; // 'WorkerError'
   * ```
   */
  terminate(): Promise<void>;
}

/**
 * Says that a coroutine on another thread is to write to a channel. (A channel as it is, it reads from.)
 *
 * @param chan - where the values are to go.
 * @returns what {@link runInThread} takes for it.
 * @throws TypeError for what is no channel.
 * @example
 * ```ts
 * import { Chan, type WriteChan } from 'millrace';
 * import { inline, output, runInThread } from 'millrace/parallel';
 *
 * const hello = inline(async (out: WriteChan<string>) => void (await out.put('hello')));
 * const words = new Chan<string>();
 * void runInThread(hello, output(words));
 * await words.collect(); // ['hello']
 * ```
 */
export function output<T>(chan: WriteChan<T>): Output<T> {
  expectOut(chan);
  return new Output(chan);
}

/**
 * Runs a coroutine on a thread of its own. Channels among its arguments are channels there too: those it reads from as they
 * are, those it writes to as {@link output}s. Other arguments, and the result, are copied; see {@link transfer}.
 *
 * When the coroutine returns, its outputs are closed, with its error when it throws; and what it read from is cancelled. Where an
 * output is told of an error, it is no unhandled rejection of the promise.
 *
 * @param task - the coroutine.
 * @param args - what it is called with.
 * @returns a promise of what it returns; rejects with what it throws, or with a {@link WorkerError} if the thread dies.
 * @throws TypeError for what is no task; DataCloneError for an argument that cannot be cloned.
 * @example
 * ```ts
 * import { Chan, fromRange, type ReadChan, type WriteChan } from 'millrace';
 * import { inline, output, runInThread } from 'millrace/parallel';
 *
 * const sums = inline(async (input: ReadChan<number>, out: WriteChan<number>) => {
 *   let sum = 0;
 *   for await (const n of input) await out.put((sum += n));
 *   return 'done';
 * });
 * const results = new Chan<number>();
 * const run = runInThread(sums, fromRange(1, 4), output(results));
 * await results.collect(); // [1, 3, 6]
 * await run; // 'done'
 * ```
 */
export function runInThread<A extends readonly unknown[], R>(
  task: Task<(...args: A) => R>,
  ...args: ThreadArgs<A>
): ThreadRun<Awaited<R>> {
  const spec = specOf(task);
  const moved: object[] = [];
  const given = (args as readonly unknown[]).map((arg) => argument(arg, moved));
  let settle: (outcome: Outcome | Error) => void;
  const ended = new Promise<Outcome | Error>((resolve) => (settle = resolve));
  // A worker of the user's may be none of ours, and would never answer.
  let late: Death | undefined;
  const starting = new Alarm(() => {
    late = { why: 'timeout', what: `did not start within ${START} ms` };
    void thread.end();
  });
  const thread = spawn(
    {},
    {
      message: (data) => {
        starting.clear();
        const outcome = (data ?? {}) as Outcome | Ready; // Sound: what else is posted there has another type.
        if (outcome.type === 'returned' || outcome.type === 'threw') settle(outcome);
      },
      died: (death) => {
        starting.clear();
        settle(workerError(late ?? death, []));
      },
    },
  );
  try {
    const sending = given.map(({ arg }) => arg);
    thread.post({ type: 'coroutine', task: spec, args: sending }, moved);
  } catch (error) {
    void thread.end();
    throw error;
  }
  thread.ref();
  starting.set(now() + START);
  const channels = given.map(({ connect }) => connect?.(ended));
  const run = ended.then(async (outcome): Promise<Awaited<R>> => {
    const failure = failureOf(outcome);
    for (const channel of channels) channel?.ended(outcome, failure?.error);
    await thread.end();
    if (outcome instanceof Error || outcome.type === 'threw') {
      if (channels.some((channel) => channel?.isTold === true)) run.catch(() => {});
      throw failure?.error;
    }
    return outcome.result as Awaited<R>; // Sound: what the task's function returned.
  });
  const made: Promise<unknown> = Object.assign(run, { terminate: () => thread.end() });
  return made as ThreadRun<Awaited<R>>; // Sound: what is awaited of a promise of that is the same.
}

/** What the coroutine ended with, if it failed. */
function failureOf(outcome: Outcome | Error): { readonly error: unknown } | undefined {
  if (outcome instanceof Error) return { error: outcome };
  return outcome.type === 'threw' ? { error: fromWire(outcome.error) } : undefined;
}

/** A channel between the threads. */
interface Channel {
  /** The coroutine is over. */
  ended(outcome: Outcome | Error, reason: unknown): void;
  /** Of an output: whether its readers hear of a failure. */
  readonly isTold?: boolean;
}

interface Given {
  readonly arg: Argument;
  /** Connects its channel, when all have been checked and sent. */
  readonly connect?: (ended: Promise<unknown>) => Channel;
}

/** Whether it is a channel, of whichever copy of the library. */
function isChan(arg: unknown): arg is ReadChan<unknown> {
  return (arg as Partial<ReadChan<unknown>> | null | undefined)?.millrace !== undefined;
}

function argument(arg: unknown, moved: object[]): Given {
  const isOutput = arg instanceof Output;
  if (!isOutput && !isChan(arg)) {
    moved.push(...transferOf(arg));
    return { arg: { kind: 'value', value: arg } };
  }
  const { port1, port2 } = new MessageChannel();
  moved.push(port2);
  if (!isOutput) return { arg: { kind: 'input', port: port2 }, connect: () => input(arg, port1) };
  const { chan } = arg as Output<unknown>;
  return {
    arg: { kind: 'output', port: port2 },
    connect: (ended) => {
      const told = receive(fromPort(port1), chan, ended);
      return {
        ended: (outcome) => {
          if (outcome instanceof Error) void close(port1);
        },
        // One that is still open will be.
        get isTold() {
          return told() || !chan.closed;
        },
      };
    },
  };
}

function input(chan: ReadChan<unknown>, port: PortLike): Channel {
  const sender = new Sender(chan, port, () => {});
  return { ended: (_, reason) => sender.hangUp(reason) };
}

/**
 * Tells a port that the thread at its other end is gone: not every runtime does. What the thread had sent comes first, in as many
 * turns of the event loop as there may be messages.
 */
async function close(port: EventTarget): Promise<void> {
  for (let turn = 0; turn < 2 * WINDOW; turn++) await breathe();
  port.dispatchEvent(new Event('close'));
}

/**
 * Moves what comes from the thread into a channel of the user's; should that die, its error is the cause.
 *
 * @returns what tells whether the channel was closed with a cause.
 */
function receive(
  source: ReadChan<unknown>,
  chan: WriteChan<unknown>,
  ended: Promise<unknown>,
): () => boolean {
  let told = false;
  const end = (cause: unknown): void => {
    told = cause !== undefined && !chan.closed;
    chan.close(cause);
  };
  const outlet = new Outlet<unknown>(
    chan,
    () => pump.resume(),
    (reason) => {
      pump.stop(reason);
      source.cancel(reason);
    },
  );
  const pump = new Pump<unknown>(
    source,
    (value) => outlet.send(value),
    (cause) => {
      outlet.leave();
      if (!(cause instanceof GoneError)) end(cause);
      else void ended.then((outcome) => end(outcome instanceof Error ? outcome : cause));
    },
  );
  outlet.watch();
  pump.resume();
  return () => told;
}
