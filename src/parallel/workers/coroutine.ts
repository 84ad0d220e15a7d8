/** Runs a coroutine of `runInThread` in its thread. */
import type { Value } from '../../channel/protocol.js';
import { Chan, type ReadChan } from '../../operators/complete.js';
import { load } from '../threads/load.js';
import type { Argument, CoroutineMessage, Outcome } from '../threads/messages.js';
import { fromPort, sent } from '../links/port.js';
import { transferOf } from '../threads/transfer.js';
import { toWire } from '../threads/error-transport.js';

export async function coroutine(
  { task, args }: CoroutineMessage,
  post: (outcome: Outcome, transfer: readonly object[]) => void,
): Promise<void> {
  const inputs: ReadChan<unknown>[] = [];
  const outputs: { readonly chan: Chan<Value>; readonly sent: Promise<void> }[] = [];
  const given = args.map((arg: Argument) => {
    if (arg.kind === 'value') return arg.value;
    if (arg.kind === 'input') {
      const input = fromPort(arg.port);
      inputs.push(input);
      return input;
    }
    const chan = new Chan<Value>();
    outputs.push({ chan, sent: sent(chan, arg.port) });
    return chan;
  });
  /** Cancels the inputs, closes the outputs, and waits until the outputs have been sent. */
  const finish = async (cause: unknown): Promise<void> => {
    for (const input of inputs) input.cancel(cause);
    for (const { chan } of outputs) chan.close(cause);
    await Promise.all(outputs.map((output) => output.sent));
  };
  try {
    const f = await load(task);
    const result = await f(...given);
    await finish(undefined);
    post({ type: 'returned', result }, transferOf(result));
  } catch (error) {
    await finish(error);
    post({ type: 'threw', error: toWire(error) }, []);
  }
}
