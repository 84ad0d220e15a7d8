import { type MockInstance, vi } from 'vitest';

/** Whether there is a process that warns; a browser has its console. */
export const hasProcess: boolean = 'process' in globalThis;

/** Catches what the library warns of, the text first. Undone by `vi.restoreAllMocks()`. */
export function warned(): MockInstance<(message: string) => void> {
  return (
    hasProcess
      ? vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      : vi.spyOn(console, 'warn').mockImplementation(() => {})
  ) as MockInstance<(message: string) => void>; // Sound: both are called with a text first.
}
