/** Runs a program in a worker, and can always stop it. */
import { CompileError, compile } from './compile.js';
import type { Failure, Told } from './messages.js';
import type { Event } from './recording.js';

/** How long a program may run, in ms. */
export const LIMIT = 15_000;

export type Ending = 'done' | 'failed' | 'stopped' | 'late';

export interface Listener {
  line(text: string): void;
  failure(failure: Failure): void;
  events(events: readonly Event[]): void;
  /** It waits, and nothing is set to wake it. */
  stuck(): void;
  /** It has ended; called once, and nothing is called after it. */
  end(ending: Ending): void;
}

/** @returns what stops it. */
export function run(source: string, isRecorded: boolean, listener: Listener): () => void {
  let code: string;
  try {
    code = compile(source, isRecorded);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    listener.failure({ text: `SyntaxError: ${error.message}`, line: error.line });
    listener.end('failed');
    return () => {};
  }
  const worker = new Worker(new URL('./runner.worker.ts', import.meta.url), { type: 'module' });
  let isOver = false;
  let hasFailed = false;
  const end = (ending: Ending): void => {
    if (isOver) return;
    isOver = true;
    worker.terminate();
    clearTimeout(limit);
    listener.end(ending);
  };
  const limit = setTimeout(() => end('late'), LIMIT);
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    listener.failure({ text: event.message || 'The program could not be started' });
    end('failed');
  });
  worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    if (isOver) return;
    if (data.what === 'line') listener.line(data.text);
    else if (data.what === 'events') listener.events(data.events);
    else if (data.what === 'stuck') listener.stuck();
    else if (data.what === 'failure') {
      hasFailed = true;
      listener.failure(data.failure);
    } else end(hasFailed ? 'failed' : 'done');
  });
  worker.postMessage({ code, isRecorded });
  return () => end('stopped');
}
