/** Selectables that run a test's code at the moments when select turns to them. */
import { PENDING, type Selectable, type Waiter } from '../../src/index.js';

/** A case that is never ready, and runs code of ours whenever select turns to it. */
export function hooked(hooks: {
  poll?: () => void;
  park?: (waiter: Waiter<never>) => void;
  unpark?: () => void;
}): Selectable<never> {
  return {
    poll: () => {
      hooks.poll?.();
      return PENDING;
    },
    park: (waiter) => hooks.park?.(waiter),
    unpark: () => hooks.unpark?.(),
  };
}

/** Runs the first time only. */
export function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
