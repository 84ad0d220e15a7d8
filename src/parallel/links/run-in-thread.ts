/**
 * Runs a coroutine on a thread of its own, with channels in and out.
 *
 * - The thread lives as long as the coroutine, and keeps the process alive.
 * - However the coroutine ends, its channels end too: its outputs are closed with the cause, and
 *   its inputs are cancelled. The channels end before the promise settles, so after that no put can
 *   succeed that nobody will read.
 * - A failure that an output reports is not an unhandled rejection of the promise.
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
import { Sender, WINDOW, fromPort } from './port.js';
import { GoneError } from './port-end.js';
import { START } from '../pool/pool-thread.js';
import { spawn } from '../threads/spawn.js';
import { specOf } from '../pool/task.js';
import { transferOf } from '../threads/transfer.js';
import { fromWire } from '../threads/error-transport.js';
import { type Death, workerError } from '../threads/worker-error.js';

/** A channel that a coroutine on another thread writes to. {@link output} makes one. */
export class Output<in T> {
  /** @internal */
  readonly chan: WriteChan<T>;

  /** @internal */
  constructor(chan: WriteChan<T>) {
    this.chan = chan;
  }
}

/**
 * The arguments of {@link runInThread} for a coroutine with the parameters `A`: an {@link Output}
 * for a channel that the coroutine only writes to, and the parameter's own type for any other
 * parameter. A parameter of a channel type that can be both read and written is not allowed.
 */
export type ThreadArgs<A extends readonly unknown[]> = {
  [K in keyof A]: A[K] extends ReadChan<unknown>
    ? A[K] extends WriteChan<never>
      ? never
      : A[K]
    : A[K] extends WriteChan<infer T>
      ? Output<T>
      : A[K];
};

/** The promise of the result of a coroutine on another thread. {@link runInThread} returns one. */
export interface ThreadRun<R> extends Promise<R> {
  /**
   * Ends the thread, whatever it is doing. The promise of the result rejects with a
   * {@link WorkerError}, unless it has settled.
   *
   * @returns a promise that settles when the thread has ended.
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
 * Marks a channel that a coroutine on another thread writes to. The coroutine reads from a channel
 * without this mark.
 *
 * @param chan - the channel that the values are put to.
 * @returns the argument for {@link runInThread}.
 * @throws TypeError if `chan` is not a channel to write to.
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
 * Runs a coroutine on a thread of its own. Channels among its arguments are channels on that
 * thread, too. Pass a channel that the coroutine reads from as it is, and a channel that the
 * coroutine writes to as an {@link output}. Other arguments, and the result, are copied; see
 * {@link transfer} for moving objects.
 *
 * When the coroutine ends, its outputs are closed, with its error if it threw, and the channels
 * that it reads from are cancelled. If an output reports the error to its readers, ignoring the
 * promise causes no unhandled rejection.
 *
 * @param task - the coroutine.
 * @param args - the arguments of the coroutine.
 * @returns a promise of the coroutine's result. It rejects with the error that the coroutine
 * throws, or with a {@link WorkerError} if the thread dies.
 * @throws TypeError if `task` is not a task; DataCloneError if an argument cannot be cloned.
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
  // A worker made by the function given to `useWorker` might not run this library. Then it never
  // answers.
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
        // Sound: the check of `type` ignores every other message.
        const outcome = (data ?? {}) as Outcome | Ready;
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
    return outcome.result as Awaited<R>; // Sound: this is the return value of the task's function.
  });
  const made: Promise<unknown> = Object.assign(run, { terminate: () => thread.end() });
  // Sound: `run` resolves to `Awaited<R>`, and awaiting `Awaited<R>` gives `Awaited<R>` again.
  return made as ThreadRun<Awaited<R>>;
}

/**
 * The error that the coroutine or its thread failed with; `undefined` if the coroutine returned.
 */
function failureOf(outcome: Outcome | Error): { readonly error: unknown } | undefined {
  if (outcome instanceof Error) return { error: outcome };
  return outcome.type === 'threw' ? { error: fromWire(outcome.error) } : undefined;
}

/** This thread's end of a channel of the coroutine. */
interface Channel {
  /** Called when the coroutine has ended. */
  ended(outcome: Outcome | Error, reason: unknown): void;
  /** Only for an output: whether its readers learn of a failure of the coroutine. */
  readonly isTold?: boolean;
}

interface Given {
  readonly arg: Argument;
  /** Connects the channel of the argument, when all arguments have been checked and sent. */
  readonly connect?: (ended: Promise<unknown>) => Channel;
}

/** Whether `arg` is a channel, of any copy of the library. */
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
        // A channel that is still open will be closed with the failure.
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
 * Emits `close` on a port whose thread is gone, because not every runtime does. Messages that the
 * thread had sent arrive first: the wait lasts as many turns of the event loop as there may be
 * messages.
 */
async function close(port: EventTarget): Promise<void> {
  for (let turn = 0; turn < 2 * WINDOW; turn++) await breathe();
  port.dispatchEvent(new Event('close'));
}

/**
 * Puts the values that a thread sends into `chan`. If the thread dies, `chan` is closed with the
 * error of the death.
 *
 * @returns a function that tells whether `chan` was closed with a cause.
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
