import { turns } from './turns.js';

/** Whether a promise is still unsettled when all has happened that can happen by itself. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settled = (): void => void (pending = false);
  promise.then(settled, settled);
  await turns();
  return pending;
}

/** What a promise rejects with: boxed, as the reason may be falsy. */
export async function rejection(promise: Promise<unknown>): Promise<{ readonly reason: unknown }> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got \`${String(value)}\``);
    },
    (reason: unknown) => ({ reason }),
  );
}
