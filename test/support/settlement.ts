/** What has become of a promise so far. */
export type Settlement =
  | { readonly state: 'pending' }
  | { readonly state: 'fulfilled'; readonly value: unknown }
  | { readonly state: 'rejected'; readonly reason: unknown };

export const pending: Settlement = { state: 'pending' };
export const fulfilled = (value: unknown): Settlement => ({ state: 'fulfilled', value });
export const rejected = (reason: unknown): Settlement => ({ state: 'rejected', reason });

/** Follows promises: asked at any time, what has become of each. A rejection counts as handled. */
export function follow(...promises: Promise<unknown>[]): () => Settlement[] {
  const seen: Settlement[] = promises.map(() => pending);
  promises.forEach((promise, i) => {
    promise.then(
      (value) => (seen[i] = fulfilled(value)),
      (reason: unknown) => (seen[i] = rejected(reason)),
    );
  });
  return () => [...seen];
}
