/** The entry module of a thread in Node, Bun and Deno. */
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';
import { intact } from '../threads/transfer.js';
// oxlint-disable-next-line import/no-unassigned-import -- it tells where this thread comes from
import '../threads/node/born.js';
import { isPrinting, printed } from '../threads/node/stdio.js';

if (parentPort !== null) {
  const port = parentPort;
  let waits = false;
  /** Posts `quiet` when all output of this thread has arrived. */
  const quieten = async (): Promise<void> => {
    if (waits) return;
    waits = true;
    await printed();
    waits = false;
    port.postMessage({ type: 'quiet' });
  };
  const flush = serve(
    (message, transfer) => {
      const printing = isPrinting();
      // Sound: all messages are objects, and Node checks the list at runtime.
      port.postMessage(printing ? { ...(message as object), printing } : message, intact(transfer) as never);
      if (printing) void quieten();
    },
    (receive, unreadable) => {
      port.on('message', (message: { type?: unknown }) => {
        if (message.type === 'bye') void quieten();
        else receive(message);
      });
      port.on('messageerror', unreadable);
    },
  );
  process.on('exit', flush);
}
