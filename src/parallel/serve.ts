/** What a thread does with the messages it is sent. */
import type { AbortMessage, CoroutineMessage, PartMessage, RunMessage, ShareMessage } from './messages.js';
import { begin } from './nesting.js';
import { Runner } from './runner.js';

type Message = RunMessage | PartMessage | AbortMessage | ShareMessage | CoroutineMessage;

/** @returns what sends all that is ready: the thread is about to end. */
export function serve(
  post: (message: unknown, transfer: readonly object[]) => void,
  listen: (receive: (data: unknown) => void) => unknown,
): () => void {
  begin([]);
  const runner = new Runner(post);
  listen((data) => {
    const message = data as Message; // Sound: only the pool posts here.
    if (message.type === 'run') void runner.run(message);
    else if (message.type === 'part') runner.part(message.value);
    else if (message.type === 'abort') runner.abort(message);
    else if (message.type === 'share') runner.shared = message.shared;
    // What only few threads do is loaded by those.
    else if (message.type === 'coroutine')
      void import('./coroutine.js').then(({ coroutine }) => coroutine(message, post));
  });
  post({ type: 'ready' }, []);
  return () => runner.flush();
}
