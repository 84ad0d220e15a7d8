import { Chan, type ReadChan, type Value, from, fromRange, go, merge } from 'millrace';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { talk, upTo } from '../../examples/patterns/boring.js';
import { whispers } from '../../examples/patterns/daisy-chain.js';
import { byGoroutines, bySelect } from '../../examples/patterns/fan-in.js';
import { boring } from '../../examples/patterns/generator.js';
import {
  type Search,
  concurrent,
  first,
  impatient,
  sequential,
  server,
} from '../../examples/patterns/google-search.js';
import { boring as quitter } from '../../examples/patterns/quit.js';
import { conversation } from '../../examples/patterns/sequence.js';
import { forAWhile, untilSilent } from '../../examples/patterns/timeouts.js';
import { pass, stopTime } from '../support/fake-time.js';
import { turns } from '../support/turns.js';
import { inTime, resumeTime } from './in-time.js';

// The programs of Rob Pike's talk, in a time that passes only when we say so.

beforeEach(stopTime);
afterEach(resumeTime);

/** Pauses of these lengths, over and over. */
function pauses(...lengths: number[]): () => number {
  let i = 0;
  return () => lengths[i++ % lengths.length] ?? 0;
}

test('boring: a talker says one thing after the other, and stops when nobody listens any more', async () => {
  const said = new Chan<string>();
  const talking = go(talk, 'boring!', said, pauses(5));
  expect(await inTime(said.collect(3))).toEqual(['boring! 0', 'boring! 1', 'boring! 2']);
  said.cancel();
  await inTime(talking);
  expect(vi.getTimerCount()).toBe(0);
});

test('boring: pauses are as long as chance decides', () => {
  expect(upTo(200, () => 0.25)()).toBe(50);
});

test('boring: a talker whom nobody hears waits with its first message', async () => {
  const said = new Chan<string>();
  void go(talk, 'boring!', said, pauses(0));
  await pass(1000);
  expect(said.stats()).toMatchObject({ puts: 0, waitingPuts: 1 });
  said.cancel();
});

test('generator: each call starts a goroutine of its own', async () => {
  const [joe, ann] = [boring('Joe', pauses(1)), boring('Ann', pauses(10))];
  expect(await inTime(joe.collect(3))).toEqual(['Joe 0', 'Joe 1', 'Joe 2']);
  expect(await inTime(ann.collect(2))).toEqual(['Ann 0', 'Ann 1']);
  joe.cancel();
  ann.cancel();
});

describe.each([
  ['with a goroutine for each', byGoroutines],
  ['with select', bySelect],
  ['with merge', merge],
])('fan-in %s', (_, fanIn: <T extends Value>(a: ReadChan<T>, b: ReadChan<T>) => ReadChan<T>) => {
  test('whoever is ready talks, and everybody is heard in order', async () => {
    const [joe, ann] = [boring('Joe', pauses(10)), boring('Ann', pauses(25))];
    const both = fanIn(joe, ann);
    const heard = await inTime(both.collect(8));
    expect(heard.filter((text) => text.startsWith('Joe'))).toEqual([
      'Joe 0',
      'Joe 1',
      'Joe 2',
      'Joe 3',
      'Joe 4',
    ]);
    expect(heard.filter((text) => text.startsWith('Ann'))).toEqual(['Ann 0', 'Ann 1', 'Ann 2']);
    joe.cancel();
    ann.cancel();
  });

  test('it ends when both have ended, and nothing is lost', async () => {
    const all = await fanIn(fromRange(0, 10), fromRange(10, 30)).collect();
    expect(new Set(all)).toEqual(new Set(Array.from({ length: 30 }, (_value, i) => i)));
  });

  test('it fails if one of them does', async () => {
    const broken = new Chan<string>().close(new Error('lost my voice'));
    await expect(fanIn(broken, new Chan<string>()).collect()).rejects.toThrow('lost my voice');
  });
});

test.each([
  ['with a goroutine for each', byGoroutines],
  ['with select', bySelect],
])('fan-in %s: who hangs up is talked to no more', async (_, fanIn) => {
  const [a, b] = [new Chan<number>(), new Chan<number>()];
  const both = fanIn(a, b);
  const sent = a.put(1);
  expect(await both.get()).toBe(1);
  expect(await sent).toBe(true);
  both.cancel();
  a.add(2);
  b.add(3);
  await turns();
  expect([a.closed, b.closed]).toEqual([true, true]);
});

