/** Turns of the event loop. Every wait for a turn passes through here; a test can replace turns. */

/** Decides, in a test, which completion, callback or turn runs next. @internal */
export interface Schedule {
  /** Whether an operation that need not wait completes at once. */
  passes(): boolean;
  /**
   * Takes a function to run later: a callback if `called`, a waiter for a turn of the event loop if
   * `turn`, else a completion.
   */
  post(run: () => void, called: boolean, turn?: boolean): void;
}
/** The schedule that a test has installed. */
export let schedule: Schedule | undefined;

/** Installs a schedule that decides every later completion; `undefined` removes it. */
export function setSchedule(next: Schedule | undefined): void {
  schedule = next;
}

const immediate = globalThis.setImmediate as ((then: () => void) => unknown) | undefined;

/**
 * Calls `then` when the event loop has turned. On servers only `setImmediate` lets timers and I/O
 * run. Browsers run the continuations of `scheduler.yield` before their timers, so a loop over
 * `scheduler.yield` would delay timers for ever; browsers therefore wait for a message.
 */
export function turn(then: () => void): void {
  if (schedule !== undefined) schedule.post(then, false, true);
  else if (immediate !== undefined) immediate(then);
  else {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      then();
    });
    port1.start();
    port2.postMessage(0);
  }
}

/** Resolves when the event loop has turned: timers and I/O that were due have run. */
export function breathe(): Promise<void> {
  return new Promise(turn);
}
