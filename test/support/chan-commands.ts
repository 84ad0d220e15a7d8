/** What can be done to a channel, done to a real and to a naive one and compared. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Chan } from '../../src/operators/complete.js';
import type { Value } from '../../src/channel/protocol.js';
import type { Carried, NaiveChan } from './naive-chan.js';
import { type Settlement, fulfilled, pending, rejected } from './settlement.js';
import { turns } from './turns.js';

/** The real channel, with what has become of every operation that has an id. */
export class Observed {
  readonly ch: Chan<Carried>;
  readonly outcomes: Map<number, Settlement> = new Map();
  readonly controllers: Map<number, AbortController> = new Map();

  constructor(ch: Chan<Carried>) {
    this.ch = ch;
  }
  follow(id: number, operation: Promise<unknown>): void {
    this.outcomes.set(id, pending);
    operation.then(
      (value) => this.outcomes.set(id, fulfilled(value)),
      (reason: unknown) => this.outcomes.set(id, rejected(reason)),
    );
  }
  /** A callback, of which a second call is seen as well. */
  callback(id: number): (value: unknown, error?: unknown) => void {
    this.outcomes.set(id, pending);
    return (value, error) => {
      const again = this.outcomes.get(id) !== pending;
      const outcome = error === undefined ? fulfilled(value) : rejected(error);
      this.outcomes.set(id, again ? rejected('called back twice') : outcome);
    };
  }
  signal(id: number): AbortSignal {
    const controller = new AbortController();
    this.controllers.set(id, controller);
    return controller.signal;
  }
}

type Act = (id: number, naive: NaiveChan, real: Observed) => void;

class Command implements fc.AsyncCommand<NaiveChan, Observed> {
  readonly #text: string;
  readonly #act: Act;

  constructor(text: string, act: Act) {
    this.#text = text;
    this.#act = act;
  }
  check(): boolean {
    return true;
  }
  async run(naive: NaiveChan, real: Observed): Promise<void> {
    // The first of this command, whatever was done before.
    this.#act(naive.outcomes.size, naive, real);
    await turns();
    expect(real.outcomes).toEqual(naive.outcomes);
    expect(real.ch.stats()).toMatchObject(naive.stats);
    expect([real.ch.closed, real.ch.drained]).toEqual([naive.closed, naive.drained]);
    const { gets, delivered } = real.ch.stats();
    expect(delivered.direct + delivered.buffered + delivered.queued).toBe(gets);
  }
  toString(): string {
    return this.#text;
  }
}

function attempt(act: () => unknown): Settlement {
  try {
    return fulfilled(act());
  } catch (error) {
    return rejected(error);
  }
}

/** Everything but `undefined` is a cause. */
const CAUSES = ['cause', 0, '', false, null];

/** All commands, over values of a kind. */
export function commands(
  values: fc.Arbitrary<Carried>,
): fc.Arbitrary<Iterable<fc.AsyncCommand<NaiveChan, Observed>>> {
  const simple = (text: string, act: Act): fc.Arbitrary<Command> => fc.constant(new Command(text, act));
  const valued = (name: string, act: (value: Value & Carried) => Act): fc.Arbitrary<Command> =>
    values.map((value) => new Command(`${name}(${JSON.stringify(value)})`, act(value)));
  const puts = fc.oneof(
    valued('put', (value) => (id, naive, real) => {
      naive.put(id, value);
      real.follow(id, real.ch.put(value));
    }),
    valued('put with a signal', (value) => (id, naive, real) => {
      naive.put(id, value);
      real.follow(id, real.ch.put(value, { signal: real.signal(id) }));
    }),
    valued('putThen', (value) => (id, naive, real) => {
      naive.put(id, value);
      real.ch.putThen(value, real.callback(id));
    }),
    valued('tryPut', (value) => (_, naive, real) => {
      expect(real.ch.tryPut(value)).toBe(naive.tryPut(value));
    }),
    fc.array(values, { maxLength: 3 }).map(
      (all) =>
        new Command(`add(${JSON.stringify(all)})`, (_, naive, real) => {
          for (const value of all) naive.add(value);
          real.ch.add(...all);
        }),
    ),
  );
  const gets = fc.oneof(
    simple('get', (id, naive, real) => {
      naive.get(id);
      real.follow(id, real.ch.get());
    }),
    simple('get with a signal', (id, naive, real) => {
      naive.get(id);
      real.follow(id, real.ch.get({ signal: real.signal(id) }));
    }),
    simple('getThen', (id, naive, real) => {
      naive.get(id);
      real.ch.getThen(real.callback(id));
    }),
    simple('tryGet', (_, naive, real) => {
      expect(attempt(() => real.ch.tryGet())).toEqual(naive.tryGet());
    }),
  );
  const abort = fc.nat(40).map(
    (which) =>
      new Command(`abort(${which})`, (_, naive, real) => {
        const ids = [...real.controllers.keys()];
        const id = ids[which % Math.max(1, ids.length)];
        if (id === undefined) return;
        naive.abort(id, `abort ${id}`);
        real.controllers.get(id)?.abort(`abort ${id}`);
      }),
  );
  const others = fc.oneof(
    simple('join', (id, naive, real) => {
      naive.join(id);
      real.follow(id, real.ch.join());
    }),
    simple('signal', (_, naive, real) => {
      expect(real.ch.signal.aborted).toBe(naive.closed);
    }),
  );
  const ends = fc.oneof(
    fc.constantFrom(undefined, ...CAUSES).map(
      (cause) =>
        new Command(`close(${JSON.stringify(cause)})`, (_, naive, real) => {
          naive.close(cause);
          real.ch.close(cause);
        }),
    ),
    simple('cancel', (_, naive, real) => {
      naive.cancel();
      real.ch.cancel('reason');
    }),
  );
  const mixed = (put: number, get: number): ReturnType<typeof commands> =>
    fc.commands(
      [
        fc.oneof(
          { weight: put, arbitrary: puts },
          { weight: get, arbitrary: gets },
          { weight: 4, arbitrary: abort },
          { weight: 2, arbitrary: others },
          { weight: 1, arbitrary: ends },
        ),
      ],
      { maxCommands: 50, size: 'max' },
    );
  // Where one side prevails, many of it wait.
  return fc.oneof(mixed(9, 9), mixed(15, 3), mixed(3, 15));
}
