/**
 * A search that asks three servers, web, images and videos, in four versions: one server after the other (1.0), all at the
 * same time (2.0), without waiting for slow ones (2.1), and with replicas of each, of which the first to answer counts (3.0).
 *
 * From the first version to the last there is no lock, no condition variable and no callback. And what is no longer wanted
 * is told so: every search gets a signal.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { from, race, select, sleep, timeout } from 'millrace';
import { program } from '../program.js';
import { type Pause, upTo } from './boring.js';

export type Search = (query: string, signal?: AbortSignal) => Promise<string>;

/** A server that takes some time to answer. */
export function server(kind: string, pause: Pause): Search {
  return async (query, signal) => {
    await sleep(pause(), { signal });
    return `${kind} for ${query}`;
  };
}

/** 1.0: one after the other. */
export async function sequential(query: string, searches: Search[]): Promise<string[]> {
  const results: string[] = [];
  for (const search of searches) results.push(await search(query));
  return results;
}

/** 2.0: all at the same time, the results as they come. */
export async function concurrent(query: string, searches: Search[]): Promise<string[]> {
  return from(searches)
    .asyncPipeUnordered(searches.length, (search, { signal }) => search(query, signal))
    .collect();
}

/** 2.1: what has come after `ms`. */
export async function impatient(query: string, searches: Search[], ms: number): Promise<string[]> {
  const answers = from(searches).asyncPipeUnordered(searches.length, (search, { signal }) =>
    search(query, signal),
  );
  const results: string[] = [];
  const late = timeout(ms);
  for (;;) {
    const { value } = await select({ answer: answers, late });
    if (value === undefined) break;
    results.push(value);
  }
  answers.cancel();
  return results;
}

/** Replicas of one server as one: the first that answers counts, one that fails does not, and the others are given up. */
export function first(...replicas: Search[]): Search {
  return async (query, signal) => {
    const answers = race(
      replicas.map((replica) =>
        from([query]).asyncPipe(1, (asked, context) => replica(asked, context.signal), {
          onError: () => undefined,
        }),
      ),
    );
    try {
      return (await answers.get({ signal })) ?? 'nothing';
    } finally {
      answers.cancel();
    }
  };
}

async function main(): Promise<void> {
  const kinds = ['web', 'images', 'videos'];
  const one = kinds.map((kind) => server(kind, upTo(100)));
  const three = kinds.map((kind) => first(...[1, 2, 3].map((n) => server(`${kind} ${n}`, upTo(100)))));
  const versions: [version: string, search: () => Promise<string[]>][] = [
    ['1.0', () => sequential('golang', one)],
    ['2.0', () => concurrent('golang', one)],
    ['2.1', () => impatient('golang', one, 80)],
    ['3.0', () => impatient('golang', three, 80)],
  ];
  for (const [version, search] of versions) {
    const began = performance.now();
    const results = await search();
    console.log(
      `${version} ${String(Math.round(performance.now() - began)).padStart(4)} ms: ${results.join(', ')}`,
    );
  }
}

program(import.meta.url, main);
