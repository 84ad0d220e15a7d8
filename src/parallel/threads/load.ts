/**
 * Loads the functions of tasks into this thread.
 *
 * - A task is loaded, and its `initialize` called, once per thread. If either fails, every call of
 *   the task fails with that error.
 * - The tasks that modules of this thread have registered are searched before any import, because
 *   importing a module of a bundle runs the whole program.
 * - Only threads that run tasks evaluate source, and they evaluate only source that their own
 *   program sent.
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

/** The identity of a task within a thread: specs with equal keys mean one task. */
export function keyOf(spec: TaskSpec): string {
  return 'module' in spec ? `${spec.module}#${spec.name}` : `${spec.initialize}\n${spec.source}`;
}

/**
 * @param initializing - called just before `initialize`, if this call loads the task and the task
 * has one.
 */
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
  // Sound: the public types pair a task with the values that it is called with.
  const f = run as Run;
  const flat: Run = (...args) => gathered(f(...args));
  return { run: entered(key, f), flat: entered(key, 'source' in spec ? explained(flat) : flat) };
}

/**
 * Reports every call of `run` to nesting.ts, which lets threads be started only while a task runs.
 */
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
    // A thenable may start its work anew at each `then`, so its `then` is called only once.
    const promise = Promise.resolve(result);
    promise.then(left, left);
    return promise;
  };
}

/** Makes an array of an iterable that cannot be cloned, such as a generator. */
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

/** Whether `thing` can still be iterated after structured cloning. */
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
