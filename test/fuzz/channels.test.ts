/**
 * Random programs of channels and select do what they do on arrays. `FUZZ_SEED` runs one of them, `FUZZ_SECONDS` says how long.
 *
 * What completes is the same in any schedule: operations begin one after the other, and each looks at channels at once.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { Chan } from '../../src/index.js';
import { type Outcomes, type Program, makeProgram, runProgram, textOf } from './channels.js';
import { Naive } from './naive.js';
import { fuzz, shrink } from './random.js';

afterEach(() => void vi.restoreAllMocks());

/** Shuts the gate of fairness: it seems to take long what is done now. */
function shut(): void {
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now');
  const ch = new Chan<number>(1);
  for (let i = 0; i < 40; i++) {
    clock.mockImplementation(() => now() + i);
    ch.tryGet();
  }
  clock.mockRestore();
}

/** The outcomes that are told, in the order of their operations. */
const listed = (outcomes: Outcomes, most: number): string[] =>
  Array.from({ length: most }, (_, id) => (outcomes.has(id) ? [`${id} ${outcomes.get(id)}`] : [])).flat();

/** What is wrong with a program; nothing if all is right. */
async function wrong(program: Program): Promise<string | undefined> {
  const naive = new Naive(program.buffers);
  let done = 0;
  try {
    await runProgram(program, shut, (until, outcomes, states) => {
      for (const [i, one] of program.steps.slice(done, until).entries())
        naive.step(done + i, one, outcomes.get(done + i));
      done = until;
      expect(listed(outcomes, until), `after step ${until}`).toEqual(listed(naive.outcomes, until));
      expect(states, `after step ${until}`).toEqual(naive.states);
    });
  } catch (error) {
    return error instanceof Error
      ? `${error.message}\n${(error as { diff?: string }).diff ?? ''}`
      : String(error);
  }
  return undefined;
}

test('whatever is done to channels, with selects of several, they do what arrays do', {
  timeout: 600_000,
}, async () => {
  const count = await fuzz(5, async (seed) => {
    const program = makeProgram(seed);
    if ((await wrong(program)) === undefined) return;
    const steps = await shrink(
      program.steps,
      async (list) => (await wrong({ ...program, steps: list })) !== undefined,
    );
    const least = { ...program, steps };
    const what = (await wrong(least)) ?? (await wrong(program));
    throw new Error(`${what}\nTo see it again: FUZZ_SEED=${seed}\n\n${textOf(least)}\n`);
  });
  expect(count).toBeGreaterThan(0);
});
