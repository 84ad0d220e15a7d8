/** What the tests run on threads. */
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { type Task, type TaskContext, task, transfer } from 'millrace/parallel';

const here = import.meta.url;

export const square: Task<(n: number) => number> = task(here, 'square', (n: number) => n * n);

export const words: Task<(line: string) => string[]> = task(here, 'words', (line: string) => line.split(' '));

export const odd: Task<(n: number) => number | undefined> = task(here, 'odd', (n: number) =>
  n % 2 === 1 ? n : undefined,
);

/** Takes the time it is told, in ms, on its processor. */
export const busy: Task<(job: [n: number, ms: number]) => number> = task(
  here,
  'busy',
  ([n, ms]: [n: number, ms: number]) => {
    for (const until = performance.now() + ms; performance.now() < until; );
    return n;
  },
);

/** Waits for ever, unless it is told to stop. */
export const waits: Task<(count: Int32Array, context: TaskContext) => Promise<string>> = task(
  here,
  'waits',
  async (count, { signal }) => {
    Atomics.add(count, 0, 1);
    await sleep(60_000, undefined, { signal }).catch(() => {});
    Atomics.add(count, 1, 1);
    return 'stopped';
  },
);

/** What becomes of a thread at one of the values; the others count that they were run. */
export interface Fate {
  readonly n: number;
  readonly fate?: 'exit' | 'memory' | 'hang' | 'uncaught' | undefined;
  readonly runs?: Int32Array | undefined;
}

export const fated: Task<(fate: Fate) => number | Promise<number>> = task(
  here,
  'fated',
  ({ n, fate, runs }: Fate) => {
    if (runs !== undefined) Atomics.add(runs, n, 1);
    if (fate === 'exit') process.exit(7);
    if (fate === 'hang') for (;;);
    if (fate === 'memory')
      for (const all: unknown[] = []; ; ) all.push(Array.from({ length: 1000 }, () => ({})));
    if (fate === 'uncaught') {
      setTimeout(() => {
        throw new Error('in the background');
      });
      return sleep(60_000, n);
    }
    return n;
  },
);

export class ParseError extends RangeError {
  readonly code: string = 'E_PARSE';
  readonly line: number = 3;
}

class NamedError extends Error {
  override readonly name = 'CustomName';
}

export const throws: Task<(what: string) => string> = task(here, 'throws', (what: string): string => {
  switch (what) {
    case 'an error of a class of its own':
      throw new ParseError('odd', { cause: new TypeError('deeper', { cause: 'deepest' }) });
    case 'an error with a name of its own':
      throw new NamedError('named');
    case 'several':
      throw new AggregateError([new RangeError('one'), 2], 'both');
    case 'undefined':
      throw undefined;
    case 'null':
      throw null;
    case 'zero':
      throw 0;
    case 'an object':
      throw { a: [1] };
    case 'a function':
      throw () => {};
    case 'a symbol':
      throw Symbol('odd');
    case 'its own cause': {
      const error = new Error('round');
      error.cause = error;
      throw error;
    }
    case 'a rejection':
      return Promise.reject(new URIError('late')) as never;
    default:
      return what;
  }
});

export const uncloneable: Task<(n: number) => number> = task(
  here,
  'uncloneable',
  (n: number) => (n === 2 ? () => n : n) as number,
);

export const moved: Task<(bytes: Uint8Array) => Uint8Array> = task(here, 'moved', (bytes: Uint8Array) => {
  bytes[0] = 7;
  return transfer(bytes, [bytes.buffer]);
});

let kept = new Uint8Array(4);
/** Moves its first result, cannot send the second, and tells of the third what was left here of the first. */
export const movedBeside: Task<(n: number) => unknown> = task(here, 'movedBeside', (n: number) => {
  if (n === 0) return transfer(kept, [kept.buffer]);
  return n === 1 ? () => {} : kept.length;
});

let ready = 0;
export const initialized: Task<() => number> = task(here, 'initialized', () => ready, {
  initialize: async () => {
    await sleep(1);
    ready++;
  },
});

export const misinitialized: Task<() => number> = task(here, 'misinitialized', () => 1, {
  initialize: () => {
    throw new Error('no model');
  },
});

/** Takes so many ms, and tells on which thread. */
export const where: Task<(ms: number) => number> = task(here, 'where', (ms) => {
  for (const until = performance.now() + ms; performance.now() < until; );
  return threadId;
});
