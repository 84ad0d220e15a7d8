/** Turns of the event loop: all that waits for one passes through here. A schedule of a test takes their place. */

/** Decides, in a test, what goes on next. @internal */
export interface Schedule {
  /** Whether an operation that need not wait completes at once. */
  passes(): boolean;
  /** Takes what is to go on later: a callback if `called`, what waits for a turn of the event loop if `turn`, else a completion. */
  post(run: () => void, called: boolean, turn?: boolean): void;
}
/** The schedule of a test that is at work. */
export let schedule: Schedule | undefined;

/** Hands all that goes on from here to a schedule; `undefined`: no more. */
export function setSchedule(next: Schedule | undefined): void {
  schedule = next;
}

const immediate = globalThis.setImmediate as ((then: () => void) => unknown) | undefined;

/**
 * Calls back when the event loop has turned. On servers only `setImmediate` lets timers and I/O through; browsers put what
 * `scheduler.yield` continues before their timers, so that a loop of it would hold them up for ever.
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

/** Settles when the event loop has turned: timers and I/O that were due have run. */
export function breathe(): Promise<void> {
  return new Promise(turn);
}
