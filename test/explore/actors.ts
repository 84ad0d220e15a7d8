/** Goroutines that use a channel in every way there is, and what they noted of it. */
import { expect } from 'vitest';
import { Chan, type ReadChan, dropping, select, unbounded, weighted } from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import type { World } from './engine.js';
import { linger } from './parts.js';

/** A value that every filter of the scenarios drops. */
export const NOISE = -1;

/** What was put to one channel, in the order in which the puts were called. */
export class Ledger {
  readonly #entries: { readonly value: number; accepted: boolean }[] = [];
  readonly #base: number;

  /** @param base - its values are this and those that follow. */
  constructor(base = 0) {
    this.#base = base;
  }
  /** Notes a put that is about to be called. @returns its value, and what is to be told of its answer. */
  begin(value: number = this.#base + this.#entries.length): {
    readonly value: number;
    readonly done: (ok: boolean | undefined) => boolean;
  } {
    const entry = { value, accepted: false };
    this.#entries.push(entry);
    return { value, done: (ok) => (entry.accepted = ok === true) };
  }
  /** The values whose puts were answered `true`. */
  get accepted(): number[] {
    return this.#entries.filter(({ accepted }) => accepted).map(({ value }) => value);
  }
}

/** Lets a random number of microtasks, or of turns, pass; perhaps none. */
export async function soon(world: World): Promise<void> {
  const which = world.below(4);
  if (which === 3) return linger(world, 4);
  for (let i = which; i > 0; i--) await Promise.resolve();
}

/** A channel with a random buffer that drops nothing. */
export function someChan(world: World): Chan<number> {
  const kinds = [
    () => new Chan<number>(),
    () => new Chan<number>(),
    () => new Chan<number>(1),
    () => new Chan<number>(3),
    () => new Chan<number>(unbounded()),
    () => new Chan<number>(weighted(2, () => 1)),
    () => new Chan<number>(new OwnQueue<number>(2)),
  ];
  return (kinds[world.below(kinds.length)] as () => Chan<number>)();
}

/** A channel that is ready after a while, for selects that lose to it. */
function other(world: World): Chan<number> {
  const ch = new Chan<number>(dropping(1));
  void soon(world).then(() => ch.tryPut(0));
  return ch;
}

/** A signal that is aborted after a while. */
function aborting(world: World): AbortSignal {
  const controller = new AbortController();
  void soon(world).then(() => controller.abort('aborted'));
  return controller.signal;
}

const unlessAborted = (error: unknown): undefined => {
  if (error !== 'aborted') throw error;
};

/** Puts `count` values, each in a random way, until one is answered `false`. */
export async function feed(
  world: World,
  ch: Chan<number>,
  ledger: Ledger,
  count: number,
  noise = false,
): Promise<void> {
  for (let left = count; left > 0; left--) {
    await soon(world);
    const { value, done } = ledger.begin(noise && world.below(3) === 0 ? NOISE : undefined);
    switch (world.below(6)) {
      case 0:
        done(ch.tryPut(value));
        break;
      case 1:
        // Not waited for: the next put comes behind it.
        ch.putThen(value, done);
        break;
      case 2: {
        const r = await select({ sent: [ch, value], lost: other(world) });
        if (r.key === 'sent' && !done(r.value)) return;
        break;
      }
      case 3: {
        const ok = await ch.put(value, { signal: aborting(world) }).catch(unlessAborted);
        done(ok);
        if (ok === false) return;
        break;
      }
      default:
        if (!done(await ch.put(value))) return;
    }
  }
}

/** Reads until the end, each value in a random way. `whole`: a failure may not lose what was read before it. */
export async function read<T>(
  world: World,
  ch: ReadChan<T>,
  into: T[],
  whole = false,
): Promise<{ readonly error?: unknown }> {
  const took = (value: T | undefined): boolean => {
    if (value !== undefined) into.push(value);
    return value !== undefined;
  };
  try {
    for (;;) {
      switch (world.below(8)) {
        case 0:
          if (
            !took(
              await new Promise<T | undefined>((resolve, reject) => {
                ch.getThen((value, error) => (error === undefined ? resolve(value) : reject(error)));
              }),
            )
          )
            return {};
          break;
        case 1: {
          let gone = false;
          const value = await ch.get({ signal: aborting(world) }).catch((error: unknown) => {
            gone = true;
            return unlessAborted(error);
          });
          if (!took(value) && !gone) return {};
          break;
        }
        case 2: {
          const r = await select({ lost: other(world), ch: ch as ReadChan<{}> });
          if (r.key === 'ch' && !took(r.value as T | undefined)) return {};
          break;
        }
        case 3:
          if (!took(ch.tryGet())) {
            if (ch.drained) return {};
            await linger(world, 3);
          }
          break;
        case 4: {
          const iterator = ch[Symbol.asyncIterator]();
          const next = iterator.next();
          next.catch(() => {});
          await soon(world);
          await iterator.return?.();
          // Taken, or not: it is one of the two.
          const { value, done } = await next;
          if (done !== true) took(value);
          break;
        }
        case 5: {
          const count = whole ? 1 : 1 + world.below(3);
          const all = await ch.collect(count);
          into.push(...all);
          if (all.length < count) return {};
          break;
        }
        default:
          if (!took(await ch.get())) return {};
      }
    }
  } catch (error) {
    return { error };
  }
}

const text = (thing: unknown): string => JSON.stringify(thing);

/** That `part` is in `whole`, in its order. */
export function expectWithin(part: readonly unknown[], whole: readonly unknown[], what: string): void {
  let at = 0;
  for (const one of part) {
    while (at < whole.length && text(whole[at]) !== text(one)) at++;
    if (at === whole.length) expect(part, `${what}: not in order, or never put`).toEqual(whole);
    at++;
  }
}

/** That both have the same, in whatever order. */
export function expectSame(got: readonly unknown[], all: readonly unknown[], what: string): void {
  const sorted = (list: readonly unknown[]): string[] => {
    const texts = list.map(text);
    // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is not among the types of ES2022
    return texts.sort();
  };
  expect(sorted(got), what).toEqual(sorted(all));
}
