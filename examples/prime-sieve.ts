/**
 * A sieve for primes that grows: every prime found becomes one more filter at the end of the chain.
 *
 * The numbers from 2 on go in at the top. What comes out at the bottom is divisible by none of the primes so far, and so
 * is the next one. Nothing is computed before somebody asks for a prime.
 *
 * Doug McIlroy's (1968), and a fixture of the first Go tutorials. There every filter is a goroutine; here they are operators,
 * which are fused into one loop.
 */
import { type ReadChan, fromRange } from 'millrace';
import { program } from './program.js';

/** The primes, without an end. */
export function primes(): ReadChan<number> {
  return fromRange(2, Infinity).asyncApply<number>(async (numbers, output) => {
    for (let sieve = numbers; ; ) {
      const prime = await sieve.get();
      if (prime === undefined || !(await output.put(prime))) return;
      sieve = sieve.filter((n) => n % prime !== 0);
    }
  });
}

async function main(): Promise<void> {
  const found = primes();
  for (let line = 0; line < 10; line++) {
    console.log((await found.collect(10)).map((prime) => String(prime).padStart(4)).join(''));
  }
  found.cancel();
}

program(import.meta.url, main);
