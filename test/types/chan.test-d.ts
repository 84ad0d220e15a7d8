// Directions and variance of channels, and what can be put. Compiled, never run.
import { expectTypeOf } from 'vitest';
import {
  Chan,
  type ChanBuffer,
  type ReadChan,
  type Selectable,
  type Value,
  type WriteChan,
  dropping,
  fixed,
  promise,
  sliding,
  unbounded,
  weighted,
} from '../../src/index.js';

interface Animal {
  readonly name: string;
}
interface Dog extends Animal {
  readonly tricks: number;
}
declare const animals: Chan<Animal>;
declare const dogs: Chan<Dog>;

// A channel is both of its ends.
{
  const read: ReadChan<Dog> = dogs;
  const write: WriteChan<Dog> = dogs;
  const selectable: Selectable<Dog> = dogs;
  const iterable: AsyncIterable<Dog> = dogs;
  expectTypeOf(await read.get()).toEqualTypeOf<Dog | undefined>();
  expectTypeOf(read.tryGet()).toEqualTypeOf<Dog | undefined>();
  expectTypeOf(await read.collect()).toEqualTypeOf<Dog[]>();
  expectTypeOf<ReturnType<WriteChan<Dog>['put']>>().toEqualTypeOf<Promise<boolean>>();
  expectTypeOf<ReturnType<WriteChan<Dog>['tryPut']>>().toEqualTypeOf<boolean | undefined>();
  expectTypeOf(write.signal).toEqualTypeOf<AbortSignal>();
  for await (const dog of read) expectTypeOf(dog).toEqualTypeOf<Dog>();
  for await (const dog of read.consume()) expectTypeOf(dog).toEqualTypeOf<Dog>();
  read.getThen((value, error) => {
    expectTypeOf(value).toEqualTypeOf<Dog | undefined>();
    expectTypeOf(error).toEqualTypeOf<unknown>();
  });
  expectTypeOf(write.close()).toEqualTypeOf<WriteChan<Dog>>();
  expectTypeOf(dogs.close()).toEqualTypeOf<Chan<Dog>>();
  expectTypeOf(dogs.add({ name: 'rex', tricks: 1 })).toEqualTypeOf<Chan<Dog>>();
}

// An end is no more than that.
{
  const read: ReadChan<Dog> = dogs;
  const write: WriteChan<Dog> = dogs;
  // @ts-expect-error a receiving end cannot put
  read.put;
  // @ts-expect-error nor try to
  read.tryPut;
  // @ts-expect-error nor call back
  read.putThen;
  // @ts-expect-error nor seed
  read.add;
  // @ts-expect-error nor close
  read.close;
  // @ts-expect-error nor has it the producer's signal
  read.signal;
  // @ts-expect-error a sending end cannot get
  write.get;
  // @ts-expect-error nor try to
  write.tryGet;
  // @ts-expect-error nor hang up
  write.cancel;
  // @ts-expect-error nor collect
  write.collect;
  // @ts-expect-error nor be iterated
  write[Symbol.asyncIterator];
  // @ts-expect-error one end is not the other
  const other: WriteChan<Dog> = read;
  // @ts-expect-error nor the other way round
  const another: ReadChan<Dog> = write;
  // @ts-expect-error an end is not the whole
  const whole: Chan<Dog> = read;
}

// Reading is covariant, writing contravariant, a whole channel neither.
{
  const read: ReadChan<Animal> = dogs;
  const write: WriteChan<Dog> = animals;
  // @ts-expect-error who reads dogs cannot be given animals
  const readDogs: ReadChan<Dog> = animals;
  // @ts-expect-error who writes animals cannot be given a channel of dogs
  const writeAnimals: WriteChan<Animal> = dogs;
  // @ts-expect-error a channel of dogs is no channel of animals
  const chanAnimals: Chan<Animal> = dogs;
  // @ts-expect-error nor the other way round
  const chanDogs: Chan<Dog> = animals;
  const anything: ReadChan<unknown> = dogs;
  const nothing: WriteChan<never> = dogs;
}

// What can be put: anything of its type but undefined.
{
  const [anything, nulls] = [new Chan<Value>(), new Chan<null>()];
  const maybe = new Chan<string>() as object as Chan<string | undefined>;
  void maybe.put('x');
  void anything.put({});
  void anything.put(null);
  void nulls.put(null);
  // @ts-expect-error undefined means closed
  void maybe.put(undefined);
  // @ts-expect-error whatever the channel is of
  void anything.put(undefined);
  // @ts-expect-error nor to try
  maybe.tryPut(undefined);
  // @ts-expect-error nor with a callback
  maybe.putThen(undefined);
  // @ts-expect-error nor to seed
  maybe.add('x', undefined);
  // @ts-expect-error nor by leaving the value out
  void maybe.put();
  // @ts-expect-error nor what is of another type
  void maybe.put(5);
}

// Buffers are of the channel's type.
{
  expectTypeOf(new Chan<number>(sliding(2))).toEqualTypeOf<Chan<number>>();
  void new Chan<number>(dropping(2, { onDrop: (value: number) => value }));
  void new Chan<number>(fixed(2), { name: 'numbers', maxPending: 5 });
  void new Chan<number>(promise());
  void new Chan<number>(unbounded());
  void new Chan<Uint8Array>(weighted(1 << 20, (chunk: Uint8Array) => chunk.byteLength));
  const strings: ChanBuffer<string> = fixed(2);
  // @ts-expect-error a buffer of strings is none for numbers
  void new Chan<number>(strings);
  // @ts-expect-error a buffer is no string
  void new Chan<number>('2');
  // @ts-expect-error there is no such option
  void new Chan<number>(2, { size: 5 });
}

// The options of operations that wait.
{
  const { signal } = new AbortController();
  void dogs.get({ signal });
  void dogs.get({ signal: undefined });
  void animals.put({ name: 'cat' }, { signal });
  // @ts-expect-error a controller is no signal
  void dogs.get({ signal: new AbortController() });
  // @ts-expect-error there is no such option
  void dogs.get({ timeout: 5 });
}
