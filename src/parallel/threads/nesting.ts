/**
 * Whether threads may be started in this thread.
 *
 * - A thread of this library may start threads only while it runs a task. A module that starts
 *   threads by itself, when imported or later, would start them again in each thread that imports
 *   it, without end.
 * - While a task awaits, code of such a module may run and pass that check. So a task may not start
 *   threads in a thread that descends from a run of this task.
 * - All copies of this module in a thread share one state.
 */
interface State {
  /**
   * The tasks that were running when this thread and its ancestors were started; `undefined` in a
   * thread that the library did not start.
   */
  ancestors: readonly string[] | undefined;
  /** The keys of the tasks that run now, one for each call. */
  readonly running: string[];
  /** How many modules are being imported for tasks. */
  importing: number;
  /** Whether a task has been called in this thread. */
  called: boolean;
  /**
   * The message of the error that a module got when it started threads before any task was called.
   * Once it is set, no task runs in this thread.
   */
  refused: string | undefined;
}

const KEY = Symbol.for('millrace.nesting');
const globals = globalThis as { [KEY]?: State };
const state: State = (globals[KEY] ??= {
  ancestors: undefined,
  running: [],
  importing: 0,
  called: false,
  refused: undefined,
});

/** Marks this thread as one that the library started. */
export function begin(ancestors: readonly string[]): void {
  state.ancestors ??= ancestors;
}

/** Imports the module of a task. Until the import settles, threads cannot be started. */
export async function importing<T>(load: () => Promise<T>): Promise<T> {
  state.importing++;
  try {
    return await load();
  } finally {
    state.importing--;
  }
}

/**
 * Records that a call of a task begins.
 *
 * @throws Error if a module tried to start threads before any task was called. That module may have
 * swallowed its own error.
 */
export function enter(key: string): void {
  if (state.refused !== undefined) throw new Error(state.refused);
  state.called = true;
  state.running.push(key);
}
/** Records that a call of a task has ended. */
export function leave(key: string): void {
  state.running.splice(state.running.lastIndexOf(key), 1);
}

/**
 * The start of every error message of this module, by which load-failure.ts recognizes a refusal.
 */
export const CANNOT_START = 'Threads cannot be started here';

function refuse(why: string): never {
  const remedy =
    "Move the task to a module of its own, or start threads only where 'isMainThread' of node:worker_threads is true";
  const message = `${CANNOT_START}: ${why}. ${remedy}`;
  if (state.ancestors !== undefined && !state.called) state.refused = message;
  throw new Error(message);
}

/**
 * @returns the `ancestors` of a thread that is started now.
 * @throws Error if no thread may be started here.
 */
export function descent(): readonly string[] {
  const { ancestors, running } = state;
  if (state.importing > 0 || (ancestors !== undefined && running.length === 0))
    refuse(
      'this is a thread for tasks, and no task runs in it: a module that it has imported starts threads by itself',
    );
  if (ancestors === undefined) return [];
  if (running.some((key) => ancestors.includes(key)))
    refuse('the task that runs in this thread has started it, in another thread');
  return [...ancestors, ...new Set(running)];
}
