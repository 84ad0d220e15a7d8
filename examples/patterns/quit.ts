/**
 * Telling a goroutine to stop, and waiting until it has tidied up.
 *
 * The speaker selects between talking and being told to quit. On the same channel, the other way round, it answers when it
 * is done; a program that just ended would not let it finish.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012). Where no answer is needed, `cancel()` is all it takes.
 */
import { Chan, type ReadChan, go, select } from 'millrace';
import { program } from '../program.js';

/** Somebody who talks until it hears something on `quit`; then calls `tidyUp`, and says good-bye there. */
export function boring(name: string, quit: Chan<string>, tidyUp: () => unknown): ReadChan<string> {
  const out = new Chan<string>();
  void go(async () => {
    for (let i = 0; ; i++) {
      const { key } = await select({ said: [out, `${name} ${i}`], quit });
      if (key === 'quit') break;
    }
    await tidyUp();
    out.close();
    await quit.put('See you!');
  });
  return out;
}

async function main(): Promise<void> {
  const quit = new Chan<string>();
  const joe = boring('Joe', quit, () => console.log('(Joe tidies up)'));
  for (let i = 0; i < 4; i++) console.log(await joe.get());
  await quit.put('Bye!');
  console.log(`Joe says: ${await quit.get()}`);
}

program(import.meta.url, main);
