// What sources and goroutines are of. Compiled, never run.
import { ReadableStream as WebStream } from 'node:stream/web';
import { expectTypeOf } from 'vitest';
import {
  Chan,
  type ReadChan,
  type Scope,
  type Tick,
  from,
  fromIter,
  fromRange,
  go,
  nop,
  run,
  scope,
  sleep,
  tickTock,
  timeout,
} from '../../src/index.js';

declare const maybe: string | undefined;
declare const maybes: AsyncIterable<string | undefined>;
declare const stream: WebStream<Uint8Array>;
declare const other: ReadableStream<string>;
async function* generated(): AsyncGenerator<number, string, unknown> {
  yield 1;
  return 'end';
}

// from takes what has values.
{
  expectTypeOf(from([1, 2])).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(from(new Set(['a']))).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(from('text')).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(from(new Map([['a', 1]]))).toEqualTypeOf<ReadChan<[string, number]>>();
  expectTypeOf(from(generated())).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(from(stream)).toEqualTypeOf<ReadChan<Uint8Array>>();
  expectTypeOf(from(other)).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(from(Promise.resolve('x'))).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(from(Promise.resolve(maybe))).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(from(Promise.resolve())).toEqualTypeOf<ReadChan<never>>();
  expectTypeOf(from(Promise.resolve(null))).toEqualTypeOf<ReadChan<null>>();
  expectTypeOf(from(new Chan<number>())).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(from([1, null])).toEqualTypeOf<ReadChan<number | null>>();
  // @ts-expect-error undefined is no value
  from([1, undefined]);
  // @ts-expect-error nor in what is async
  from(maybes);
  // @ts-expect-error a number has no values
  from(5);
  // @ts-expect-error nor has an object
  from({});
  // @ts-expect-error nor has null
  from(null);
}

// The others.
{
  expectTypeOf(fromIter([1])).toEqualTypeOf<ReadChan<number>>();
  // @ts-expect-error what is async is for from
  fromIter(generated());
  // @ts-expect-error undefined is no value
  fromIter([undefined]);
  expectTypeOf(fromRange()).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(fromRange(3)).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(fromRange(0, 3, -1)).toEqualTypeOf<ReadChan<number>>();
  // @ts-expect-error a range is of numbers
  fromRange('3');
  // @ts-expect-error and has at most three
  fromRange(0, 3, 1, 1);
  expectTypeOf(timeout(5)).toEqualTypeOf<ReadChan<never>>();
  // @ts-expect-error milliseconds are a number
  timeout('5');
  expectTypeOf(tickTock(5)).toEqualTypeOf<ReadChan<Tick>>();
  tickTock(5, { immediate: true });
  // @ts-expect-error there is no such option
  tickTock(5, { now: true });
  expectTypeOf(sleep(5)).toEqualTypeOf<Promise<void>>();
  void sleep(5, { signal: undefined });
  expectTypeOf(nop()).toEqualTypeOf<Promise<void>>();
}

// Goroutines give what their functions return, and take their arguments.
{
  expectTypeOf(go(async () => 5)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(go(() => 'x')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(go((a: number, b?: string) => [a, b], 1)).toEqualTypeOf<
    Promise<(string | number | undefined)[]>
  >();
  // @ts-expect-error an argument is missing
  void go((a: number) => a);
  // @ts-expect-error an argument is of the wrong type
  void go((a: number) => a, 'x');
  // @ts-expect-error a promise is no function
  void go(Promise.resolve());
  expectTypeOf(run(async () => 5)).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error main takes no arguments
  void run((args: string[]) => args);
}

// A scope gives what its body returns.
{
  const result = scope(async (s) => {
    expectTypeOf(s).toEqualTypeOf<Scope>();
    expectTypeOf(s.chan<number>(5)).toEqualTypeOf<Chan<number>>();
    expectTypeOf(s.go(async (n: number) => n, 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(s.signal).toEqualTypeOf<AbortSignal>();
    s.defer(() => {});
    s.defer(async () => {});
    // @ts-expect-error an argument is of the wrong type
    void s.go((n: number) => n, 'x');
    // @ts-expect-error its signal is its own
    s.signal = new AbortController().signal;
    return 'x';
  });
  expectTypeOf(result).toEqualTypeOf<Promise<string>>();
  expectTypeOf(scope(() => 5, { signal: undefined })).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error it needs a body
  void scope();
}
