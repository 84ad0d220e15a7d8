/**
 * The tasks that the modules of this thread have registered.
 *
 * - The address of its module and its name identify a task. In a bundle many modules have one
 *   address, and the bundle of a worker has a different address than that of the program. There a
 *   task is found by its name alone, among the tasks that the modules of the worker had registered
 *   before the first task was looked up.
 * - A lookup that could mean two tasks is an error, so no task runs in place of another task.
 */
import type { ModuleTask } from './messages.js';

export interface Runnable {
  readonly run: (...args: never[]) => unknown;
  readonly initialize?: (() => unknown) | undefined;
}

interface Entry {
  readonly spec: ModuleTask;
  readonly task: Runnable;
  /** Whether the task was registered before the first task was looked up. */
  readonly isOwn: boolean;
}

const byName = new Map<string, Entry[]>();
let asked = false;

/**
 * Registers a task of this thread.
 *
 * @returns the spec that names the task to other threads. Its `ambiguous` becomes true when the
 * program registers another task of this name.
 */
export function register(module: string, name: string, task: Runnable): ModuleTask {
  const all = byName.get(name) ?? [];
  // A module that is evaluated again (hot reloading, a test runner) registers its tasks again.
  const again = all.filter((one) => one.spec.module === module && String(one.task.run) === String(task.run));
  const others = all.filter((one) => !again.includes(one));
  for (const { spec } of others) Object.assign(spec, { ambiguous: true });
  const spec = { module, name, ambiguous: others.length > 0 };
  // Two functions of equal source may close over different variables, so both entries are kept and
  // make a lookup fail. Further entries would add nothing.
  byName.set(name, [...others, ...again.slice(-1), { spec, task, isOwn: !asked }]);
  return spec;
}

/** @throws Error if the module and the name could mean two tasks. */
export function registered({ module, name, ambiguous }: ModuleTask): Runnable | undefined {
  asked = true;
  const named = byName.get(name) ?? [];
  const exact = named.filter((one) => one.spec.module === module);
  const found = exact.length > 0 ? exact : named.filter((one) => one.isOwn);
  if (found.length > 1 || (found.length > exact.length && ambiguous === true)) throw new Error(AMBIGUOUS);
  return found[0]?.task;
}

export const AMBIGUOUS =
  'several tasks have that name. In a bundle, give each task a name of its own, in its export and in task()';
