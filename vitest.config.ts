import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const path = (at: string): string => fileURLToPath(new URL(at, import.meta.url));

/** Threads run what was built, since Node runs no TypeScript: what tells them where a module is speaks of that. */
const threadsRunTheBuild = {
  name: 'threads-run-the-build',
  enforce: 'pre' as const,
  transform(code: string, id: string): string | undefined {
    const at = relative(path('.'), id).replace(/\.ts$/, '.js');
    const built = at.startsWith('src/parallel/')
      ? at.replace('src', 'dist')
      : at.startsWith('test/parallel/tasks/') || at.endsWith('.task.js')
        ? `.build/${at}`
        : undefined;
    if (built === undefined || !code.includes('import.meta.url')) return undefined;
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path(built)).href));
  },
};

const config: ViteUserConfig = defineConfig({
  plugins: [threadsRunTheBuild],
  resolve: {
    alias: [
      { find: /^millrace$/, replacement: path('src/index.ts') },
      { find: /^millrace\/core$/, replacement: path('src/core.ts') },
      { find: /^millrace\/inspect$/, replacement: path('src/inspect/index.ts') },
      { find: /^millrace\/parallel$/, replacement: path('src/parallel/index.ts') },
      { find: /^#platform$/, replacement: path('src/parallel/threads/node/platform.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/reporter.ts'],
    // A busy machine of CI may take the processor away for longer than channel work may go on without a turn of the event
    // loop, and then a callback that a test expects at once comes a turn later. The reporter names each test that needed a
    // second try. What is random is not tried again: its failure names a seed.
    retry: process.env['CI'] === undefined ? 0 : { count: 2, condition: /^(?![\s\S]*seed)/i },
    coverage: {
      enabled: process.env['CI'] !== undefined,
      reporter: ['text-summary', 'json-summary', 'html'],
      include: ['src/**/*.ts'],
      // What the tests of one process cover: what only threads, other processes and other copies of the library run is not
      // seen. Each threshold is a point or more below what was measured, since random programs reach a rare branch in one run
      // and not in the next (operators: 97.98 % of the branches in one run, above 98 in another).
      thresholds: {
        'src/base/**': { statements: 98, branches: 94 },
        'src/channel/**': { statements: 97, branches: 94 },
        'src/select/**': { statements: 98, branches: 96 },
        'src/pull/**': { statements: 97, branches: 94 },
        'src/operators/**': { statements: 98, branches: 96 },
        'src/sources/**': { statements: 98, branches: 96 },
        'src/goroutines/**': { statements: 98, branches: 92 },
      },
    },
  },
});

export default config;
