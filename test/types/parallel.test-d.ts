// What tasks, pipes over threads, ports and rings give, and what they refuse. Compiled, never run.
import { expectTypeOf } from 'vitest';
import type { Chan, ReadChan, WriteChan } from '../../src/index.js';
import {
  type Ring,
  type Task,
  type TaskContext,
  type ThreadRun,
  type WorkerPool,
  fromPort,
  inline,
  output,
  ring,
  runInThread,
  task,
  toIterable,
  toPort,
  transfer,
  workerPool,
} from '../../src/parallel/index.js';

declare const numbers: ReadChan<number>;
declare const words: ReadChan<string>;
declare const bytes: ReadChan<ArrayBuffer>;
declare const port: Parameters<typeof fromPort>[0];

// A task has the type of its function.
const length = inline((word: string) => word.length);
const later = task(import.meta.url, 'later', async (n: number) => String(n));
const perhaps = inline((n: number) => (n > 1 ? n : undefined));
const letters = inline((word: string) => word.split(''));
const stoppable = inline((n: number, { signal }: TaskContext) => (signal.aborted ? 0 : n));
expectTypeOf(length).toEqualTypeOf<Task<(word: string) => number>>();
expectTypeOf(later.run(1)).toEqualTypeOf<Promise<string>>();
// @ts-expect-error initialize is a function
inline(() => 1, { initialize: 1 });
// @ts-expect-error a task is of a function
task(import.meta.url, 'later', 'later');

// A pipe gives what the task returns: awaited, and without what means that there is nothing.
expectTypeOf(words.parallelPipe(2, length)).toEqualTypeOf<ReadChan<number>>();
expectTypeOf(numbers.parallelPipe(2, later)).toEqualTypeOf<ReadChan<string>>();
expectTypeOf(numbers.parallelPipeUnordered(2, perhaps)).toEqualTypeOf<ReadChan<number>>();
expectTypeOf(words.parallelPipe(2, letters)).toEqualTypeOf<ReadChan<string[]>>();
expectTypeOf(words.parallelPipe(2, letters, { flatten: true })).toEqualTypeOf<ReadChan<string>>();
expectTypeOf(words.parallelPipeUnordered(2, letters, { flatten: true })).toEqualTypeOf<ReadChan<string>>();
expectTypeOf(numbers.parallelPipe(2, stoppable)).toEqualTypeOf<ReadChan<number>>();
// @ts-expect-error the task takes texts
numbers.parallelPipe(2, length);
// @ts-expect-error a function is no task
words.parallelPipe(2, (word: string) => word.length);
// @ts-expect-error numbers cannot be flattened
words.parallelPipe(2, length, { flatten: true });

// Options are of the pipe's own values.
numbers.parallelPipe(2, stoppable, {
  pool: workerPool(2),
  onError: (error, value) => {
    expectTypeOf(error).toEqualTypeOf<unknown>();
    expectTypeOf(value).toEqualTypeOf<number>();
    return 0;
  },
});
bytes.parallelPipe(
  2,
  inline((part: ArrayBuffer) => part.byteLength),
  { transfer: (part) => [part] },
);
// @ts-expect-error an error's place is taken by a number
words.parallelPipe(2, length, { onError: () => 'none' });
// @ts-expect-error keys are of asyncPipe
words.parallelPipe(2, length, { key: (word: string) => word });
// @ts-expect-error a pool is more than a number
words.parallelPipe(2, length, { pool: 2 });
expectTypeOf(workerPool()).toEqualTypeOf<WorkerPool>();

// One call of a pool.
const pool = workerPool();
expectTypeOf(pool.run(length, 'word')).toEqualTypeOf<Promise<number>>();
expectTypeOf(pool.run(later, 1, { signal: AbortSignal.abort(), transfer: [] })).toEqualTypeOf<
  Promise<string>
>();
// @ts-expect-error -- a number is no word
pool.run(length, 1);
// @ts-expect-error -- a function is no task
pool.run((word: string) => word.length, 'word');
expectTypeOf(pool.stats().busy).toEqualTypeOf<number>();
// @ts-expect-error -- a pool is no executor itself
pool.abort;

// Values to be moved keep their type.
expectTypeOf(transfer(new Uint8Array(1), [])).toExtend<Uint8Array>();
// @ts-expect-error a number cannot be moved
transfer(1, []);

// Ports.
expectTypeOf(fromPort<string>(port)).toEqualTypeOf<ReadChan<string>>();
toPort(numbers, port);
// @ts-expect-error an array is no channel
toPort([1], port);

// Rings carry what they were made for.
expectTypeOf(ring()).toEqualTypeOf<Ring<'numbers'>>();
expectTypeOf(ring({ kind: 'bytes' }).getSync()).toEqualTypeOf<Uint8Array | undefined>();
expectTypeOf(ring(ring({ kind: 'bytes' }).handle)).toEqualTypeOf<Ring<'bytes'>>();
expectTypeOf(ring().get()).toEqualTypeOf<Promise<number | undefined>>();
// @ts-expect-error it holds numbers
ring().tryPut(new Uint8Array(1));

// A coroutine of another thread: channels that it writes to are outputs, the rest is as it is there.
declare const out: WriteChan<number>;
declare const both: Chan<number>;
const coroutine = inline(async (from: ReadChan<string>, to: WriteChan<number>, factor: number) => {
  for await (const word of from) await to.put(word.length * factor);
  return 'done' as const;
});
expectTypeOf(runInThread(coroutine, words, output(out), 2)).toEqualTypeOf<ThreadRun<'done'>>();
runInThread(coroutine, words, output(both), 2);
// @ts-expect-error it writes there
runInThread(coroutine, words, out, 2);
// @ts-expect-error it reads texts
runInThread(coroutine, numbers, output(out), 2);
// @ts-expect-error one is missing
runInThread(coroutine, words, output(out));

// Values for synchronous code.
const count = inline(function* (to: number) {
  for (let n = 0; n < to; n++) yield n;
});
expectTypeOf(toIterable(count, 3)).toEqualTypeOf<Iterable<number>>();
// @ts-expect-error it counts to a number
toIterable(count, '3');
// @ts-expect-error a number is nothing to go through
toIterable(length, 'word');
