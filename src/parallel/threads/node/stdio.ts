/**
 * The output of a thread.
 *
 * In Node a thread sends its output to the main thread in messages, and sends each further message
 * only when the main thread has taken the previous message. Output that waits to be sent is lost
 * when the thread is ended. Other runtimes write output at once.
 */

/** Whether output of this thread has not arrived yet. */
export function isPrinting(): boolean {
  return process.stdout.writableLength > 0 || process.stderr.writableLength > 0;
}

/** Settles when all output of this thread has arrived. */
export async function printed(): Promise<void> {
  while (isPrinting()) await Promise.all([drained(process.stdout), drained(process.stderr)]);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
