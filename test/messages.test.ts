// The message of a wrong argument names it, says what it should have been, and what came.
import { describe, expect, test } from 'vitest';
import {
  Chan,
  ChanOverflowError,
  TimeoutError,
  combineLatest,
  dropping,
  fixed,
  from,
  merge,
  mix,
  select,
  selectThen,
  sleep,
  sliding,
  weighted,
  zip,
} from '../src/index.js';
import { here } from './support/runtime.js';
import { rejection } from './support/outcome.js';

const no = (value: unknown): never => value as never;

describe('the message of a wrong argument', () => {
  test.each<[string, () => unknown]>([
    ['Expected name to be a string, got 5', () => new Chan(0, { name: no(5) })],
    ['Expected maxPending to be an integer of at least 0, got -1', () => new Chan(0, { maxPending: -1 })],
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
    ['Expected signal to be an AbortSignal, got 5', () => new Chan().get({ signal: no(5) })],
    ['Expected signal to be an AbortSignal, got null', () => new Chan().get({ signal: no(null) })],
    ['Expected ms to be a number of milliseconds, got soon', async () => sleep(no('soon'))],
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

/** A channel with a name, that holds 17. */
const jobs = (): Chan<number> => new Chan<number>(1, { name: 'jobs' }).add(17);
const PUT = 'to end the channel, use close(); for nothing, put null';
const LEAVE_OUT = 'to leave a value out, do not yield it; for nothing, yield null';

describe('undefined in the place of a value is an error', () => {
  test.each<[string, (chan: Chan<number>) => unknown]>([
    [`tryPut was given undefined on 'jobs': ${PUT}`, (chan) => chan.tryPut(no(undefined))],
    [`putThen was given undefined on 'jobs': ${PUT}`, (chan) => chan.putThen(no(undefined))],
    [`add was given undefined (index 1) on 'jobs': ${PUT}`, (chan) => chan.add(1, no(undefined))],
    [`tryPut was given undefined: ${PUT}`, () => new Chan().tryPut(no(undefined))],
  ])('%s', (message, act) => {
    expect(() => act(jobs())).toThrow(expect.objectContaining({ name: 'TypeError', message }));
  });

  test.each<[string, (chan: Chan<number>) => Promise<unknown>]>([
    [`put was given undefined on 'jobs': ${PUT}`, (chan) => chan.put(no(undefined))],
    [`put was given undefined: ${PUT}`, () => new Chan().put(no(undefined))],
    [`select was given undefined on 'jobs': ${PUT}`, (chan) => select([[chan, no(undefined)]])],
    [`select was given undefined: ${PUT}`, () => select({ sent: [new Chan(), no(undefined)] })],
    [
      "map returned undefined for value 17 (index 0) on 'jobs': to leave a value out, use filter",
      (chan) => chan.map(() => no(undefined)).get(),
    ],
    [
      'map returned undefined for value "abc" (index 2): to leave a value out, use filter',
      () =>
        from(['', 'abc', 'abc'])
          .map((text, i) => (i === 2 ? no(undefined) : text))
          .collect(),
    ],
    [
      `map returned undefined for value "${'x'.repeat(49)}… (index 0): to leave a value out, use filter`,
      () =>
        from(['x'.repeat(1000)])
          .map(() => no(undefined))
          .get(),
    ],
    [
      "map returned undefined for value object (index 0) on 'jobs': to leave a value out, use filter",
      (chan) =>
        chan
          .take(1)
          .map((n) => ({ n }))
          .distinct()
          .map(() => no(undefined))
          .get(),
    ],
    [
      "scan returned undefined for value 17 (index 0) on 'jobs': for nothing, return null",
      (chan) => chan.scan(() => no(undefined), 0).get(),
    ],
    [
      `flatMap was given undefined by an iterable (index 0) on 'jobs': ${LEAVE_OUT}`,
      (chan) => chan.flatMap(() => [no(undefined)]).get(),
    ],
    [
      `asyncPipe was given undefined by an iterable (index 0) on 'jobs': ${LEAVE_OUT}`,
      (chan) => chan.asyncPipe(1, () => [no(undefined)], { flatten: true }).get(),
    ],
    [
      `asyncPipeUnordered was given undefined by an iterable (index 1): ${LEAVE_OUT}`,
      () =>
        from([1, 2])
          .asyncPipeUnordered(1, (n) => [n === 2 ? no(undefined) : n], { flatten: true })
          .collect(),
    ],
    [
      `from was given undefined by the iterator (index 1): ${LEAVE_OUT}`,
      () => from([1, no(undefined)]).collect(),
    ],
    [
      `from was given undefined by the async iterator (index 1): ${LEAVE_OUT}`,
      () =>
        from(
          (async function* () {
            yield* [1, no(undefined)];
          })(),
        ).collect(),
    ],
    [
      `from was given undefined by the stream (index 0): ${LEAVE_OUT}`,
      () =>
        from({
          getReader: () => ({
            read: async () => ({ done: false, value: no(undefined) }),
            cancel: async () => {},
          }),
        }).get(),
    ],
    [
      "The buffer gave undefined on 'jobs': canTake() must be false when there is nothing to take",
      () =>
        new Chan<number>(
          {
            size: 1,
            capacity: 1,
            canAdd: () => false,
            canTake: () => true,
            add: () => {},
            take: () => no(undefined),
          },
          { name: 'jobs' },
        ).get(),
    ],
  ])('%s', async (message, act) => {
    const { reason } = await rejection(act(jobs()));
    expect(reason).toMatchObject({ name: 'TypeError', message });
  });
});

describe('what is to be flattened and is not iterable is an error', () => {
  test.each<[string, (chan: Chan<number>) => Promise<unknown>]>([
    [
      "Expected the result of flatMap's function to be iterable, got undefined",
      (chan) => chan.flatMap(() => no(undefined)).get(),
    ],
    [
      "Expected the result of asyncPipe's function to be iterable, got 17",
      (chan) => chan.asyncPipe(1, async (n) => no(n), { flatten: true }).get(),
    ],
  ])('%s', async (message, act) => {
    expect((await rejection(act(jobs()))).reason).toMatchObject({ name: 'TypeError', message });
  });
});

// On Bun the test runner shows the library's frames all the same. In a program there the user's frame comes first.
describe.skipIf(here === 'bun')('the first frame of the stack is the user’s', () => {
  const frame = (error: unknown): string => (error as Error).stack?.split('\n')[1] ?? '';

  test.each<[string, (chan: Chan<number>) => unknown]>([
    ['tryPut', (chan) => chan.tryPut(no(undefined))],
    ['put', (chan) => chan.put(no(undefined))],
    ['add', (chan) => chan.add(no(undefined))],
    ['select', (chan) => select({ sent: [chan, no(undefined)] })],
    ['a case of the wrong kind', () => select([no(5)])],
    ['a bad argument', (chan) => chan.map(no(5))],
    ['a bad size', () => new Chan(-1)],
    ['too many that wait', () => new Chan(0, { maxPending: 0 }).put(1)],
  ])('of %s', async (_, act) => {
    const { reason } = await rejection(Promise.resolve().then(() => act(jobs())));
    expect(frame(reason)).toContain('messages.test');
    expect((reason as Error).stack).toContain((reason as Error).message);
  });

  test('unless there is none: then the library’s are left', async () => {
    const chan = new Chan<number>();
    const failed = rejection(chan.map(() => no(undefined)).get());
    queueMicrotask(chan.tryPut.bind(chan, 1));
    expect(frame((await failed).reason)).not.toBe('');
  });
});
