/** The entry module of a thread in a browser. */
import { serve } from './serve.js';

interface WorkerScope {
  postMessage(message: unknown, transfer: readonly object[]): void;
  addEventListener(type: 'message' | 'messageerror', listener: (event: { data: unknown }) => void): void;
}

const scope = globalThis as unknown as WorkerScope; // Sound: this module runs only in workers.
serve(
  (message, transfer) => scope.postMessage(message, transfer),
  (receive, unreadable) => {
    scope.addEventListener('message', (event) => receive(event.data));
    scope.addEventListener('messageerror', (event) => unreadable(event.data));
  },
);
