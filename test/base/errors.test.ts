import { expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { fixed, weighted } from '../../src/channel/buffers.js';
import { ChanOverflowError, surface } from '../../src/base/errors.js';
import { sleep } from '../../src/goroutines/sleep.js';
import { uncaught } from '../support/uncaught.js';

test('a ChanOverflowError is an Error with a name of its own', () => {
  const error = new ChanOverflowError('too many');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'ChanOverflowError', message: 'too many' });
  expect(String(error)).toBe('ChanOverflowError: too many');
  expect(error.stack).toContain('errors.test');
});

test('an error that is surfaced is uncaught, after the code that surfaced it', async () => {
  const order: unknown[] = [];
  const errors = await uncaught(() => {
    surface(new Error('first'));
    surface(0);
    order.push('returned');
  });
  expect(order).toEqual(['returned']);
  expect(errors).toEqual([new Error('first'), 0]);
});

test('the error of a bad argument names it, says what was expected, and what came', () => {
  const bad: [act: () => unknown, words: RegExp][] = [
    [() => fixed(1.5), /\bn\b.*integer of at least 0.*1\.5/],
    [() => fixed('x' as never), /\bn\b.*integer of at least 0.*x/],
    [() => weighted(0, () => 1), /\bbudget\b.*above 0.*0/],
    [() => weighted(1, 3 as never), /\bweigh\b.*function.*3/],
    [() => new Chan(1, { maxPending: -1 }), /\bmaxPending\b.*integer of at least 0.*-1/],
    [() => new Chan<number>().getThen(null as never), /\bcallback\b.*function.*null/],
    [() => new Chan<number>().tryPut(undefined as never), /undefined/],
  ];
  for (const [act, words] of bad) expect(act).toThrow(words);
});

test('whatever the bad argument is, its error is of the right class', async () => {
  const weird: unknown[] = [
    Object.create(null),
    Symbol('s'),
    10n,
    new Proxy({}, {}),
    () => {},
    {
      toString: () => {
        throw new Error('no text');
      },
    },
  ];
  for (const thing of weird) {
    expect(() => fixed(thing as number)).toThrow(RangeError);
    expect(() => new Chan(1, { maxPending: thing as number })).toThrow(RangeError);
    await expect(sleep(thing as number)).rejects.toThrow(TypeError);
    await expect(new Chan<number>().get({ signal: thing as never })).rejects.toThrow(TypeError);
  }
});
