/** What a thread of Node, Bun and Deno runs. */
import { parentPort } from 'node:worker_threads';
import { serve } from '../serve.js';

if (parentPort !== null) {
  const port = parentPort;
  const flush = serve(
    (message, transfer) => port.postMessage(message, transfer as never), // Sound: Node checks it.
    (receive) => port.on('message', receive),
  );
  process.on('exit', flush);
}
