/** What a thread of a program in the page runs. What it prints goes to the program's worker, which shows it. */
import 'millrace/parallel/worker';

export interface PrintMessage {
  readonly type: 'print';
  readonly values: readonly unknown[];
}

function send(values: readonly unknown[]): void {
  postMessage({ type: 'print', values } satisfies PrintMessage);
}

function print(...values: unknown[]): void {
  try {
    send(values);
  } catch {
    // What cannot be copied is shown as text.
    send(values.map(String));
  }
}

Object.assign(console, { log: print, info: print, error: print, warn: print });
