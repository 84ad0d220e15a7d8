/** A stage that has ended or was cancelled keeps nothing that it held. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Chan, type ReadChan, zip } from '../../src/index.js';
import { turns } from '../support/turns.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

interface Thing {
  readonly n: number;
}
const STAGES: readonly (readonly [name: string, derive: (of: ReadChan<Thing>) => ReadChan<unknown>])[] = [
  ['group', (of) => of.group(10)],
  ['groupBy', (of) => of.groupBy(() => 1)],
  ['batch', (of) => of.batch({ size: 10 })],
  ['debounce', (of) => of.debounce(1e6)],
  ['sample', (of) => of.sample(1e6)],
  ['delay', (of) => of.delay(1e6)],
  ['zip', (of) => zip(of, new Chan<number>())],
  ['scan', (of) => of.scan((_, thing) => thing).filter(() => false)],
  ['scan with an init', (of) => of.scan<Thing | null>((_, thing) => thing, null).filter(() => false)],
  ['distinct', (of) => of.distinct().filter(() => false)],
  ['flatMap', (of) => of.flatMap((thing) => [0, thing, thing]).filter((n) => n === 0)],
];

/** A value of its own, that only what is made of `source` can know. */
function put(source: Chan<Thing>): WeakRef<Thing> {
  const thing = { n: 1 };
  expect(source.tryPut(thing)).toBe(true);
  return new WeakRef(thing);
}

async function isForgotten(thing: WeakRef<Thing>): Promise<boolean> {
  for (let i = 0; i < 5 && thing.deref() !== undefined; i++) {
    await turns();
    gc();
  }
  return thing.deref() === undefined;
}

describe.each(STAGES)('a %s', (name, derive) => {
  test('that was cancelled', async () => {
    const source = new Chan<Thing>();
    const stage = derive(source);
    const got = stage.get();
    await turns();
    const thing = put(source);
    await turns();
    if (name !== 'flatMap') expect(await isForgotten(thing)).toBe(false);
    stage.cancel();
    await got;
    expect(await isForgotten(thing)).toBe(true);
    // They are still there.
    expect([stage.closed, source.closed]).toEqual([true, false]);
  });
});

// Of the others the values are given at the end.
describe.each(STAGES.slice(-4))('a %s', (_, derive) => {
  test('whose end was read', async () => {
    const source = new Chan<Thing>();
    const stage = derive(source);
    const all = stage.reduce(() => 0, 0);
    await turns();
    const thing = put(source);
    source.close();
    await all;
    expect(await isForgotten(thing)).toBe(true);
    expect([stage.closed, source.closed]).toEqual([true, true]);
  });
});
