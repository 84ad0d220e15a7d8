// What many channels read as one are of. Compiled, never run.
import { expectTypeOf } from 'vitest';
import {
  Chan,
  type CombineLatestOptions,
  type Holes,
  type Item,
  type Items,
  type ReadChan,
  type WriteChan,
  combineLatest,
  concat,
  merge,
  race,
  zip,
  zipLongest,
} from '../../src/index.js';

declare const numbers: ReadChan<number>;
declare const strings: Chan<string>;
declare const nullable: ReadChan<boolean | null>;
declare const many: ReadChan<number>[];
declare const fixed: readonly [ReadChan<number>, Chan<string>];
declare const either: ReadChan<number> | Chan<string>;
declare const sink: WriteChan<number>;

// Rows are tuples, from arguments and from lists alike.
{
  expectTypeOf(zip(numbers, strings, nullable)).toEqualTypeOf<ReadChan<[number, string, boolean | null]>>();
  expectTypeOf(zip([numbers, strings])).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(zip(fixed)).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(zip(...fixed)).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(zip(many)).toEqualTypeOf<ReadChan<number[]>>();
  expectTypeOf(zip(...many)).toEqualTypeOf<ReadChan<number[]>>();
  expectTypeOf(zip()).toEqualTypeOf<ReadChan<[]>>();
  for await (const [n, s] of zip(numbers, strings)) {
    expectTypeOf(n).toEqualTypeOf<number>();
    expectTypeOf(s).toEqualTypeOf<string>();
  }
}

// Where some may have ended there are holes.
{
  expectTypeOf(zipLongest(numbers, strings)).toEqualTypeOf<
    ReadChan<[number | undefined, string | undefined]>
  >();
  expectTypeOf(zipLongest([numbers, nullable])).toEqualTypeOf<
    ReadChan<[number | undefined, boolean | null | undefined]>
  >();
  expectTypeOf(zipLongest(many)).toEqualTypeOf<ReadChan<(number | undefined)[]>>();
}

// The latest of each has holes only when eager.
{
  expectTypeOf(combineLatest(numbers, strings)).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(combineLatest([numbers, strings])).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(combineLatest([numbers, strings], { eager: false })).toEqualTypeOf<
    ReadChan<[number, string]>
  >();
  expectTypeOf(combineLatest([numbers, strings], {})).toEqualTypeOf<ReadChan<[number, string]>>();
  expectTypeOf(combineLatest(many)).toEqualTypeOf<ReadChan<number[]>>();
  expectTypeOf(combineLatest(numbers, strings, { eager: true })).toEqualTypeOf<
    ReadChan<[number | undefined, string | undefined]>
  >();
  expectTypeOf(combineLatest([numbers, strings], { eager: true })).toEqualTypeOf<
    ReadChan<[number | undefined, string | undefined]>
  >();
  expectTypeOf(combineLatest(many, { eager: true })).toEqualTypeOf<ReadChan<(number | undefined)[]>>();
  // @ts-expect-error eager is true or false
  combineLatest([numbers], { eager: 1 });
  // @ts-expect-error options come last
  combineLatest({ eager: true }, numbers);
}

// What gives one value at a time gives a value of any.
{
  expectTypeOf(merge(numbers, strings)).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(merge([numbers, strings])).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(merge(many)).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(merge(fixed)).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(merge()).toEqualTypeOf<ReadChan<never>>();
  expectTypeOf(merge(either)).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(concat(numbers, strings, nullable)).toEqualTypeOf<
    ReadChan<number | string | boolean | null>
  >();
  expectTypeOf(concat([numbers, strings])).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(concat(...many)).toEqualTypeOf<ReadChan<number>>();
  expectTypeOf(race(numbers, strings)).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(race([numbers, strings])).toEqualTypeOf<ReadChan<number | string>>();
  expectTypeOf(race(many)).toEqualTypeOf<ReadChan<number>>();
}

// Only what can be read is combined.
{
  // @ts-expect-error a sending end cannot be read
  merge(sink);
  // @ts-expect-error nor in a row
  zip(numbers, sink);
  // @ts-expect-error nor in a longest row
  zipLongest([numbers, sink]);
  // @ts-expect-error nor for its latest value
  combineLatest(numbers, sink);
  // @ts-expect-error nor after another
  concat(numbers, sink);
  // @ts-expect-error nor against another
  race([sink]);
  // @ts-expect-error values are no channels
  zip([1, 2]);
  // @ts-expect-error nor is nothing
  merge(undefined);
  // @ts-expect-error a list goes alone
  zip([numbers], [strings]);
  // @ts-expect-error what is combined cannot be put to
  merge(numbers).put;
}

// The methods.
{
  expectTypeOf(numbers.zipWith(strings, nullable)).toEqualTypeOf<
    ReadChan<[number, string, boolean | null]>
  >();
  expectTypeOf(numbers.zipWith()).toEqualTypeOf<ReadChan<[number]>>();
  expectTypeOf(strings.switchMap(() => numbers)).toEqualTypeOf<ReadChan<number>>();
  strings.switchMap((value, index) => {
    expectTypeOf(value).toEqualTypeOf<string>();
    expectTypeOf(index).toEqualTypeOf<number>();
    return new Chan<boolean>();
  });
  // @ts-expect-error a sending end cannot be zipped
  numbers.zipWith(sink);
  // @ts-expect-error f makes channels
  numbers.switchMap((n) => n);
  // @ts-expect-error not promises of them
  numbers.switchMap(async () => strings);
}

// The operators of time keep the type; batches are arrays.
{
  expectTypeOf(strings.batch({ size: 2, ms: 5 })).toEqualTypeOf<ReadChan<string[]>>();
  expectTypeOf(strings.debounce(5)).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(strings.throttle(5)).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(strings.sample(5)).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(strings.delay(5)).toEqualTypeOf<ReadChan<string>>();
  expectTypeOf(nullable.timeoutEach(5)).toEqualTypeOf<ReadChan<boolean | null>>();
  // @ts-expect-error limits are an object
  strings.batch(5);
  // @ts-expect-error of numbers
  strings.batch({ size: '5' });
  // @ts-expect-error a time is to be given
  strings.debounce();
}

// The types by name.
{
  expectTypeOf<Item<Chan<string>>>().toEqualTypeOf<string>();
  expectTypeOf<Items<[ReadChan<number>, Chan<string>]>>().toEqualTypeOf<[number, string]>();
  expectTypeOf<Items<typeof fixed>>().toEqualTypeOf<[number, string]>();
  expectTypeOf<Holes<[ReadChan<number>]>>().toEqualTypeOf<[number | undefined]>();
  expectTypeOf<CombineLatestOptions>().toEqualTypeOf<{ readonly eager?: boolean | undefined }>();
}
