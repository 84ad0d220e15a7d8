/**
 * Worker threads for channels: parallel pipes, thread pools, coroutines on threads, and channels
 * between threads.
 *
 * @packageDocumentation
 */
export type { ParallelPipeOptions, Task, TaskContext, TaskExecutor } from '../operators/parallel.js';
export type { Batch, Executor, Lane } from './pool/executor.js';
export type { ModuleTask, Ready, Reply, RunMessage, SourceTask, TaskSpec } from './threads/messages.js';
export type { PortLike, ResourceLimits } from './threads/platform.js';
export type { RunOptions } from './pool/call.js';
export { fromPort, type FromPortOptions, toPort } from './links/port.js';
export { output, type Output, runInThread, type ThreadArgs, type ThreadRun } from './links/run-in-thread.js';
export { toIterable } from './links/to-iterable.js';
export { type WorkerPool, type WorkerPoolOptions, workerPool } from './pool/pool.js';
export { Ring, ring } from './links/ring.js';
export type { RingHandle, RingKind, RingOptions, RingValue } from './links/ring-memory.js';
export { Runner } from './threads/runner.js';
export { useWorker } from './threads/spawn.js';
export { inline, task, type TaskOptions } from './pool/task.js';
export type { PoolStats } from './pool/threads.js';
export { transfer } from './threads/transfer.js';
export { type Death, WorkerError, type WorkerFailure } from './threads/worker-error.js';
