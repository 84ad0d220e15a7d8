/** A value whose put was answered is where it belongs by then: whatever happens next, with the fairness gate shut or open, does not lose it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Chan, type ReadChan, type WriteChan, unbounded } from '../../src/index.js';
import { follow } from '../../src/base/fairness.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

/** What goes on when the gate opens. */
let held: (() => void)[] = [];

beforeEach(() => {
  held = [];
});
afterEach(() => follow(undefined));

/** Shuts the gate: nothing completes and nobody is woken. */
function shut(): void {
  follow({ passes: () => false, post: (run) => void held.push(run) });
}

async function open(): Promise<void> {
  follow(undefined);
  for (const run of held.splice(0)) run();
  await turns();
}

/** Each moves the values of `from` into `to`. */
const WAYS: Readonly<Record<string, (from: ReadChan<string>, to: Chan<string>) => void>> = {
  pipe: (from, to) => void from.pipe(to),
  'a tap of dup': (from, to) => void from.dup().tap(to),
  'a subscription': (from, to) => void from.pub(() => 1).sub(1, to),
  distribute: (from, to) => from.distribute(to),
};

describe.each(Object.entries(WAYS))('%s, with the gate shut', (_, move) => {
  test('gives a value that was accepted before its output closed', async () => {
    const from = new Chan<string>();
    const to = new Chan<string>();
    move(from, to);
    await turns();
    shut();
    expect(from.tryPut('v')).toBe(true);
    to.close();
    await open();
    expect(await to.get()).toBe('v');
    expect(await to.get()).toBeUndefined();
  });

  test('has a value in the buffer of its output when the put is answered', async () => {
    const from = new Chan<string>();
    const to = new Chan<string>(unbounded());
    move(from, to);
    await turns();
    shut();
    expect(from.tryPut('v')).toBe(true);
    expect(to.tryGet()).toBe('v');
    await open();
  });
});

test('a chain of pipes, however long, has a value at its far end when the put is answered', async () => {
  const first = new Chan<string>();
  let last: Chan<string> = first;
  for (const _ of numbers(1000)) last = last.pipe(new Chan<string>());
  await turns();
  shut();
  expect(first.tryPut('v')).toBe(true);
  last.close();
  await open();
  expect(await last.get()).toBe('v');
});

test('a ring of pipes lets timers run, and loses nothing', async () => {
  const ring = numbers(3).map(() => new Chan<number>(1));
  for (const [i, chan] of ring.entries()) chan.pipe(ring[(i + 1) % 3] as WriteChan<number>);
  (ring[0] as Chan<number>).add(1, 2);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const found: number[] = [];
  for (let i = 0; i < 100 && found.length < 2; i++) {
    for (const chan of ring) {
      const value = chan.tryGet();
      if (value !== undefined) found.push(value);
    }
    await turns();
  }
  expect(new Set(found)).toEqual(new Set([1, 2]));
});
