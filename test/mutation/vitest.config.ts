/**
 * What the mutants of the core are run against: tests that need no process of their own and no built package, quickest first.
 *
 * - A mutant that makes a test wait for ever is found by that test's time-out, so it is short.
 * - Properties and schedules run fewer times: what thousands of runs find, a run in a hundred of a thousand mutants costs hours.
 */
import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const path = (at: string): string => fileURLToPath(new URL(at, import.meta.url));
process.env['EXPLORE_RUNS'] = '20';

/** Runs of a property in place of hundreds. */
const RUNS = 25;
const fewerRuns = {
  name: 'fewer-runs',
  enforce: 'pre' as const,
  transform(code: string, id: string): string | undefined {
    return id.endsWith('.test.ts') ? code.replaceAll(/numRuns: \d+/g, `numRuns: ${RUNS}`) : undefined;
  },
};

/**
 * Those of one method before those of many, as the first failure ends a run of a mutant; and last one whose false clocks the
 * others must not meet, since all share one process.
 */
const LAST = ['/test/properties/', '/test/conformance/', '/test/explore/', '/test/base/clock.'];
class UnitsFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      moduleId.includes('/goroutines/sleep.') ? -2 : LAST.findIndex((at) => moduleId.includes(at));
    const order = (a: TestSpecification, b: TestSpecification): number =>
      rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1);
    // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is not among the types of ES2022
    return Promise.resolve([...files].sort(order));
  }
}

const config: ViteUserConfig = defineConfig({
  root: path('../..'),
  plugins: [fewerRuns],
  resolve: {
    alias: [
      { find: /^millrace$/, replacement: path('../../src/index.ts') },
      { find: /^millrace\/core$/, replacement: path('../../src/core.ts') },
      { find: /^millrace\/inspect$/, replacement: path('../../src/inspect/index.ts') },
    ],
  },
  test: {
    include: [
      'test/*.test.ts',
      'test/{core,derive,flow,inspect,sources,task,conformance,properties,explore}/*.test.ts',
    ],
    exclude: [
      // They read the checkout or start processes.
      'test/{package,bench,bench-suite,readme,docs,faces,fairness-work,layout,scale}.test.ts',
      'test/goroutines/run.test.ts',
      'test/conformance/page.test.ts',
      // They replace the methods that are mutated.
      'test/explore/faults.test.ts',
    ],
    testTimeout: 6000,
    isolate: false,
    sequence: { sequencer: UnitsFirst },
  },
});

export default config;
