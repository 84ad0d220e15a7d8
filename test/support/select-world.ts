/** Goroutines over a few channels, made up by fast-check, and the account of what they did. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { Chan, dropping, select, selectThen, sliding } from '../../src/index.js';

type Way = 'get' | 'put';
interface Operand {
  readonly chan: number;
  readonly way: Way;
}
export type Step =
  | { readonly kind: 'one'; readonly operand: Operand; readonly signal: boolean }
  | {
      readonly kind: 'select';
      readonly operands: readonly Operand[];
      readonly signal: boolean;
      readonly stop: boolean;
      readonly form: 'promise' | 'callback';
      readonly priority: boolean;
    }
  | { readonly kind: 'close'; readonly chan: number; readonly cause: boolean }
  | { readonly kind: 'cancel'; readonly chan: number }
  | { readonly kind: 'abort' };

/** One operation that was begun: what it may do, and what it did. */
interface Operation {
  readonly operands: readonly (Operand & { readonly value: number })[];
  /** The signal that ends its wait. */
  readonly watching: AbortSignal | undefined;
  outcome: 'waits' | 'aborted' | 'failed' | { readonly index: number; readonly value: unknown };
}

export const chans = 3;
const operand = fc.record({ chan: fc.nat(chans - 1), way: fc.constantFrom<Way>('get', 'put') });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('select' as const),
      operands: fc.array(operand, { minLength: 1, maxLength: 4 }),
      signal: fc.boolean(),
      stop: fc.boolean(),
      form: fc.constantFrom('promise' as const, 'callback' as const),
      priority: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('one' as const), operand, signal: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      chan: fc.nat(chans - 1),
      cause: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), chan: fc.nat(chans - 1) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'abort' as const }) },
);
export const actors: fc.Arbitrary<Step[][]> = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
  minLength: 2,
  maxLength: 6,
});

export type Kind =
  | 'a rendezvous'
  | 'a buffer of one'
  | 'a buffer of two'
  | 'a sliding buffer'
  | 'a dropping buffer';
export const kinds: Readonly<Record<Kind, () => Chan<number>>> = {
  'a rendezvous': () => new Chan<number>(),
  'a buffer of one': () => new Chan<number>(1),
  'a buffer of two': () => new Chan<number>(2),
  'a sliding buffer': () => new Chan<number>(sliding(1)),
  'a dropping buffer': () => new Chan<number>(dropping(1)),
};
export const kind: fc.Arbitrary<Kind> = fc.constantFrom<Kind>(...(Object.keys(kinds) as Kind[]));

export class World {
  readonly all: Chan<number>[];
  readonly operations: Operation[] = [];
  readonly controllers: readonly AbortController[] = Array.from({ length: 2 }, () => new AbortController());
  #next = 0;

  constructor(of: readonly Kind[]) {
    this.all = of.map((one) => kinds[one]());
  }

  at(index: number): Chan<number> {
    return this.all[index] as Chan<number>; // Sound: arbitraries stay below `chans`.
  }

  async act(one: Step, who: number): Promise<void> {
    const controller = this.controllers[who % 2] as AbortController;
    if (one.kind === 'close') return void this.at(one.chan).close(one.cause ? 0 : undefined);
    if (one.kind === 'cancel') return this.at(one.chan).cancel();
    if (one.kind === 'abort') return controller.abort('aborted');
    const list = one.kind === 'one' ? [one.operand] : one.operands;
    const operation: Operation = {
      operands: list.map(({ chan, way }) => ({ chan, way, value: this.#next++ })),
      watching: one.signal || (one.kind === 'select' && one.stop) ? controller.signal : undefined,
      outcome: 'waits',
    };
    this.operations.push(operation);
    const { signal } = controller;
    try {
      operation.outcome =
        one.kind === 'one'
          ? { index: 0, value: await this.alone(operation, one.signal ? signal : undefined) }
          : await this.choose(operation, one, signal);
    } catch (error) {
      operation.outcome = error === 'aborted' ? 'aborted' : 'failed';
    }
  }

  alone({ operands: [of] }: Operation, signal: AbortSignal | undefined): Promise<unknown> {
    const { chan, way, value } = of as Operation['operands'][number]; // Sound: it has one.
    return way === 'get' ? this.at(chan).get({ signal }) : this.at(chan).put(value, { signal });
  }

  choose(
    { operands }: Operation,
    one: Step & { kind: 'select' },
    signal: AbortSignal,
  ): Promise<{ index: number; value: unknown }> {
    const cases = operands.map(({ chan, way, value }) =>
      way === 'get' ? this.at(chan) : ([this.at(chan), value] as const),
    );
    const every = one.stop ? [...cases, signal] : cases;
    const options = { priority: one.priority, signal: one.signal ? signal : undefined };
    if (one.form === 'promise') return select(every, options);
    return new Promise((resolve, reject) => {
      let calls = 0;
      selectThen(
        every,
        (result, error) => {
          expect(++calls).toBe(1);
          if (result === undefined) reject(error);
          else resolve(result);
        },
        options,
      );
    });
  }

  /** Which values were put (their puts said true), and which were got, in the order in which they settled. */
  accounts(): { put: number[]; got: number[] } {
    const put: number[] = [];
    const got: number[] = [];
    for (const { outcome, operands } of this.operations) {
      if (typeof outcome === 'string') continue;
      const of = operands[outcome.index]; // Undefined for the abort signal.
      if (of?.way === 'put' && outcome.value === true) put.push(of.value);
      if (of?.way === 'get' && outcome.value !== undefined) got.push(outcome.value as number);
    }
    return { put, got };
  }

  check(): void {
    const { put, got } = this.accounts();
    expect(new Set(got).size).toBe(got.length);
    expect(got.filter((value) => !put.includes(value))).toEqual([]);
    const stats = this.all.map((ch) => ch.stats());
    const held = stats.reduce((sum, one) => sum + one.buffered + one.dropped, 0);
    expect(put.length).toBe(got.length + held);

    const waiting = this.operations.filter(({ outcome }) => outcome === 'waits');
    for (const [index, ch] of this.all.entries()) {
      const on = (way: Way): Operation[] =>
        waiting.flatMap((one) =>
          one.operands.flatMap((of) => (of.chan === index && of.way === way ? [one] : [])),
        );
      const [gets, puts] = [on('get'), on('put')];
      const { waitingGets, waitingPuts, buffered } = ch.stats();
      expect([waitingGets, waitingPuts]).toEqual([gets.length, puts.length]);
      // A get and a put may both wait only if they are of one select.
      expect(gets.flatMap((get) => puts.filter((other) => other !== get))).toEqual([]);
      if (gets.length > 0) expect([ch.closed, buffered]).toEqual([false, 0]);
      if (puts.length > 0) expect(ch.stats().buffered).toBe(ch.stats().capacity);
    }
    expect(waiting.filter(({ watching }) => watching?.aborted)).toEqual([]);
  }
}
