/**
 * Whether threads may be started here.
 *
 * - A thread of this library may start threads while it runs a task, and only then. The module of a task that starts threads by itself
 *   would do so again in each of them, without end: as it is imported, or later.
 * - A function that waits may be overtaken by such a module: so a task that runs in a thread which the same task has started
 *   cannot start threads again.
 * - All copies of this module in a thread share one state.
 */
interface State {
  /** The tasks in which the threads above started this one; `undefined` in a thread of the user's. */
  ancestors: readonly string[] | undefined;
  /** The tasks that run now, once for each call. */
  readonly running: string[];
  /** How many modules are being imported for tasks. */
  importing: number;
  /** Whether a task has been called. */
  called: boolean;
  /** What a module was told that wanted to start threads before that; then no task runs here. */
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

/** This is a thread of the library. */
export function begin(ancestors: readonly string[]): void {
  state.ancestors ??= ancestors;
}

/** Imports the module of a task. */
export async function importing<T>(load: () => Promise<T>): Promise<T> {
  state.importing++;
  try {
    return await load();
  } finally {
    state.importing--;
  }
}

/** A task is called. @throws Error if its module starts threads: the error may have reached nobody there. */
export function enter(key: string): void {
  if (state.refused !== undefined) throw new Error(state.refused);
  state.called = true;
  state.running.push(key);
}
/** The call has ended. */
export function leave(key: string): void {
  state.running.splice(state.running.lastIndexOf(key), 1);
}

/** What an error of this module begins with. */
export const CANNOT_START = 'Threads cannot be started here';

function refuse(why: string): never {
  const remedy =
    "Move the task to a module of its own, or start threads only where 'isMainThread' of node:worker_threads is true";
  const message = `${CANNOT_START}: ${why}. ${remedy}`;
  if (state.ancestors !== undefined && !state.called) state.refused = message;
  throw new Error(message);
}

/**
 * @returns the tasks in which a thread that is started now is started.
 * @throws Error where no thread may be started.
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
