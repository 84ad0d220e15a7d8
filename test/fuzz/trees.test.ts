/** Random trees of operators give what lists say. `FUZZ_SEED` runs one of them, `FUZZ_SECONDS` says how long. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { seed as seedChoices } from '../../src/base/random.js';
import { turns } from '../support/turns.js';
import { fuzz } from './random.js';
import {
  type Expected,
  type TreeProgram,
  expectedOf,
  makeTreeProgram,
  programText,
  runTree,
  smaller,
} from './trees.js';

/** All programs have one clock, which never goes back: a timer that one of them has left behind is right for the next. */
beforeAll(() => void vi.spyOn(performance, 'now').mockImplementation(() => now() + (skew += lag)));
afterAll(() => void vi.restoreAllMocks());

/** How long a program may take that has a few values, in ms, and how often the event loop turns then: the machine may be busy. */
const LONGEST = 2000;

/** How long to look for a smaller program that fails, in ms. */
const SHRINKING = 20_000;

/** What slow machines have made of the clock, and make of it at each look. */
let skew = 0;
let lag = 0;
const now = performance.now.bind(performance);

/** Whether a list is made of the parts, each in its order. */
function isInterleaved(list: readonly number[], parts: readonly (readonly number[])[]): boolean {
  if (list.length !== parts.flat().length) return false;
  // Parts of one value each are a bag; of the others all places are tried.
  const long = parts.filter(({ length }) => length > 1);
  const bag = new Map<number, number>();
  for (const [n] of parts.filter(({ length }) => length === 1) as (readonly [number])[])
    bag.set(n, (bag.get(n) ?? 0) + 1);
  let states = new Map<string, { at: number[]; left: Map<number, number> }>([
    ['', { at: long.map(() => 0), left: bag }],
  ]);
  for (const n of list) {
    const next: typeof states = new Map();
    for (const { at, left } of states.values()) {
      for (const [i, part] of long.entries()) {
        if (part[at[i] as number] !== n) continue;
        const to = at.map((place, j) => (j === i ? place + 1 : place));
        next.set(`${to.join()} ${[...left].join()}`, { at: to, left });
      }
      const count = left.get(n) ?? 0;
      if (count > 0) {
        const less = new Map(left).set(n, count - 1);
        next.set(`${at.join()} ${[...less].join()}`, { at, left: less });
      }
    }
    states = next;
    if (states.size > 300) return true; // Too many to tell.
  }
  return states.size > 0;
}

function compare(got: readonly number[][], error: unknown, { parts, fails }: Expected): void {
  expect(error).toBe(fails);
  const sorted = (list: readonly number[]): number[] => {
    const all = [...list];
    // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is not among the types of ES2022
    return all.sort((a, b) => a - b);
  };
  if (got.length === 1 && parts.length === 1) expect(got[0]).toEqual(parts[0]);
  else expect(sorted(got.flat())).toEqual(sorted(parts.flat()));
  if (got.length === 1 && !isInterleaved(got[0] as number[], parts)) expect(got[0]).toEqual(parts);
}

async function wrong(program: TreeProgram): Promise<string | undefined> {
  const expected = expectedOf(program.tree);
  if (expected === undefined) return undefined;
  seedChoices(program.seed);
  lag = program.slow ? 0.2 : 0;
  const late = Symbol('late');
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const result = await Promise.race([
      runTree(program),
      new Promise<typeof late>((resolve) => {
        timer = setTimeout(() => void turns(500).then(() => resolve(late)), LONGEST);
      }),
    ]);
    if (result === late) return 'It never ends';
    compare(result.got, result.error, expected);
  } catch (error) {
    return error instanceof Error
      ? `${error.message}\n${(error as { diff?: string }).diff ?? ''}`
      : String(error);
  } finally {
    clearTimeout(timer);
    lag = 0;
    // What is left of it shall not meet the next.
    await turns(1);
  }
  return undefined;
}

/** The smallest program found that fails too. */
async function least(program: TreeProgram): Promise<TreeProgram> {
  let best = program;
  const until = performance.now() + SHRINKING;
  for (let found = true; found; ) {
    found = false;
    for (const tree of smaller(best.tree)) {
      const less = { ...best, tree };
      if (performance.now() > until || (await wrong(less)) === undefined) continue;
      [best, found] = [less, true];
      break;
    }
  }
  const plain = { ...best, slow: false };
  return best.slow && (await wrong(plain)) !== undefined ? plain : best;
}

test('whatever operators are put together, they give what lists do', { timeout: 600_000 }, async () => {
  const count = await fuzz(5, async (seed) => {
    const program = makeTreeProgram(seed);
    const what = await wrong(program);
    if (what === undefined) return;
    const found = await least(program);
    throw new Error(
      `${(await wrong(found)) ?? what}\nTo see it again: FUZZ_SEED=${seed}\n\n${programText(found)}\n`,
    );
  });
  expect(count).toBeGreaterThan(0);
});
