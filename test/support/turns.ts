/** When the event loop has turned; browsers have no `setImmediate`. Not faked by fake timers. */
export const immediate: (then: () => void) => void =
  (globalThis as Partial<typeof globalThis>).setImmediate ??
  ((then) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      then();
    });
    port1.start();
    port2.postMessage(0);
  });

/**
 * Lets everything happen that can happen by itself: promise continuations, and completions that the library holds
 * until the event loop has turned.
 */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>(immediate);
}
