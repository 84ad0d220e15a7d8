/** Hands the messages that a thread receives to its runner, or to a coroutine. */
import { surface } from '../../base/errors.js';
import type {
  AbortMessage,
  CoroutineMessage,
  PartMessage,
  RunMessage,
  ShareMessage,
} from '../threads/messages.js';
import { begin } from '../threads/nesting.js';
import { Runner } from '../threads/runner.js';

type Message = RunMessage | PartMessage | AbortMessage | ShareMessage | CoroutineMessage;

/**
 * Listens for messages. A message that cannot be read ends the thread once the batches before it
 * are done, because the calls that the message asked for are unknown.
 *
 * @returns a function that sends all results that are ready, for a thread that is about to end.
 */
export function serve(
  post: (message: unknown, transfer: readonly object[]) => void,
  listen: (receive: (data: unknown) => void, unreadable: (error: unknown) => void) => unknown,
): () => void {
  begin([]);
  const runner = new Runner(post);
  let last: Promise<void> = Promise.resolve();
  let broken = false;
  const receive = (data: unknown): void => {
    if (broken) return;
    const message = data as Message; // Sound: only pools and `runInThread` post to this thread.
    if (message.type === 'run') last = runner.run(message);
    else if (message.type === 'part') runner.part(message.value);
    else if (message.type === 'abort') runner.abort(message);
    else if (message.type === 'share') runner.shared = message.shared;
    // Loaded on demand, because few threads run a coroutine.
    else if (message.type === 'coroutine')
      void import('./coroutine.js').then(({ coroutine }) => coroutine(message, post));
  };
  listen(receive, (cause) => {
    if (broken) return;
    broken = true;
    const error = new Error('a message to it cannot be read', { cause });
    void last.then(() => surface(error));
  });
  post({ type: 'ready' }, []);
  return () => runner.flush();
}
