/**
 * A hundred thousand gophers in a row whisper: each takes a number from its right, adds one, and passes it to the left.
 *
 * A goroutine that waits costs a promise and a few objects, no thread. So have as many as there are things that go on.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { Chan, type ReadChan, type WriteChan, go } from 'millrace';
import { program } from '../program.js';

async function gopher(left: WriteChan<number>, right: ReadChan<number>): Promise<void> {
  await left.put(1 + ((await right.get()) ?? 0));
}

/** What comes out on the left of so many gophers when `whispered` goes in on the right. */
export async function whispers(gophers: number, whispered: number): Promise<number | undefined> {
  const leftmost = new Chan<number>();
  let left = leftmost;
  for (let i = 0; i < gophers; i++) {
    const right = new Chan<number>();
    void go(gopher, left, right);
    left = right;
  }
  left.add(whispered);
  return leftmost.get();
}

async function main(): Promise<void> {
  const began = performance.now();
  console.log(`1 becomes ${await whispers(100_000, 1)}`);
  console.log(`in ${Math.round(performance.now() - began)} ms`);
}

program(import.meta.url, main);
