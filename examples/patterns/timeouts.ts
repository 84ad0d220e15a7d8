/**
 * Two ways to lose patience: with a speaker who is silent for too long, and with a conversation that takes too long.
 *
 * `timeout(ms)` is a channel that closes after `ms`, and so a case of a select like any other. Made anew for every select
 * it limits each value, made once before the loop it limits the whole. The first is also there as an operator,
 * `timeoutEach(ms)`.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { type ReadChan, select, timeout } from 'millrace';
import { program } from '../program.js';
import { upTo } from './boring.js';
import { boring } from './generator.js';

/** Listens until a message takes longer than `ms`. */
export async function untilSilent(speaker: ReadChan<string>, ms: number): Promise<string[]> {
  const heard: string[] = [];
  for (;;) {
    const { key, value } = await select({ message: speaker, late: timeout(ms) });
    if (key === 'late' || value === undefined) break;
    heard.push(value);
  }
  speaker.cancel();
  return heard;
}

/** Listens for `ms` in all. */
export async function forAWhile(speaker: ReadChan<string>, ms: number): Promise<string[]> {
  const heard: string[] = [];
  const late = timeout(ms);
  for (;;) {
    const { key, value } = await select({ message: speaker, late });
    if (key === 'late' || value === undefined) break;
    heard.push(value);
  }
  speaker.cancel();
  return heard;
}

async function main(): Promise<void> {
  console.log(`${(await untilSilent(boring('Joe', upTo(100)), 90)).join(', ')}: you're too slow.`);
  console.log(`${(await forAWhile(boring('Ann', upTo(100)), 400)).join(', ')}: you talk too much.`);
}

program(import.meta.url, main);
