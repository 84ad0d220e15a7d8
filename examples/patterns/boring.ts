/**
 * A goroutine that talks, and somebody who listens for a while.
 *
 * Talking and listening is also keeping step: without a buffer, a put waits until somebody gets. When the listener hangs
 * up, the put is `false`, and the talker knows that it is alone.
 *
 * After the first programs of Rob Pike's talk "Go Concurrency Patterns" (2012), whose speaker is boring.
 */
import { Chan, type WriteChan, go, sleep } from 'millrace';
import { program } from '../program.js';

/** How long to be silent before the next message, in milliseconds. */
export type Pause = () => number;

/** Irregular pauses; `random` gives a number from 0 to 1. */
export function upTo(ms: number, random: () => number = Math.random): Pause {
  return () => random() * ms;
}

/** Says `what`, numbered, until nobody listens. */
export async function talk(what: string, out: WriteChan<string>, pause: Pause): Promise<void> {
  for (let i = 0; await out.put(`${what} ${i}`); i++) await sleep(pause());
}

async function main(): Promise<void> {
  const said = new Chan<string>();
  const talking = go(talk, 'boring!', said, upTo(200));
  for (let i = 0; i < 5; i++) console.log(`You say: ${await said.get()}`);
  console.log("You're boring; I'm leaving.");
  said.cancel();
  await talking;
}

program(import.meta.url, main);
