/** That nothing here does work for all channels whenever something happens to one. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Dup } from '../../src/operators/dup.js';
import { Inlet } from '../../src/pull/inlet.js';
import {
  Chan,
  type ReadChan,
  combineLatest,
  from,
  fromRange,
  merge,
  mix,
  race,
  unbounded,
  zip,
  zipLongest,
} from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

const N = 2000;
/** How often each channel may be looked at: a few times for what it gives and for its end. */
const FEW = 20;

let looks = 0;
// oxlint-disable-next-line typescript/unbound-method -- it is called with its input
const { poll } = Inlet.prototype;

beforeEach(() => {
  looks = 0;
  Inlet.prototype.poll = function (this: Inlet<unknown>): unknown {
    looks++;
    return poll.call(this);
  };
});
afterEach(() => {
  Inlet.prototype.poll = poll;
});

/** Channels that count how often they are offered something, or waited on. */
function counted(n: number): Chan<number>[] {
  return numbers(n).map(() => {
    const chan = new Chan<number>();
    for (const verb of ['offer', 'park', 'queue', 'unpark'] as const) {
      const original = chan[verb].bind(chan) as (...args: unknown[]) => unknown;
      Object.assign(chan, { [verb]: (...args: unknown[]) => (looks++, original(...args)) });
    }
    return chan;
  });
}

test.each<readonly [string, (chans: Chan<number>[]) => ReadChan<unknown>]>([
  ['merge', (chans) => merge(chans)],
  ['race', (chans) => race(chans)],
  ['zipLongest', (chans) => zipLongest(chans)],
  ['combineLatest, eager,', (chans) => combineLatest(chans, { eager: true })],
])('%s looks a few times at each of very many channels that end one by one', async (_, combine) => {
  const chans = counted(N);
  const got = combine(chans).collect();
  await turns();
  for (const chan of chans) chan.close();
  expect(await got).toEqual([]);
  expect(looks).toBeLessThan(FEW * N);
});

test.each<readonly [string, (chans: Chan<number>[]) => ReadChan<unknown>]>([
  ['merge', (chans) => merge(chans)],
  ['zip', (chans) => zip(chans)],
  ['zipLongest', (chans) => zipLongest(chans)],
  ['combineLatest', (chans) => combineLatest(chans)],
])('%s looks a few times at each of very many channels that give a value one by one', async (_, combine) => {
  const chans = counted(N);
  const got = combine(chans).collect();
  await turns();
  const puts = chans.map((chan, i) => chan.put(i));
  await Promise.all(puts);
  const before = looks;
  for (const chan of chans) chan.close();
  expect(new Set((await got).flat())).toEqual(new Set(numbers(N)));
  expect(before).toBeLessThan(FEW * N);
});

test('mix looks a few times at each of very many inputs that are added, give a value and end', async () => {
  const chans = counted(N);
  const out = new Chan<number>(unbounded());
  const desk = mix(out);
  for (const [i, chan] of chans.entries()) {
    desk.add(chan);
    if (i % 100 === 99) await turns();
  }
  expect(looks).toBeLessThan(FEW * N);
  for (const [i, chan] of chans.entries()) {
    const put = chan.put(i);
    chan.close();
    await put;
  }
  await turns();
  expect(out.stats().buffered).toBe(N);
  desk.close();
});

test('distribute looks a few times at each of very many outs that are cancelled one by one', async () => {
  const chans = counted(N);
  const source = new Chan<number>(2).add(1, 2);
  source.distribute(...chans);
  for (const chan of chans.slice(1)) chan.cancel();
  expect(looks).toBeLessThan(FEW * N);
  expect([await chans[0]?.get(), await chans[0]?.get()]).toEqual([1, 2]);
});

test('a pub whose source ends does not look through all topics for each subscriber', async () => {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its dup
  const { has } = Dup.prototype;
  Dup.prototype.has = function (this: Dup<unknown>, chan): boolean {
    looks++;
    return has.call(this, chan);
  };
  const source = new Chan<number>();
  const all = source.pub((n) => n);
  const outs = numbers(N).map((topic) => all.sub(topic, new Chan<number>()));
  source.close();
  await Promise.all(outs.map((out) => out.join()));
  Dup.prototype.has = has;
  expect(looks).toBeLessThan(FEW * N);
});

test.each([
  ['zip', zip],
  ['zipLongest', zipLongest],
])('%s takes very many channels', async (_, combine) => {
  const one = from(numbers(320_000));
  const row = await combine(numbers(320_000).map(() => one)).get();
  expect(row?.length).toBe(320_000);
  expect(row?.every((n, i) => n === i)).toBe(true);
});

test('merge, of eight channels of which two are ready, takes from either as often, wherever they stand', async () => {
  for (const places of [
    [3, 4],
    [0, 7],
  ]) {
    const chans = numbers(8).map((i) => (places.includes(i) ? fromRange().map(() => i) : new Chan<number>()));
    const got = await merge(chans).collect(4000);
    // Binomial: less than 1,700 of 4,000 has a chance of 1e-21.
    for (const i of places) expect(got.filter((n) => n === i).length).toBeGreaterThan(1700);
    const rows = await combineLatest(chans, { eager: true }).collect(4000);
    const changes = rows.filter(
      (row, i) => i > 0 && row[places[0] as number] !== rows[i - 1]?.[places[0] as number],
    );
    expect(changes.length).toBeLessThan(2);
  }
});
