/** Stages that change nothing, for tests of what becomes of values on their way. */
import fc from 'fast-check';
import type { ReadChan } from '../../src/index.js';
import { turns } from './turns.js';

export type Numbers = ReadChan<number>;

export interface Stage {
  readonly text: string;
  readonly derive: (ch: Numbers) => Numbers;
  /** How many values it may have taken and not delivered. */
  readonly holds: number;
}

/** Signals of calls that are in flight. */
export const inFlight: Set<AbortSignal> = new Set();

export const sync = (text: string, derive: Stage['derive']): fc.Arbitrary<Stage> =>
  fc.constant({ text, derive, holds: 0 });

export const synchronous: fc.Arbitrary<Stage> = fc.oneof(
  sync('map', (ch) => ch.map((n) => n)),
  sync('filter', (ch) => ch.filter(() => true)),
  sync('flatMap', (ch) => ch.flatMap((n) => [n])),
  sync('group', (ch) => ch.group(1).map(([n]) => n as number)),
  sync('distinct', (ch) => ch.distinct()),
  sync('through', (ch) => ch.through((input) => input.drop(0).scan((_, n) => n))),
);

/** A call that takes as many microtasks as the value says. */
export async function call(n: number, { signal }: { readonly signal: AbortSignal }): Promise<number> {
  inFlight.add(signal);
  for (let i = 0; i < n % 4; i++) await Promise.resolve();
  if (n % 7 === 6) await turns(1);
  return n;
}

export const sized = (text: string, make: (n: number) => Omit<Stage, 'text'>): fc.Arbitrary<Stage> =>
  fc.integer({ min: 1, max: 4 }).map((n) => Object.assign(make(n), { text: `${text}(${n})` }));

export const ahead: fc.Arbitrary<Stage> = fc.oneof(
  sized('buffer', (n) => ({ derive: (ch) => ch.buffer(n), holds: n })),
  sized('asyncPipe', (n) => ({ derive: (ch) => ch.asyncPipe(n, call), holds: 2 * n })),
  sized('asyncPipe at once', (n) => ({ derive: (ch) => ch.asyncPipe(n, (value) => value), holds: 2 * n })),
);

export const listOf = (stage: fc.Arbitrary<Stage>): fc.Arbitrary<Stage[]> =>
  fc
    .array(stage, { maxLength: 5 })
    .map((all) => Object.assign(all, { toString: () => all.map(({ text }) => text).join(' ') }));

export const derive = (source: Numbers, stages: readonly Stage[]): Numbers =>
  stages.reduce((ch, stage) => stage.derive(ch), source);
export const held = (stages: readonly Stage[]): number =>
  stages.reduce((total, { holds }) => total + holds, 0);

export const IDENTITY: Stage = { text: 'map', derive: (ch) => ch.map((n) => n), holds: 0 };
