/**
 * Fan-in: several speakers on one channel, whoever is ready talks.
 *
 * Twice by hand: with a goroutine for each input that copies it, and with one goroutine that selects between both. An
 * input that has ended is taken out of the select by `undefined` in its place. In daily life this is `merge(a, b)`.
 *
 * From Rob Pike's talk "Go Concurrency Patterns" (2012).
 */
import { Chan, type ReadChan, type Value, go, merge, select } from 'millrace';
import { program } from '../program.js';
import { upTo } from './boring.js';
import { boring } from './generator.js';

/** With a goroutine for each input. */
export function byGoroutines<T extends Value>(...inputs: ReadChan<T>[]): ReadChan<T> {
  const out = new Chan<T>();
  const copying = inputs.map((input) =>
    go(async () => {
      for await (const value of input.consume()) if (!(await out.put(value))) break;
    }),
  );
  Promise.all(copying).then(
    () => out.close(),
    (error: unknown) => out.close(error),
  );
  return out;
}

/** With one goroutine, and select. */
export function bySelect<T extends Value>(a: ReadChan<T>, b: ReadChan<T>): ReadChan<T> {
  const out = new Chan<T>();
  const copy = async (): Promise<void> => {
    let left: ReadChan<T> | undefined = a;
    let right: ReadChan<T> | undefined = b;
    while (left !== undefined || right !== undefined) {
      const { key, value } = await select({ left, right });
      if (value !== undefined) {
        if (await out.put(value)) continue;
        a.cancel();
        b.cancel();
        return;
      }
      if (key === 'left') left = undefined;
      else right = undefined;
    }
  };
  go(copy).then(
    () => out.close(),
    (error: unknown) => out.close(error),
  );
  return out;
}

async function main(): Promise<void> {
  for (const fanIn of [byGoroutines, bySelect, merge]) {
    console.log(`${fanIn.name}:`);
    const [joe, ann] = [boring('Joe', upTo(100)), boring('Ann', upTo(100))];
    console.log(`  ${(await fanIn(joe, ann).collect(8)).join(', ')}`);
    for (const speaker of [joe, ann]) speaker.cancel();
  }
}

program(import.meta.url, main);
