/**
 * How a thread comes by the function of a task.
 *
 * - A task is loaded, and its `initialize` called, once for each thread; if that fails, every call of it fails with that error.
 * - Only what runs tasks evaluates source, and only what its own program has sent it.
 */
import type { TaskSpec } from './messages.js';
import { type Runnable, registered } from './registry.js';

export type Run = (...args: unknown[]) => unknown;

const loaded = new Map<string, Promise<Run>>();

/** @param initializing - called before `initialize` is, if this loads the task and it has one. */
export function load(spec: TaskSpec, initializing?: () => void): Promise<Run> {
  const key = 'module' in spec ? `${spec.module}#${spec.name}` : `${spec.initialize}\n${spec.source}`;
  let run = loaded.get(key);
  if (run === undefined) loaded.set(key, (run = find(spec, initializing)));
  return run;
}

async function find(spec: TaskSpec, initializing?: () => void): Promise<Run> {
  const { run, initialize } = 'module' in spec ? await imported(spec.module, spec.name) : compiled(spec);
  if (initialize !== undefined) {
    initializing?.();
    await initialize();
  }
  return run as Run; // Sound: the types have paired it with its values.
}

async function imported(module: string, name: string): Promise<Runnable> {
  let found: unknown;
  let cause: unknown;
  try {
    const exported: Record<string, unknown> = await import(
      /* @vite-ignore */ /* webpackIgnore: true */ module
    );
    found = exported[name];
  } catch (error) {
    cause = error;
  }
  found ??= registered.get(name);
  if (typeof found === 'function') return { run: found as Run };
  if (typeof (found as Partial<Runnable> | undefined)?.run === 'function') return found as Runnable;
  const why = cause === undefined ? 'it exports no task of that name' : 'it cannot be imported';
  throw new Error(`Cannot load the task '${name}' of ${module}: ${why}`, { cause });
}

function compiled({ source, initialize }: Extract<TaskSpec, { source: string }>): Runnable {
  const run = explained(compile(source));
  return initialize === undefined ? { run } : { run, initialize: explained(compile(initialize)) };
}

function compile(source: string): Run {
  // Build tools that keep names wrap inner functions in a helper of theirs.
  const helper = 'const __name = (f) => f;';
  const evaluate = (expression: string): Run =>
    // oxlint-disable-next-line no-eval -- that is what an inline task is
    (0, eval)(`'use strict'; ${helper} (${expression})`) as Run;
  try {
    return evaluate(source);
  } catch (error) {
    // A method has no `function` before it.
    const method = /^(async\s+)?\*?\s*(\w+)\s*\(/.exec(source)?.[2];
    if (method === undefined) throw error;
    return evaluate(`Object.values({ ${source} })[0]`);
  }
}

/** Says what is wrong when an inline function uses a variable of the scope that it was taken out of. */
function explained(run: Run): Run {
  return (...args) => {
    try {
      const result = run(...args);
      return result instanceof Promise ? result.catch(explain) : result;
    } catch (error) {
      return explain(error);
    }
  };
}

function explain(error: unknown): never {
  const message = error instanceof ReferenceError ? error.message : '';
  // V8 and SpiderMonkey, JavaScriptCore.
  const name = /^(\S+) is not defined/.exec(message)?.[1] ?? /variable: (\S+)/.exec(message)?.[1];
  if (name === undefined) throw error;
  const hint = 'only its source is sent. Give it with the value, or use task()';
  throw new ReferenceError(`An inline task cannot use '${name}' of the scope around it: ${hint}`, {
    cause: error,
  });
}
