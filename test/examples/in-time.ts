import { vi } from 'vitest';
import { pass } from '../support/fake-time.js';
import { turns } from '../support/turns.js';

/** The outcome of what takes time, while time is stopped: lets it pass, one millisecond after the other. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  const state = { settled: false };
  const settle = (): void => void (state.settled = true);
  promise.then(settle, settle);
  await turns();
  while (!state.settled) await pass(1);
  return promise;
}

/** Lets time go its own way again, when those who still wait for it have had theirs. */
export async function resumeTime(): Promise<void> {
  await pass(10_000);
  vi.useRealTimers();
}
