// Timers come and go when a test fakes them: an alarm that is left over must not stop those after it.
import { afterEach, expect, test, vi } from 'vitest';
import { sleep } from '../../src/index.js';

afterEach(() => vi.useRealTimers());

test('a sleep that fake timers left over does not hold up one of real time', async () => {
  vi.useFakeTimers();
  void sleep(1);
  vi.useRealTimers();
  expect(await sleep(1)).toBeUndefined();
});

test('a sleep that fake timers left over does not hold up one of the next fake timers', async () => {
  vi.useFakeTimers();
  void sleep(1);
  vi.useRealTimers();
  vi.useFakeTimers();
  const slept = sleep(5);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await slept).toBeUndefined();
});
