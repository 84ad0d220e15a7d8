// What select gives, and what it refuses. Compiled, never run.
import { expectTypeOf } from 'vitest';
import {
  Chan,
  type ReadChan,
  type Selectable,
  type SelectedDefault,
  type WriteChan,
  select,
  selectThen,
  timeout,
} from '../../src/index.js';

declare const numbers: ReadChan<number>;
declare const strings: Chan<string>;
declare const out: WriteChan<string>;
declare const signal: AbortSignal;
declare const own: Selectable<'mine'>;
declare const maybe: boolean;

// A record narrows on key.
{
  const r = await select({ numbers, strings, sent: [out, 'hi'], stop: signal, own, late: timeout(1) });
  expectTypeOf(r.key).toEqualTypeOf<'numbers' | 'strings' | 'sent' | 'stop' | 'own' | 'late'>();
  switch (r.key) {
    case 'numbers':
      expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
      break;
    case 'strings':
      expectTypeOf(r.value).toEqualTypeOf<string | undefined>();
      break;
    case 'sent':
      expectTypeOf(r.value).toEqualTypeOf<boolean>();
      break;
    case 'stop':
      expectTypeOf(r.value).toEqualTypeOf<unknown>();
      break;
    case 'own':
      expectTypeOf(r.value).toEqualTypeOf<'mine' | undefined>();
      break;
    case 'late':
      expectTypeOf(r.value).toEqualTypeOf<undefined>();
      break;
    default:
      expectTypeOf(r).toEqualTypeOf<never>();
  }
  if (r.key === 'sent') {
    // @ts-expect-error a put gives no string
    const value: string = r.value;
  }
  // @ts-expect-error there is no such key
  if (r.key === 'nothing') throw r;
  // @ts-expect-error a result is not to be written to
  r.key = 'numbers';
}

// A list written out narrows on index.
{
  const r = await select([numbers, [out, 'hi'], strings, signal]);
  expectTypeOf(r.index).toEqualTypeOf<0 | 1 | 2 | 3>();
  if (r.index === 0) {
    expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
    expectTypeOf(r.chan).toEqualTypeOf<ReadChan<number>>();
  } else if (r.index === 1) {
    expectTypeOf(r.value).toEqualTypeOf<boolean>();
    expectTypeOf(r.chan).toEqualTypeOf<WriteChan<string>>();
  } else if (r.index === 2) {
    expectTypeOf(r.value).toEqualTypeOf<string | undefined>();
    expectTypeOf(r.chan).toEqualTypeOf<Chan<string>>();
  } else {
    expectTypeOf(r.value).toEqualTypeOf<unknown>();
    expectTypeOf(r.chan).toEqualTypeOf<AbortSignal>();
  }
  // @ts-expect-error there is no fifth case
  if (r.index === 4) throw r;
  // @ts-expect-error a list has no keys
  void r.key;
}

// A list built at run time has any index, and the values of any of its cases.
{
  const list: ReadChan<number>[] = [];
  const r = await select(list);
  expectTypeOf(r).toEqualTypeOf<{
    readonly index: number;
    readonly value: number | undefined;
    readonly chan: ReadChan<number>;
  }>();
  const mixed: (ReadChan<number> | readonly [WriteChan<string>, string])[] = [];
  const m = await select(mixed);
  expectTypeOf(m.index).toEqualTypeOf<number>();
  expectTypeOf(m.value).toEqualTypeOf<number | boolean | undefined>();
  expectTypeOf(m.chan).toEqualTypeOf<ReadChan<number> | WriteChan<string>>();
  const frozen: readonly ReadChan<number>[] = list;
  expectTypeOf((await select(frozen)).value).toEqualTypeOf<number | undefined>();
  const more = await select([...list, strings]);
  expectTypeOf(more.value).toEqualTypeOf<number | string | undefined>();
  const mapped = await select([1, 2].map((n) => [new Chan<number>(), n] as const));
  expectTypeOf(mapped.value).toEqualTypeOf<boolean>();
}

// A record built at run time likewise.
{
  const record: Record<string, ReadChan<number>> = {};
  const r = await select(record);
  expectTypeOf(r.key).toEqualTypeOf<string>();
  expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
}

