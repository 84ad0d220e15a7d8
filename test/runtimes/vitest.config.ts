/** The tests, as they run on the runtime that the variable `RUNTIME` names; started by `run.ts`. */
import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { args, executablePath } from '../support/chromium.js';
import { EXCLUDED, type Runtime } from './suites.js';

declare module 'vitest' {
  interface ProvidedContext {
    runtime: string;
  }
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const runtime = process.env['RUNTIME'] as Runtime; // Sound: set by run.ts.

async function browser(): Promise<ViteUserConfig> {
  // Installed here and not with the tools of the checkout, so its types are not to be had there.
  const provider = '@vitest/browser-playwright';
  const { playwright } = (await import(provider)) as { playwright: (options: object) => never };
  const launchOptions = { executablePath, args };
  return {
    resolve: {
      alias: [
        { find: 'node:events', replacement: at('browser/events.ts') },
        { find: 'node:stream/web', replacement: at('browser/streams.ts') },
        { find: /.*\/examples\/program\.js$|^\.\/program\.js$/, replacement: at('browser/program.ts') },
      ],
    },
    test: {
      // One page after the other: tests of fairness measure turns of the event loop.
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

const config: ViteUserConfig = mergeConfig(
  mergeConfig(
    base,
    defineConfig({
      root: at('../..'),
      test: {
        exclude: ['**/node_modules/**', ...EXCLUDED[runtime]],
        // By V8's own profiler, which other runtimes have not.
        coverage: { enabled: false },
        // Other runtimes start threads less quickly, and machines of CI are busy.
        testTimeout: 60_000,
        provide: { runtime },
        setupFiles: [at('proof.ts')],
      },
    }),
  ),
  runtime === 'chromium' ? await browser() : {},
);

export default config;
