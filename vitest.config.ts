import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

const whole = { statements: 100, branches: 100 };

const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      { find: /^millrace$/, replacement: source('index.ts') },
      { find: /^millrace\/inspect$/, replacement: source('inspect/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/reporter.ts'],
    coverage: {
      include: ['src/**/*.ts'],
      thresholds: { 'src/core/**': whole, 'src/{chan,read-chan,select}.ts': whole, 'src/select/**': whole },
    },
  },
});

export default config;
