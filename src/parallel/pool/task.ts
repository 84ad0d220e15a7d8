/** Tasks: functions that can run on other threads, as exports of modules or as source. */
import { expect, expectFunction } from '../../base/errors.js';
import type { Upstream } from '../../pull/inlet.js';
import type { ParallelPipeOptions, Task } from '../../operators/parallel.js';
import type { Stage } from '../../operators/stage.js';
import type { TaskSpec } from '../threads/messages.js';
import { parallelPipe } from './parallel-pipe.js';
import { type Runnable, register } from '../threads/registry.js';

type Anything = (...args: never[]) => unknown;

/** Options of {@link task} and {@link inline}. */
export interface TaskOptions {
  /**
   * Called once on each thread, before the first call of the task there. A promise that it returns
   * is awaited. Default: no function.
   */
  readonly initialize?: (() => unknown) | undefined;
}

class ThreadTask<F extends Anything> implements Task<F>, Runnable {
  readonly run: F;
  readonly initialize: (() => unknown) | undefined;
  readonly spec: TaskSpec;

  constructor(run: F, { initialize }: TaskOptions, describe: (made: Runnable) => TaskSpec) {
    this.run = run;
    this.initialize = initialize;
    this.spec = describe(this);
  }
  stage(
    input: Upstream<unknown>,
    options: ParallelPipeOptions<never, unknown>,
    n: number,
    ordered: boolean,
  ): Stage<unknown> {
    const flatten = options.flatten === true;
    return parallelPipe(input, { ...this.spec, flatten }, options, n, ordered);
  }
}

/**
 * Makes a task of a function that other threads find as the export of a module.
 *
 * A thread imports the module, so the module should do nothing but define things. A module that
 * starts threads by itself would start them in each thread that imports it, which is an error
 * there. In a bundle, a worker of the program imports the module; see {@link useWorker}.
 *
 * @param moduleUrl - the URL of the module: `import.meta.url`.
 * @param exportName - the name under which the module exports this task. In a bundle, no other task
 * may have this name.
 * @param fn - the function, called on the other thread. Its arguments and its result are copied;
 * see {@link transfer} for moving objects.
 * @param options - see {@link TaskOptions}.
 * @returns the task, to be exported.
 * @throws TypeError if `moduleUrl` or `exportName` is not a string, or `fn` or `initialize` is not
 * a function.
 * @example
 * ```ts
 * import { fromRange } from 'millrace';
 * import { task } from 'millrace/parallel';
 *
 * // The module of Node's paths stands in for one of yours.
 * const dirname = task('node:path', 'dirname', (path: string): string => path.replace(/\/[^/]*$/, ''));
 * await fromRange(2).map((n) => `/a/${n}`).parallelPipe(1, dirname).collect(); // ['/a', '/a']
 * ```
 */
export function task<F extends Anything>(
  moduleUrl: string,
  exportName: string,
  fn: F,
  options: TaskOptions = {},
): Task<F> {
  expect(typeof moduleUrl === 'string', 'moduleUrl', 'a text', moduleUrl);
  expect(typeof exportName === 'string', 'exportName', 'a text', exportName);
  checkFunctions(fn, options);
  return new ThreadTask(fn, options, (made) => register(moduleUrl, exportName, made));
}

/**
 * Makes a task of a function whose source is sent to other threads. The function must stand by
 * itself: variables of the scope around it do not exist on the other thread, and using one is an
 * error that names the variable. Helpers that a build tool has put into the function do not exist
 * there either, except for the `__name` of esbuild.
 *
 * @param fn - the function, called on the other thread. Its arguments and its result are copied;
 * see {@link transfer} for moving objects.
 * @param options - see {@link TaskOptions}.
 * @returns the task.
 * @throws TypeError if `fn` or `initialize` is not a function, has no source, or is a class.
 * @example
 * ```ts
 * import { from } from 'millrace';
 * import { inline } from 'millrace/parallel';
 *
 * const shout = inline((word: string) => word.toUpperCase());
 * await from(['a', 'b']).parallelPipe(2, shout).collect(); // ['A', 'B']
 * ```
 */
export function inline<F extends Anything>(fn: F, options: TaskOptions = {}): Task<F> {
  checkFunctions(fn, options);
  const { initialize } = options;
  return new ThreadTask(fn, options, () => ({
    source: sourceOf('fn', fn),
    initialize: initialize === undefined ? undefined : sourceOf('initialize', initialize),
  }));
}

function checkFunctions(fn: unknown, { initialize }: TaskOptions): void {
  expectFunction('fn', fn);
  if (initialize !== undefined) expectFunction('initialize', initialize);
}

function sourceOf(name: string, fn: Anything): string {
  const source = Function.prototype.toString.call(fn);
  expect(
    !/\{\s*\[native code\]\s*\}\s*$/.test(source),
    name,
    'a function with source',
    'a native or bound one',
  );
  expect(!/^class\b/.test(source), name, 'a function that can be called', 'a class');
  return source;
}

/** @throws TypeError if `thing` is not a task. */
export function specOf(thing: unknown): TaskSpec {
  const { spec } = (thing ?? {}) as { readonly spec?: unknown };
  expect(isSpec(spec), 'task', 'a task, as inline() or task() makes it', thing);
  return spec;
}

function isSpec(it: unknown): it is TaskSpec {
  const { module, name, source } = (it ?? {}) as Record<string, unknown>;
  return (typeof module === 'string' && typeof name === 'string') || typeof source === 'string';
}
