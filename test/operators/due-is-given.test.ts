/** A value that is due is given to the next reader, also when another value has come since. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Chan, type ReadChan, unbounded } from '../../src/index.js';
import { rejection } from '../support/outcome.js';
import { pass, stopTime } from '../support/fake-time.js';
import { turns } from '../support/turns.js';

const STAGES: readonly (readonly [name: string, derive: (of: ReadChan<string>) => ReadChan<unknown>])[] = [
  ['debounce', (of) => of.debounce(20)],
  ['sample', (of) => of.sample(20)],
  ['batch', (of) => of.batch({ ms: 20 }).map((values) => values.join())],
  ['delay', (of) => of.delay(20)],
];

beforeEach(stopTime);
afterEach(() => void vi.useRealTimers());

describe.each(STAGES)('%s', (_, derive) => {
  /** The stage has read A for a reader that has gone. */
  async function held(): Promise<[source: Chan<string>, stage: ReadChan<unknown>]> {
    const source = new Chan<string>(unbounded());
    const stage = derive(source);
    const controller = new AbortController();
    const gone = rejection(stage.get({ signal: controller.signal }));
    source.tryPut('A');
    await turns();
    controller.abort();
    await gone;
    return [source, stage];
  }

  test('gives what came due while nobody asked, though another value lies behind it', async () => {
    const [source, stage] = await held();
    await pass(60);
    source.tryPut('B');
    const all = stage.collect();
    await pass(60);
    source.close();
    expect(await all).toEqual(['A', 'B']);
  });

  test('gives what came due before the input ended', async () => {
    const [source, stage] = await held();
    await pass(60);
    source.add('B').close();
    const all = stage.collect();
    await pass(60);
    expect(await all).toEqual(['A', 'B']);
  });

  test('gives what came due before the input failed', async () => {
    const [source, stage] = await held();
    await pass(60);
    source.close('broken');
    expect(stage.tryGet()).toBe('A');
    expect(await rejection(stage.get())).toEqual({ reason: 'broken' });
  });

  test('gives what is due to one that looks, when its alarm is late', async () => {
    const [source, stage] = await held();
    source.tryPut('B');
    vi.setSystemTime(Date.now());
    await pass(60);
    expect(stage.tryGet()).toBe('A');
  });
});
