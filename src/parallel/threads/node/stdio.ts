/**
 * What a thread prints. In Node that goes to the main thread by messages, of which more than the first is sent only when that has been
 * taken; a thread that is ended takes the rest with it. Elsewhere it is written at once.
 */

/** Whether something that this thread has printed has not arrived. */
export function isPrinting(): boolean {
  return process.stdout.writableLength > 0 || process.stderr.writableLength > 0;
}

/** Settles when all has arrived. */
export async function printed(): Promise<void> {
  while (isPrinting()) await Promise.all([drained(process.stdout), drained(process.stderr)]);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
