/**
 * Runs one program, in a worker of its own.
 *
 * It has ended as it would in Node: when its last line is done, no timer is left and no thread is at work. If it waits
 * meanwhile, nothing can wake it any more.
 */
import * as millrace from 'millrace';
import { observe } from 'millrace/inspect';
import inspect from 'object-inspect';
import { FILE, type Failure, type Start, THREAD, type Told } from './messages.js';
import { Recorder } from './recorder.js';

const tell = (told: Told): void => postMessage(told);

const PARALLEL = 'millrace/parallel';

/** No more lines than that are shown. */
const MOST_LINES = 500;
let lines = 0;

const show = (value: unknown): string => (typeof value === 'string' ? value : inspect(value));

function log(...values: unknown[]): void {
  if (lines++ < MOST_LINES) tell({ what: 'line', text: values.map(show).join(' ') });
  else if (lines === MOST_LINES + 1) tell({ what: 'line', text: '… and so on' });
}

function failureOf(error: unknown): Failure {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1];
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${show(error)}`;
  return { text, line: line === undefined ? undefined : Number(line) };
}

// Timers that are set, requests and threads, to know whether anything can still happen.

const timers = new Set<unknown>();
/** By then, in ms, every program has been ended. */
const ENDED = 30_000;
const {
  setTimeout: realTimeout,
  clearTimeout: realClear,
  setInterval: realInterval,
  fetch: realFetch,
} = globalThis;

type Callback = (...args: unknown[]) => void;

function timeout(callback: Callback, ms?: number, ...args: unknown[]): number {
  const timer = realTimeout(() => {
    timers.delete(timer);
    callback(...args);
  }, ms) as unknown as number;
  // One that is due when the program has long been ended is nothing to wait for: the pool's, that ends idle threads.
  if ((ms ?? 0) < ENDED) timers.add(timer);
  return timer;
}

function interval(callback: Callback, ms?: number, ...args: unknown[]): number {
  const timer = realInterval(() => callback(...args), ms) as unknown as number;
  timers.add(timer);
  return timer;
}

function clear(timer?: number): void {
  timers.delete(timer);
  realClear(timer);
}

async function fetching(...args: Parameters<typeof fetch>): Promise<Response> {
  const token = {};
  timers.add(token);
  try {
    return await realFetch(...args);
  } finally {
    timers.delete(token);
  }
}

Object.assign(globalThis, {
  setTimeout: timeout,
  setInterval: interval,
  clearTimeout: clear,
  clearInterval: clear,
  fetch: fetching,
});

const turn = (ms: number): Promise<void> => new Promise((resolve) => realTimeout(resolve, ms));

/** Short enough to stand in a picture. */
function brief(value: unknown): string {
  const text = show(value).replaceAll(/\s+/g, ' ');
  return text.length <= 24 ? text : `${text.slice(0, 23)}…`;
}

async function main({ code, isRecorded }: Start): Promise<void> {
  let hasEnded = false;
  let hasFailed = false;
  const fail = (error: unknown): void => {
    if (!hasFailed) tell({ what: 'failure', failure: failureOf(error) });
    hasFailed = true;
    hasEnded = true;
  };
  addEventListener('error', (event) => {
    event.preventDefault();
    fail(event.error);
  });
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    fail(event.reason);
  });

  const recorder = isRecorded ? new Recorder(brief) : undefined;
  const send = (): void => {
    const events = recorder?.take() ?? [];
    if (events.length > 0) tell({ what: 'events', events });
  };
  const library = recorder === undefined ? millrace : watched(recorder);
  const modules: Record<string, object> = { millrace: library };
  const require = (name: string): object => {
    const found = modules[name];
    if (found === undefined)
      throw new Error(`'${name}' cannot be imported here: only 'millrace' and '${PARALLEL}' can`);
    return found;
  };
  if (code.includes(`'${PARALLEL}'`) || code.includes(`"${PARALLEL}"`)) {
    const { threads } = await import('./threads.js');
    modules[PARALLEL] = threads({
      busy: (thread, isBusy) => void (isBusy ? timers.add(thread) : timers.delete(thread)),
      print: (values) => log(...values),
    });
  }

  observe(recorder);
  try {
    // oxlint-disable-next-line no-eval -- running the reader's program is what this is for
    const program = (0, eval)(code) as (...args: unknown[]) => Promise<void>;
    program({}, require, { ...console, log, info: log, error: log, warn: log }, recorder, 0).then(
      () => (hasEnded = true),
      fail,
    );
  } catch (error) {
    fail(error);
  }

  // Of nothing being left to do one can be sure only after some turns: a rejection is reported a turn late.
  let idle = 0;
  for (;;) {
    await turn(idle === 0 ? 0 : 10);
    send();
    idle = timers.size > 0 ? 0 : idle + 1;
    if (hasFailed || (hasEnded && idle > 2)) break;
    if (!hasEnded && idle === 20) tell({ what: 'stuck' });
  }
  send();
  observe(undefined);
  tell({ what: 'end' });
}

/** The library, with buffers that say what they drop. */
function watched(recorder: Recorder): object {
  const { sliding, dropping } = millrace;
  return {
    ...millrace,
    sliding: (...args: Parameters<typeof sliding>) => recorder.drops(sliding(...args), 'sliding'),
    dropping: (...args: Parameters<typeof dropping>) => recorder.drops(dropping(...args), 'dropping'),
  };
}

/** Becomes a thread. What is sent to it until that is loaded is kept. */
async function becomeThread(): Promise<void> {
  const early: MessageEvent[] = [];
  const keep = (event: MessageEvent): void => void early.push(event);
  addEventListener('message', keep);
  await import('./thread.js');
  removeEventListener('message', keep);
  for (const { data } of early) dispatchEvent(new MessageEvent('message', { data }));
}

if (self.name === THREAD) void becomeThread();
else addEventListener('message', ({ data }: MessageEvent<Start>) => void main(data), { once: true });
