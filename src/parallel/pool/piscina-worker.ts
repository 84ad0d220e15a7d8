/** The module that a thread of a piscina runs for `piscina.ts`. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { AbortMessage, RunMessage } from '../threads/messages.js';
import { begin } from '../threads/nesting.js';
import { Runner } from '../threads/runner.js';
import { intact } from '../threads/transfer.js';

/** A batch, as a task of the piscina. */
export interface PiscinaJob {
  readonly message: RunMessage;
  readonly shared: Int32Array;
  /** The port to which replies are posted, and from which aborts come. */
  readonly port: MessagePort;
  /** How many values wait in the port, if `message` has none. */
  readonly parts?: number;
}

begin([]);

export default async function run({ message, shared, port, parts = 0 }: PiscinaJob): Promise<void> {
  // Sound: Node checks the list at runtime.
  const runner = new Runner((reply, transfer) => port.postMessage(reply, intact(transfer) as never), shared);
  for (let left = parts; left > 0; left--) runner.part(receiveMessageOnPort(port)?.message as unknown);
  const flush = (): void => runner.flush();
  process.on('exit', flush);
  port.on('message', (abort: AbortMessage) => runner.abort(abort));
  await runner.run(message);
  process.off('exit', flush);
  port.removeAllListeners('message');
}
