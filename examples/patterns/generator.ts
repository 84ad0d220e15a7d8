/**
 * A generator: a function that starts a goroutine and returns the channel on which to hear from it.
 *
 * The channel is a handle on a service: call the function twice and there are two of them, each in its own goroutine. The
 * type says which end the caller gets: a `ReadChan` can be read and cancelled, not written to.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { Chan, type ReadChan, go } from 'millrace';
import { program } from '../program.js';
import { type Pause, talk, upTo } from './boring.js';

/** Somebody who talks until the channel is cancelled. */
export function boring(name: string, pause: Pause): ReadChan<string> {
  const out = new Chan<string>();
  void go(talk, name, out, pause);
  return out;
}

async function main(): Promise<void> {
  const joe = boring('Joe', upTo(100));
  const ann = boring('Ann', upTo(100));
  for (let i = 0; i < 5; i++) {
    console.log(await joe.get());
    console.log(await ann.get());
  }
  for (const speaker of [joe, ann]) speaker.cancel();
  console.log("You're both boring; I'm leaving.");
}

program(import.meta.url, main);