// A default adds a result without key, index and channel.
{
  const r = await select({ numbers }, { default: 'none' });
  if (r.key === undefined) {
    expectTypeOf(r).toEqualTypeOf<SelectedDefault<string>>();
    expectTypeOf(r.value).toEqualTypeOf<string>();
  } else {
    expectTypeOf(r.key).toEqualTypeOf<'numbers'>();
    expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
  }
  const l = await select([numbers], { default: 0, priority: true, signal });
  if (l.index === undefined) expectTypeOf(l.value).toEqualTypeOf<number>();
  else expectTypeOf(l.index).toEqualTypeOf<0>();
  const u = await select({ numbers }, { default: undefined });
  if (u.key === undefined) expectTypeOf(u.value).toEqualTypeOf<undefined>();
  const n = await select({ numbers }, { priority: true });
  expectTypeOf(n.key).toEqualTypeOf<'numbers'>();
}

// Disabled cases are no results.
{
  const r = await select({
    numbers: maybe && numbers,
    strings: maybe ? strings : undefined,
    sent: maybe ? ([out, 'hi'] as const) : null,
    off: undefined,
    never: false,
    nil: null,
  });
  expectTypeOf(r.key).toEqualTypeOf<'numbers' | 'strings' | 'sent'>();
  if (r.key === 'numbers') expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
  if (r.key === 'sent') expectTypeOf(r.value).toEqualTypeOf<boolean>();
  const l = await select([undefined, maybe && numbers]);
  expectTypeOf(l).toEqualTypeOf<{
    readonly index: 1;
    readonly value: number | undefined;
    readonly chan: ReadChan<number>;
  }>();
  // @ts-expect-error true is no disabled case
  void select({ numbers: maybe || numbers });
}

// What is put has to fit its channel.
{
  void select({ sent: [strings, 'x'] });
  void select([[new Chan<string | number>(), 5]]);
  void select([[new Chan<'a' | 'b'>(), 'a']]);
  void select([[new Chan<string | null>(), null]]);
  void select([[new Chan<{ a: number }>(), { a: 1 }]]);
  // Also a value whose type is a union, as boolean is.
  void select({ sent: [new Chan<boolean>(), maybe] });
  void select([[new Chan<string | number>(), maybe ? 'x' : 5]]);
  // @ts-expect-error a channel of strings takes no number
  void select({ sent: [out, 5] });
  // @ts-expect-error nor in a list
  void select([numbers, [out, 5]]);
  // @ts-expect-error nor does it take null
  void select({ sent: [out, null] });
  // @ts-expect-error nothing takes undefined
  void select({ sent: [out, undefined] });
  // @ts-expect-error not even a channel of anything
  void select({ sent: [new Chan<unknown>(), undefined] });
  // @ts-expect-error a put needs its value
  void select({ sent: [out] });
  // @ts-expect-error and only one
  void select({ sent: [out, 'x', 'y'] });
  // @ts-expect-error a receiving end cannot be put to
  void select({ sent: [numbers, 5] });
  // @ts-expect-error a sending end cannot be got from
  void select({ got: out });
  const wrong: [WriteChan<string>, number][] = [];
  // @ts-expect-error nor can a list built at run time put what does not fit
  void select(wrong);
}

// Cases and options of the wrong kind.
{
  // @ts-expect-error a number is no case
  void select({ a: 5 });
  // @ts-expect-error nor is a promise
  void select([Promise.resolve(1)]);
  // @ts-expect-error cases are needed
  void select();
  // @ts-expect-error a channel is not a record of cases
  void select(numbers);
  // @ts-expect-error priority is a boolean
  void select({ numbers }, { priority: 'yes' });
  // @ts-expect-error a signal is an AbortSignal
  void select({ numbers }, { signal: new AbortController() });
  // @ts-expect-error there is no such option
  void select({ numbers }, { timeout: 5 });
  void select({ numbers }, { signal: undefined, priority: undefined });
}

// selectThen calls back with the same results.
{
  selectThen({ numbers, sent: [out, 'hi'] }, (r, error) => {
    expectTypeOf(error).toEqualTypeOf<unknown>();
    if (r?.key === 'numbers') expectTypeOf(r.value).toEqualTypeOf<number | undefined>();
    else if (r !== undefined) expectTypeOf(r.value).toEqualTypeOf<boolean>();
  });
  selectThen([numbers], (r) => void expectTypeOf(r?.index).toEqualTypeOf<0 | undefined>());
  selectThen(
    { numbers },
    (r) => {
      if (r !== undefined && r.key === undefined) expectTypeOf(r.value).toEqualTypeOf<string>();
    },
    { default: 'none' },
  );
  // @ts-expect-error it needs a callback
  selectThen({ numbers });
  // @ts-expect-error a put that does not fit is refused here too
  selectThen({ sent: [out, 5] }, () => {});
}
