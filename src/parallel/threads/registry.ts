/**
 * The tasks that the modules of this thread have made.
 *
 * - A task is known by the address of its module and by its name. In a bundle many modules have one address, and a worker's bundle has
 *   another than the program's: there a task is found by its name alone, among the tasks that the worker's own module had imported before
 *   the first task was asked for.
 * - What could mean two tasks means none: no task runs in place of another.
 */
import type { ModuleTask } from './messages.js';

export interface Runnable {
  readonly run: (...args: never[]) => unknown;
  readonly initialize?: (() => unknown) | undefined;
}

interface Entry {
  readonly spec: ModuleTask;
  readonly task: Runnable;
  /** Whether it was there before the first task was asked for. */
  readonly isOwn: boolean;
}

const byName = new Map<string, Entry[]>();
let asked = false;

/** @returns what names the task to other threads. It learns whether other tasks of the program have its name. */
export function register(module: string, name: string, task: Runnable): ModuleTask {
  const all = byName.get(name) ?? [];
  // A module that is evaluated again (hot reloading, a test runner) makes the same task again.
  const again = all.filter((one) => one.spec.module === module && String(one.task.run) === String(task.run));
  const others = all.filter((one) => !again.includes(one));
  for (const { spec } of others) Object.assign(spec, { ambiguous: true });
  const spec = { module, name, ambiguous: others.length > 0 };
  // Two of the same are kept, and no more: functions that look the same may still close over different variables.
  byName.set(name, [...others, ...again.slice(-1), { spec, task, isOwn: !asked }]);
  return spec;
}

/** @throws Error for what could mean two tasks. */
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
