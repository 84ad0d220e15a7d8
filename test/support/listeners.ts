/** How many `abort` listeners a signal has, had at most, and was ever given. */
export interface ListenerCount {
  now: number;
  most: number;
  added: number;
}

/** Counts the listeners of a signal from here on. */
export function countListeners(signal: AbortSignal): ListenerCount {
  const count: ListenerCount = { now: 0, most: 0, added: 0 };
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    add(...args);
    listeners.add(args[1]);
    count.added++;
    count.now = listeners.size;
    count.most = Math.max(count.most, count.now);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    remove(...args);
    listeners.delete(args[1]);
    count.now = listeners.size;
  };
  return count;
}
