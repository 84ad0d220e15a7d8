/**
 * A channel that travels on a channel: every message carries one on which its speaker waits for leave to go on.
 *
 * Fan-in lets whoever is ready talk. Here the listener takes a message of each speaker, and then tells them all to go on:
 * the sequence is restored, without the speakers knowing of each other.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { Chan, type ReadChan, type WriteChan, go, merge, sleep } from 'millrace';
import { program } from '../program.js';
import { type Pause, upTo } from './boring.js';

interface Message {
  readonly text: string;
  /** Where the speaker waits: put something, and it goes on. */
  readonly wait: WriteChan<true>;
}

/** A speaker that after each message waits to be told to go on. */
function polite(name: string, pause: Pause): ReadChan<Message> {
  const out = new Chan<Message>();
  const wait = new Chan<true>();
  void go(async () => {
    for (let i = 0; await out.put({ text: `${name} ${i}`, wait }); i++) {
      await sleep(pause());
      await wait.get();
    }
  });
  return out;
}

/** What the speakers say in so many rounds: in each, a message of everybody, in any order. */
export async function conversation(names: string[], rounds: number, pause: Pause): Promise<string[][]> {
  const speakers = names.map((name) => polite(name, pause));
  const said = merge(speakers);
  const heard: string[][] = [];
  for (let round = 0; round < rounds; round++) {
    const messages = await said.collect(names.length);
    heard.push(messages.map(({ text }) => text));
    for (const { wait } of messages) await wait.put(true);
  }
  for (const speaker of speakers) speaker.cancel();
  return heard;
}

async function main(): Promise<void> {
  for (const round of await conversation(['Joe', 'Ann', 'Sue'], 5, upTo(100))) console.log(round.join(', '));
}

program(import.meta.url, main);
