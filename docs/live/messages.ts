/** What a page and the worker that runs a program tell each other. */
import type { Event } from './recording.js';

/** What an error's stack calls the program. */
export const FILE = 'example.ts';

/** The name of a worker that is to run the tasks of a program, and not a program. */
export const THREAD = 'thread';

export interface Start {
  readonly code: string;
  readonly isRecorded: boolean;
}

export interface Failure {
  readonly text: string;
  /** Where in the program, counted from 1. */
  readonly line?: number | undefined;
}

export type Told =
  | { readonly what: 'line'; readonly text: string }
  | { readonly what: 'failure'; readonly failure: Failure }
  | { readonly what: 'events'; readonly events: Event[] }
  /** Nothing is set to happen, and yet the program has not ended. */
  | { readonly what: 'stuck' }
  | { readonly what: 'end' };
