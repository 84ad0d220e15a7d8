/** What very long chains and very many channels below one stage cost, and how deep they may nest. */
import { describe, expect, test, vi } from 'vitest';
import { Fused } from '../../src/operators/fused.js';
import { Inlet } from '../../src/pull/inlet.js';
import { Chan, fromRange, merge, type ReadChan } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { follow, pending } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** How many times channels that wait are touched while `work` runs. */
async function touched(work: () => Promise<void>): Promise<number> {
  const spies = [
    ...(['serve', 'told', 'heldOff', 'isBelow'] as const).map((name) => vi.spyOn(Fused.prototype, name)),
    ...(['poll', 'arm', 'disarm', 'received'] as const).map((name) => vi.spyOn(Inlet.prototype, name)),
  ];
  await work();
  const calls = spies.reduce((total, spy) => total + spy.mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return calls;
}

/** At this length, what takes time in proportion to the square of it takes a minute and more, and the test fails for that. */
const LONG = 60_000;

const LINKS: readonly (readonly [name: string, link: (of: ReadChan<number>) => ReadChan<number>])[] = [
  ['maps', (of) => of.map((n) => n)],
  ['flatMaps', (of) => of.flatMap((n) => [n])],
  ['takes', (of) => of.take(1)],
  ['groups', (of) => of.group(2).map(([n]) => n ?? 0)],
  ['catches', (of) => of.catch<number>(() => undefined)],
];

function chain(of: ReadChan<number>, length: number, link: (of: ReadChan<number>) => ReadChan<number>) {
  let last = of;
  for (let i = 0; i < length; i++) last = link(last);
  return last;
}

describe.each(LINKS)('a chain of 60,000 %s', (name, link) => {
  test('is read to its end', async () => {
    const all = await chain(fromRange(2), LONG, link).collect();
    expect(all.length).toBeLessThan(3);
  });

  test('is read to its failure', async () => {
    const failed = chain(new Chan<number>().close('lost'), LONG, link).collect();
    if (name === 'catches') expect(await failed).toEqual([]);
    else await expect(failed).rejects.toBe('lost');
  });
});

const STAGES: readonly (readonly [name: string, stage: (of: ReadChan<number>) => ReadChan<number>])[] = [
  ['scan', (of) => of.scan((total, n) => total + n, 0)],
  ['map', (of) => of.map((n) => n)],
  ['flatMap', (of) => of.flatMap((n) => [n])],
  ['flatMap of two', (of) => of.flatMap((n) => [n, n])],
  ['distinct', (of) => of.distinct()],
];

describe.each(STAGES)('of many channels below one %s', (_, stage) => {
  test('each value costs the same, however many wait', async () => {
    const count = 500;
    const source = new Chan<number>();
    const shared = stage(source);
    const gets = numbers(count).map(() => shared.map((n) => n).get());
    const calls = await touched(async () => {
      for (let i = 0; i < count; i++) {
        source.putThen(i);
        if (i % 50 === 0) await turns();
      }
      await Promise.all(gets);
    });
    expect(calls).toBeLessThan(100 * count);
  });

  test.each<[string, (source: Chan<number>, shared: ReadChan<number>) => void]>([
    ['closes', (source) => void source.close()],
    ['fails', (source) => void source.close(new Error('lost'))],
    ['is cancelled', (__, shared) => shared.cancel()],
    ['gets one value and closes', (source) => void source.add(1).close()],
  ])('8,000 are told when it %s', async (__, end) => {
    const source = new Chan<number>();
    const shared = stage(source);
    const gets = numbers(8000).map(() => shared.map((n) => n).get());
    const outcome = follow(...gets);
    await turns();
    end(source, shared);
    for (let i = 0; i < 1000 && outcome().includes(pending); i++) await turns(1);
    expect(outcome().filter((one) => one === pending)).toEqual([]);
  });
});

test('of many stages of one channel, each with a channel of its own, each value costs the same', async () => {
  const count = 500;
  const source = new Chan<number>();
  const gets = numbers(count).map(() =>
    source
      .take(1)
      .map((n) => n)
      .get(),
  );
  const calls = await touched(async () => {
    for (let i = 0; i < count; i++) expect(await source.put(i)).toBe(true);
    await Promise.all(gets);
  });
  expect(calls).toBeLessThan(100 * count);
});

const NESTS: readonly (readonly [name: string, nest: (of: ReadChan<number>) => ReadChan<number>])[] = [
  ['buffers', (of) => of.buffer(1)],
  ['merges', (of) => merge(of)],
  ['debounces', (of) => of.debounce(0)],
  ['batches', (of) => of.batch({ size: 1 }).map(([n]) => n ?? 0)],
  ['asyncPipes', (of) => of.asyncPipe(1, (n) => n)],
  ['asynchronous asyncPipes', (of) => of.asyncPipe(1, async (n) => n)],
  ['throttles', (of) => of.throttle(0)],
  ['timeoutEachs', (of) => of.timeoutEach(1e6)],
];

describe.each(NESTS)('2,000 nested %s', (_, nest) => {
  const DEPTH = 2000;

  test('give what is there', async () => {
    expect(await chain(fromRange(2), DEPTH, nest).collect()).toEqual([0, 1]);
  });

  test('give what they wait for', async () => {
    const source = new Chan<number>();
    const last = chain(source, DEPTH, nest);
    const got = last.get();
    await turns();
    await source.put(7);
    expect(await got).toBe(7);
    const end = last.get();
    source.close();
    expect(await end).toBeUndefined();
  });

  test('fail with the cause', async () => {
    const source = new Chan<number>();
    const got = chain(source, DEPTH, nest).get();
    await turns();
    source.close('lost');
    await expect(got).rejects.toBe('lost');
  });

  test('can be cancelled, and given up', async () => {
    const source = new Chan<number>();
    const last = chain(source, DEPTH, nest);
    const controller = new AbortController();
    const got = last.get({ signal: controller.signal });
    await turns();
    controller.abort('gone');
    await expect(got).rejects.toBe('gone');
    const more = last.get();
    await turns();
    last.cancel();
    expect(await more).toBeUndefined();
    expect(source.closed).toBe(false);
    expect(source.stats().waitingGets).toBe(0);
  });
});
