// Taken when the module loads, as fake timers may be installed later.
const immediate = setImmediate;

/**
 * Lets everything happen that can happen by itself: promise continuations, and completions that the library holds
 * until the event loop has turned.
 */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => void immediate(resolve));
}