test('sequence: in every round everybody speaks once, however long they pause', async () => {
  const names = ['Joe', 'Ann', 'Sue'];
  const rounds = await inTime(conversation(names, 4, pauses(3, 20, 1, 0, 7)));
  const sorted = rounds.map((round) => new Set(round));
  expect(sorted).toEqual([0, 1, 2, 3].map((i) => new Set(names.map((name) => `${name} ${i}`))));
});

test('timeouts: a speaker may take as long as it likes, but not for one message', async () => {
  const heard = await inTime(untilSilent(boring('Joe', pauses(60, 70, 80, 300)), 100));
  expect(heard).toEqual(['Joe 0', 'Joe 1', 'Joe 2', 'Joe 3']);
});

test('timeouts: a speaker may be heard for so long, however quickly it talks', async () => {
  const heard = await inTime(forAWhile(boring('Joe', pauses(60, 70, 80, 300)), 100));
  expect(heard).toEqual(['Joe 0', 'Joe 1']);
});

test('timeouts: one who has nothing more to say is not waited for', async () => {
  expect(await forAWhile(from(['that was all']), Infinity)).toEqual(['that was all']);
  expect(await untilSilent(from(['that was all']), Infinity)).toEqual(['that was all']);
});

test('quit: a speaker that is told to quit first tidies up, and then says so', async () => {
  const quit = new Chan<string>();
  let tidy = false;
  const joe = quitter('Joe', quit, async () => {
    await pass(10);
    tidy = true;
  });
  expect(await joe.collect(2)).toEqual(['Joe 0', 'Joe 1']);
  await quit.put('Bye!');
  expect(tidy).toBe(false);
  expect(await quit.get()).toBe('See you!');
  expect(tidy).toBe(true);
  expect(await joe.get()).toBeUndefined();
});

test('daisy chain: every gopher adds one', async () => {
  expect(await whispers(10_000, 1)).toBe(10_001);
  expect(await whispers(0, 7)).toBe(7);
});

describe('Google search', () => {
  const servers = (...lengths: number[]): Search[] =>
    lengths.map((ms, i) => server(['web', 'images', 'videos'][i] ?? '', () => ms));

  /** What a search finds, and how long it takes. */
  async function timed(search: Promise<string[]>): Promise<[results: string[], ms: number]> {
    const began = performance.now();
    return [await inTime(search), performance.now() - began];
  }

  test('1.0: one after the other takes as long as all together', async () => {
    const found = await timed(sequential('go', servers(30, 10, 20)));
    expect(found).toEqual([['web for go', 'images for go', 'videos for go'], 60]);
  });

  test('2.0: all at the same time takes as long as the slowest', async () => {
    const found = await timed(concurrent('go', servers(30, 10, 20)));
    expect(found).toEqual([['images for go', 'videos for go', 'web for go'], 30]);
  });

  test('2.1: who is impatient does without the slow ones, and gives them up', async () => {
    const found = await timed(impatient('go', servers(3000, 10, 20), 25));
    expect(found).toEqual([['images for go', 'videos for go'], 25]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('3.0: of replicas the first to answer counts, and the others are given up', async () => {
    const [slow, fast, medium] = servers(3000, 10, 20) as [Search, Search, Search];
    const found = await timed(impatient('go', [first(slow, fast), first(medium, slow)], 25));
    expect(found).toEqual([['images for go', 'videos for go'], 20]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('3.0: a replica that fails is not the first; if all fail there is nothing', async () => {
    const broken: Search = () => Promise.reject(new Error('on fire'));
    expect(await inTime(first(broken, ...servers(10))('go'))).toBe('web for go');
    expect(await first(broken, broken)('go')).toBe('nothing');
  });

  test('3.0: a search that is given up gives up its replicas', async () => {
    const controller = new AbortController();
    const search = first(...servers(3000, 4000))('go', controller.signal);
    await pass(1);
    expect(vi.getTimerCount()).toBe(1); // One timer of the platform for all of the library.
    controller.abort(new Error('never mind'));
    await expect(search).rejects.toThrow('never mind');
    expect(vi.getTimerCount()).toBe(0);
  });
});
