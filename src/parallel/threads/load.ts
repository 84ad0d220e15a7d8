/**
 * How a thread comes by the function of a task.
 *
 * - A task is loaded, and its `initialize` called, once for each thread; if that fails, every call of it fails with that error.
 * - What the modules of this thread have made is asked for first: to import a module of a bundle is to run the whole program.
 * - Only what runs tasks evaluates source, and only what its own program has sent it.
 */
import { expect } from '../../base/errors.js';
import { isPromise } from '../../base/promises.js';
import { type Run, compile, explained } from './compile.js';
import type { ModuleTask, SourceTask, TaskSpec } from './messages.js';
import { enter, importing, leave } from './nesting.js';
import { reasonOf } from './load-failure.js';
import { type Runnable, registered } from './registry.js';
import { forget, transfer, transfersOf } from './transfer.js';

interface Loaded {
  readonly run: Run;
  readonly flat: Run;
}
const loaded = new Map<string, Promise<Loaded>>();

/** What tells one task from another. */
export function keyOf(spec: TaskSpec): string {
  return 'module' in spec ? `${spec.module}#${spec.name}` : `${spec.initialize}\n${spec.source}`;
}

/** @param initializing - called before `initialize` is, if this loads the task and it has one. */
export async function load(spec: TaskSpec, initializing?: () => void): Promise<Run> {
  const key = keyOf(spec);
  let found = loaded.get(key);
  if (found === undefined) loaded.set(key, (found = find(spec, key, initializing)));
  const { run, flat } = await found;
  return spec.flatten === true ? flat : run;
}

async function find(spec: TaskSpec, key: string, initializing?: () => void): Promise<Loaded> {
  const { run, initialize } = 'module' in spec ? await named(spec) : compiled(spec);
  if (initialize !== undefined) {
    initializing?.();
    await entered(key, initialize)();
  }
  const f = run as Run; // Sound: the types have paired it with its values.
  const flat: Run = (...args) => gathered(f(...args));
  return { run: entered(key, f), flat: entered(key, 'source' in spec ? explained(flat) : flat) };
}

/** While it runs, threads may be started. */
function entered(key: string, run: Run): Run {
  const left = (): void => leave(key);
  return (...args) => {
    enter(key);
    let result: unknown;
    try {
      result = run(...args);
    } catch (error) {
      leave(key);
      throw error;
    }
    if (!isPromise(result)) {
      leave(key);
      return result;
    }
    // A thenable may begin anew with each `then`: so it is asked once.
    const promise = Promise.resolve(result);
    promise.then(left, left);
    return promise;
  };
}

/** What can be iterated may be what cannot be sent, such as a generator: then its values are. */
function gathered(result: unknown): unknown {
  if (isPromise(result)) return result.then(gathered);
  if (result === undefined || isSent(result)) return result;
  const { [Symbol.iterator]: iterate } = Object(result) as Partial<Iterable<unknown>>;
  expect(typeof iterate === 'function', 'the result of a task with flatten', 'an iterable', result);
  const values = Array.from(result as Iterable<unknown>);
  const moved = transfersOf(values);
  for (const value of values) forget(value);
  return moved.length > 0 ? transfer(values, moved) : values;
}

/** Whether it can be iterated after structured cloning. */
function isSent(thing: unknown): boolean {
  return (
    typeof thing === 'string' ||
    Array.isArray(thing) ||
    ArrayBuffer.isView(thing) ||
    thing instanceof Set ||
    thing instanceof Map
  );
}

async function named(spec: ModuleTask): Promise<Runnable> {
  const { module, name, ambiguous = false } = spec;
  let failure: { readonly error: unknown } | undefined;
  try {
    const known = registered(spec);
    if (known !== undefined) return known;
    const exported = await importing<Record<string, unknown>>(
      () => import(/* @vite-ignore */ /* webpackIgnore: true */ module),
    );
    const found = registered(spec) ?? exported[name];
    if (typeof found === 'function') return { run: found as Run };
    if (typeof (found as Partial<Runnable> | undefined)?.run === 'function') return found as Runnable;
  } catch (error) {
    failure = { error };
  }
  const why = reasonOf(module, ambiguous, failure);
  throw new Error(`Cannot load the task '${name}' of ${module}: ${why}`, { cause: failure?.error });
}

function compiled({ source, initialize }: SourceTask): Runnable {
  const run = compile(source);
  return initialize === undefined ? { run } : { run, initialize: compile(initialize) };
}
