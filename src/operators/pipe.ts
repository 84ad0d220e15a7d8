/** The work of `pipe` and `asyncApply`: moving values into a channel, and running a coroutine. */
import { follow, unwatch } from '../base/abort.js';
import { surface, causeOf } from '../base/errors.js';
import type { Pending } from '../channel/protocol.js';
import type { Drainable } from '../pull/drain-loop.js';
import { Inlet, type Upstream } from '../pull/inlet.js';
import { type Downstream, Outlet, finish } from '../pull/outlet.js';
import { Pump } from '../pull/pump.js';
import { Stage } from './stage.js';

export function pipe<T>(
  chan: Drainable<T>,
  out: Downstream<T>,
  close: boolean,
  signal: AbortSignal | undefined,
): void {
  const watcher = {
    aborted(reason: unknown): void {
      outlet.leave();
      pump.stop(reason);
      if (close) out.close(reason);
    },
  };
  const outlet = new Outlet<T>(
    out,
    () => pump.resume(),
    (reason) => {
      if (signal !== undefined) unwatch(signal, watcher);
      pump.stop(reason);
    },
  );
  const pump = new Pump<T>(
    chan,
    (value) => outlet.send(value),
    (cause) => {
      if (signal !== undefined) unwatch(signal, watcher);
      outlet.leave();
      finish(out, cause, close);
    },
  );
  if (signal !== undefined) follow(signal, watcher);
  if (signal?.aborted === true) return;
  outlet.watch();
  pump.resume();
}

/** The channel that a coroutine writes to. */
export interface Output extends Downstream<never> {
  readonly closed: boolean;
}

/**
 * Runs a coroutine. When it returns, its output closes; when it throws, its output closes with the
 * error. When the output accepts no more, the coroutine's input is cancelled: the coroutine is the
 * only owner of this input.
 */
export async function apply(
  f: (input: never, output: never) => unknown,
  input: Upstream<unknown>,
  output: Output,
): Promise<void> {
  const { signal } = output;
  const watcher = { aborted: (reason: unknown) => input.cancel(reason) };
  follow(signal, watcher);
  try {
    await f(input as never, output as never); // Sound: the caller pairs `f` with its channels.
    unwatch(signal, watcher);
    output.close();
  } catch (error) {
    unwatch(signal, watcher);
    input.cancel(error);
    if (!output.closed) output.close(causeOf(error));
    // The reader of the output has left. The coroutine may then throw the reader's reason, or the
    // failure of its input. Any other error has no reader, so it becomes uncaught.
    else if (error !== (signal as { reason: unknown }).reason && error !== causeOfEnd(input)) surface(error);
  }
}

/** Returns the error that an ended channel failed with; `undefined` for none. */
function causeOfEnd(chan: Upstream<unknown>): unknown {
  try {
    return void chan.poll();
  } catch (error) {
    return error;
  }
}

/** The stage of `asyncApply`: its coroutine starts when a reader first asks for a value. */
export class Applied<T> extends Stage<T> {
  readonly #source: Upstream<unknown>;
  readonly #output: Output & Upstream<T>;
  readonly #input: Inlet<T>;
  #f: ((input: never, output: never) => unknown) | undefined;

  constructor(
    f: (input: never, output: never) => unknown,
    source: Upstream<unknown>,
    output: Output & Upstream<T>,
  ) {
    super();
    this.#f = f;
    this.#source = source;
    this.#output = output;
    this.#input = new Inlet<T>(output, this);
  }
  produce(): T | undefined | Pending {
    const f = this.#f;
    this.#f = undefined;
    if (f !== undefined) void apply(f, this.#source, this.#output);
    return this.#input.poll();
  }
  arm(): void {
    this.#input.arm();
  }
  override disarm(): void {
    this.#input.disarm();
  }
  release(reason: unknown): void {
    this.#input.disarm();
    this.#output.cancel(reason);
    this.#source.cancel(reason);
  }
}
