/** The tasks of this thread by name: in a bundle, the module of a task is not to be found by its address. */
export interface Runnable {
  readonly run: (...args: never[]) => unknown;
  readonly initialize?: (() => unknown) | undefined;
}

export const registered: Map<string, Runnable> = new Map<string, Runnable>();
