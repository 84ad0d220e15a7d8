/** The runtimes, and what of the tests does not run on each, with the reason. */

/** By the name that `npm run test:runtimes` knows it by. */
export type Runtime = 'node20' | 'node22' | 'node24' | 'node26' | 'bun' | 'deno' | 'chromium';

/** Files about the checkout and the package, not about what a runtime does: they run once, by `npm test`. */
const ABOUT_THE_CHECKOUT = [
  'test/readme.test.ts',
  'test/layout.test.ts',
  'test/package.test.ts',
  'test/security/*.test.ts',
  'test/bench.test.ts',
  'test/bench-suite.test.ts',
  'test/docs.test.ts',
  'test/operators/terminals-gather.test.ts',
  'test/models/*.test.ts',
  'test/site/*.test.ts',
  'test/types/*.test.ts',
  // Builds of bundlers, for pages and for servers.
  'test/bundles/*.test.ts',
  'test/faces.test.ts',
  // By V8's own profiler.
  'test/calls/*.test.ts',
  // By flags of V8.
  'test/sources/collected.test.ts',
  'test/operators/holds-nothing.test.ts',
  // These start other runtimes, and a browser, themselves.
  'test/browser/*.test.ts',
  'test/parallel/process.test.ts',
  'test/conformance/page.test.ts',
  'test/examples/programs.test.ts',
];

/** Names of files as bytes and signals of children, which Bun and Deno have only in part; the program is for Node. */
const FOR_NODE = ['test/examples/duplicates.test.ts'];

const NOT_IN_A_BROWSER = [
  // Threads in a page are tested by test/browser.
  'test/parallel/*.test.ts',
  // Programs for servers.
  'test/examples/*.test.ts',
  // Rejections that nobody handles are kept from the test runner as a process does it.
  'test/explore/faults.test.ts',
  // Ends a process.
  'test/goroutines/run.test.ts',
  // Loads the build from files.
  'test/copies.test.ts',
  // What servers print, their streams, and their warning of many listeners.
  'test/base/printed.test.ts',
  'test/channel/consume.test.ts',
  'test/operators/terminals-signal.test.ts',
  // Loads modules afresh over other globals, which only the runner for servers can.
  'test/base/fairness.test.ts',
];

export const EXCLUDED: Readonly<Record<Runtime, readonly string[]>> = {
  node20: ABOUT_THE_CHECKOUT,
  node22: ABOUT_THE_CHECKOUT,
  node24: ABOUT_THE_CHECKOUT,
  node26: ABOUT_THE_CHECKOUT,
  bun: [...ABOUT_THE_CHECKOUT, ...FOR_NODE],
  deno: [...ABOUT_THE_CHECKOUT, ...FOR_NODE],
  chromium: [...ABOUT_THE_CHECKOUT, ...NOT_IN_A_BROWSER],
};
