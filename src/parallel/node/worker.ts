/** What a thread of Node, Bun and Deno runs. */
import { parentPort } from 'node:worker_threads';
import { serve } from '../serve.js';
// oxlint-disable-next-line import/no-unassigned-import -- it tells where this thread comes from
import './born.js';

if (parentPort !== null) {
  const port = parentPort;
  const flush = serve(
    (message, transfer) => port.postMessage(message, transfer as never), // Sound: Node checks it.
    (receive) => port.on('message', receive),
  );
  process.on('exit', flush);
}
