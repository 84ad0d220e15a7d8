import { vi } from 'vitest';
import { turns } from './turns.js';

/** Stops time until {@link pass} moves it. Undone by `vi.useRealTimers()`. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
}

/** Lets `ms` pass, and everything happen that then does. */
export async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await turns();
}
