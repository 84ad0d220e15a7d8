// What must and must not compile between `millrace` and `millrace/core`.
import { Chan, type ReadChan, type WriteChan, select } from 'millrace';
import * as core from 'millrace/core';

// A core channel has no operator.
declare const small: core.Chan<number>;
// @ts-expect-error -- there is no map
small.map((n: number) => n);
// @ts-expect-error -- there is no collect
void small.collect();
// @ts-expect-error -- a core channel is no full one
export const wrong: ReadChan<number> = small;

// A full channel is a core one.
declare const full: Chan<number>;
export const reader: core.ReadChan<number> = full;
export const writer: WriteChan<number> = full;
export const both: core.Chan<number> = full;
declare const derived: ReadChan<number>;
export const alsoReader: core.ReadChan<number> = derived;

// Either is selected from by either.
export const picked: Promise<{ key: 'a' | 'b'; value: number | undefined }> = select({ a: small, b: full });
export const pickedToo: Promise<{ key: 'a' | 'b'; value: number | undefined }> = core.select({
  a: small,
  b: full,
});

// Classes of one's own.
export class Jobs extends Chan<string> {}
export const lengths: ReadChan<number> = new Jobs().map((job) => job.length);
