/** What a thread of Node, Bun and Deno runs. */
import { parentPort } from 'node:worker_threads';
import { serve } from '../serve.js';
import { intact } from '../transfer.js';

if (parentPort !== null) {
  const port = parentPort;
  let waits = false;
  /** Tells when all that was printed has arrived: it goes another way than messages, and is not waited for when a thread ends. */
  const quieten = async (): Promise<void> => {
    if (waits) return;
    waits = true;
    while (isPrinting()) await Promise.all([drained(process.stdout), drained(process.stderr)]);
    waits = false;
    port.postMessage({ type: 'quiet' });
  };
  const flush = serve(
    (message, transfer) => {
      const printing = isPrinting();
      // Sound: all messages are objects, and Node checks what is moved.
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

/** In Node what a thread prints is written when the main thread has taken it; elsewhere at once. */
function isPrinting(): boolean {
  return process.stdout.writableLength > 0 || process.stderr.writableLength > 0;
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
