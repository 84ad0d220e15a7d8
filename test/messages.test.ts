// The message of a wrong argument names it, says what it should have been, and what came.
import { describe, expect, test } from 'vitest';
import {
  Chan,
  ChanOverflowError,
  TimeoutError,
  combineLatest,
  dropping,
  fixed,
  merge,
  mix,
  select,
  selectThen,
  sleep,
  sliding,
  weighted,
  zip,
} from '../src/index.js';
import { rejection } from './support/outcome.js';

const no = (value: unknown): never => value as never;

describe('the message of a wrong argument', () => {
  test.each<[string, () => unknown]>([
    ['Expected name to be a string, got 5', () => new Chan(0, { name: no(5) })],
    ['Expected maxPending to be an integer of at least 0, got -1', () => new Chan(0, { maxPending: -1 })],
    ['Expected a value to be other than undefined, got undefined', () => new Chan().tryPut(no(undefined))],
    ['Expected a value to be other than undefined, got undefined', () => new Chan().add(no(undefined))],
    ['Expected callback to be a function, got 5', () => new Chan().getThen(no(5))],
    ['Expected buffer to be a size or a buffer, got object', () => new Chan(no({}))],
    ['Expected buffer to be a size or a buffer, got null', () => new Chan(no(null))],
    ['Expected n to be an integer of at least 0, got -1', () => fixed(-1)],
    ['Expected n to be an integer of at least 1, got 0', () => sliding(0)],
    ['Expected n to be an integer of at least 1, got 0', () => dropping(0)],
    ['Expected onDrop to be a function, got 5', () => sliding(1, { onDrop: no(5) })],
    ['Expected budget to be a number above 0, got 0', () => weighted(0, () => 1)],
    ['Expected weigh to be a function, got 5', () => weighted(1, no(5))],
    [
      'Expected a weight to be a number of at least 0, got -1',
      () => new Chan(weighted(1, () => -1)).tryPut(1),
    ],
    ['Expected f to be a function, got 5', () => new Chan().map(no(5))],
    ['Expected n to be an integer of at least 1, got 0', () => new Chan().asyncPipe(0, () => 1)],
    ['Expected onError to be a function, got 5', () => new Chan().asyncPipe(1, () => 1, { onError: no(5) })],
    ['Expected key to be a function, got 5', () => new Chan().asyncPipe(1, () => 1, { key: no(5) })],
    ['Expected topic to be a function, got 5', () => new Chan().pub(no(5))],
    ['Expected buffer to be a function, got 5', () => new Chan().pub(() => 1, { buffer: no(5) })],
    ['Expected out to be a channel, got 5', () => new Chan().pipe(no(5))],
    ['Expected out to be a channel, got 5', () => new Chan().distribute(no(5))],
    ['Expected out to be a channel, got null', () => mix(no(null))],
    ['Expected chan to be a channel, got 5', () => mix(new Chan()).add(no(5))],
    ["Expected mode to be 'mute' or 'pause', got loud", () => mix(new Chan()).soloMode(no('loud'))],
    ['Expected channel 1 to be a channel, got 5', () => merge(new Chan(), no(5))],
    ['Expected channel 0 to be a channel, got 5', () => zip(no(5))],
    ['Expected channel 0 to be a channel, got 5', () => combineLatest(no(5), new Chan())],
    ['Expected callback to be a function, got 5', () => selectThen({ a: new Chan() }, no(5))],
  ])('%s', (message, call) => {
    expect(call).toThrow(expect.objectContaining({ message }));
  });

  test('a buffer that is another channel’s: Expected buffer to be unused by another channel, got object', () => {
    const buffer = fixed<number>(1);
    expect(new Chan(buffer).stats().capacity).toBe(1);
    expect(() => new Chan(buffer)).toThrow('Expected buffer to be unused by another channel, got object');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['Expected cases to be a record or a list, got 5', () => select(no(5))],
    ['Expected cases to be one or more that are enabled, got none', () => select([])],
    ['Expected a case to be a channel, [channel, value] or an AbortSignal, got 5', () => select([no(5)])],
    [
      'Expected a value to be other than undefined, got undefined',
      () => select([[new Chan(), no(undefined)]]),
    ],
    ['Expected signal to be an AbortSignal, got 5', () => new Chan().get({ signal: no(5) })],
    ['Expected signal to be an AbortSignal, got null', () => new Chan().get({ signal: no(null) })],
    ['Expected ms to be a number of milliseconds, got soon', async () => sleep(no('soon'))],
    ['Expected a value to be other than undefined, got undefined', () => new Chan().put(no(undefined))],
    [
      'Expected what f returns to be a channel, got 5',
      () =>
        new Chan<number>(1)
          .add(1)
          .switchMap(() => no(5))
          .get(),
    ],
  ])('%s', async (message, call) => {
    expect(((await rejection(call())).reason as Error).message).toBe(message);
  });

  test('of many waiting operations says how many, of what, and where', async () => {
    const { reason } = await rejection(new Chan(0, { name: 'jobs', maxPending: 0 }).put(1));
    expect((reason as Error).message).toBe('More than 0 puts wait on jobs');
    const get = await rejection(new Chan(0, { maxPending: 0 }).get());
    expect((get.reason as Error).message).toBe('More than 0 gets wait on a channel');
  });

  test('of an error of the library names its class', () => {
    expect([String(new ChanOverflowError('many')), String(new TimeoutError('late'))]).toEqual([
      'ChanOverflowError: many',
      'TimeoutError: late',
    ]);
  });
});
