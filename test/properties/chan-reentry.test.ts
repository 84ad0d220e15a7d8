import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import type { ChanBuffer } from '../../src/channel/buffer.js';
import { dropping, sliding, weighted } from '../../src/channel/buffers.js';
import { QUEUES } from '../support/kinds.js';
import { turns } from '../support/turns.js';

// Callbacks that use the channel they are called by, to any depth. Whatever they do:
//
// - Every callback is called once, at the latest when the channel is cancelled.
// - A value whose put was true was received once, or dropped by its buffer or by cancelling; any other never.
// - Of two gets that received a value, the one called first received the one put first.
// - Nothing is left waiting.

interface Step {
  readonly act: 'put' | 'get' | 'tryPut' | 'tryGet' | 'close' | 'cancel';
  /** What its callback does, or what is done right after it if it has none. */
  readonly next: readonly Step[];
}

const act = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('put' as const, 'get' as const, 'tryPut' as const, 'tryGet' as const),
  },
  { weight: 1, arbitrary: fc.constantFrom('close' as const, 'cancel' as const) },
);

/** Plans of so many levels of callbacks. */
function plans(levels: number, maxLength: number): fc.Arbitrary<Step[]> {
  const next = levels === 1 ? fc.constant([]) : plans(levels - 1, 3);
  return fc.array(fc.record({ act, next }), { maxLength });
}
const plan = plans(4, 12);

interface Operation {
  calls: number;
  /** Whether a put was true; what a get received. */
  result: unknown;
}

/** A channel that is used as a plan says, with all that was done to it. */
class Used {
  readonly ch: Chan<number>;
  readonly puts: (Operation & { readonly value: number })[] = [];
  readonly gets: Operation[] = [];
  cancelled = false;

  constructor(ch: Chan<number>) {
    this.ch = ch;
  }
  run(steps: readonly Step[]): void {
    for (const one of steps) this.#do(one.act, () => this.run(one.next));
  }
  #do(what: Step['act'], next: () => void): void {
    const { ch } = this;
    if (what === 'put' || what === 'tryPut') {
      const put = { value: this.puts.length, calls: 0, result: undefined as unknown };
      this.puts.push(put);
      const done = (ok: unknown): void => {
        put.calls++;
        put.result = ok;
        next();
      };
      if (what === 'put') ch.putThen(put.value, done);
      else done(ch.tryPut(put.value));
    } else if (what === 'get' || what === 'tryGet') {
      const get: Operation = { calls: 0, result: undefined };
      this.gets.push(get);
      const done = (value: unknown): void => {
        get.calls++;
        get.result = value;
        next();
      };
      if (what === 'get') ch.getThen(done);
      else done(ch.tryGet());
    } else {
      if (what === 'close') ch.close();
      else {
        this.cancelled = true;
        ch.cancel();
      }
      next();
    }
  }
}

/** Carries a plan out, and then to the end: what is left is received, and who still waits is told. */
async function carryOut(used: Used, steps: readonly Step[]): Promise<void> {
  const { ch } = used;
  used.run(steps);
  await turns();
  for (let n = 0; n < 1000 && ch.stats().waitingPuts + ch.stats().buffered > 0; n++) {
    used.run([{ act: 'get', next: [] }]);
    await turns(1);
  }
  ch.cancel();
  await turns();
}

function expectWhole({ ch, puts, gets, cancelled }: Used, drops: boolean, ordered = true): void {
  for (const one of [...puts, ...gets]) expect(one.calls).toBe(1);
  const received = gets.map((get) => get.result).filter((value) => value !== undefined);
  const accepted = puts.filter((put) => put.result === true).map((put) => put.value);
  expect(new Set(received).size).toBe(received.length);
  for (const value of received) expect(accepted).toContain(value);
  if (!drops && !cancelled) expect(received).toHaveLength(accepted.length);
  const pairs = ordered ? received.slice(1).entries() : [];
  for (const [i, value] of pairs) expect(value).toBeGreaterThan(received[i] as number);
  const { buffered, waitingPuts, waitingGets, dropped, ...stats } = ch.stats();
  expect({ buffered, waitingPuts, waitingGets }).toEqual({ buffered: 0, waitingPuts: 0, waitingGets: 0 });
  expect(stats.puts).toBe(accepted.length);
  expect(stats.gets).toBe(received.length);
  expect(dropped).toBe(accepted.length - received.length);
}

test.each(QUEUES)(
  'callbacks may use a channel of %s as they like, and it stays whole',
  async (name, { make }) => {
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        const used = new Used(new Chan<number>(make()));
        await carryOut(used, steps);
        expectWhole(used, name === 'a sliding buffer' || name === 'a dropping buffer');
      }),
      { seed: 20, numRuns: 100 },
    );
  },
);

/** Buffers that run code of the user's, which is given to `make`; and whether they drop values. */
const RUNNING: readonly (readonly [
  name: string,
  how: { make: (code: () => void) => ChanBuffer<number>; drops: boolean },
])[] = [
  ['onDrop of a sliding buffer', { make: (onDrop) => sliding(2, { onDrop }), drops: true }],
  ['onDrop of a dropping buffer', { make: (onDrop) => dropping(2, { onDrop }), drops: true }],
  ['the function that weighs', { make: (code) => weighted(2, () => (code(), 1)), drops: false }],
];

test.each(RUNNING)('%s may use the channel as it likes, and it stays whole', async (_, { make, drops }) => {
  await fc.assert(
    fc.asyncProperty(plan, fc.array(plans(2, 3), { maxLength: 5 }), async (steps, inside) => {
      const left = [...inside];
      const code = (): void => {
        used.run(left.shift() ?? []);
      };
      const used = new Used(new Chan<number>(make(code)));
      await carryOut(used, steps);
      // What code that a buffer runs in the midst of taking a value in puts and gets itself has no promised order.
      expectWhole(used, drops, drops);
    }),
    { seed: 20, numRuns: 200 },
  );
});
