/**
 * No more than so many requests in a time, evenly, or with bursts.
 *
 * Evenly: every request is zipped with a tick. With bursts: up to so many unused ticks are saved up, and a request spends
 * one. A ticker holds only one tick for a slow reader, but its number tells how many there were: no goroutine has to fill a
 * bucket while nobody asks.
 *
 * After "Rate limiting" of Mark McGranaghan's "Go by Example".
 */
import { type ReadChan, type Tick, type Value, from, fromRange, tickTock, zip } from 'millrace';
import { program } from './program.js';

/**
 * A request every `ms`. When requests were late, two may follow each other at once: then a tick lies ready with the
 * ticker, and one with `zip`.
 */
export function evenly<T extends Value>(requests: ReadChan<T>, ms: number): ReadChan<T> {
  return zip(tickTock(ms), requests).map(([, request]) => request);
}

/** A request every `ms` on the whole, and up to `burst` at once at the start or after a pause. */
export function inBursts<T extends Value>(requests: ReadChan<T>, ms: number, burst: number): ReadChan<T> {
  // A generator goes on only when somebody asks: no tick is spent on a request that nobody waits for.
  return from(bursts(requests, tickTock(ms), burst));
}

async function* bursts<T>(requests: ReadChan<T>, ticks: ReadChan<Tick>, burst: number): AsyncGenerator<T> {
  let saved = burst;
  let last = 0;
  for await (const request of requests) {
    const tick = saved > 0 ? ticks.tryGet() : await ticks.get();
    if (tick !== undefined) {
      saved = Math.min(burst, saved + tick.n - last);
      last = tick.n;
    }
    saved--;
    yield request;
  }
}

async function main(): Promise<void> {
  const began = performance.now();
  const show = (what: string) => (n: number) =>
    console.log(`${what} request ${n} at ${Math.round(performance.now() - began)} ms`);
  await evenly(fromRange(4), 100).forEach(show('evenly:   '));
  await inBursts(fromRange(6), 100, 3).forEach(show('in bursts:'));
}

program(import.meta.url, main);
