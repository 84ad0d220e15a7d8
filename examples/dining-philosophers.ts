/**
 * Philosophers around a table, with one fork between any two. To eat, one needs both the forks beside the plate.
 *
 * A fork is a channel that holds one token: to take the fork is to get the token, to lay it down is to put it back, and
 * waiting one's turn is what channels do anyway. If all took the left fork first they could all wait for ever; so everybody
 * takes the fork of the lower number first.
 *
 * Edsger Dijkstra's problem (1965), and his way out of it; the philosophers and their forks are Tony Hoare's.
 */
import { Chan, type ReadChan, scope, sleep } from 'millrace';
import { type Pause, upTo } from './patterns/boring.js';
import { program } from './program.js';

export interface Moment {
  readonly seat: number;
  readonly does: 'eats' | 'thinks';
}

/** What happens at a table of so many seats, at least two, until everybody has had all meals; ends then. */
export function dine(seats: number, meals: number, pause: Pause): ReadChan<Moment> {
  const moments = new Chan<Moment>();
  const dinner = scope((s) => {
    const forks = Array.from({ length: seats }, () => s.chan<'fork'>(1).add('fork'));
    const fork = (place: number): Chan<'fork'> => forks[place] as Chan<'fork'>; // Sound: every seat has one.
    for (let seat = 0; seat < seats; seat++) {
      const [left, right] = [seat, (seat + 1) % seats];
      void s.go(philosopher, seat, fork(Math.min(left, right)), fork(Math.max(left, right)));
    }
  });

  async function philosopher(seat: number, first: Chan<'fork'>, second: Chan<'fork'>): Promise<void> {
    for (let meal = 0; meal < meals; meal++) {
      await sleep(pause());
      await first.get();
      await second.get();
      await moments.put({ seat, does: 'eats' });
      await sleep(pause());
      await moments.put({ seat, does: 'thinks' });
      await second.put('fork');
      await first.put('fork');
    }
  }

  dinner.then(
    () => moments.close(),
    (error: unknown) => moments.close(error),
  );
  return moments;
}

async function main(): Promise<void> {
  const names = ['Aristotle', 'Kant', 'Spinoza', 'Marx', 'Russell'];
  const eating = new Set<string>();
  for await (const { seat, does } of dine(names.length, 3, upTo(50))) {
    const name = names[seat] ?? '';
    if (does === 'eats') eating.add(name);
    else eating.delete(name);
    console.log(`${name} ${does}`.padEnd(20), `eating: ${[...eating].join(' and ') || 'nobody'}`);
  }
}

program(import.meta.url, main);
