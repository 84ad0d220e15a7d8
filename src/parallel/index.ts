/**
 * Worker threads under channels.
 *
 * @packageDocumentation
 */
export type { ParallelPipeOptions, Task, TaskContext, TaskExecutor } from '../flow/parallel.js';
export type { Batch, Executor, Lane } from './executor.js';
export type { ModuleTask, Ready, Reply, RunMessage, SourceTask, TaskSpec } from './messages.js';
export type { PortLike, ResourceLimits } from './platform.js';
export type { RunOptions } from './call.js';
export { fromPort, type FromPortOptions, toPort } from './port.js';
export { output, type Output, runInThread, type ThreadArgs, type ThreadRun } from './run-in-thread.js';
export { toIterable } from './to-iterable.js';
export { type WorkerPool, type WorkerPoolOptions, workerPool } from './pool.js';
export { Ring, ring, type RingHandle, type RingKind, type RingOptions, type RingValue } from './ring.js';
export { Runner } from './runner.js';
export { useWorker } from './spawn.js';
export { inline, task, type TaskOptions } from './task.js';
export type { PoolStats } from './threads.js';
export { transfer } from './transfer.js';
export { type Death, WorkerError, type WorkerFailure } from './worker-error.js';
